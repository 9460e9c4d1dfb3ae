"""The engines side by side: the same input topics, judged by the shipped model, answered with the same bytes."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace

import pytest

from tests.behaviour.cases import CATEGORIES
from tests.brokers import Read, produce, read_committed
from tests.conformance.answers import Answer, Place, dead_letter, source, verdict
from tests.conformance.engines import EXACTLY_ONCE, PROMISES, Engine, side_by_side, with_every_promise
from tests.conformance.records import LARGEST
from tests.conformance.varied import BOOKINGS, LISTINGS
from tests.integration.workers import SHIPPED_WORKER, Stream, answered, fresh_stream, running

pytestmark = pytest.mark.kafka


@dataclass(frozen=True)
class Answers:
    """All that one engine wrote, as it lies in the output topics."""

    verdicts: list[Read]
    dead_letters: list[Read]


@pytest.fixture(scope="module")
def answers(kafka: str) -> Mapping[Engine, Future[Answers]]:
    asked = fresh_stream(kafka, partitions=3)
    produce(kafka, asked.listings, LISTINGS)
    produce(kafka, asked.bookings, BOOKINGS)

    def judge(own: Stream) -> Answers:
        stream = replace(own, listings=asked.listings, bookings=asked.bookings)
        settings = {"DETECTOR_MAX_EVENT_BYTES": str(LARGEST), "DETECTOR_THREADS": "1"}
        with running(stream, command=SHIPPED_WORKER, **settings) as worker:
            worker.samples_when(lambda samples: answered(samples) >= len(LISTINGS) + len(BOOKINGS))
            assert worker.terminate() == 0
        return Answers(read_committed(kafka, stream.verdicts), read_committed(kafka, stream.dead_letters))

    return side_by_side(kafka, judge, PROMISES)


@pytest.mark.parametrize("engine", [each for each in PROMISES if each is not EXACTLY_ONCE], indirect=True, ids=str)
def test_the_other_engine_answers_the_same_records_with_the_same_bytes(
    engine: Engine, answers: Mapping[Engine, Future[Answers]]
) -> None:
    one, other = answers[EXACTLY_ONCE].result(), answers[engine].result()
    assert by_source(other.verdicts, verdict) == by_source(one.verdicts, verdict)
    assert by_source(other.dead_letters, dead_letter) == by_source(one.dead_letters, dead_letter)


@with_every_promise
def test_each_record_has_one_answer_and_those_of_one_partition_stand_in_the_order_of_reading(
    engine: Engine, answers: Mapping[Engine, Future[Answers]]
) -> None:
    found = answers[engine].result()
    assert len(found.verdicts) + len(found.dead_letters) == len(LISTINGS) + len(BOOKINGS)
    offsets: dict[tuple[int, str, int], list[int]] = defaultdict(list)
    for each in found.verdicts:
        topic, partition, offset = source(each)
        offsets[each.partition, topic, partition].append(offset)
    assert [place for place, read in offsets.items() if read != sorted(set(read))] == []


def test_the_records_are_varied_enough_to_tell_engines_apart(answers: Mapping[Engine, Future[Answers]]) -> None:
    verdicts = [json.loads(each.value) for each in answers[EXACTLY_ONCE].result().verdicts if each.value]
    labels = Counter(each["scoreDetails"]["label"] for each in verdicts)
    categories = {found["category"] for each in verdicts for found in each["scoreDetails"]["evidence"]}
    assert min(labels["Fraud"], labels["NonFraud"]) >= 10
    assert categories == set(CATEGORIES)


def by_source(written: Iterable[Read], as_answer: Callable[[Read], Answer]) -> dict[Place, Answer]:
    """Each record's answer, by the place where the record stands."""
    return {source(each): as_answer(each) for each in written}
