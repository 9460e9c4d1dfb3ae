"""What the console may rely on, whether its stream is in memory or on a real Kafka."""

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from detector.clock import SystemClock
from detector.deadletters import error_headers
from detector.engines.http.console.memory import MemoryLog
from detector.engines.http.console.ports import GONE, NO_HOME, Judged, Lag, Letter, Letters, Place, Ports, Skipped
from detector.errors import InvalidRecord, Reason, Retry, Stage
from detector.feedback import Feedback
from detector.framing import frame_of
from detector.operations.console import kafka_ports
from detector.records import Headers, Partition, Position
from detector.settings import Settings
from tests.brokers import SECONDS, Sent, create_topics, produce_with, read_committed
from tests.samples import LEAK, event, outcome_of, record, verdict_of

NOW_MS = 1_763_632_800_000
OWN: Headers = [("a", b"\xff"), ("b", None), ("a", b"")]


class Found(NamedTuple):
    """A record as whoever reads the topic finds it."""

    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


@dataclass
class Tried:
    """A console's side towards a stream, and the ways to that stream past it."""

    settings: Settings
    ports: Ports
    write: Callable[[str, Sent], int]
    """To a topic of one partition; gives the offset."""
    found: Callable[[str], list[Found]]
    commit: Callable[[str, int], None]
    """The workers' next offset in an input topic."""


def in_memory() -> Tried:
    settings = Settings()
    log = MemoryLog(settings, SystemClock())

    def write(topic: str, sent: Sent) -> int:
        headers = [(name, value) for name, value in sent.headers if not isinstance(value, str)]
        return log.append(topic, sent.value, sent.key, headers, sent.timestamp_ms).offset

    return Tried(
        settings,
        log.ports,
        write,
        lambda topic: [Found(each.key, each.value, list(each.headers)) for each in log.records(topic)],
        lambda topic, offset: log.committed.update({topic: offset}),
    )


def on_broker(kafka: str) -> Tried:
    suffix = uuid.uuid4().hex[:8]
    stems = ("listing_topic", "booking_topic", "verdict_topic", "dead_letter_topic", "feedback_topic")
    names = {stem: f"{stem.replace('_', '-')}-{suffix}" for stem in stems}
    create_topics(kafka, *names.values(), partitions=1)
    settings = Settings(bootstrap_servers=kafka, group=suffix, **names)  # type: ignore[arg-type]

    producer = Producer({"bootstrap.servers": kafka, "linger.ms": 0})

    def write(topic: str, sent: Sent) -> int:
        placed = produce_with(producer, topic, [sent])
        assert producer.flush(SECONDS) == 0
        return placed[0][1]

    def found(topic: str) -> list[Found]:
        return [
            Found(each.key, each.value, [(name, value) for name, value in each.headers if not isinstance(value, str)])
            for each in read_committed(kafka, topic)
        ]

    def commit(topic: str, offset: int) -> None:
        worker = Consumer({"bootstrap.servers": kafka, "group.id": suffix, "enable.auto.commit": False})
        worker.commit(offsets=[TopicPartition(topic, 0, offset)], asynchronous=False)
        worker.close()

    return Tried(
        settings,
        kafka_ports(settings, SystemClock()),
        write,
        found,
        commit,
    )


@pytest.fixture(params=[pytest.param(False, id="memory"), pytest.param(True, id="kafka", marks=pytest.mark.kafka)])
def tried(request: pytest.FixtureRequest) -> Iterator[Tried]:
    tried = on_broker(request.getfixturevalue("kafka")) if request.param else in_memory()
    yield tried
    tried.ports.verdicts.close()
    tried.ports.lag.close()


def verdict(number: int, text: str = LEAK) -> Sent:
    """The verdict on an event written at `NOW_MS`; its own record is 40 ms later."""
    value = event({"name": text}, transactionContext={"transactionId": str(number)})
    outcome = outcome_of(record(value, number, timestamp_ms=NOW_MS))
    return Sent(outcome.value, outcome.key, list(outcome.headers), timestamp_ms=NOW_MS + 40)


def letter(value: bytes, origin: str, offset: int = 5) -> Sent:
    """What became of a record of that topic."""
    error = InvalidRecord(Stage.DECODE, Reason.NOT_JSON, "event", "is not valid JSON")
    added = error_headers(Position(Partition(origin, 3), offset), error)
    return Sent(value, b"k", [*OWN, *added], timestamp_ms=NOW_MS + offset)


def numbers(judged: Iterable[Judged]) -> list[int]:
    """The transaction ids of verdicts."""
    return [int(json.loads(each.json)["transactionContext"]["transactionId"]) for each in judged]


def come(tried: Tried, count: int) -> list[Judged]:
    """Verdicts as they come, until there are so many."""
    found: list[Judged] = []
    deadline = time.monotonic() + SECONDS
    while len(found) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} verdicts"
        found += tried.ports.verdicts.read(0.5)
    return found


def test_the_newest_verdicts_come_first_and_then_those_that_are_written(tried: Tried) -> None:
    topic = tried.settings.verdict_topic
    assert tried.ports.verdicts.open(3) == []
    for number in range(5):
        tried.write(topic, verdict(number))
    assert numbers(come(tried, 5)) == [0, 1, 2, 3, 4]
    assert numbers(tried.ports.verdicts.open(3)) == [2, 3, 4]
    tried.write(topic, verdict(5))
    (judged,) = come(tried, 1)
    assert judged.position == Position(Partition(topic, 0), 5)
    assert (judged.at_ms, judged.latency_ms) == (NOW_MS + 40, 40)
    tried.ports.verdicts.close()
    tried.ports.verdicts.close()
    assert numbers(tried.ports.verdicts.open(1)) == [5]


def test_what_is_no_verdict_is_passed_over(tried: Tried) -> None:
    topic = tried.settings.verdict_topic
    strange = [Sent(None, b"L-42"), Sent(b"{}"), Sent(b"\xff"), Sent(b"")]
    for sent in [verdict(1), *strange]:
        tried.write(topic, sent)
    assert numbers(tried.ports.verdicts.open(10)) == [1]
    for sent in [*strange, verdict(2)]:
        tried.write(topic, sent)
    assert numbers(come(tried, 1)) == [2]


def test_a_verdict_in_schema_registrys_wire_format_is_one_and_what_its_contract_does_not_know_stays_behind(
    tried: Tried,
) -> None:
    value = json.loads(verdict(1).value or b"")
    strange = json.dumps({**value, "ofAnotherVersion": "zebra"}).encode()
    tried.write(tried.settings.verdict_topic, Sent(frame_of(7) + strange, b"L-42", timestamp_ms=NOW_MS))
    (judged,) = tried.ports.verdicts.open(5)
    assert json.loads(judged.json) == value
    assert judged.latency_ms is None, "nobody knows when its event was written"


def test_an_event_is_found_where_it_stands_and_nowhere_else(tried: Tried) -> None:
    listings, events = tried.settings.listing_topic, tried.ports.events
    for value in (event({"name": "one"}), event({"name": "two"})):
        tried.write(listings, Sent(value))
    tried.write(tried.settings.verdict_topic, Sent(b"secret"))
    assert events.read(Position(Partition(listings, 0), 1)) == event({"name": "two"})
    for topic, partition, offset in [
        (listings, 0, 2),
        (listings, 1, 0),
        (tried.settings.booking_topic, 0, 0),
        (tried.settings.verdict_topic, 0, 0),
    ]:
        assert events.read(Position(Partition(topic, partition), offset)) is None


def test_dead_letters_are_shown_the_newest_first_without_what_they_hold(tried: Tried) -> None:
    topic = tried.settings.dead_letter_topic
    assert tried.ports.dead_letters.newest(5) == Letters([], 0)
    for offset in range(3):
        tried.write(topic, letter(b"zebra", "anywhere", offset))
    found = tried.ports.dead_letters.newest(2)
    assert (found.total, [each.position.offset for each in found.letters]) == (3, [2, 1])
    newest = found.letters[0]
    assert newest == Letter(
        position=Position(Partition(topic, 0), 2),
        at_ms=NOW_MS + 2,
        origin=Position(Partition("anywhere", 3), 2),
        stage="decode",
        reason="not-json",
        message="event: is not valid JSON",
        size=len(b"zebra" + b"k"),
    )
    assert "zebra" not in repr(found)


def test_a_dead_letter_that_says_nothing_is_shown_all_the_same(tried: Tried) -> None:
    tried.write(tried.settings.dead_letter_topic, Sent(None, None, timestamp_ms=NOW_MS))
    (found,) = tried.ports.dead_letters.newest(1).letters
    assert (found.origin, found.stage, found.reason, found.message, found.size) == (None, "", "", "", 0)


def test_chosen_dead_letters_go_home_byte_for_byte_and_are_known_to(tried: Tried) -> None:
    listings, letters = tried.settings.listing_topic, tried.settings.dead_letter_topic
    for sent in [
        letter(b"\x00\xff", listings),
        letter(b"not chosen", listings),
        letter(b"of another", letters),
        Sent(b"of nowhere"),
        letter(b"{}", tried.settings.booking_topic),
    ]:
        tried.write(letters, sent)
    chosen = [Place(0, 0), Place(0, 4), Place(0, 0), Place(0, 2), Place(0, 3), Place(0, 9), Place(0, 9), Place(7, 0)]
    back, skipped = tried.ports.dead_letters.put_back(chosen)
    assert back == 2
    assert list(skipped) == [
        Skipped(Place(0, 2), NO_HOME),
        Skipped(Place(0, 3), NO_HOME),
        Skipped(Place(0, 9), GONE),
        Skipped(Place(7, 0), GONE),
    ]
    assert tried.found(listings) == [Found(b"k", b"\x00\xff", list(OWN))]
    assert tried.found(tried.settings.booking_topic) == [Found(b"k", b"{}", list(OWN))]
    shown = {each.position.offset: each.replayed for each in tried.ports.dead_letters.newest(9).letters}
    assert shown == {0: True, 1: None, 2: None, 3: None, 4: True}


def test_feedback_is_there_once_it_is_written(tried: Tried) -> None:
    given = Feedback.on(verdict_of(event({"name": LEAK})), feedback_id="f", given_at=datetime.now(UTC), right=True)
    tried.ports.feedback.write(given)
    assert tried.found(tried.settings.feedback_topic) == [Found(*given.message[:2], list(given.message.headers))]


def test_lag_is_what_stands_behind_the_committed_offsets_of_both_inputs(tried: Tried) -> None:
    listings, bookings = tried.settings.listing_topic, tried.settings.booking_topic
    assert tried.ports.lag.measure() == Lag(0, 0.0)
    written = int(time.time() * 1000) - 1
    for topic, age in [(listings, 9_000), (listings, 5_000), (bookings, 2_000)]:
        tried.write(topic, Sent(event(), timestamp_ms=written - age))
    everything = tried.ports.lag.measure()
    assert everything.records == 3
    assert 9 <= (everything.seconds or 0) < 9 + SECONDS
    tried.commit(listings, 1)
    rest = tried.ports.lag.measure()
    assert rest.records == 2
    assert (rest.seconds or 0) < (tried.ports.lag.measure().seconds or 0), "it grows while nothing happens"
    assert 5 <= (rest.seconds or 0) < (everything.seconds or 0)
    for topic, offset in [(listings, 2), (bookings, 1)]:
        tried.commit(topic, offset)
    assert tried.ports.lag.measure() == Lag(0, 0.0)


def unreachable_in_memory() -> Ports:
    log = MemoryLog(Settings(), SystemClock())
    log.reachable = False
    return log.ports


def unreachable_kafka() -> Ports:
    return kafka_ports(Settings(bootstrap_servers="127.0.0.1:1"), SystemClock())


@pytest.mark.parametrize("make", [unreachable_in_memory, unreachable_kafka], ids=["memory", "kafka"])
def test_whatever_is_asked_while_nobody_answers_is_to_be_tried_again(make: Callable[[], Ports]) -> None:
    ports = make()
    given = Feedback.on(verdict_of(event({"name": LEAK})), feedback_id="f", given_at=datetime.now(UTC), right=True)
    asked: list[Callable[[], object]] = [
        lambda: ports.verdicts.open(1),
        ports.lag.measure,
        lambda: ports.events.read(Position(Partition("listing-updates", 0), 0)),
        lambda: ports.dead_letters.newest(1),
        lambda: ports.dead_letters.put_back([Place(0, 0)]),
        lambda: ports.feedback.write(given),
    ]
    began = time.monotonic()
    with ThreadPoolExecutor(len(asked)) as threads:
        answers = [threads.submit(each) for each in asked]
    assert [type(each.exception()) for each in answers] == [Retry] * len(asked)
    assert time.monotonic() - began < 15, "somebody waits for each"
