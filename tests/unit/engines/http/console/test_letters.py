"""Dead letters are shown without what they hold, and go back when they are chosen."""

from typing import Any

import pytest
import structlog

from detector.engines.http.console.ports import GONE, NO_HOME
from tests.bad_events import CANARY
from tests.unit.engines.http.console.rig import ConsoleApi, reject
from tests.unit.engines.http.rig import play


def place(offset: int, partition: int = 0) -> dict[str, int]:
    return {"partition": partition, "offset": offset}


def test_the_newest_are_shown_first_and_what_they_hold_is_not() -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            for value in (b"one", CANARY.encode()):
                reject(api.log, value, headers=[("zebra", b"zebra")])
                api.clock.advance(1)
            status, told = await api.get("/dead-letters?limit=1")
            assert status == 200
            assert "zebra" not in str(told)
            assert told == {
                "letters": [
                    {
                        "position": {"topic": "dead-letters", "partition": 0, "offset": 1},
                        "at": "2026-01-01T00:00:01.000Z",
                        "origin": {"topic": "listing-updates", "partition": 3, "offset": 7},
                        "stage": "decode",
                        "reason": "not-json",
                        "message": "event: is not valid JSON",
                        "bytes": len(CANARY) + 1,
                        "replayed": None,
                    }
                ],
                "total": 2,
            }
            assert len((await api.get("/dead-letters"))[1]["letters"]) == 2

    play(run())


def test_one_that_says_nothing_of_itself_is_shown_with_nothing() -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            api.log.append("dead-letters", None)
            (letter,) = (await api.get("/dead-letters"))[1]["letters"]
            assert (letter["origin"], letter["stage"], letter["bytes"]) == (None, "", 0)

    play(run())


@pytest.mark.parametrize("limit", ["0", "-1", "501", "zebra", ""])
def test_a_limit_has_limits(limit: str) -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            status, told = await api.get(f"/dead-letters?limit={limit}")
            assert status == told["status"] == 422
            assert "zebra" not in str(told)

    play(run())


def test_chosen_ones_go_back_as_they_came_and_it_is_said_which_did_not() -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            reject(api.log, b"\0\xff", headers=[("a", b"\xff"), ("b", None)])
            reject(api.log, b"not chosen")
            reject(api.log, b"foreign", origin="verdicts")
            with structlog.testing.capture_logs() as logs:
                answer = await api.post("/dead-letters/replay", {"positions": [place(0), place(2), place(9)]})
            assert answer == (
                200,
                {
                    "back": 1,
                    "skipped": [{**place(2), "why": NO_HOME}, {**place(9), "why": GONE}],
                },
            )
            (back,) = api.log.records("listing-updates")
            assert (back.key, back.value, list(back.headers)) == (b"k", b"\0\xff", [("a", b"\xff"), ("b", None)])
            assert logs == [{"event": "dead letters put back", "log_level": "info", "back": 1, "skipped": 2}]
            shown = (await api.get("/dead-letters"))[1]["letters"]
            assert [each["replayed"] for each in shown] == [None, None, True]

    play(run())


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        pytest.param({"positions": []}, 422, "positions", id="none"),
        pytest.param({"positions": [place(n) for n in range(101)]}, 422, "positions", id="too many"),
        pytest.param({"positions": [place(-1)]}, 422, "positions", id="negative"),
        pytest.param({"positions": [{"zebra": 1}]}, 422, "positions", id="no place"),
        pytest.param({}, 422, "positions", id="nothing"),
        pytest.param([], 422, None, id="a list"),
        pytest.param(b"zebra", 422, None, id="no JSON"),
        pytest.param(b" " * 300_000, 413, None, id="too large"),
    ],
)
def test_what_cannot_be_meant_puts_nothing_back(body: Any, status: int, field: str | None) -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            reject(api.log, b"one")
            found, told = await api.post("/dead-letters/replay", body)
            assert (found, told["status"], told.get("field")) == (status, status, field)
            assert "zebra" not in str(told)
            assert api.log.records("listing-updates") == []

    play(run())
