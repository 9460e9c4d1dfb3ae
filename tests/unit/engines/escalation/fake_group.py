"""Processes of a group that answer each other without a network."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

from detector.clock import ManualClock
from detector.engines.escalation.answers import Refusal
from detector.engines.escalation.lookup import ALONE, Lookup, partition_of
from detector.errors import Retry
from detector.events.model import WireModel
from detector.offenders import Book, Kind, MemoryBook
from detector.offenders.times import moment_of
from tests.unit.offenders.sightings import NOON, applied, violation

PARTITIONS = 4
NOW = datetime.fromtimestamp(NOON / 1000, UTC)


class Process:
    """One of them: its books, and what it believes of the others."""

    def __init__(self, network: "Network", address: str, owned: set[int]) -> None:
        self._network = network
        self.address = address
        self.partitions = owned
        self.is_ready = True
        self.answers = True
        self.books = {number: MemoryBook() for number in range(PARTITIONS)}
        self.lookup = Lookup(self, self.book, PARTITIONS, ManualClock(NOW))

    def book(self, partition: int) -> Book:
        return self.books[partition]

    def owned(self) -> set[int]:
        return self.partitions

    def others(self) -> Mapping[str, Collection[int]]:
        return {
            address: process.partitions for address, process in self._network.processes.items() if process is not self
        }

    async def fetch(self, url: str) -> tuple[int, bytes]:
        return await self._network.answer(url)


class Network:
    """Two processes that own two partitions each."""

    def __init__(self) -> None:
        self.processes: dict[str, Process] = {}
        self.asked: list[str] = []
        for address, owned in (("http://one", {0, 1}), ("http://two", {2, 3})):
            self.processes[address] = Process(self, address, owned)
        self.one, self.two = self.processes.values()

    def count(self, who: str, times: int) -> Process:
        """Violations of an offender, kept where its sightings would be; gives the process that owns it."""
        partition = partition_of(who, PARTITIONS)
        owner = next(process for process in self.processes.values() if partition in process.partitions)
        for number in range(times):
            applied(owner.books[partition], violation(NOON - number, who=who))
        return owner

    async def answer(self, url: str) -> tuple[int, bytes]:
        """As a process's pages do."""
        self.asked.append(url)
        parts = urlsplit(url)
        process = self.processes[f"{parts.scheme}://{parts.netloc}"]
        if not process.answers:
            raise Retry("another worker does not answer")
        query = parse_qs(parts.query)
        assert ALONE in query
        try:
            found: WireModel | None
            if parts.path == "/partners.json":
                found = await process.lookup.top(query["window"][0], alone=True)
            else:
                kind, identity = parts.path.removeprefix("/").removesuffix(".json").split("s/", 1)
                found = await process.lookup.one(Kind(kind), unquote(identity), alone=True)
        except Retry as reason:
            return 503, Refusal(error=str(reason)).model_dump_json().encode()
        return (404, b"") if found is None else (200, found.model_dump_json(by_alias=True).encode())


assert moment_of(NOON) == NOW
