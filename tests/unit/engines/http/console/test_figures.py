"""What the feed counts, and what one viewer gets of it."""

import asyncio
from collections.abc import Callable

import pytest

from detector.engines.http.console.ports import Judged, Lag
from detector.engines.http.console.recent import Recent
from detector.engines.http.console.viewer import AT_ONCE, Viewer
from detector.engines.http.console.wire import gap_event, pulse_event, verdict_event
from detector.events import EventKind
from detector.records import Partition, Position
from tests.unit.engines.http.console.rig import told_in
from tests.unit.engines.http.rig import PATIENCE, play

NOW = 1_763_632_800_000


def judged(at_ms: int = NOW, latency_ms: int | None = None, offset: int = 0) -> Judged:
    return Judged(
        Position(Partition("verdicts", 2), offset), EventKind.BOOKING, at_ms, latency_ms, '{"a":"\\u2028\\n"}'
    )


def recent(*verdicts: Judged) -> Recent:
    figures = Recent()
    figures.add(verdicts)
    return figures


def test_latency_is_of_the_last_minute() -> None:
    figures = recent(judged(NOW - 60_000, 9_999), *(judged(NOW - 59_999 + n, n) for n in range(1, 201)))
    assert figures.latency(NOW) == (100.0, 198.0, 200)
    assert figures.latency(NOW + 200) == (200.0, 200.0, 1)
    assert figures.latency(NOW + 120_000) == (None, None, 0)


def test_one_verdict_is_every_percentile() -> None:
    assert recent(judged(latency_ms=7)).latency(NOW) == (7.0, 7.0, 1)


def test_who_does_not_say_how_long_it_took_counts_for_the_rate_alone() -> None:
    figures = recent(judged(latency_ms=None), judged(NOW - 10_000, 1))
    assert figures.latency(NOW) == (1.0, 1.0, 1)
    assert figures.per_second(NOW) == pytest.approx(0.1)


def test_events_are_what_a_browser_reads() -> None:
    (told,) = told_in(verdict_event(judged(NOW + 7, 40, 991)))
    assert (told.name, told.id) == ("verdict", "2-991")
    assert told.data == {
        "verdict": {"a": "\u2028\n"},
        "kind": "booking",
        "at": "2025-11-20T10:00:00.007Z",
        "latencyMs": 40,
        "position": {"topic": "verdicts", "partition": 2, "offset": 991},
    }
    (pulse,) = told_in(pulse_event(NOW, Lag(3, 1.5), recent(judged(NOW, 40)), connected=True))
    assert pulse.data == {
        "at": "2025-11-20T10:00:00.000Z",
        "connected": True,
        "lag": {"records": 3, "seconds": 1.5},
        "latency": {"p50Ms": 40.0, "p99Ms": 40.0, "count": 1},
        "perSecond": 0.1,
    }


def test_a_slow_viewer_loses_the_oldest_and_is_told_how_many() -> None:
    async def run() -> None:
        viewer = Viewer(most=3)
        viewer.offer([b"1", b"2"])
        viewer.offer([b"3", b"4", b"5"])
        viewer.beat(b"old")
        viewer.beat(b"new")
        assert await viewer.next() == gap_event(2) + b"345new"
        viewer.offer([b"6"])
        assert await viewer.next() == b"6"

    play(run())


def test_a_pile_is_handed_over_in_parts() -> None:
    async def run() -> None:
        viewer = Viewer()
        viewer.offer([b"x"] * (AT_ONCE + 1))
        assert [len(await viewer.next() or b"") for _ in range(2)] == [AT_ONCE, 1]

    play(run())


@pytest.mark.parametrize(
    ("tell", "sent"),
    [
        pytest.param(lambda viewer: viewer.offer([b"1"]), b"1", id="verdict"),
        pytest.param(lambda viewer: viewer.beat(b"2"), b"2", id="pulse"),
        pytest.param(Viewer.end, None, id="end"),
    ],
)
def test_a_viewer_who_waits_is_woken(tell: Callable[[Viewer], None], sent: bytes | None) -> None:
    async def run() -> None:
        viewer = Viewer()
        waiting = asyncio.ensure_future(viewer.next())
        await asyncio.sleep(0)
        assert not waiting.done()
        tell(viewer)
        assert await asyncio.wait_for(waiting, PATIENCE) == sent

    play(run())


def test_the_end_comes_before_what_still_waits() -> None:
    async def run() -> None:
        viewer = Viewer()
        viewer.offer([b"1"])
        viewer.end()
        assert await viewer.next() is None
        assert await viewer.next() is None

    play(run())
