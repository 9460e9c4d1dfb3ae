"""The console asked in the test's own process, about a stream in memory."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from detector.clock import ManualClock
from detector.deadletters import error_headers
from detector.engines.http.console.console import Console
from detector.engines.http.console.memory import MemoryLog
from detector.errors import InvalidRecord, Reason, Stage
from detector.records import Headers, Partition, Position
from detector.settings import Settings
from tests.samples import LEAK, event, outcome_of, record
from tests.unit.engines.http.rig import Api

KEY = "a-key-of-the-test-suite"
MODEL = "KeywordScorer/1.0/v20261121"


class ConsoleApi(Api):
    """An `Api` with a console; `log` is the stream. `settings` are those of both."""

    def __init__(self, **settings: Any) -> None:
        given = Settings(**settings)
        self.clock = ManualClock()
        self.log = MemoryLog(given, self.clock)
        self.console = Console(given, self.log.ports, self.clock, MODEL)
        super().__init__(routers=self.console.routers, schemas=self.console.schemas, **settings)

    async def __aexit__(self, *exception: object) -> None:
        await self.console.close()
        await super().__aexit__(*exception)

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Status and JSON of a part of the console."""
        answer = await self.client.get(f"/v1/console{path}", headers=headers)
        return answer.status_code, answer.json()

    async def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        """The same for what is sent as JSON; bytes are sent as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        answer = await self.client.post(f"/v1/console{path}", content=content, headers=headers)
        return answer.status_code, answer.json()


def judge(log: MemoryLog, number: int = 0, text: str = LEAK, *, took_ms: int = 40, **members: object) -> Position:
    """An event's verdict comes to the stream now; its event was written so long before."""
    now_ms = round(log.clock.now().timestamp() * 1000)
    value = event({"name": text}, transactionContext={"transactionId": str(number)}, **members)
    outcome = outcome_of(record(value, number, timestamp_ms=now_ms - took_ms))
    return log.append(log.settings.verdict_topic, outcome.value, outcome.key, outcome.headers)


def reject(log: MemoryLog, value: bytes, origin: str = "listing-updates", headers: Headers = ()) -> Position:
    """A record of that topic becomes a dead letter now."""
    error = InvalidRecord(Stage.DECODE, Reason.NOT_JSON, "event", "is not valid JSON")
    added = error_headers(Position(Partition(origin, 3), 7), error)
    return log.append(log.settings.dead_letter_topic, value, b"k", [*headers, *added])


class Told(NamedTuple):
    """One event of a feed."""

    name: str
    id: str | None
    data: Any


def told_in(chunk: bytes) -> Iterator[Told]:
    """The events in a piece of a feed that holds whole ones."""
    for block in chunk.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        if fields:
            yield Told(fields["event"], fields.get("id"), json.loads(fields["data"]))


def numbers(told: Sequence[Told]) -> list[int]:
    """The transaction ids of the verdicts among them."""
    return [int(each.data["verdict"]["transactionContext"]["transactionId"]) for each in told if each.name == "verdict"]


def pulses(told: list[Told], *, connected: bool) -> list[Told]:
    return [each for each in told if each.name == "pulse" and each.data["connected"] is connected]
