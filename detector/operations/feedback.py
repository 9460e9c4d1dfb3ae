"""Collecting what people said of verdicts, each opinion with the texts that it is about."""

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from confluent_kafka import Consumer, Message, TopicPartition

from detector.engines.kafka.reader import as_record
from detector.errors import InvalidRecord, Misconfigured, Retry
from detector.events import decode
from detector.feedback import Feedback, Unusable, lessons_of, newest, read, without_contradictions
from detector.operations.cluster import Cluster
from detector.operations.console.connecting import consuming, ends_of, is_end
from detector.operations.console.picking import pick
from detector.records import Position, Record
from detector.settings import Settings

SECONDS = 30.0
"""How long the topic may stay silent before its end."""

AT_ONCE = 500
SHOWN = 20
"""Unreadable records that are told one by one."""

PICKED_AT_ONCE = 50
"""Records of an input topic that are asked for together: a bounded time is allowed for each such lot."""


@dataclass(slots=True)
class Collected:
    """The opinions that count, with their `attributes`, and how many others there were and why.

    `unreadable` says where each such record stands and what is wrong with it, without quoting it.
    """

    feedback: list[Feedback] = field(default_factory=list)
    records: int = 0
    superseded: int = 0
    gone: int = 0
    unreadable: list[tuple[Position, str]] = field(default_factory=list)


def collect(settings: Settings) -> Collected:
    """Read the feedback topic up to its present end, and the texts from the input topics, where they still stand.

    An opinion whose text is gone by retention or compaction is counted and left out. Nothing is committed. Raises `Retry`
    or `Misconfigured` where the cluster does not answer or refuses.
    """
    topic = settings.feedback_topic
    cluster = Cluster(settings)
    partitions = cluster.partitions(topic)
    result = Collected()
    opinions: list[Feedback] = []
    with consuming(settings) as consumer:
        for record in _whole(consumer, topic, partitions):
            result.records += 1
            try:
                opinions.append(read(record.value))
            except InvalidRecord as error:
                result.unreadable.append((record.position, str(error)))
        counting = newest(opinions)
        result.superseded = len(opinions) - len(counting)
        texts = _texts(consumer, settings, cluster.topics(), counting)
    for opinion in counting:
        attributes = opinion.attributes if opinion.attributes is not None else texts.get(opinion.verdict_id)
        if attributes is None:
            result.gone += 1
        else:
            result.feedback.append(opinion.model_copy(update={"attributes": attributes}))
    return result


def write(feedback: Sequence[Feedback], path: Path) -> None:
    """One JSON line for each, in the form of the topic; the file holds texts and is for its owner alone to read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - its mode
            file.writelines(each.message.value + b"\n" for each in feedback)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be written: {error.strerror}") from None
    partial.replace(path)


def told(collected: Collected) -> list[str]:
    """What was found and what could be learned from it, in numbers and places alone."""
    counts = (
        f"{collected.records} records, {collected.superseded} superseded by a newer opinion of the same verdict, "
        f"{collected.gone} about texts that are gone, {len(collected.unreadable)} unreadable"
    )
    lines = [counts]
    for (partition, offset), problem in collected.unreadable[:SHOWN]:
        lines.append(f"unreadable: {partition.topic}, partition {partition.number}, offset {offset}: {problem}")
    found = [lessons_of(each) for each in collected.feedback]
    lessons = without_contradictions(lesson for each in found if not isinstance(each, Unusable) for lesson in each)
    leaks = sum(lesson.leak for lesson in lessons)
    lines.append(f"to learn from: {leaks} texts that leak, {len(lessons) - leaks} that do not")
    unusable = Counter(each for each in found if isinstance(each, Unusable))
    return [*lines, *(f"nothing to learn from {count}: {why}" for why, count in sorted(unusable.items()))]


def _whole(consumer: Consumer, topic: str, partitions: list[int]) -> Iterator[Record]:
    """All committed records up to where the topic ends now."""
    bounds = ends_of(consumer, topic, partitions)
    unfinished = {number for number, (low, high) in bounds.items() if low < high}
    consumer.assign([TopicPartition(topic, number, bounds[number][0]) for number in unfinished])
    heard = time.monotonic()
    while unfinished:
        messages = consumer.consume(AT_ONCE, 0.1)
        if messages:
            heard = time.monotonic()
        elif time.monotonic() - heard > SECONDS:
            raise Retry(f"the records of {topic} did not come within {SECONDS:g} s: run the command again.")
        for message in messages:
            number, offset = message.partition() or 0, message.offset() or 0
            if is_end(message) or (message.error() is None and offset + 1 >= bounds[number][1]):
                unfinished.discard(number)
            if _is_before(message, bounds[number][1]):
                yield as_record(message)


def _is_before(message: Message, end: int) -> bool:
    return message.error() is None and (message.offset() or 0) < end


def _texts(
    consumer: Consumer, settings: Settings, topics: dict[str, int], opinions: Sequence[Feedback]
) -> dict[str, dict[str, str]]:
    """Verdict id to the texts of its event, of those that still stand in an input topic.

    The place is only what somebody wrote into the feedback topic: other topics than the inputs are not looked into, and a
    record of another listing is not the one that was judged.
    """
    inputs = {settings.listing_topic, settings.booking_topic} & topics.keys()
    asked = [
        (each.source, each)
        for each in opinions
        if each.attributes is None
        and each.source is not None
        and each.source.topic in inputs
        and 0 <= each.source.partition < topics[each.source.topic]
    ]
    asked.sort(key=lambda pair: (pair[0].topic, pair[0].partition, pair[0].offset))
    found: dict[str, dict[str, str]] = {}
    for topic, pairs in groupby(asked, key=lambda pair: pair[0].topic):
        wanted = list(pairs)
        for start in range(0, len(wanted), PICKED_AT_ONCE):
            lot = wanted[start : start + PICKED_AT_ONCE]
            records = pick(consumer, topic, ((source.partition, source.offset) for source, _ in lot))
            for source, opinion in lot:
                record = records.get((source.partition, source.offset))
                if (texts := _of_event(record, opinion, settings.max_event_bytes)) is not None:
                    found[opinion.verdict_id] = texts
    return found


def _of_event(record: Record | None, opinion: Feedback, max_bytes: int) -> dict[str, str] | None:
    if record is None or record.value is None:
        return None
    try:
        event = decode(record.value, max_bytes, framed=True)
    except InvalidRecord:
        return None
    return event.attributes if event.listing_id == opinion.listing_id else None
