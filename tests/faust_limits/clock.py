"""An event loop whose clock is moved by what waits for it, so that hours pass in no time and always alike."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any


class _NothingElseToDo(selectors.DefaultSelector):
    """Where a loop would sleep until its next timer, the clock is put forward to it."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select(None)
        ready = super().select(0)
        if not ready:
            self.seconds += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _NothingElseToDo()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.seconds


def in_no_time(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test's scenario in such a loop; `asyncio.get_running_loop().time()` is its clock and starts at 0."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        runner.run(scenario())
