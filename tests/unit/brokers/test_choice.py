"""Which broker the tests get, and what happens with none."""

import pytest

from detector.brokers import LocalKafka, ToolMissing
from tests.brokers import BOOTSTRAP_VARIABLE, broker_for_tests, choice, local_kafka_for_tests
from tests.brokers.container import container_settings


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker given, no Docker, no Java."""

    def start(_: LocalKafka) -> None:
        raise ToolMissing("no java here")

    monkeypatch.delenv(BOOTSTRAP_VARIABLE, raising=False)
    monkeypatch.setattr(choice, "docker_answers", lambda: False)
    monkeypatch.setattr(LocalKafka, "start", start)


def test_a_given_broker_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is taken at its word."""
    monkeypatch.setenv(BOOTSTRAP_VARIABLE, "broker:9092")
    with broker_for_tests() as bootstrap:
        assert bootstrap == "broker:9092"


@pytest.mark.usefixtures("nothing")
def test_a_laptop_without_broker_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason says all three things that were tried."""
    monkeypatch.delenv("CI", raising=False)
    said = f"{BOOTSTRAP_VARIABLE} is not set, no Docker daemon answers, and: no java here"
    with pytest.raises(pytest.skip.Exception, match=said), broker_for_tests():
        pass


@pytest.mark.usefixtures("nothing")
def test_ci_without_broker_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the guarantees would go unproved without anybody noticing."""
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no java here"), broker_for_tests():
        pass


@pytest.mark.usefixtures("nothing")
def test_ci_with_another_broker_skips_only_what_needs_a_jvm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that restart their broker cannot do so with one that was given to them."""
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv(BOOTSTRAP_VARIABLE, "broker:9092")
    with pytest.raises(pytest.skip.Exception, match="a JVM broker of its own"), local_kafka_for_tests():
        pass


def test_the_container_behaves_like_the_local_broker() -> None:
    """Same settings, in the image's spelling, reachable from the host."""
    found = container_settings("localhost", 29092)
    assert found["KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS"] == "0"
    assert found["KAFKA_ADVERTISED_LISTENERS"] == "PLAINTEXT://localhost:29092"
    assert all(name.startswith("KAFKA_") and "." not in name for name in found)
