"""What transactions alone can promise, on a real broker; what every engine promises stands in `tests/conformance`."""

import random

import pytest

from tests.brokers import produce
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
            with WorkerProcess(stream, extra={"WORKER_SCORE_SECONDS": "0.05"}) as worker:
                verdicts.until(moment)
                worker.kill()
        with WorkerProcess(stream) as worker:
            verdicts.until(RUN)
            assert worker.terminate() == 0
    assert judged(stream) == {str(number): 1 for number in range(RUN)}


def test_of_two_workers_with_one_name_the_older_stops_and_says_why(stream: Stream) -> None:
    produce(stream.bootstrap, stream.listings, events(range(3000)))
    with following(stream) as verdicts, running(stream, "same", WORKER_SCORE_SECONDS="0.2") as older:
        verdicts.until(100)
        with running(stream, "same") as newer:
            assert older.exit_code() == 4
            verdicts.until(3000)
            assert newer.terminate() == 0
    assert any("another worker" in line for line in older.said)
    assert judged(stream) == {str(number): 1 for number in range(3000)}
