"""One reading for all who look, for as long as somebody does, whatever the stream does."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack

import pytest
import structlog

from detector.clock import ManualClock
from detector.engines.http.console.feed import MOST_VIEWERS, Feed
from detector.engines.http.console.memory import MemoryLog, MemoryVerdicts
from detector.engines.http.console.ports import Judged
from detector.engines.http.console.reader import KEPT
from detector.engines.http.console.viewer import Viewer
from detector.engines.http.problems import Refused
from detector.errors import Retry
from detector.settings import Settings
from tests.bad_events import CANARY
from tests.unit.engines.http.console.rig import Told, judge, numbers, pulses, told_in
from tests.unit.engines.http.rig import PATIENCE, play


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog(Settings(), ManualClock())


class Watched(MemoryVerdicts):
    """Counts how often it was opened and closed, and fails in mid-work when told to."""

    def __init__(self, log: MemoryLog) -> None:
        super().__init__(log)
        self.opened = self.closed = 0
        self.failure: Exception | None = None

    def open(self, most: int) -> list[Judged]:
        found = super().open(most)
        self.opened += 1
        return found

    def read(self, seconds: float) -> list[Judged]:
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        return super().read(seconds)

    def close(self) -> None:
        self.closed += 1
        super().close()


class Looking:
    """A feed, and what its viewers have seen."""

    def __init__(self, log: MemoryLog, patience_seconds: float = PATIENCE) -> None:
        self.stream = Watched(log)
        self.feed = Feed(self.stream, log.ports.lag, log.clock, patience_seconds)
        self.stack = ExitStack()

    def viewer(self) -> "Seen":
        return Seen(self.stack.enter_context(self.feed.viewing()))


class Seen:
    """What one viewer has been sent."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.told: list[Told] = []

    async def until(self, enough: Callable[[list[Told]], bool]) -> list[Told]:
        """Everything, once there is enough."""
        async with asyncio.timeout(PATIENCE):
            while not enough(self.told):
                chunk = await self.viewer.next()
                assert chunk is not None, f"the feed ended after {self.told}"
                self.told += told_in(chunk)
        return self.told

    async def until_verdicts(self, count: int) -> list[int]:
        return numbers(await self.until(lambda told: len(numbers(told)) >= count))

    async def until_pulse(self, *, connected: bool) -> Told:
        """The first one from now on that says so."""
        self.told = [each for each in self.told if each.name != "pulse"]
        told = await self.until(lambda told: bool(pulses(told, connected=connected)))
        return pulses(told, connected=connected)[0]

    async def to_the_end(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self.viewer.next() is not None:
                pass


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - nothing tells when a thread has done its part
            await asyncio.sleep(0.005)


def test_the_newest_come_first_and_then_what_is_written(log: MemoryLog) -> None:
    async def run() -> None:
        looking = Looking(log)
        for number in range(KEPT + 5):
            judge(log, number)
        seen = looking.viewer()
        assert await seen.until_verdicts(KEPT) == list(range(5, KEPT + 5))
        judge(log, 999, took_ms=70)
        await seen.until_verdicts(KEPT + 1)
        last = next(each for each in reversed(seen.told) if each.name == "verdict")
        assert (last.data["verdict"]["transactionContext"]["transactionId"], last.data["latencyMs"]) == ("999", 70)
        await looking.feed.close()

    play(run())


def test_pulses_say_how_things_stand(log: MemoryLog) -> None:
    async def run() -> None:
        looking = Looking(log)
        judge(log, took_ms=40)
        log.append("listing-updates", b"waits")
        log.clock.advance(3)  # type: ignore[attr-defined]
        pulse = await looking.viewer().until_pulse(connected=True)
        assert pulse.data["latency"] == {"p50Ms": 40.0, "p99Ms": 40.0, "count": 1}
        assert pulse.data["perSecond"] == pytest.approx(0.1)
        await looking.feed.close()

    play(run())


def test_the_lag_is_that_of_the_workers(log: MemoryLog) -> None:
    async def run() -> None:
        looking = Looking(log)
        log.append("listing-updates", b"waits")
        log.clock.advance(3)  # type: ignore[attr-defined]
        seen = looking.viewer()
        await seen.until(lambda told: any(each.data.get("lag") == {"records": 1, "seconds": 3.0} for each in told))
        log.committed["listing-updates"] = 1
        await seen.until(lambda told: any(each.data.get("lag") == {"records": 0, "seconds": 0.0} for each in told))
        await looking.feed.close()

    play(run())


def test_all_look_at_one_reading(log: MemoryLog) -> None:
    async def run() -> None:
        looking = Looking(log)
        judge(log, 1)
        first = looking.viewer()
        assert await first.until_verdicts(1) == [1]
        second = looking.viewer()
        assert await second.until_verdicts(1) == [1]
        judge(log, 2)
        assert await first.until_verdicts(2) == await second.until_verdicts(2) == [1, 2]
        assert looking.stream.opened == 1
        await looking.feed.close()
        assert looking.stream.closed == 1

    play(run())


def test_nothing_is_read_before_somebody_looks_nor_for_long_after(log: MemoryLog) -> None:
    async def run() -> None:
        looking = Looking(log, patience_seconds=0.0)
        judge(log, 1)
        assert looking.stream.opened == 0
        with looking.feed.viewing() as viewer:
            await Seen(viewer).until_verdicts(1)
        await until(lambda: looking.stream.closed == 1)
        judge(log, 2)
        assert await looking.viewer().until_verdicts(2) == [1, 2]
        assert looking.stream.opened == 2
        await looking.feed.close()

    play(run())


def test_who_comes_back_soon_finds_it_running(log: MemoryLog) -> None:
    async def run() -> None:
        looking = Looking(log)
        judge(log, 1)
        for _ in range(3):
            with looking.feed.viewing() as viewer:
                assert await Seen(viewer).until_verdicts(1) == [1]
            for _turn_of_the_loop in range(5):
                await asyncio.sleep(0)
        assert (looking.stream.opened, looking.stream.closed) == (1, 0)
        await looking.feed.close()

    play(run())


def test_a_stream_that_does_not_answer_is_said_so_until_it_does(log: MemoryLog) -> None:
    async def run() -> None:
        looking = Looking(log)
        log.reachable = False
        seen = looking.viewer()
        with structlog.testing.capture_logs() as logs:
            pulse = await seen.until_pulse(connected=False)
            assert pulse.data["lag"] == {"records": None, "seconds": None}
            judge(log, 1)
            log.reachable = True
            await seen.until_pulse(connected=True)
            assert await seen.until_verdicts(1) == [1]
            log.reachable = False
            await seen.until_pulse(connected=False)
            judge(log, 2)
            log.reachable = True
            await seen.until_pulse(connected=True)
            assert await seen.until_verdicts(2) == [1, 2]
            await looking.feed.close()
        assert [line["event"] for line in logs] == [
            "console cannot read the stream",
            "console reads the stream",
            "console cannot read the stream",
            "console reads the stream",
        ], "a change is a line, and an outage is not a line each second"

    play(run())


def test_reading_begins_anew_after_a_failure_and_shows_nothing_twice(log: MemoryLog) -> None:
    async def run() -> None:
        looking = Looking(log)
        judge(log, 1)
        seen = looking.viewer()
        await seen.until_verdicts(1)
        looking.stream.failure = Retry("the cluster failed in mid-work")
        await until(lambda: looking.stream.opened == 2)
        judge(log, 2)
        assert await seen.until_verdicts(2) == [1, 2]
        assert await looking.viewer().until_verdicts(2) == [1, 2]
        await looking.feed.close()

    play(run())


def test_a_defect_ends_the_feed_says_no_more_than_its_kind_and_the_next_viewer_begins_anew(log: MemoryLog) -> None:
    async def run() -> None:
        looking = Looking(log)
        seen = looking.viewer()
        await seen.until_pulse(connected=True)
        with structlog.testing.capture_logs() as logs:
            looking.stream.failure = ValueError(CANARY)
            await seen.to_the_end()
        assert logs == [{"event": "console feed is broken", "log_level": "error", "errors": ["ValueError"]}]
        await looking.viewer().until_pulse(connected=True)
        await looking.feed.close()

    play(run())


def test_closing_ends_every_feed_at_once_and_lets_nobody_in(log: MemoryLog) -> None:
    async def run() -> None:
        looking = Looking(log)
        viewers = [looking.viewer() for _ in range(3)]
        for each in viewers:
            await each.until_pulse(connected=True)
        await looking.feed.close()
        for each in viewers:
            await each.to_the_end()
        with pytest.raises(Refused), looking.feed.viewing():
            pass
        looking.stack.close()
        assert looking.stream.closed == 1

    play(run())


def test_there_is_room_for_so_many_and_again_when_one_goes(log: MemoryLog) -> None:
    async def run() -> None:
        looking = Looking(log)
        with looking.feed.viewing():
            for _ in range(MOST_VIEWERS - 1):
                looking.viewer()
            with pytest.raises(Refused) as refused, looking.feed.viewing():
                pass
            assert (refused.value.problem.status, refused.value.headers["Retry-After"]) == (503, "1")
        looking.viewer()
        await looking.feed.close()

    play(run())
