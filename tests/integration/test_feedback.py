"""Collecting what people said of verdicts, from a real broker."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from detector.errors import Misconfigured
from detector.feedback import Feedback, lessons_of, read
from detector.operations.feedback import Collected, collect, told, write
from detector.settings import Settings
from detector.verdicts import Evidence, Label, Source
from tests.brokers import Sent, produce
from tests.brokers.fixtures import MakeTopic
from tests.integration.commands import detector
from tests.integration.workers import Stream

pytestmark = pytest.mark.kafka

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
LEAK = "Ring Ines on 07700 900123 for a better price."
CLEAN = "Two quiet rooms near the old harbour."
CANARY = "zebra"


@pytest.fixture
def settings(kafka: str, topics: MakeTopic, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Fresh topics of two partitions."""
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    return Settings(
        bootstrap_servers=kafka,
        listing_topic=topics("listings", partitions=2),
        booking_topic=topics("bookings", partitions=2),
        feedback_topic=topics("feedback", partitions=2),
    )


def event(text: str, listing: str = "L-1") -> bytes:
    body = {"transactionContext": {"transactionId": "1"}, "attributes": {"name": text}, "listingId": listing}
    return json.dumps(body).encode()


def opinion(verdict: str, *, minute: int = 0, **members: Any) -> Feedback:
    return Feedback(
        **{
            "feedback_id": f"{verdict}-{minute}",
            "verdict_id": verdict,
            "given_at": NOW + timedelta(minutes=minute),
            "right": True,
            "label": Label.NON_FRAUD,
            "probability_score": 0.5,
            "model_code": "M",
            "model_version": "1",
            "refresh_version": "r",
            "model_segment": "SUPPLY",
            "listing_id": "L-1",
            "evidence": [],
            **members,
        }
    )


def put(settings: Settings, topic: str, *values: bytes | None) -> list[Source]:
    """Writes the values one after the other into partition 1."""
    sent = [Sent(value, b"key", partition=1) for value in values]
    return [Source(topic=topic, partition=p, offset=o) for p, o in produce(settings.bootstrap_servers, topic, sent)]


def say(settings: Settings, *opinions: Feedback) -> None:
    put(settings, settings.feedback_topic, *(each.message.value for each in opinions))


def texts(collected: Collected) -> dict[str, dict[str, str] | None]:
    return {each.verdict_id: each.attributes for each in collected.feedback}


def test_texts_come_from_the_stream_and_those_that_were_tried_from_the_feedback(settings: Settings) -> None:
    one, other = put(settings, settings.listing_topic, event(LEAK), event(CLEAN))
    (message,) = put(settings, settings.booking_topic, b"\0\0\0\0\x01" + event(CLEAN, "L-2"))
    say(
        settings,
        opinion("a", source=one),
        opinion("b", source=other),
        opinion("c", source=message, listing_id="L-2"),
        opinion("d", attributes={"text": LEAK}),
    )
    collected = collect(settings)
    assert texts(collected) == {"a": {"name": LEAK}, "b": {"name": CLEAN}, "c": {"name": CLEAN}, "d": {"text": LEAK}}
    assert (collected.records, collected.superseded, collected.gone, collected.unreadable) == (4, 0, 0, [])


def test_the_newest_opinion_of_a_verdict_counts(settings: Settings) -> None:
    tried: dict[str, Any] = {"attributes": {"text": LEAK}}
    say(settings, opinion("a", minute=2, right=False, **tried), opinion("a", minute=1, **tried), opinion("b", **tried))
    collected = collect(settings)
    assert {each.verdict_id: each.right for each in collected.feedback} == {"a": False, "b": True}
    assert (collected.records, collected.superseded) == (3, 1)


def test_unreadable_records_are_passed_over_and_told_by_their_place(settings: Settings) -> None:
    say(settings, opinion("a", attributes={"text": LEAK}))
    bad = put(settings, settings.feedback_topic, CANARY.encode(), None, json.dumps({"verdictId": CANARY}).encode())
    collected = collect(settings)
    assert texts(collected) == {"a": {"text": LEAK}}
    assert [position.offset for position, _ in collected.unreadable] == [source.offset for source in bad]
    lines = "\n".join(told(collected))
    assert f"unreadable: {settings.feedback_topic}, partition 1, offset {bad[0].offset}: " in lines
    assert CANARY not in lines
    assert LEAK not in f"{collected!r} {lines}"


def gone_before(settings: Settings, source: Source) -> None:
    """Has the broker forget all before a record, as retention does."""
    place = TopicPartition(source.topic, source.partition, source.offset)
    admin = AdminClient({"bootstrap.servers": settings.bootstrap_servers})
    for done in admin.delete_records([place]).values():
        done.result(30)


def test_an_opinion_whose_text_is_gone_is_counted_and_left_out(settings: Settings) -> None:
    old, kept, tombstone, broken = put(
        settings, settings.listing_topic, event(LEAK), event(CLEAN), None, CANARY.encode()
    )
    gone_before(settings, kept)
    say(
        settings,
        opinion("gone", source=old),
        opinion("kept", source=kept),
        opinion("tombstone", source=tombstone),
        opinion("broken", source=broken),
        opinion("another listing's", source=kept, listing_id="L-2"),
        opinion("not yet", source=kept.model_copy(update={"offset": 99})),
        opinion("no such partition", source=kept.model_copy(update={"partition": 7})),
        opinion("not an input", source=kept.model_copy(update={"topic": settings.feedback_topic})),
        opinion("nowhere"),
    )
    collected = collect(settings)
    assert texts(collected) == {"kept": {"name": CLEAN}}
    assert collected.gone == 8


def test_a_topic_that_is_not_there_is_said_to_be_missing(settings: Settings) -> None:
    with pytest.raises(Misconfigured, match="detector topics create"):
        collect(settings.model_copy(update={"feedback_topic": f"{settings.feedback_topic}-not"}))


def test_an_empty_topic_gives_nothing(settings: Settings) -> None:
    assert collect(settings) == Collected()


def test_the_file_is_for_its_owner_alone_and_says_what_the_topic_said(tmp_path: Path) -> None:
    path = tmp_path / "new" / "feedback.jsonl"
    given = [opinion("a", attributes={"text": f"{LEAK}\n{CLEAN}"}), opinion("b", attributes={"text": LEAK})]
    write([opinion("old")], path)
    write(given, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [read(line) for line in path.read_bytes().splitlines()] == given
    assert list(path.parent.iterdir()) == [path]


def test_the_command_collects_into_a_file_and_tells_numbers_alone(settings: Settings, tmp_path: Path) -> None:
    (source,) = put(settings, settings.listing_topic, event(f"{LEAK} {CANARY}"))
    shown = Evidence(attribute="name", category="phone", start=13, end=25, score=0.9)
    say(settings, opinion("a", label=Label.FRAUD, evidence=[shown], source=source), opinion("b"))
    stream = Stream(
        settings.bootstrap_servers, settings.listing_topic, settings.booking_topic, "verdicts", "dead", "group"
    )
    out = tmp_path / "feedback.jsonl"
    done = detector(stream, "feedback", str(out), "--feedback-topic", settings.feedback_topic)
    assert done.returncode == 0, done.stderr
    assert "2 records, 0 superseded" in done.stdout
    assert "1 about texts that are gone" in done.stdout
    assert "to learn from: 1 texts that leak, 0 that do not" in done.stdout
    assert CANARY not in done.stdout + done.stderr
    (line,) = out.read_bytes().splitlines()
    (lesson,) = lessons_of(read(line))
    assert not isinstance(lesson, str)
    assert [(mark.start, mark.end) for mark in lesson.marks] == [(13, 25)]
