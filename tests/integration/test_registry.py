"""A worker and the operator's commands with a Schema Registry, which may not have what they need, or not answer."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from detector.framing import frame_of
from detector.registry.subjects import event_subject
from tests.brokers import read_committed
from tests.integration.commands import detector
from tests.integration.workers import Stream, WorkerProcess
from tests.registry import StandIn, serving

pytestmark = pytest.mark.kafka


@pytest.fixture
def registry() -> Iterator[StandIn]:
    with serving(StandIn()) as stand_in:
        yield stand_in


@pytest.fixture
def stream(stream: Stream, registry: StandIn) -> Stream:
    """One whose workers use the registry."""
    return replace(stream, settings=registry.settings)


def test_produced_events_are_framed_with_the_id_of_their_topics_schema(stream: Stream, registry: StandIn) -> None:
    ids = [registry.put(event_subject(topic)) for topic in (stream.listings, stream.bookings)]
    lines = [json.dumps({"eventType": kind}) for kind in ("LISTING_UPDATE", "BOOKING")]
    done = detector(stream, "produce", "-", text="\n".join(lines))
    assert done.returncode == 0, done.stderr
    written = [read_committed(stream.bootstrap, topic)[0].value for topic in (stream.listings, stream.bookings)]
    assert written == [frame_of(each) + line.encode() for each, line in zip(ids, lines, strict=True)]


def test_events_are_not_produced_where_their_schema_is_not_registered(stream: Stream) -> None:
    done = detector(stream, "produce", "-", text="{}")
    assert done.returncode == 2
    assert f"{stream.listings}-value" in done.stderr
    assert read_committed(stream.bootstrap, stream.listings) == []


def test_a_worker_whose_schema_is_not_registered_ends_and_reads_nothing(stream: Stream) -> None:
    with WorkerProcess(stream) as worker:
        assert worker.exit_code() == 2
    assert any("`detector schemas register`" in line for line in worker.said)
    assert not any(line["event"] == "partitions assigned" for line in worker.lines)


def test_a_worker_waits_for_the_registry_and_can_be_stopped_meanwhile(stream: Stream, registry: StandIn) -> None:
    registry.failures = 10**6
    with WorkerProcess(stream) as worker:
        worker.wait_for("schema registry not reachable yet")
        assert worker.ask("/healthz")[0] == 200
        assert worker.ask("/readyz")[0] == 503
        assert worker.terminate() == 0
