"""What the worker does with bad input, bad models, slow models and a bad day at the broker."""

import json
from collections.abc import Callable
from urllib.request import urlopen

import pytest

from detector.brokers import LocalKafka
from tests.brokers import Sent, committed_offsets, create_topics, produce, read_committed
from tests.integration.events import event, events
from tests.integration.verdicts import following, judged
from tests.integration.workers import Stream, WorkerProcess, running

pytestmark = pytest.mark.kafka

GOOD = '{"transactionContext": {"transactionId": "1"}, "attributes": {"name": "Quayside"}}'


def get(port: int, path: str) -> tuple[int, str]:
    """Status and body of a worker's endpoint."""
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.status, answer.read().decode()


MALFORMED: dict[str, bytes] = {
    "empty": b"",
    "not UTF-8": b'{"transactionContext": {"transactionId": "\xff"}}',
    "UTF-16": GOOD.encode("utf-16"),
    "byte order mark": GOOD.encode("utf-8-sig"),
    "not JSON": b"hello",
    "cut off": GOOD[:-3].encode(),
    "two documents": (GOOD + GOOD).encode(),
    "single quotes": GOOD.replace('"', "'").encode(),
    "trailing comma": GOOD.replace('"}}', '",}}').encode(),
    "null": b"null",
    "a list": b"[]",
    "a number": b"42",
    "NaN": GOOD.replace('"Quayside"', "NaN").encode(),
    "infinity": GOOD.replace('"Quayside"', "Infinity").encode(),
    "duplicate key": GOOD.replace('"attributes"', '"transactionContext"').encode(),
    "duplicate attribute": GOOD.replace('"name":', '"name": "a", "name":').encode(),
    "lone surrogate": GOOD.replace("Quayside", "\\ud800").encode(),
    "NUL": GOOD.replace("Quayside", "a\\u0000b").encode(),
    "raw control character": GOOD.replace("Quayside", "a\x01b").encode(),
    "nested absurdly": b"[" * 5000,
    "too large": GOOD.replace("Quayside", "x" * (1024 * 1024)).encode(),
    "no context": b'{"attributes": {"name": "Quayside"}}',
    "no transaction id": GOOD.replace("transactionId", "id").encode(),
    "empty transaction id": GOOD.replace('"1"', '""').encode(),
    "numeric transaction id": GOOD.replace('"1"', "1").encode(),
    "no attributes": b'{"transactionContext": {"transactionId": "1"}}',
    "empty attributes": b'{"transactionContext": {"transactionId": "1"}, "attributes": {}}',
    "numeric attribute": GOOD.replace('"Quayside"', "7").encode(),
    "unknown kind": GOOD.replace('{"tr', '{"eventType": "REVIEW", "tr').encode(),
    "local time": GOOD.replace('{"tr', '{"eventTime": "yesterday", "tr').encode(),
}


def test_30_malformed_records_among_1000_give_970_verdicts_and_30_dead_letters(stream: Stream) -> None:
    assert len(MALFORMED) == 30
    bad = [
        Sent(value, key=f"bad-{name}".encode(), headers=[("origin", name.encode())], timestamp_ms=1_700_000_000_000 + n)
        for n, (name, value) in enumerate(MALFORMED.items())
    ]
    mixed: list[Sent] = []
    for number in range(970):
        mixed.append(event(number))
        if number % 32 == 16:
            mixed.append(bad[number // 32])
    create_topics(stream.bootstrap, large := f"{stream.listings}-large", config={"max.message.bytes": "2097152"})
    produce(stream.bootstrap, large, mixed, message_max_bytes=2097152)
    with following(stream) as verdicts, running(stream, DETECTOR_LISTING_TOPIC=large) as worker:
        verdicts.until(970)
        assert worker.terminate() == 0
    assert judged(stream) == {str(number): 1 for number in range(970)}
    letters = read_committed(stream.bootstrap, stream.dead_letters)
    assert {(each.key, each.value, each.timestamp_ms) for each in letters} == {
        (each.key, each.value, each.timestamp_ms) for each in bad
    }
    for letter in letters:
        headers = dict(letter.headers)
        assert headers["origin"] == (letter.key or b"").removeprefix(b"bad-")
        assert headers["__connect.errors.topic"] == large.encode()
        assert headers["__connect.errors.stage"] == b"DECODE"
        assert headers["__connect.errors.exception.message"]


def test_a_text_that_breaks_the_model_is_the_only_one_of_its_batch_to_die(stream: Stream) -> None:
    produce(stream.bootstrap, stream.listings, [*events(range(100)), event(100, "venom"), *events(range(101, 200))])
    with following(stream) as verdicts, running(stream, WORKER_POISON="venom") as worker:
        verdicts.until(199)
        assert worker.terminate() == 0
    (letter,) = read_committed(stream.bootstrap, stream.dead_letters)
    assert json.loads(letter.value or b"")["transactionContext"]["transactionId"] == "100"
    assert dict(letter.headers)["detector.reason"] == b"model-error"
    assert set(judged(stream)) == {str(number) for number in range(200)} - {"100"}


def test_the_brake_stops_the_worker_before_a_bad_deploy_fills_the_dead_letter_topic(stream: Stream) -> None:
    produce(stream.bootstrap, stream.listings, [*events(range(50)), *(Sent(b"broken", b"k", partition=0),) * 5000])
    settings = {"DETECTOR_BRAKE_CONSECUTIVE": "40", "DETECTOR_IN_FLIGHT_RECORDS": "100"}
    with running(stream, **settings) as worker:
        assert worker.exit_code() == 3
    letters = len(read_committed(stream.bootstrap, stream.dead_letters))
    assert letters < 40
    done = sum(committed_offsets(stream.bootstrap, stream.group, stream.listings).values())
    assert done == letters + len(read_committed(stream.bootstrap, stream.verdicts))


def test_a_tombstone_becomes_a_tombstone_verdict_under_its_key(stream: Stream) -> None:
    produce(stream.bootstrap, stream.listings, [Sent(None, key=b"L-1"), event(1)])
    with following(stream) as verdicts, running(stream) as worker:
        verdicts.until(2)
        assert worker.terminate() == 0
    (tombstone,) = (each for each in read_committed(stream.bootstrap, stream.verdicts) if each.value is None)
    assert tombstone.key == b"L-1"
    assert "detector.verdict-id" in dict(tombstone.headers)


def test_verdicts_of_one_key_keep_the_order_of_its_events(stream: Stream) -> None:
    lengths = [400, 3, 200, 1, 90] * 40
    texts = [event(number, "word " * length) for number, length in enumerate(lengths)]
    produce(stream.bootstrap, stream.listings, [Sent(each.value, key=b"one") for each in texts])
    with following(stream) as verdicts, running(stream) as worker:
        verdicts.until(len(texts))
        assert worker.terminate() == 0
    records = read_committed(stream.bootstrap, stream.verdicts)
    order = [json.loads(each.value or b"")["transactionContext"]["transactionId"] for each in records]
    assert order == [str(number) for number in range(len(texts))]


def test_a_model_slower_than_the_poll_interval_does_not_cost_the_membership(stream: Stream) -> None:
    produce(stream.bootstrap, stream.listings, events(range(96)))
    slow = {"WORKER_SCORE_SECONDS": "7", "DETECTOR_KAFKA__MAX_POLL_INTERVAL_MS": "6000"}
    with following(stream) as verdicts, running(stream, DETECTOR_IN_FLIGHT_RECORDS="32", **slow) as worker:
        verdicts.until(32)
        port = worker.wait_for("worker starting")["metrics_port"]
        assert "detector_reading_paused 1.0" in get(port, "/metrics")[1]
        verdicts.until(64)
        assert not [line for line in worker.lines if line.get("event") == "partitions revoked"]
        worker.kill()
    assert max(judged(stream).values()) == 1


def test_of_two_workers_with_one_name_the_older_stops_and_says_why(stream: Stream) -> None:
    produce(stream.bootstrap, stream.listings, events(range(3000)))
    with following(stream) as verdicts, running(stream, "same", WORKER_SCORE_SECONDS="0.2") as older:
        verdicts.until(100)
        with running(stream, "same") as newer:
            assert older.exit_code() == 4
            verdicts.until(3000)
            assert newer.terminate() == 0
    assert any("another worker" in str(line.get("raw", "")) for line in older.lines)
    assert judged(stream) == {str(number): 1 for number in range(3000)}


def test_a_running_worker_tells_prometheus_and_probes_how_it_is(stream: Stream) -> None:
    produce(stream.bootstrap, stream.listings, [*events(range(8)), Sent(b"broken", b"k")])
    with following(stream) as verdicts, running(stream) as worker:
        port = worker.wait_for("worker starting")["metrics_port"]
        verdicts.until(8)
        # Verdicts are visible a moment before they are counted; the next event's are counted by then.
        produce(stream.bootstrap, stream.bookings, events([9]))
        verdicts.until(9)
        assert get(port, "/healthz") == (200, "ok\n")
        assert get(port, "/readyz") == (200, "ok\n")
        status, exposition = get(port, "/metrics")
        assert worker.terminate() == 0
    assert status == 200
    for sample in (
        'detector_verdicts_total{kind="LISTING_UPDATE",label="Fraud"} 2.0',
        'detector_verdicts_total{kind="LISTING_UPDATE",label="NonFraud"} 6.0',
        'detector_dead_letters_total{kind="LISTING_UPDATE",reason="not-json"} 1.0',
        'detector_latency_seconds_bucket{kind="LISTING_UPDATE",le="0.25"}',
        'detector_model_info{code="KeywordScorer",refresh="v20261121",version="1.0"} 1.0',
        "detector_assigned_partitions 8.0",
    ):
        assert sample in exposition


def test_a_missing_topic_is_named_and_not_made_up(stream: Stream) -> None:
    with WorkerProcess(stream, extra={"DETECTOR_VERDICT_TOPIC": "no-such-topic"}) as worker:
        assert worker.exit_code() == 2
    assert any("no-such-topic" in str(line.get("raw", "")) for line in worker.lines)


@pytest.mark.parametrize("interrupt", [LocalKafka.restart, lambda broker: (broker.kill(), broker.restart())])
def test_a_broker_restart_in_mid_run_loses_nothing(
    own_kafka: LocalKafka, interrupt: Callable[[LocalKafka], object]
) -> None:
    names = ("listings", "bookings", "verdicts", "dead-letters")
    create_topics(own_kafka.bootstrap, *names)
    stream = Stream(own_kafka.bootstrap, *names, group="restarted")
    produce(stream.bootstrap, stream.listings, events(range(2000)))
    with following(stream) as verdicts, running(stream, WORKER_SCORE_SECONDS="0.02") as worker:
        verdicts.until(300)
        interrupt(own_kafka)
        verdicts.until(2000)
        assert worker.terminate() == 0
    assert judged(stream) == {str(number): 1 for number in range(2000)}
