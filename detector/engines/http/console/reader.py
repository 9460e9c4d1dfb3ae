"""Follows the stream for as long as somebody looks: verdicts as they come, and how far the workers are behind."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TypeVar

import structlog

from detector.engines.http.console.ports import UNKNOWN_LAG, Judged, LagProbe, VerdictStream
from detector.errors import DetectorError

log = structlog.get_logger()

KEPT = 200
"""Verdicts of before that are shown first."""
READ_SECONDS = 0.25
MEASURE_SECONDS = 2.0
RETRY_SECONDS = 1.0

Result = TypeVar("Result")


class Reader:
    """`arrived` is called with verdicts as they come, `changed` when the connection or the lag is another than it was.

    Both blocking sides run in the threads they are given, one for each, so that a slow cluster holds up nothing else.
    Whatever the cluster does, it is tried again.
    """

    def __init__(
        self,
        stream: VerdictStream,
        probe: LagProbe,
        threads: tuple[Executor, Executor],
        arrived: Callable[[Sequence[Judged]], None],
        changed: Callable[[], None],
    ) -> None:
        self._stream = stream
        self._probe = probe
        self._threads = threads
        self._arrived = arrived
        self._changed = changed
        self._opened = False
        self._answers = True
        self._said: bool | None = None
        self.lag = UNKNOWN_LAG

    @property
    def connected(self) -> bool:
        """Whether verdicts are read and the cluster answered when it was last asked."""
        return self._opened and self._answers

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self._measure())

    async def _follow(self) -> None:
        reading, _ = self._threads
        try:
            while True:
                try:
                    self._arrived(await _call(reading, lambda: self._stream.open(KEPT)))
                    self._found(opened=True)
                    while True:
                        self._arrived(await _call(reading, lambda: self._stream.read(READ_SECONDS)))
                except DetectorError as error:
                    self._found(opened=False, cause=error)
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            await _call(reading, self._stream.close)

    async def _measure(self) -> None:
        _, measuring = self._threads
        try:
            while True:
                try:
                    self.lag = await _call(measuring, self._probe.measure)
                    self._found(answers=True)
                except DetectorError as error:
                    self.lag = UNKNOWN_LAG
                    self._found(answers=False, cause=error)
                await asyncio.sleep(MEASURE_SECONDS)
        finally:
            await _call(measuring, self._probe.close)

    def _found(
        self, *, opened: bool | None = None, answers: bool | None = None, cause: DetectorError | None = None
    ) -> None:
        self._opened = self._opened if opened is None else opened
        self._answers = self._answers if answers is None else answers
        if self.connected == self._said or (cause is None and not self.connected):
            return
        self._said = self.connected
        if cause is None:
            log.info("console reads the stream")
        else:
            log.warning("console cannot read the stream", cause=str(cause))
        self._changed()


async def _call(thread: Executor, function: Callable[[], Result]) -> Result:
    return await asyncio.get_running_loop().run_in_executor(thread, function)
