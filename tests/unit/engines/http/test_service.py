"""The address that the service listens on, and whom it answers first."""

import socket
from datetime import timedelta

import pytest

from detector.clock import ManualClock
from detector.engines.http.judge import SOURCE
from detector.engines.http.service import listening, policy_of
from detector.errors import Misconfigured
from detector.pipeline import Pipeline
from detector.records import Partition, Position, Record
from detector.scoring import KeywordScorer
from detector.settings import Settings
from tests.samples import event

LOOPBACK = "127.0.0.1"


def settings(port: int = 0) -> Settings:
    return Settings(_env_file=None, http_host=LOOPBACK, http_port=port)


def test_an_answers_last_part_does_not_wait_until_the_client_confirms_the_first() -> None:
    with (
        listening(settings()) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as connection,
    ):
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_that_is_taken_is_told_with_the_way_out() -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Misconfigured, match=f"{LOOPBACK}:{port}.*DETECTOR_HTTP_PORT"), listening(settings(port)):
            pass


@pytest.mark.parametrize(
    ("deadline_ms", "first"),
    [
        pytest.param(250, 1, id="which the first has missed, and so yields"),
        pytest.param(5_000, 0, id="which both can keep"),
    ],
)
def test_questions_are_answered_in_the_order_of_the_deadline_that_the_service_has(
    deadline_ms: float, first: int
) -> None:
    clock = ManualClock()
    given = Settings(_env_file=None, http_deadline_ms=deadline_ms, batch_max_items=1)
    pipeline = Pipeline(KeywordScorer(), policy_of(given), clock)
    for age, number in ((1.0, 0), (0.0, 1)):
        asked = clock.now() - timedelta(seconds=age)
        position = Position(Partition(SOURCE, number), number)
        pipeline.push(Record(position, None, event(), (), round(asked.timestamp() * 1000)))
    batch = pipeline.next_batch(idle=True)
    assert batch is not None
    assert [waiting.item.judgement.record.position.offset for waiting in batch.waiting] == [first]
