"""A worker among others: it shares its partitions, and keeps them while its model is slow."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import NamedTuple

import pytest
from confluent_kafka.admin import AdminClient

from tests.brokers import SECONDS, produce
from tests.conformance.engines import PROMISES, Engine, assert_promise_kept, side_by_side, with_every_promise
from tests.integration.events import events
from tests.integration.verdicts import following
from tests.integration.workers import Stream, answered, running

pytestmark = pytest.mark.kafka


SHARED = 180


def shared_for_a_while(stream: Stream) -> Stream:
    """A second worker joins the first, takes its share, and leaves again; there is something to read all the while.

    The first is so slow that it holds reading back, and has to read again what it gives away and is given back.
    """
    slow = {"WORKER_SCORE_SECONDS": "1.1", "DETECTOR_IN_FLIGHT_RECORDS": "32"}
    with following(stream) as verdicts, running(stream, "one", **slow) as first:
        produce(stream.bootstrap, stream.listings, events(range(100)))
        first.samples_when(lambda samples: samples["detector_reading_paused"] == 1)
        with running(stream, "two") as second:
            first.wait_for("partitions revoked")
            second.wait_for("partitions assigned", lambda line: line["owned"] > 0)
            produce(stream.bootstrap, stream.listings, events(range(100, 140)))
            produce(stream.bootstrap, stream.bookings, events(range(140, 160)))
            second.samples_when(lambda samples: answered(samples) > 0)
            assert second.terminate() == 0
        produce(stream.bootstrap, stream.listings, events(range(160, SHARED)))
        verdicts.until(SHARED)
        assert first.terminate() == 0
    return stream


@pytest.fixture(scope="module")
def shared(kafka: str) -> Mapping[Engine, Future[Stream]]:
    return side_by_side(kafka, shared_for_a_while, PROMISES)


@with_every_promise
def test_a_second_worker_takes_its_share_and_gives_it_back_without_loss(
    engine: Engine, shared: Mapping[Engine, Future[Stream]]
) -> None:
    assert_promise_kept(engine, shared[engine].result(), range(SHARED))


class Slow(NamedTuple):
    """What became of a worker whose model thinks for longer than the group waits for a poll."""

    members_before: set[str]
    members_after: set[str]
    revocations: int


def slower_than_the_poll_interval(stream: Stream) -> Slow:
    """A worker with more to read than it has room for, and a model that takes longer over a batch than a poll may."""
    produce(stream.bootstrap, stream.listings, events(range(3000)))
    settings = {
        "WORKER_SCORE_SECONDS": "7",
        "DETECTOR_KAFKA__MAX_POLL_INTERVAL_MS": "6000",
        "DETECTOR_IN_FLIGHT_RECORDS": "32",
    }
    with following(stream) as verdicts, running(stream, **settings) as worker:
        before = members(stream)
        verdicts.until(1)
        worker.samples_when(lambda samples: samples["detector_reading_paused"] == 1)
        revocations = [line for line in worker.lines if line.get("event") == "partitions revoked"]
        return Slow(before, members(stream), len(revocations))


def members(stream: Stream) -> set[str]:
    """The ids of the group's members as the broker knows them; one that was thrown out comes back under another."""
    admin = AdminClient({"bootstrap.servers": stream.bootstrap})
    described = admin.describe_consumer_groups([stream.group], request_timeout=SECONDS)[stream.group].result(SECONDS)
    return {member.member_id for member in described.members}


@pytest.fixture(scope="module")
def slow(kafka: str) -> Mapping[Engine, Future[Slow]]:
    return side_by_side(kafka, slower_than_the_poll_interval)


def test_a_model_slower_than_the_poll_interval_does_not_cost_the_membership(
    engine: Engine, slow: Mapping[Engine, Future[Slow]]
) -> None:
    found = slow[engine].result()
    assert len(found.members_before) == 1
    assert found.members_after == found.members_before
    assert found.revocations == 0
