"""What somebody says of a verdict is taken if it fits, and only once it is written."""

import asyncio
import json
from threading import Event
from typing import Any

import pytest
import structlog
from jsonschema import Draft202012Validator

from detector.contracts import json_schemas
from detector.engines.http.console.answers import MOST_CALLS
from detector.feedback import Feedback
from tests.bad_events import CANARY
from tests.samples import CLEAN, LEAK, event, verdict_of
from tests.unit.engines.http.console.rig import KEY, ConsoleApi
from tests.unit.engines.http.rig import PATIENCE, about, play

SCHEMA = Draft202012Validator(json_schemas()["feedback.v1.json"])


def opinion(text: str = LEAK, **members: Any) -> dict[str, Any]:
    """That the verdict on an event of the stream is right, unless `members` say otherwise."""
    verdict = verdict_of(event({"name": text}, listingId="L-42")).model_dump(
        mode="json", by_alias=True, exclude_none=True
    )
    return {"verdictId": verdict["verdictId"], "right": True, "verdict": verdict, **members}


def written(api: ConsoleApi) -> list[dict[str, Any]]:
    return [json.loads(record.value or b"") for record in api.log.records("feedback")]


def test_an_opinion_is_written_before_it_is_called_taken() -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            given = opinion(right=False, reason="platform-contact", note="Our own desk.", attributes=None)
            status, told = await api.post("/feedback", given)
            assert status == 202
            (record,) = api.log.records("feedback")
            document = json.loads(record.value or b"")
            SCHEMA.validate(document)
            assert record.key == b"L-42"
            assert document["feedbackId"] == told["feedbackId"]
            assert document["givenAt"] == "2026-01-01T00:00:00Z"
            assert (document["right"], document["reason"], document["note"]) == (
                False,
                "platform-contact",
                "Our own desk.",
            )
            assert (document["label"], document["source"]["topic"]) == ("Fraud", "listing-updates")
            assert "attributes" not in document

    play(run())


def test_two_opinions_have_two_ids() -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            for right in (True, False):
                await api.post("/feedback", opinion(right=right))
            first, second = written(api)
            assert first["feedbackId"] != second["feedbackId"]
            assert first["verdictId"] == second["verdictId"]

    play(run())


def test_a_text_that_was_tried_may_go_along_with_what_is_said_of_it() -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            verdict = (await api.score(about(1, LEAK))).json()
            given = {"verdictId": verdict["verdictId"], "right": True, "verdict": verdict}
            assert (await api.post("/feedback", {**given, "attributes": {"name": LEAK}}))[0] == 202
            assert (await api.post("/feedback", {**given, "attributes": None, "reason": None, "note": None}))[0] == 202
            with_text, without = written(api)
            assert with_text["attributes"] == {"name": LEAK}
            assert "attributes" not in without
            assert "source" not in with_text, "it stands in no topic"
            SCHEMA.validate(with_text)

    play(run())


@pytest.mark.parametrize(
    ("given", "field"),
    [
        pytest.param(opinion(reason="zebra"), "reason", id="unknown reason"),
        pytest.param(opinion(right=False, reason="missed-url"), "reason", id="reason of another label"),
        pytest.param(opinion(CLEAN, right=False, reason="price-or-date"), "reason", id="reason of a leak"),
        pytest.param(opinion(reason="other"), "reason", id="reason for being right"),
        pytest.param(opinion(note="z" * 501), "note", id="endless note"),
        pytest.param(opinion(note="zebra\0"), "note", id="NUL"),
        pytest.param(opinion(right="yes"), "right", id="right in words"),
        pytest.param(opinion(verdictId="zebra"), "verdictId", id="id of another verdict"),
        pytest.param(opinion(verdict={"zebra": 1}), "verdict", id="no verdict"),
        pytest.param(opinion(attributes={"zebra": "zebra"}), "attributes", id="text of the stream"),
        pytest.param({"zebra": 1}, "verdictId", id="nothing of it"),
        pytest.param([], None, id="a list"),
        pytest.param(b"{", None, id="no JSON"),
    ],
)
def test_what_does_not_fit_is_refused_without_repeating_it(given: Any, field: str | None) -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            status, told = await api.post("/feedback", given)
            assert (status, told["status"], told.get("field")) == (422, 422, field)
            assert "zebra" not in str(told)
            assert written(api) == []

    play(run())


def test_a_body_has_limits() -> None:
    async def run() -> None:
        async with ConsoleApi(http_max_body_bytes=2000) as api:
            assert (await api.post("/feedback", opinion(note="x" * 2000)))[0] == 413
            assert (await api.post("/feedback", opinion(), **{"Content-Type": "text/plain"}))[0] == 415

    play(run())


def test_what_could_not_be_written_was_not_taken() -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            api.log.reachable = False
            answer = await api.client.post("/v1/console/feedback", json=opinion())
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert answer.json()["type"].endswith(":no-stream")
            api.log.reachable = True
            assert written(api) == []

    play(run())


def test_who_comes_when_everybody_waits_is_sent_away_at_once_and_nothing_else_is_held_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go, waiting = Event(), asyncio.Semaphore(0)

    async def run() -> None:
        loop = asyncio.get_running_loop()

        def slow(_self: object, _feedback: Feedback) -> None:
            loop.call_soon_threadsafe(waiting.release)
            assert go.wait(PATIENCE)

        monkeypatch.setattr("detector.engines.http.console.memory.MemoryFeedback.write", slow)
        async with ConsoleApi() as api:
            asking = [asyncio.ensure_future(api.post("/feedback", opinion())) for _ in range(MOST_CALLS)]
            for _ in asking:
                await asyncio.wait_for(waiting.acquire(), PATIENCE)
            assert (await api.post("/feedback", opinion()))[0] == 503
            assert (await api.score(about(1))).status_code == 200
            go.set()
            assert [(await each)[0] for each in asking] == [202] * MOST_CALLS

    play(run())


def test_neither_note_nor_text_nor_key_is_in_a_log_line() -> None:
    async def run() -> None:
        with structlog.testing.capture_logs() as logs:
            async with ConsoleApi(api_keys=KEY) as api:
                keyed = {"Authorization": f"Bearer {KEY}"}
                verdict = (await api.score(about(1, CANARY), **keyed)).json()
                given = {"verdictId": verdict["verdictId"], "right": True, "verdict": verdict}
                told = {**given, "note": CANARY, "attributes": {"zebra": CANARY}}
                assert (await api.post("/feedback", told, **keyed))[0] == 202
        assert [line["event"] for line in logs] == ["feedback taken"]
        assert "zebra" not in str(logs)
        assert KEY not in str(logs)

    play(run())


def test_which_of_several_texts_leaks_is_written_along() -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            said = opinion(CLEAN, right=False, reason="missed-phone", attribute="name")
            assert (await api.post("/feedback", said))[0] == 202
            (document,) = written(api)
            SCHEMA.validate(document)
            assert document["attribute"] == "name"

    play(run())


def test_a_text_that_the_verdict_does_not_know_is_refused() -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            said = opinion(CLEAN, right=False, attribute=CANARY)
            status, problem = await api.post("/feedback", said)
            assert (status, problem["field"]) == (422, "attribute")
            assert CANARY not in json.dumps(problem)
            assert written(api) == []

    play(run())
