"""What `POST /v1/score` answers."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from detector.contracts.messages import VERDICT_FILE, json_schemas
from detector.engines.http.judge import position_of
from detector.errors import Reason
from detector.events import EventKind
from detector.verdicts import verdict_id
from tests.bad_events import BAD
from tests.samples import LEAK, PHONE, verdict_of
from tests.unit.engines.http.rig import PATIENCE, Api, HeldScorer, about, held, play, until_reading

VALIDATOR = Draft202012Validator(json_schemas()[VERDICT_FILE])
OWN = {"source", "scoredAt", "verdictId"}
"""What a verdict on the same event may differ in."""


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told.keys() >= {"type", "title", "detail"}
    return told


def test_an_event_is_answered_with_the_verdict_it_would_have_in_the_stream() -> None:
    async def run() -> None:
        async with Api() as api:
            value = about(1, LEAK, listingId="L-42", eventTime="2026-11-20T10:00:00Z")
            answer = await api.score(value)
            assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
            VALIDATOR.validate(answer.json())
            expected = json.loads(verdict_of(value).model_dump_json(by_alias=True, exclude_none=True))
            assert {name: member for name, member in answer.json().items() if name not in OWN} == {
                name: member for name, member in expected.items() if name not in OWN
            }
            assert answer.json()["scoreDetails"]["label"] == "Fraud"
            assert PHONE not in answer.text

    play(run())


def test_the_same_event_has_the_same_verdict_id_whenever_it_is_asked_about() -> None:
    async def run() -> None:
        async with Api() as api:
            ids = [(await api.score(about(number))).json()["verdictId"] for number in (1, 1, 2)]
            assert ids[0] == ids[1] != ids[2]
            assert ids[0] == verdict_id(position_of(about(1)), api.scorer.card.identity)

    play(run())


@pytest.mark.parametrize(
    ("members", "segment"),
    [({}, "SUPPLY"), ({"eventType": "LISTING_UPDATE"}, "SUPPLY"), ({"eventType": "BOOKING"}, "BOOKING")],
)
def test_an_event_says_its_kind_or_counts_as_a_listing_update(members: dict[str, str], segment: str) -> None:
    async def run() -> None:
        async with Api() as api:
            assert (await api.score(about(1, **members))).json()["modelSegment"] == segment

    play(run())


@pytest.mark.parametrize(("value", "field", "reason"), BAD)
def test_what_is_not_an_event_is_refused_with_its_field_and_reason_and_not_repeated(
    value: bytes, field: str, reason: Reason
) -> None:
    async def run() -> None:
        async with Api(http_max_body_bytes=10_000_000) as api:
            answer = await api.score(value)
            if value.startswith(b"["):
                assert answer.status_code == 200  # a list with one event in it
                return
            told = problem(answer, 422)
            assert (told["field"], told["reason"]) == (field, reason.value)
            assert "zebra" not in answer.text
            assert "900999" not in answer.text

    play(run())


def test_a_list_is_answered_in_its_order_with_a_verdict_or_a_problem_for_each() -> None:
    async def run() -> None:
        async with Api() as api:
            answer = await api.score([about(1), b'{"attributes": {}}', about(2, LEAK), b"7"])
            assert answer.status_code == 200
            first, second, third, fourth = answer.json()
            assert [each["transactionContext"]["transactionId"] for each in (first, third)] == ["1", "2"]
            assert [each["scoreDetails"]["label"] for each in (first, third)] == ["NonFraud", "Fraud"]
            assert (second["status"], second["field"], second["reason"]) == (422, "transactionContext", "missing")
            assert (fourth["status"], fourth["reason"]) == (422, "wrong-type")

    play(run())


def test_an_element_of_a_list_is_read_as_strictly_as_an_event_alone() -> None:
    async def run() -> None:
        async with Api() as api:
            twice = b'{"transactionContext": {"transactionId": "1"}, "attributes": {"a": "x", "a": "y"}}'
            (told,) = (await api.score([twice])).json()
            assert told["reason"] == "duplicate-key"

    play(run())


def test_an_empty_list_has_an_empty_answer() -> None:
    async def run() -> None:
        async with Api() as api:
            answer = await api.score([])
            assert (answer.status_code, answer.json()) == (200, [])

    play(run())


@pytest.mark.parametrize("body", [b"[" + about(1), b"[" + about(1) + b",]", b"[" + about(1) + b"] x"])
def test_a_broken_list_is_one_problem(body: bytes) -> None:
    async def run() -> None:
        async with Api() as api:
            assert problem(await api.score(body), 422)["reason"] == "not-json"

    play(run())


def test_a_model_that_fails_on_an_event_is_a_problem_of_the_server() -> None:
    class Choosy(HeldScorer):
        def score(self, windows: Any) -> Any:
            if any("venom" in window.text for window in windows):
                raise RuntimeError("cannot score venom")
            return super().score(windows)

    async def run() -> None:
        async with Api(Choosy()) as api:
            good, bad = await asyncio.gather(api.score(about(1)), api.score(about(2, "venom")))
            assert good.status_code == 200
            assert problem(bad, 500)["reason"] == "model-error"
            assert "venom" not in bad.text

    play(run())


def test_concurrent_requests_share_batches() -> None:
    async def run() -> None:
        async with Api() as api:
            with held(api.scorer):
                first = asyncio.ensure_future(api.score(about(0)))
                await until_reading(api.scorer)
                others = [asyncio.ensure_future(api.score(about(number))) for number in range(1, 21)]
                await api.observer.until_in_flight(21)
            answers = await asyncio.gather(first, *others)
            assert {answer.status_code for answer in answers} == {200}
            assert isinstance(api.scorer, HeldScorer)
            assert sum(api.scorer.batches) == 21
            assert len(api.scorer.batches) <= 3
            assert api.metric("detector_batch_windows_count") == len(api.scorer.batches)

    play(run())


def test_the_same_event_asked_about_at_a_time_is_judged_once() -> None:
    async def run() -> None:
        async with Api() as api:
            with held(api.scorer):
                asking = [asyncio.ensure_future(api.judge.judge([about(1)], PATIENCE)) for _ in range(5)]
                await until_reading(api.scorer)
            answers = await asyncio.gather(*asking)
            assert [outcome for outcomes in answers for outcome in outcomes] == [answers[0][0]] * 5
            assert api.metric("detector_verdicts_total", kind=EventKind.LISTING_UPDATE, label="NonFraud") == 1

    play(run())


def test_a_verdict_that_would_come_late_is_a_503_that_says_when_to_ask_again() -> None:
    async def run() -> None:
        async with Api(http_deadline_ms=30) as api:
            with held(api.scorer):
                answer = await api.score(about(1))
            told = problem(answer, 503)
            assert told["type"].endswith(":late")
            assert "30 ms" in told["detail"]
            assert answer.headers["retry-after"] == "1"

    play(run())


def test_what_is_late_is_not_judged_after_all_and_leaves_its_place() -> None:
    async def run() -> None:
        async with Api(http_deadline_ms=30, http_max_waiting=2, http_max_events=2) as api:
            with held(api.scorer):
                blocked = asyncio.ensure_future(api.score(about(0)))
                await until_reading(api.scorer)
                assert (await api.score(about(1))).status_code == 503
                assert (await blocked).status_code == 503
                assert (await api.score([about(2), about(3)])).status_code == 200  # there is room again
        assert isinstance(api.scorer, HeldScorer)
        # What waited at the model when it was given up is read, what had not come so far is not.
        assert sum(api.scorer.batches) <= 2

    play(run())


def test_in_a_list_those_that_are_late_are_told_apart() -> None:
    async def run() -> None:
        async with Api(http_deadline_ms=60) as api:
            with held(api.scorer):
                answer = await api.score([b"{}", about(1)])
            assert answer.status_code == 200
            assert [each["status"] for each in answer.json()] == [422, 503]

    play(run())


def test_beyond_the_bound_requests_are_refused_at_once() -> None:
    async def run() -> None:
        async with Api(http_max_waiting=3, http_max_events=3) as api:
            with held(api.scorer):
                waiting = asyncio.ensure_future(api.score([about(1), about(2)]))
                await until_reading(api.scorer)
                for refused in (await api.score([about(3), about(4)]), await api.score([about(5)] * 3)):
                    assert problem(refused, 503)["type"].endswith(":busy")
                    assert refused.headers["retry-after"] == "1"
                last = asyncio.ensure_future(api.score(about(6)))
            assert (await waiting).status_code == (await last).status_code == 200

    play(run())


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in chunks"])
def test_a_body_that_is_too_large_is_refused(announced: bool) -> None:  # noqa: FBT001
    async def chunks() -> Any:
        for _ in range(100):
            yield about(1, "long " * 10)

    async def run() -> None:
        async with Api(http_max_body_bytes=1000) as api:
            content = about(1, "long " * 1000) if announced else chunks()
            answer = await api.client.post("/v1/score", content=content, headers={"Content-Type": "application/json"})
            assert problem(answer, 413)["type"].endswith(":too-large")

    play(run())


def test_a_list_that_is_too_long_is_refused() -> None:
    async def run() -> None:
        async with Api(http_max_events=2) as api:
            assert problem(await api.score([about(1), about(2), about(3)]), 422)["type"].endswith(":too-many")

    play(run())


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_what_is_called_json_is_read(kind: str) -> None:
    """So a page of another site cannot ask: a browser sends it as JSON only after it was allowed to."""

    async def run() -> None:
        async with Api() as api:
            answer = await api.score(about(1), Content_Type=kind)
            assert "Content-Type: application/json" in problem(answer, 415)["detail"]

    play(run())


def test_json_may_be_called_so_with_a_charset() -> None:
    async def run() -> None:
        async with Api() as api:
            assert (await api.score(about(1), Content_Type="Application/JSON; charset=utf-8")).status_code == 200

    play(run())
