"""What a worker does when the cluster is not as it should be: topics are missing, no broker answers, brokers go down."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass

import pytest

from detector.brokers import LocalKafka
from detector.brokers.node import LOOPBACK, free_ports
from tests.brokers import local_kafka_for_tests, produce, read_committed
from tests.conformance.engines import PROMISES, Engine, assert_promise_kept, with_every_promise
from tests.integration.events import events
from tests.integration.verdicts import identity
from tests.integration.workers import SECONDS, Stream, WorkerProcess, answered, fresh_stream

pytestmark = pytest.mark.kafka

RUN = 1200


def test_missing_topics_are_named_and_not_made_up(stream: Stream) -> None:
    missing = {"DETECTOR_LISTING_TOPIC": "no-such-input", "DETECTOR_VERDICT_TOPIC": "no-such-output"}
    with WorkerProcess(stream, extra=missing) as worker:
        assert worker.exit_code() == 2
    said = "".join(worker.said)
    assert all(name in said for name in missing.values())
    assert "detector topics create" in said


def test_a_worker_that_no_broker_answers_waits_alive_and_unready_and_can_be_stopped(stream: Stream) -> None:
    nowhere = f"{LOOPBACK}:{free_ports().broker}"
    with WorkerProcess(stream, extra={"DETECTOR_BOOTSTRAP_SERVERS": nowhere}) as worker:
        worker.wait_for("cluster not reachable yet")
        assert worker.ask("/healthz") == (200, "ok\n")
        assert worker.ask("/readyz") == (503, "waiting for: group\n")
        assert worker.terminate() == 0


@dataclass(frozen=True)
class Survivor:
    """A worker whose broker goes down."""

    stream: Stream
    worker: WorkerProcess

    def reach(self, answers: int) -> None:
        """Wait until it has counted so many outcomes."""
        self.worker.samples_when(lambda samples: answered(samples) >= answers)

    def finish(self) -> int:
        """Wait until every event has its verdict, and stop it."""
        deadline = time.monotonic() + 2 * SECONDS
        while len(found := self._verdicts()) < RUN:
            assert time.monotonic() < deadline, f"{len(found)} of {RUN} verdicts; it said {self.worker.said[-20:]}"
        return self.worker.terminate()

    def _verdicts(self) -> set[bytes]:
        # Read anew each time: a consumer that lives through the outage would be under test as well.
        return {identity(each) for each in read_committed(self.stream.bootstrap, self.stream.verdicts)}


def crash(broker: LocalKafka) -> None:
    """No warning, and back again."""
    broker.kill()
    broker.restart()


@pytest.fixture(scope="module", params=[LocalKafka.restart, crash], ids=["restart", "crash"])
def survivors(request: pytest.FixtureRequest) -> Iterator[Mapping[Engine, Survivor]]:
    """Workers of every promise on one broker that goes down in the middle of their work."""
    with local_kafka_for_tests() as broker, ExitStack() as stack:
        found = {engine: survivor(broker, engine, stack) for engine in PROMISES}
        for each in found.values():
            each.worker.wait_for("partitions assigned")
        for each in found.values():
            produce(broker.bootstrap, each.stream.listings, events(range(RUN)))
        all_reach(found, RUN // 4)
        request.param(broker)
        yield found


def survivor(broker: LocalKafka, engine: Engine, stack: ExitStack) -> Survivor:
    stream = fresh_stream(broker.bootstrap, engine.settings)
    # A slow model: there is always something left to judge and to write.
    slowly = {"WORKER_SCORE_SECONDS": "0.05"}
    return Survivor(stream, stack.enter_context(WorkerProcess(stream, extra=slowly)))


def all_reach(survivors: Mapping[Engine, Survivor], answers: int) -> None:
    for each in survivors.values():
        with suppress(AssertionError):  # one that does not get so far fails its own case, not those of the others
            each.reach(answers)


@with_every_promise
def test_a_broker_that_goes_down_in_mid_run_costs_nothing(engine: Engine, survivors: Mapping[Engine, Survivor]) -> None:
    survived = survivors[engine]
    assert survived.finish() == 0
    assert_promise_kept(engine, survived.stream, range(RUN))
