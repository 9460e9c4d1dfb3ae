"""How a worker stops: in order, at once, or by accident; what it had not written is still lag."""

from collections.abc import Mapping
from concurrent.futures import Future

import pytest

from tests.brokers import Sent, committed_offsets, produce, read_committed
from tests.conformance.engines import PROMISES, Engine, assert_promise_kept, side_by_side, with_every_promise
from tests.integration.events import events
from tests.integration.verdicts import following
from tests.integration.workers import Stream, running

pytestmark = pytest.mark.kafka

SLOWLY = {"WORKER_SCORE_SECONDS": "0.02", "DETECTOR_IN_FLIGHT_RECORDS": "200"}


def done_with(stream: Stream) -> int:
    """Listing updates that the group need not read again."""
    return sum(committed_offsets(stream.bootstrap, stream.group, stream.listings).values())


@with_every_promise
def test_sigterm_under_load_ends_with_0_and_the_next_worker_goes_on_where_it_stopped(stream: Stream) -> None:
    produce(stream.bootstrap, stream.listings, events(range(1200)))
    with following(stream) as verdicts, running(stream, **SLOWLY) as worker:
        verdicts.until(200)
        assert worker.terminate() == 0
        assert worker.wait_for("stopped")["clean"] is True
    written = len(read_committed(stream.bootstrap, stream.verdicts))
    assert 200 <= written < 1200
    assert done_with(stream) == written
    with following(stream) as verdicts, running(stream) as worker:
        verdicts.until(1200)
        assert worker.terminate() == 0
    assert done_with(stream) == 1200
    assert len(read_committed(stream.bootstrap, stream.verdicts)) == 1200


def test_a_second_sigterm_stops_at_once_and_what_was_in_flight_is_still_lag(stream: Stream) -> None:
    produce(stream.bootstrap, stream.listings, events(range(64)))
    with running(stream, WORKER_SCORE_SECONDS="20") as worker:
        worker.samples_when(lambda samples: samples["detector_in_flight_records"] == 64)
        worker.ask_to_stop()
        worker.wait_for("stopping")
        assert worker.terminate() == 0
    assert done_with(stream) == 0
    assert read_committed(stream.bootstrap, stream.verdicts) == []


def test_the_brake_stops_the_worker_before_a_bad_deploy_fills_the_dead_letter_topic(
    engine: Engine, stream: Stream
) -> None:
    settings = {"DETECTOR_BRAKE_CONSECUTIVE": "40", "DETECTOR_IN_FLIGHT_RECORDS": "100"}
    produce(stream.bootstrap, stream.listings, events(range(50)))
    with following(stream) as verdicts, running(stream, **settings) as worker:
        verdicts.until(50)
        produce(stream.bootstrap, stream.listings, [Sent(b"broken", b"k", partition=0)] * 1000)
        assert worker.exit_code() == 3
    letters = len(read_committed(stream.bootstrap, stream.dead_letters))
    assert letters <= 40
    written = letters + len(read_committed(stream.bootstrap, stream.verdicts))
    assert 0 <= written - done_with(stream) <= engine.most_repeats


def killed_and_succeeded(stream: Stream) -> Stream:
    """A worker dies without a word in the middle of its work, and the next one finishes it."""
    produce(stream.bootstrap, stream.listings, events(range(800)))
    with following(stream) as verdicts, running(stream, **SLOWLY) as worker:
        verdicts.until(300)
        worker.kill()
    with following(stream) as verdicts, running(stream) as worker:
        verdicts.until(800)
        assert worker.terminate() == 0
    return stream


@pytest.fixture(scope="module")
def after_sigkill(kafka: str) -> Mapping[Engine, Future[Stream]]:
    return side_by_side(kafka, killed_and_succeeded, PROMISES)


@with_every_promise
def test_after_a_sigkill_nothing_is_missing_and_repeats_are_as_promised(
    engine: Engine, after_sigkill: Mapping[Engine, Future[Stream]]
) -> None:
    stream = after_sigkill[engine].result()
    assert done_with(stream) == 800
    assert_promise_kept(engine, stream, range(800))
