"""What the console's routes have in common: calls that block, refusals, their description."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from detector.engines.http.problems import MEDIA_TYPE, Refused, no_stream, plain
from detector.errors import DetectorError

PREFIX, TAG = "/v1/console", "console"
MOST_CALLS = 8

Result = TypeVar("Result")

_TOLD = {
    401: "No valid API key.",
    403: "Texts are not shown here.",
    404: "There is no such record any more.",
    408: "The body did not arrive in time.",
    413: "The body is too large.",
    415: "The body is not called application/json.",
    422: "The request does not fit.",
    503: "The stream cannot be reached: ask again after `Retry-After` seconds.",
}


def refusals(*statuses: int, guarded: bool) -> dict[int | str, dict[str, Any]]:
    """For a route's description; 401 is among them where a key is asked for."""
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": _TOLD[status], "content": problem}
        for status in (*((401,) if guarded else ()), *statuses)
    }


class Calls:
    """Carries calls that block out in threads of its own, so many at a time that none waits for another."""

    def __init__(self, most: int = MOST_CALLS) -> None:
        self._most = most
        self._running = 0
        self._threads = ThreadPoolExecutor(most, "console-call")

    async def of(self, function: Callable[[], Result]) -> Result:
        """Its result; raises `Refused` where the stream cannot be reached, or where there are too many calls already."""
        if self._running >= self._most:
            raise Refused(
                plain(503, "As much is being asked of the stream as there is room for. Ask again in a moment.")
            )
        self._running += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, function)
        except DetectorError as error:
            raise Refused(no_stream(str(error))) from None
        finally:
            self._running -= 1

    def close(self) -> None:
        """Begin no more calls."""
        self._threads.shutdown(wait=False, cancel_futures=True)
