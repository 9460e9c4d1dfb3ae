"""What every sink promises, the one in memory and the ones on a real broker."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer

from detector.clock import SystemClock
from detector.engines.kafka.clients import consumer_config, producer_config
from detector.engines.kafka.commits import PendingCommits
from detector.engines.kafka.memory import MemorySink
from detector.engines.kafka.sinks import AtLeastOnceSink, Sink, TransactionalSink, as_offsets
from detector.errors import Retry
from detector.events import EventKind
from detector.outcomes import Delivery, Destination, Outcome
from detector.records import Partition, Position
from detector.settings import Delivery as Guarantee
from detector.settings import Settings
from tests.brokers import SECONDS, committed_offsets, create_topics, read_committed

Seen = tuple[Destination, bytes | None, bytes | None]


@dataclass
class Tried:
    """A sink under test and the ways to look behind it."""

    sink: Sink
    group: Any
    stale_group: Any
    source: Partition
    seen: Callable[[], list[Seen]]
    committed: Callable[[], int | None]


def in_memory() -> Tried:
    sink = MemorySink()
    sink.stale = ["old"]
    source = Partition("input", 0)
    return Tried(
        sink,
        "new",
        "old",
        source,
        lambda: [(each.destination, each.key, each.value) for each in sink.written],
        lambda: sink.committed.get(source),
    )


class Joined:
    """A member of a group that owns the one partition of an input topic."""

    def __init__(self, settings: Settings, topic: str) -> None:
        self.consumer = Consumer(consumer_config(settings))
        assigned = Event()
        self.consumer.subscribe([topic], on_assign=lambda _consumer, _partitions: assigned.set())
        while not assigned.is_set():
            self.consumer.poll(0.1)
        self.group = self.consumer.consumer_group_metadata()


@contextmanager
def on_broker(kafka: str, guarantee: Guarantee) -> Iterator[Tried]:
    name = f"contract-{uuid.uuid4().hex[:8]}"
    create_topics(kafka, f"{name}-in", f"{name}-verdicts", f"{name}-dead", partitions=1)
    settings = Settings(bootstrap_servers=kafka, group=name, delivery=guarantee)
    older = Joined(settings, f"{name}-in")
    older.consumer.close()
    joined = Joined(settings, f"{name}-in")
    topics = {Destination.VERDICTS: f"{name}-verdicts", Destination.DEAD_LETTERS: f"{name}-dead"}
    commits = PendingCommits()
    stopping = Event()

    def make_producer() -> Producer:
        return Producer(producer_config(settings, "contract"))

    sink: Sink = (
        TransactionalSink(make_producer, topics, stopping, lambda: None, SystemClock(), SECONDS)
        if guarantee is Guarantee.EXACTLY_ONCE
        else AtLeastOnceSink(make_producer, topics, stopping, commits, SystemClock())
    )

    def committed() -> int | None:
        # The reader's part of at-least-once: it alone may use the consumer.
        if offsets := commits.take():
            joined.consumer.commit(offsets=as_offsets(offsets), asynchronous=False)
        return committed_offsets(kafka, name, f"{name}-in").get(0)

    yield Tried(
        sink,
        joined.group,
        older.group,
        Partition(f"{name}-in", 0),
        lambda: [
            (destination, each.key, each.value)
            for destination, topic in topics.items()
            for each in read_committed(kafka, topic)
        ],
        committed,
    )
    joined.consumer.close()


MEMORY = pytest.param(None, id="memory")
EXACTLY_ONCE = pytest.param(Guarantee.EXACTLY_ONCE, id="exactly-once", marks=pytest.mark.kafka)
AT_LEAST_ONCE = pytest.param(Guarantee.AT_LEAST_ONCE, id="at-least-once", marks=pytest.mark.kafka)


@pytest.fixture(params=[MEMORY, EXACTLY_ONCE, AT_LEAST_ONCE])
def tried(request: pytest.FixtureRequest) -> Iterator[Tried]:
    if request.param is None:
        yield in_memory()
        return
    with on_broker(request.getfixturevalue("kafka"), request.param) as found:
        found.sink.open()
        yield found


def eventually(look: Callable[[], object], expected: object) -> None:
    """A commit returns before the broker has written its markers, so what it made visible is seen a moment later."""
    deadline = time.monotonic() + SECONDS
    while (found := look()) != expected:
        assert time.monotonic() < deadline, f"{found} instead of {expected}"


def outcome(tried: Tried, offset: int, destination: Destination = Destination.VERDICTS) -> Outcome:
    return Outcome(
        position=Position(tried.source, offset),
        destination=destination,
        kind=EventKind.BOOKING,
        key=f"key-{offset}".encode(),
        value=f"value-{offset}".encode(),
        headers=[("name", b"value")],
        weight=1,
    )


def test_outcomes_go_to_their_destinations_in_order_and_the_offset_is_committed(tried: Tried) -> None:
    outcomes = [outcome(tried, 0), outcome(tried, 1), outcome(tried, 2, Destination.DEAD_LETTERS)]
    tried.sink.deliver(Delivery(outcomes, {tried.source: 3}), tried.group)
    written = [
        (Destination.VERDICTS, b"key-0", b"value-0"),
        (Destination.VERDICTS, b"key-1", b"value-1"),
        (Destination.DEAD_LETTERS, b"key-2", b"value-2"),
    ]
    eventually(tried.seen, written)
    eventually(tried.committed, 3)


def test_one_delivery_follows_the_other(tried: Tried) -> None:
    for offset in range(5):
        tried.sink.deliver(Delivery([outcome(tried, offset)], {tried.source: offset + 1}), tried.group)
    eventually(tried.seen, [(Destination.VERDICTS, f"key-{n}".encode(), f"value-{n}".encode()) for n in range(5)])
    eventually(tried.committed, 5)


def test_a_tombstone_is_written_as_one(tried: Tried) -> None:
    tombstone = Outcome(
        position=Position(tried.source, 0),
        destination=Destination.VERDICTS,
        kind=EventKind.LISTING_UPDATE,
        key=b"L-1",
        value=None,
        headers=[],
        weight=1,
    )
    tried.sink.deliver(Delivery([tombstone], {tried.source: 1}), tried.group)
    eventually(tried.seen, [(Destination.VERDICTS, b"L-1", None)])


@pytest.mark.parametrize("tried", [MEMORY, EXACTLY_ONCE], indirect=True)
def test_a_refused_delivery_leaves_nothing_behind_and_can_be_made_again(tried: Tried) -> None:
    delivery = Delivery([outcome(tried, 0)], {tried.source: 1})
    with pytest.raises(Retry):
        tried.sink.deliver(delivery, tried.stale_group)
    assert tried.seen() == []
    assert tried.committed() is None
    tried.sink.deliver(delivery, tried.group)
    eventually(tried.seen, [(Destination.VERDICTS, b"key-0", b"value-0")])
    eventually(tried.committed, 1)
