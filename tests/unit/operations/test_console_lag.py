"""What the console does not know of the lag where the cluster does not let it see."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition

from detector.clock import SystemClock
from detector.engines.http.console.ports import UNKNOWN_LAG, Lag
from detector.errors import Misconfigured, Retry
from detector.operations.console import KafkaLag
from detector.operations.console import lag as measuring
from detector.settings import Settings


def done(result: Any) -> "Future[Any]":
    future: Future[Any] = Future()
    if isinstance(result, KafkaException):
        future.set_exception(result)
    else:
        future.set_result(result)
    return future


def refused(code: int) -> KafkaException:
    return KafkaException(KafkaError(code))


class FakeCluster:
    """Two inputs of one partition, each with ten records of which the group has committed seven."""

    topics_found: Mapping[str, int] = {"listing-updates": 1, "bookings": 1}
    committed: Callable[[list[TopicPartition]], Any] = staticmethod(lambda places: places)

    def __init__(self, _settings: Settings, _seconds: float) -> None:
        self.client = self

    def topics(self) -> Mapping[str, int]:
        return self.topics_found

    def list_offsets(self, asked: dict[TopicPartition, Any], **_: Any) -> dict[TopicPartition, "Future[Any]"]:
        return {place: done(SimpleNamespace(offset=10)) for place in asked}

    def list_consumer_group_offsets(self, asked: list[Any], **_: Any) -> dict[str, "Future[Any]"]:
        (one,) = asked
        places = [TopicPartition(each.topic, each.partition, 7) for each in one.topic_partitions]
        answer = type(self).committed(places)
        return {
            one.group_id: done(
                answer if isinstance(answer, KafkaException) else SimpleNamespace(topic_partitions=answer)
            )
        }


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> type[FakeCluster]:
    """A class of the test's own, to be made to refuse."""

    class Own(FakeCluster):
        pass

    monkeypatch.setattr(measuring, "Cluster", Own)
    return Own


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> KafkaLag:
    """May count records, and not read them."""

    def unreadable(*_: Any, **__: Any) -> None:
        raise Misconfigured("the cluster refuses")

    monkeypatch.setattr(measuring, "make_consumer", unreadable)
    return KafkaLag(Settings(), SystemClock())


def test_records_that_may_not_be_read_are_counted_all_the_same(cluster: type[FakeCluster], probe: KafkaLag) -> None:
    assert probe.measure() == Lag(6, None)


@pytest.mark.parametrize(
    "code", [KafkaError.GROUP_AUTHORIZATION_FAILED, KafkaError.TOPIC_AUTHORIZATION_FAILED], ids=["group", "topic"]
)
def test_a_group_that_may_not_be_seen_has_no_known_lag(
    cluster: type[FakeCluster], probe: KafkaLag, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(cluster, "committed", staticmethod(lambda _places: refused(code)))
    assert probe.measure() == UNKNOWN_LAG


def test_a_partition_that_may_not_be_seen_is_not_taken_for_one_that_was_never_read(
    cluster: type[FakeCluster], probe: KafkaLag, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = SimpleNamespace(
        topic="bookings", partition=0, offset=-1001, error=KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)
    )
    monkeypatch.setattr(cluster, "committed", staticmethod(lambda places: [*places[:1], hidden]))
    assert probe.measure() == UNKNOWN_LAG


def test_without_inputs_nothing_is_known(
    cluster: type[FakeCluster], probe: KafkaLag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "topics_found", {"verdicts": 1})
    assert probe.measure() == UNKNOWN_LAG


def test_a_cluster_that_does_not_answer_is_an_outage(
    cluster: type[FakeCluster], probe: KafkaLag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "committed", staticmethod(lambda _places: refused(KafkaError._TIMED_OUT)))
    with pytest.raises(Retry):
        probe.measure()
