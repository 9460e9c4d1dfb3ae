"""The analyst's console over a real stream: a worker judges, people look, answer, and put back."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition
from jsonschema import Draft202012Validator

from detector.clock import SystemClock
from detector.engines.http.console.ports import Lag, LagProbe
from detector.operations.console import kafka_ports
from detector.settings import Settings
from tests.brokers import Sent, create_topics, produce, read_committed
from tests.faust_limits.transactions import produce_transaction
from tests.integration.consoles import console, forwarding, looking, nobody
from tests.integration.events import CLEAN, LEAK, event, events
from tests.integration.servers import ServerProcess
from tests.integration.workers import SECONDS, Stream, fresh_stream, running

pytestmark = pytest.mark.kafka

SCHEMAS = Path(__file__).parents[2] / "schemas"
HEADERS = [("origin", b"\xff"), ("empty", None)]
NOTE = "walrus"


@pytest.fixture(scope="module")
def stream(kafka: str) -> Iterator[Stream]:
    """A stream with a topic for feedback, on which a worker judges."""
    fresh = fresh_stream(kafka)
    feedback = f"feedback-{fresh.group}"
    create_topics(kafka, feedback, partitions=2)
    stream = fresh_stream_with(fresh, DETECTOR_FEEDBACK_TOPIC=feedback)
    produce(kafka, stream.listings, events(range(8)))
    with running(stream):
        yield stream


@pytest.fixture(scope="module")
def server(stream: Stream) -> Iterator[ServerProcess]:
    """A console that may show texts."""
    with console(stream, DETECTOR_CONSOLE_TEXTS="true", DETECTOR_LOG_LEVEL="debug") as server:
        yield server


def fresh_stream_with(stream: Stream, **settings: str) -> Stream:
    names = (stream.bootstrap, stream.listings, stream.bookings, stream.verdicts, stream.dead_letters, stream.group)
    return Stream(*names, settings)


def number_of(shown: Any) -> int:
    return int(shown["verdict"]["transactionContext"]["transactionId"])


def test_what_was_judged_is_shown_and_then_what_is_being_judged(stream: Stream, server: ServerProcess) -> None:
    with looking(server) as feed:
        before = feed.until_verdicts(8)
        assert {number_of(each) for each in before} == set(range(8))
        assert [each["at"] for each in before] == sorted(each["at"] for each in before)
        produce(stream.bootstrap, stream.bookings, [event(8)])
        live = feed.until_verdicts(9)[-1]
        assert (number_of(live), live["kind"], live["position"]["topic"]) == (8, "booking", stream.verdicts)
        assert live["latencyMs"] >= 0
        Draft202012Validator(json.loads((SCHEMAS / "verdict.v1.json").read_text())).validate(live["verdict"])
        pulse = feed.until_pulse(lambda told: told["lag"]["records"] == 0 and told["latency"]["count"] > 0)
        assert pulse["connected"] is True
        assert pulse["lag"]["seconds"] == 0
        assert pulse["latency"]["p99Ms"] >= pulse["latency"]["p50Ms"] >= 0


def test_the_text_that_a_verdict_is_about_is_shown_where_that_is_allowed(server: ServerProcess) -> None:
    with looking(server) as feed:
        shown = next(each for each in feed.until_verdicts(8) if number_of(each) == 0)
    place = shown["verdict"]["source"]
    answer = server.client.get(f"/v1/console/events/{place['topic']}/{place['partition']}/{place['offset']}")
    assert (answer.status_code, answer.json()) == (
        200,
        {"attributes": {"description": LEAK}, "eventType": "LISTING_UPDATE"},
    )
    assert server.ask(f"/v1/console/events/{place['topic']}/{place['partition']}/{10**6}")[0] == 404


def test_a_dead_letter_goes_back_byte_for_byte_and_is_judged_again(stream: Stream, server: ServerProcess) -> None:
    broken = Sent(b'{"zebra\xff', b"k\xff", HEADERS)
    produce(stream.bootstrap, stream.listings, [broken])
    letter = letters_when(server, 1)[0]
    assert (letter["origin"]["topic"], letter["reason"]) == (stream.listings, "not-utf8")
    place = {name: letter["position"][name] for name in ("partition", "offset")}
    answer = server.client.post("/v1/console/dead-letters/replay", json={"positions": [place]})
    assert (answer.status_code, answer.json()) == (200, {"back": 1, "skipped": []})
    copies = [each for each in read_committed(stream.bootstrap, stream.listings) if each.value == broken.value]
    assert [(each.key, each.value, each.headers) for each in copies] == [(broken.key, broken.value, HEADERS)] * 2
    again, first = letters_when(server, 2)
    assert (again["replayed"], first["replayed"]) == (None, True)


def test_feedback_stands_in_its_topic_once_it_is_taken(stream: Stream, server: ServerProcess) -> None:
    with looking(server) as feed:
        verdict = next(each for each in feed.until_verdicts(8) if number_of(each) == 4)["verdict"]
    given = {"verdictId": verdict["verdictId"], "right": False, "reason": "other", "note": NOTE, "verdict": verdict}
    answer = server.client.post("/v1/console/feedback", json=given)
    assert answer.status_code == 202
    (read,) = read_committed(stream.bootstrap, stream.settings["DETECTOR_FEEDBACK_TOPIC"])
    document = json.loads(read.value or b"")
    Draft202012Validator(json.loads((SCHEMAS / "feedback.v1.json").read_text())).validate(document)
    assert document["feedbackId"] == answer.json()["feedbackId"]
    assert (document["verdictId"], document["note"]) == (verdict["verdictId"], NOTE)
    assert read.key == verdict["verdictId"].encode()


def test_nothing_of_a_text_a_note_or_a_record_is_in_a_log_line_or_a_metric(server: ServerProcess) -> None:
    assert server.wait_for("feedback taken")
    told = "".join([*server.said, *server.samples()])
    assert [secret for secret in (LEAK, CLEAN, "host@", NOTE, "zebra") if secret in told] == []


def test_a_broker_that_is_not_there_is_said_so_and_is_found_once_it_is(stream: Stream) -> None:
    address = nobody()
    apart = Stream(f"{address[0]}:{address[1]}", *list(vars(stream).values())[1:])
    with console(apart, DETECTOR_SHUTDOWN_SECONDS="120") as server, looking(server) as feed:
        pulse = feed.until_pulse(lambda _told: True)
        assert (pulse["connected"], pulse["lag"]) == (False, {"records": None, "seconds": None})
        assert server.score(event(1).value or b"").status_code == 200
        assert server.ask("/v1/console/events/listing-updates/0/0")[0] == 403
        with forwarding(address, stream.bootstrap):
            assert feed.until_pulse(lambda told: told["connected"])
            feed.until_verdicts(8)
            with ThreadPoolExecutor(1) as other:
                reading = other.submit(feed.rest)
                asked = time.monotonic()
                assert server.terminate() == 0
                reading.result(SECONDS)
        assert time.monotonic() - asked < SECONDS, "an open feed does not use the time up that a stop may take"
        assert server.wait_for("stopped")["clean"] is True


def test_a_transactions_marker_is_nothing_to_be_behind_of(kafka: str) -> None:
    fresh = fresh_stream(kafka, partitions=1)
    settings = Settings(
        bootstrap_servers=kafka, listing_topic=fresh.listings, booking_topic=fresh.bookings, group=fresh.group
    )
    produce_transaction(kafka, fresh.listings, [event(1)])
    probe = kafka_ports(settings, SystemClock()).lag
    assert (probe.measure().records, (probe.measure().seconds or 0) > 0) == (2, True)
    worker = Consumer({"bootstrap.servers": kafka, "group.id": fresh.group})
    worker.commit(offsets=[TopicPartition(fresh.listings, 0, 1)], asynchronous=False)
    worker.close()
    measured_when(probe, lambda lag: lag == Lag(0, 0.0))
    produce(kafka, fresh.listings, [event(2)])
    measured_when(probe, lambda lag: (lag.records or 0) > 0 and (lag.seconds or 0) > 0)
    probe.close()


def measured_when(probe: LagProbe, fits: Callable[[Lag], bool]) -> None:
    """Until it does; a look that a loaded machine makes too slowly says less than it could, and is made again."""
    deadline = time.monotonic() + SECONDS
    while not fits(lag := probe.measure()):
        assert time.monotonic() < deadline, f"the lag is still {lag}"


def letters_when(server: ServerProcess, count: int) -> list[Any]:
    """The dead letters, once there are so many; nothing tells when one comes."""
    deadline = time.monotonic() + SECONDS
    while len(found := server.client.get("/v1/console/dead-letters").json()["letters"]) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} dead letters"
    assert len(found) == count
    return list(found)
