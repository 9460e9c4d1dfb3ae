"""The same on the embedded broker, in small: quick, and without a JVM."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from detector.brokers import EmbeddedKafka
from detector.clock import ManualClock
from detector.events import EventKind
from detector.inline import score_inline
from detector.outcomes import Destination
from detector.pipeline import Pipeline, PipelinePolicy
from detector.records import Partition, Position, Record
from detector.scoring import KeywordScorer
from tests.brokers import produce, read_committed
from tests.conformance.answers import Answer, Place, dead_letter, of_outcome, source, verdict
from tests.conformance.engines import Engine
from tests.conformance.records import BOOKINGS, BROKEN, NAMELESS, OF_ONE_LISTING, ORDINARY, RICH, TOMBSTONE
from tests.integration.verdicts import following
from tests.integration.workers import Stream, running

LISTINGS = [*ORDINARY[:6], RICH, BROKEN[0], TOMBSTONE, NAMELESS, *OF_ONE_LISTING[:2]]

Answers = dict[Place, Answer]


@pytest.fixture
def stream(engine: Engine) -> Iterator[Stream]:
    """A stream of two inputs, one partition each, on a broker inside this process."""
    topics = ("listing-updates", "bookings", "verdicts", "dead-letters")
    with EmbeddedKafka(dict.fromkeys(topics, 1)) as broker:
        yield Stream(broker.bootstrap, *topics, "handful", engine.settings)


def by_the_pipeline_alone(stream: Stream) -> tuple[Answers, Answers]:
    """The verdicts and dead letters that are due on what the input topics hold."""
    scorer, clock = KeywordScorer(), ManualClock()
    kinds = {stream.listings: EventKind.LISTING_UPDATE, stream.bookings: EventKind.BOOKING}
    records = [
        Record(
            Position(Partition(topic, read.partition), read.offset),
            read.key,
            read.value,
            [(name, content) for name, content in read.headers if not isinstance(content, str)],
            read.timestamp_ms,
        )
        for topic in kinds
        for read in read_committed(stream.bootstrap, topic)
    ]
    verdicts: Answers = {}
    dead_letters: Answers = {}
    for outcome in score_inline(Pipeline(scorer, PipelinePolicy(kinds), clock), scorer, clock, records):
        answers = verdicts if outcome.destination is Destination.VERDICTS else dead_letters
        (topic, partition), offset = outcome.position
        answers[topic, partition, offset] = of_outcome(outcome)
    return verdicts, dead_letters


def test_a_handful_of_events_is_answered_as_the_pipeline_alone_answers_it(stream: Stream) -> None:
    for topic, records in ((stream.listings, LISTINGS), (stream.bookings, BOOKINGS)):
        produce(stream.bootstrap, topic, [replace(each, partition=0) for each in records])
    verdicts, dead_letters = by_the_pipeline_alone(stream)
    assert (len(verdicts), len(dead_letters)) == (12, 3)
    with following(stream) as followed, running(stream) as worker:
        followed.until(len(verdicts))
        assert worker.terminate() == 0
    assert {source(each): verdict(each) for each in read_committed(stream.bootstrap, stream.verdicts)} == verdicts
    letters = read_committed(stream.bootstrap, stream.dead_letters)
    assert {source(each): dead_letter(each) for each in letters} == dead_letters
