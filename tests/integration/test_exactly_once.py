"""The delivery guarantee on a real broker, whatever happens to the workers."""

import random

import pytest

from tests.brokers import committed_offsets, produce, read_committed
from tests.integration.events import events
from tests.integration.verdicts import following, judged
from tests.integration.workers import Stream, WorkerProcess, running

pytestmark = pytest.mark.kafka

RUN = 5_000


def test_every_event_has_exactly_one_verdict_through_three_sigkills(stream: Stream) -> None:
    moments = sorted(random.Random(20261121).sample(range(300, RUN - 300), 3))
    produce(stream.bootstrap, stream.listings, events(range(0, RUN, 2)))
    produce(stream.bootstrap, stream.bookings, events(range(1, RUN, 2)))
    with following(stream) as verdicts:
        for moment in moments:
            with WorkerProcess(stream, extra={"WORKER_SCORE_SECONDS": "0.01"}) as worker:
                verdicts.until(moment)
                worker.kill()
        with WorkerProcess(stream) as worker:
            verdicts.until(RUN)
            assert worker.terminate() == 0
    assert judged(stream) == {str(number): 1 for number in range(RUN)}


def test_a_second_worker_joins_and_leaves_without_loss_or_duplicates(stream: Stream) -> None:
    produce(stream.bootstrap, stream.listings, events(range(3000)))
    with following(stream) as verdicts, running(stream, "one", WORKER_SCORE_SECONDS="0.02") as first:
        verdicts.until(300)
        with running(stream, "two", WORKER_SCORE_SECONDS="0.02") as second:
            first.wait_for("partitions revoked")
            verdicts.until(1500)
            assert second.terminate() == 0
        verdicts.until(3000)
        assert first.terminate() == 0
    assert judged(stream) == {str(number): 1 for number in range(3000)}


@pytest.mark.parametrize("delivery", ["exactly-once", "at-least-once"])
def test_sigterm_under_load_ends_with_0_and_the_next_worker_goes_on_where_it_stopped(
    stream: Stream, delivery: str
) -> None:
    slow = {"WORKER_SCORE_SECONDS": "0.02", "DETECTOR_DELIVERY": delivery, "DETECTOR_IN_FLIGHT_RECORDS": "300"}
    produce(stream.bootstrap, stream.listings, events(range(2000)))
    with following(stream) as verdicts, running(stream, **slow) as worker:
        verdicts.until(200)
        assert worker.terminate() == 0
        assert worker.wait_for("stopped")["clean"] is True
    written = len(read_committed(stream.bootstrap, stream.verdicts))
    assert 200 <= written < 2000
    assert sum(committed_offsets(stream.bootstrap, stream.group, stream.listings).values()) == written
    with following(stream) as verdicts, running(stream, DETECTOR_DELIVERY=delivery) as worker:
        verdicts.until(2000)
        assert worker.terminate() == 0
    assert judged(stream) == {str(number): 1 for number in range(2000)}


def test_at_least_once_repeats_verdicts_after_a_sigkill_only_under_the_same_id(stream: Stream) -> None:
    produce(stream.bootstrap, stream.listings, events(range(1000)))
    settings = {"DETECTOR_DELIVERY": "at-least-once"}
    with following(stream) as verdicts, running(stream, WORKER_SCORE_SECONDS="0.02", **settings) as worker:
        verdicts.until(400)
        worker.kill()
    with following(stream) as verdicts, running(stream, **settings) as worker:
        verdicts.until(1000)
        worker.wait_for("partitions assigned")
        assert worker.terminate() == 0
    records = read_committed(stream.bootstrap, stream.verdicts)
    by_id = {dict(record.headers)["detector.verdict-id"] for record in records}
    assert len(by_id) == 1000
    assert set(judged(stream)) == {str(number) for number in range(1000)}
