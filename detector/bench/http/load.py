"""The users. Imports httpx, which is in the extra `bench`."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import httpx

from detector.errors import DetectorError

SCORE = "/v1/score"
_PATIENCE_SECONDS = 10.0
_LEAD_SECONDS = 0.05
_HEADERS = {"Content-Type": "application/json"}


@dataclass(slots=True)
class Answered:
    """What one run gave: the time in ms of each verdict, from when it was meant to be asked for, and the refusals.

    `late_ms` is how late the requests of an open loop left: what the generator itself adds.
    """

    latencies_ms: list[float] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0

    @property
    def asked(self) -> int:
        """All requests."""
        return len(self.latencies_ms) + self.refused


async def closed_loop(url: str, events: Sequence[bytes], users: int, seconds: float) -> Answered:
    """So many users ask, each again once it has its answer, until all events are asked about or the time is over."""
    answered, waiting = Answered(), iter(events)
    async with _client(url, users) as client:
        start = time.monotonic()
        await asyncio.gather(*(_user(client, waiting, start + seconds, answered) for _ in range(users)))
        answered.seconds = time.monotonic() - start
    return answered


async def open_loop(url: str, events: Sequence[bytes], due: Sequence[float], seconds: float) -> Answered:
    """Each event is asked about at its time, whatever has become of those before; `due` are seconds from the beginning.

    What is due after `seconds` is left out.
    """
    answered, asking = Answered(), []
    async with _client(url, len(events)) as client:
        start = time.monotonic() + _LEAD_SECONDS
        for event, after in zip(events, due, strict=True):
            if after > seconds:
                break
            await asyncio.sleep(start + after - time.monotonic())
            answered.late_ms.append(1000 * (time.monotonic() - start - after))
            asking.append(asyncio.ensure_future(_ask(client, event, start + after, answered)))
        await asyncio.gather(*asking)
        answered.seconds = time.monotonic() - start
    return answered


def _client(url: str, connections: int) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=connections)
    return httpx.AsyncClient(base_url=url, headers=_HEADERS, timeout=_PATIENCE_SECONDS, limits=limits, trust_env=False)


async def _user(client: httpx.AsyncClient, events: Iterator[bytes], end: float, answered: Answered) -> None:
    for event in events:
        if (now := time.monotonic()) >= end:
            return
        await _ask(client, event, now, answered)


async def _ask(client: httpx.AsyncClient, event: bytes, meant: float, answered: Answered) -> None:
    try:
        answer = await client.post(SCORE, content=event)
    except httpx.HTTPError as error:
        raise DetectorError(f"the server did not answer ({type(error).__name__}).") from None
    if answer.status_code == httpx.codes.OK:
        answered.latencies_ms.append(1000 * (time.monotonic() - meant))
    elif answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        answered.refused += 1
    else:
        raise DetectorError(f"the server answered an event of the bench with {answer.status_code}.")
