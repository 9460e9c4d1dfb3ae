"""What holds for every route: probes, metrics, headers, problems, the document."""

import asyncio
import json
from typing import Any

import pytest
from fastapi import APIRouter
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from detector.contracts import examples
from tests.bad_events import CANARY
from tests.unit.engines.http.rig import Api, about, held, play, until_reading


class Wanted(BaseModel):
    count: int


def broken_router() -> APIRouter:
    router = APIRouter()

    @router.get("/broken")
    async def broken() -> None:
        raise RuntimeError(CANARY)

    @router.post("/wanted")
    async def wanted(_body: Wanted) -> None:
        pass

    return router


def test_readyz_says_what_it_waits_for() -> None:
    async def run() -> None:
        async with Api() as api:
            waiting = await api.client.get("/readyz")
            assert (waiting.status_code, waiting.text) == (503, "waiting for: model\n")
            api.health.achieved("model")
            ready = await api.client.get("/readyz")
            assert (ready.status_code, ready.text) == (200, "ok\n")

    play(run())


def test_healthz_says_which_loop_is_stuck() -> None:
    async def run() -> None:
        async with Api() as api:
            assert (await api.client.get("/healthz")).text == "ok\n"
            api.health.beat("scoring")
            api.health._stale = -1.0
            stuck = await api.client.get("/healthz")
            assert stuck.status_code == 503
            assert "scoring" in stuck.text

    play(run())


def test_metrics_show_requests_by_route_and_status_beside_those_of_judging() -> None:
    async def run() -> None:
        async with Api() as api:
            await api.score(about(1))
            await api.score(b"no event")
            await api.client.get("/unknown/zebra")
            await api.client.put("/v1/score")
            answer = await api.client.get("/metrics")
            assert answer.headers["content-type"].startswith("text/plain; version=")
            assert 'detector_http_requests_total{route="/v1/score",status="200"} 1.0' in answer.text
            assert 'detector_http_requests_total{route="/v1/score",status="422"} 1.0' in answer.text
            assert 'detector_http_requests_total{route="/v1/score",status="405"} 1.0' in answer.text
            assert 'detector_http_requests_total{route="none",status="404"} 1.0' in answer.text
            assert 'detector_http_request_seconds_bucket{le="0.25",route="/v1/score"} 3.0' in answer.text
            assert 'detector_verdicts_total{kind="LISTING_UPDATE",label="NonFraud"} 1.0' in answer.text
            assert "zebra" not in answer.text

    play(run())


def test_requests_in_flight_are_counted_while_they_are() -> None:
    async def run() -> None:
        async with Api() as api:
            with held(api.scorer):
                asking = asyncio.ensure_future(api.score(about(1)))
                await until_reading(api.scorer)
                assert api.metric("detector_http_in_flight_requests") == 1
            await asking
            assert api.metric("detector_http_in_flight_requests") == 0

    play(run())


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/elsewhere", 404), ("GET", "/v1/score", 405), ("POST", "/metrics", 405)],
)
def test_what_cannot_be_asked_is_a_problem_too(method: str, path: str, status: int) -> None:
    async def run() -> None:
        async with Api() as api:
            answer = await api.client.request(method, path)
            assert answer.status_code == answer.json()["status"] == status
            assert answer.headers["content-type"] == "application/problem+json"
            assert (status == 405) == ("allow" in answer.headers)

    play(run())


def test_a_defect_is_a_500_that_repeats_nothing() -> None:
    async def run() -> None:
        async with Api(routers=[broken_router()]) as api:
            answer = await api.client.get("/broken")
            assert answer.status_code == answer.json()["status"] == 500
            assert "zebra" not in answer.text
            assert api.metric("detector_http_requests_total", route="/broken", status="500") == 1

    play(run())


def test_frameworks_own_validation_repeats_nothing_either() -> None:
    async def run() -> None:
        async with Api(routers=[broken_router()]) as api:
            answer = await api.client.post("/wanted", json={"count": CANARY})
            assert answer.status_code == 422
            assert answer.headers["content-type"] == "application/problem+json"
            assert "zebra" not in answer.text

    play(run())


@pytest.mark.parametrize("path", ["/healthz", "/openapi.json", "/unknown"])
def test_every_answer_forbids_guessing_and_keeping(path: str) -> None:
    async def run() -> None:
        async with Api() as api:
            headers = (await api.client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"

    play(run())


def document(**settings: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def run() -> None:
        async with Api(**settings) as api:
            found.update((await api.client.get("/openapi.json")).json())

    play(run())
    return found


def test_the_document_describes_events_and_verdicts_as_the_contracts_do() -> None:
    described = document()
    instances = {
        "Event": examples.as_json(examples.listing_update()),
        "Verdict": examples.as_json(examples.verdict()),
    }
    for name, instance in instances.items():
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        validator = Draft202012Validator(schema)
        validator.validate(instance)
        assert not validator.is_valid({})


def test_every_reference_in_the_document_leads_somewhere() -> None:
    described = document()
    text = json.dumps(described)
    names = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert names <= described["components"]["schemas"].keys()
    assert "$defs" not in text


def test_the_document_asks_for_a_key_only_where_one_is_needed() -> None:
    assert "security" not in document()["paths"]["/v1/score"]["post"]
    guarded = document(api_keys="some-key-of-the-product")["paths"]["/v1/score"]["post"]
    assert guarded["security"] == [{"bearer": []}, {"apiKey": []}]
    assert "401" in guarded["responses"]
