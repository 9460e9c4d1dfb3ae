"""What the console says of itself, of events, and who may ask it."""

import json
from typing import Any

import pytest
import structlog

from detector import __version__
from detector.engines.http.console.memory import MemoryEvents
from detector.records import Position
from tests.bad_events import CANARY
from tests.samples import LEAK, event
from tests.unit.engines.http.console.rig import KEY, MODEL, ConsoleApi
from tests.unit.engines.http.rig import SCHEMAS, play

PLACE = "{topic}/{partition}/{offset}"
GUARDED = [
    ("GET", ""),
    ("GET", "/feed"),
    ("GET", "/events/listing-updates/0/0"),
    ("GET", "/dead-letters"),
    ("POST", "/dead-letters/replay"),
    ("POST", "/feedback"),
]


def test_a_page_learns_what_it_has_to_know_first() -> None:
    async def run() -> None:
        async with ConsoleApi(verdict_topic="v", dead_letter_topic="d", feedback_topic="f") as api:
            status, told = await api.get("")
            assert status == 200
            reasons = told.pop("reasons")
            assert {"platform-contact", "missed-url", "wrong-place", "other"} <= set(reasons)
            assert told == {
                "version": __version__,
                "model": {"identity": MODEL},
                "texts": False,
                "keyNeeded": False,
                "topics": {"verdicts": "v", "deadLetters": "d", "feedback": "f"},
                "promiseMs": 250,
                "categories": ["phone", "email", "url", "social", "messenger", "solicitation"],
            }

    play(run())


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_nothing_is_told_without_a_key_where_there_are_keys(method: str, path: str) -> None:
    async def run() -> None:
        async with ConsoleApi(api_keys=KEY) as api:
            for headers in ({}, {"Authorization": "Bearer another-key-of-somebody"}):
                answer = await api.client.request(method, f"/v1/console{path}", headers=headers)
                assert (answer.status_code, answer.json()["status"]) == (401, 401)
            assert api.console._feed._running is None

    play(run())


def test_a_key_opens_it_and_the_page_is_told_that_one_was_needed() -> None:
    async def run() -> None:
        async with ConsoleApi(api_keys=KEY) as api:
            status, told = await api.get("", Authorization=f"Bearer {KEY}")
            assert (status, told["keyNeeded"]) == (200, True)
            assert (await api.client.get("/")).status_code != 401

    play(run())


def test_the_document_describes_all_of_it_and_every_reference_leads_somewhere() -> None:
    async def run() -> None:
        async with ConsoleApi(api_keys=KEY) as api:
            document = (await api.client.get("/openapi.json")).json()
        described = {
            (method.upper(), path.removeprefix("/v1/console"))
            for path, operations in document["paths"].items()
            for method in operations
            if path.startswith("/v1/console")
        }
        assert described == {(method, path.replace("listing-updates/0/0", PLACE)) for method, path in GUARDED}
        names = {part.split('"')[0] for part in json.dumps(document).split('"#/components/schemas/')[1:]}
        assert names <= document["components"]["schemas"].keys()
        assert document["components"]["schemas"]["Verdict"]["description"] == SCHEMAS["Verdict"]["description"]

    play(run())


def test_texts_are_shown_only_where_the_settings_say_so() -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            api.log.append("listing-updates", event({"name": LEAK}))
            status, told = await api.get("/events/listing-updates/0/0")
            assert status == 403
            assert "DETECTOR_CONSOLE_TEXTS" in told["detail"]
            assert LEAK not in str(told)

    play(run())


@pytest.mark.parametrize(
    ("topic", "members", "kind"),
    [
        ("listing-updates", {}, "LISTING_UPDATE"),
        ("bookings", {}, "BOOKING"),
        ("bookings", {"eventType": "LISTING_UPDATE"}, "LISTING_UPDATE"),
    ],
)
def test_an_event_is_shown_with_its_texts_and_its_kind(topic: str, members: dict[str, str], kind: str) -> None:
    async def run() -> None:
        async with ConsoleApi(console_texts=True) as api:
            api.log.append(topic, event({"name": LEAK, "houseRules": ""}, **members))
            with structlog.testing.capture_logs() as logs:
                answer = await api.get(f"/events/{topic}/0/0")
            assert answer == (200, {"attributes": {"name": LEAK, "houseRules": ""}, "eventType": kind})
            assert logs == [
                {"event": "console text shown", "log_level": "info", "topic": topic, "partition": 0, "offset": 0}
            ], "who may read texts is seen to do so, and the text is not repeated"

    play(run())


def test_an_event_in_schema_registrys_wire_format_is_shown_too() -> None:
    async def run() -> None:
        async with ConsoleApi(console_texts=True) as api:
            api.log.append("listing-updates", b"\0\0\0\0\7" + event({"name": LEAK}))
            assert (await api.get("/events/listing-updates/0/0"))[1]["attributes"] == {"name": LEAK}

    play(run())


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/listing-updates/0/3", 404),
        ("/listing-updates/1/0", 404),
        ("/bookings/0/0", 404),
        ("/verdicts/0/0", 404),
        ("/listing-updates/0/1", 404),
        ("/listing-updates/0/2", 404),
        ("/listing-updates/0/-1", 422),
        ("/listing-updates/zebra/0", 422),
        (f"/listing-updates/0/{2**63}", 422),
    ],
    ids=["behind the end", "partition", "empty", "output", "tombstone", "no event", "negative", "text", "endless"],
)
def test_what_is_not_there_is_not_shown(path: str, status: int) -> None:
    async def run() -> None:
        async with ConsoleApi(console_texts=True) as api:
            for value in (event(), None, CANARY.encode()):
                api.log.append("listing-updates", value)
            api.log.append("verdicts", event())
            found, told = await api.get(f"/events{path}")
            assert (found, told["status"]) == (status, status)
            assert "zebra" not in str(told)

    play(run())


def test_a_topic_that_is_none_of_the_inputs_is_not_even_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def read(_self: object, position: Position) -> None:
        asked.append(position.partition.topic)

    async def run() -> None:
        monkeypatch.setattr(MemoryEvents, "read", read)
        async with ConsoleApi(console_texts=True) as api:
            for topic in ("verdicts", "bookings"):
                assert (await api.get(f"/events/{topic}/0/0"))[0] == 404
        assert asked == ["bookings"]

    play(run())


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/events/listing-updates/0/0", None),
        ("get", "/dead-letters", None),
        ("post", "/dead-letters/replay", {"positions": [{"partition": 0, "offset": 0}]}),
    ],
)
def test_a_stream_that_does_not_answer_is_a_503_to_be_asked_again(method: str, path: str, body: Any) -> None:
    async def run() -> None:
        async with ConsoleApi(console_texts=True) as api:
            api.log.reachable = False
            answer = await api.client.request(method, f"/v1/console{path}", json=body)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert answer.json()["type"].endswith(":no-stream")

    play(run())
