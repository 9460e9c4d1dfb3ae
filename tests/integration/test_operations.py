"""The operator's commands on a real broker."""

import json
from pathlib import Path

import pytest

from tests.brokers import Sent, produce, read_committed
from tests.integration.commands import detector, unneeded
from tests.integration.events import event, events
from tests.integration.verdicts import following, judged
from tests.integration.workers import Stream, running

pytestmark = pytest.mark.kafka


def missing(stream: Stream) -> Stream:
    """The same stream with topics that do not exist yet."""
    name = stream.group
    return Stream(stream.bootstrap, f"{name}-in", f"{name}-bookings", f"{name}-out", f"{name}-dead", name)


def test_topics_are_created_once_and_then_pass_the_check(stream: Stream) -> None:
    new = missing(stream)
    before = detector(new, "topics", "check")
    assert before.returncode == 5
    assert before.stdout.count("detector topics create") == 6
    assert detector(new, "topics", "create", "--partitions", "2").stdout.count(": created") == 6
    assert detector(new, "topics", "create").stdout.count(": exists") == 6
    after = detector(new, "topics", "check")
    assert after.returncode == 0
    assert after.stdout.count(" ok\n") == 6


def test_a_topic_that_is_too_small_for_dead_letters_is_said_to_be(stream: Stream) -> None:
    swapped = Stream(stream.bootstrap, stream.listings, stream.bookings, stream.verdicts, stream.listings, stream.group)
    checked = detector(swapped, "topics", "check")
    assert checked.returncode == 5
    assert "max.message.bytes is" in checked.stdout


def test_produced_events_go_where_their_kind_says_under_the_key_of_what_they_are_about(stream: Stream) -> None:
    lines = [
        {"transactionContext": {"transactionId": "1"}, "attributes": {"a": "b"}, "listingId": "L-1"},
        {"transactionContext": {"transactionId": "2"}, "attributes": {"a": "b"}, "eventType": "BOOKING"},
    ]
    text = "\n".join(map(json.dumps, lines)) + "\n\nnot an event\n"
    done = detector(stream, "produce", "-", "--rate", "1000", text=text)
    assert done.returncode == 0, done.stderr
    listings = read_committed(stream.bootstrap, stream.listings)
    bookings = read_committed(stream.bootstrap, stream.bookings)
    assert {(each.key, each.value) for each in listings} == {
        (b"L-1", json.dumps(lines[0]).encode()),
        (None, b"not an event"),
    }
    assert [(each.key, each.value) for each in bookings] == [(b"2", json.dumps(lines[1]).encode())]


def test_tail_shows_verdicts_and_leaves_clean_ones_out_when_asked(stream: Stream) -> None:
    produce(stream.bootstrap, stream.listings, events(range(8)))
    with following(stream) as verdicts, running(stream) as worker:
        verdicts.until(8)
        assert worker.terminate() == 0
    everything = detector(stream, "tail", "--from-beginning", "--limit", "8").stdout.splitlines()
    fraud = detector(stream, "tail", "--from-beginning", "--fraud-only", "--limit", "2").stdout.splitlines()
    as_json = detector(stream, "tail", "--from-beginning", "--json", "--limit", "8").stdout.splitlines()
    assert len(everything) == 8
    assert all(line.startswith("Fraud") and "email@description[9:" in line for line in fraud)
    assert {json.loads(line)["transactionContext"]["transactionId"] for line in as_json} == set(map(str, range(8)))


def test_a_dead_letter_of_unknown_origin_is_passed_over_and_does_not_stop_the_others(stream: Stream) -> None:
    home = [("__connect.errors.topic", stream.listings.encode())]
    elsewhere = [("__connect.errors.topic", stream.verdicts.encode())]
    letters = [Sent(b"stray", b"1"), Sent(b"foreign", b"2", elsewhere), Sent(b"ours", b"3", home)]
    produce(stream.bootstrap, stream.dead_letters, letters)
    done = detector(stream, "replay")
    assert done.returncode == 0, done.stderr
    assert "1 put back" in done.stdout
    assert "2 passed over" in done.stdout
    assert [each.value for each in read_committed(stream.bootstrap, stream.listings)] == [b"ours"]


def test_replayed_dead_letters_are_judged_once_their_cause_is_mended(stream: Stream) -> None:
    poisoned = event(1, "venom")
    sent = [
        Sent(poisoned.value, poisoned.key, headers=[("origin", b"here")], timestamp_ms=1_700_000_000_000),
        Sent(b"broken", b"k"),
        event(2),
    ]
    produce(stream.bootstrap, stream.listings, sent)
    with following(stream) as verdicts, running(stream, WORKER_POISON="venom") as worker:
        verdicts.until(1)
        assert worker.terminate() == 0
    dry = detector(stream, "replay", "--reason", "model-error", "--dry-run")
    assert "1 to put back, 1 with another reason" in dry.stdout
    assert len(read_committed(stream.bootstrap, stream.listings)) == 3
    assert "1 put back, 1 with another reason" in detector(stream, "replay", "--reason", "model-error").stdout
    assert "0 put back, 0 with another reason" in detector(stream, "replay", "--reason", "model-error").stdout
    again = read_committed(stream.bootstrap, stream.listings)
    copies = [(each.key, each.value, each.headers) for each in again if each.value == poisoned.value]
    assert copies == [(poisoned.key, poisoned.value, [("origin", b"here")])] * 2
    with following(stream) as verdicts, running(stream) as worker:
        verdicts.until(2)
        assert worker.terminate() == 0
    assert judged(stream) == {"1": 1, "2": 1}


def test_the_doctor_finds_a_healthy_cluster_healthy(stream: Stream) -> None:
    report = detector(stream, "doctor").stdout
    assert f"ok   cluster: {stream.bootstrap} answers" in report
    assert "ok   engine: kafka, exactly-once" in report
    assert "ok   transactions" in report
    assert "ok   group" in report


def test_the_doctor_only_warns_of_a_topic_that_a_worker_does_without(stream: Stream) -> None:
    done = detector(stream, "doctor")
    for name in unneeded(stream).values():
        assert f"warn topic {name}: does not exist" in done.stdout
    assert "FAIL topic" not in done.stdout
    gone = Stream(stream.bootstrap, stream.listings, stream.bookings, f"{stream.group}-gone", "letters", stream.group)
    assert f"FAIL topic {gone.verdicts}: does not exist" in detector(gone, "doctor").stdout


def test_the_doctor_examines_the_engine_that_is_chosen(stream: Stream) -> None:
    assert "ok   engine: faust, at-least-once" in detector(stream, "doctor", "--engine", "faust").stdout
    told = detector(stream, "doctor", "--engine", "faust", "--kafka", "ssl.crl.location=a-path").stdout
    assert "FAIL engine: the engine faust has no setting for ssl.crl.location" in told
    assert "a-path" not in told


def test_the_doctor_says_that_nobody_answers(tmp_path: Path) -> None:
    nowhere = Stream("127.0.0.1:1", "a", "b", "c", "d", "g")
    report = detector(nowhere, "doctor", "--bundle", str(tmp_path))
    assert report.returncode == 5
    assert "FAIL cluster: no broker answers at 127.0.0.1:1" in report.stdout
    assert "Connection refused" in report.stdout
    assert "FAIL model" in report.stdout
