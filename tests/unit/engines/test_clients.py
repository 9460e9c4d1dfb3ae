"""librdkafka's configuration: what the operator may set, and what the guarantee has to."""

from typing import Any

import pytest
from confluent_kafka import Consumer, Producer
from pydantic import SecretStr

from detector.engines.kafka.clients import OWNED, common_config, consumer_config, producer_config
from detector.errors import Misconfigured
from detector.settings import Delivery, Settings


@pytest.fixture(autouse=True)
def _no_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Settings.model_config, "env_file", None)


def settings(delivery: Delivery = Delivery.EXACTLY_ONCE, **kafka: str) -> Settings:
    properties: dict[str, Any] = {name.replace("_", "."): value for name, value in kafka.items()}
    return Settings(bootstrap_servers="one:9092,two:9092", group="leaks", delivery=delivery, kafka=properties)


@pytest.mark.parametrize("name", sorted(OWNED))
def test_a_property_that_the_guarantee_rests_on_cannot_be_passed_through(name: str) -> None:
    with pytest.raises(Misconfigured, match=rf"{name} cannot be passed through: the delivery guarantee rests on it"):
        common_config(settings().model_copy(update={"kafka": {name: SecretStr("hunter2")}}))


def test_the_refusal_does_not_repeat_the_value() -> None:
    with pytest.raises(Misconfigured) as caught:
        common_config(settings(acks="hunter2"))
    assert "hunter2" not in str(caught.value)


def test_properties_of_the_operator_reach_every_client_and_win_over_tuning() -> None:
    given = settings(security_protocol="SASL_SSL", sasl_password="hunter2", retry_backoff_ms="50")
    for config in (common_config(given), consumer_config(given), producer_config(given, "a")):
        assert config["security.protocol"] == "SASL_SSL"
        assert config["sasl.password"] == "hunter2"
        assert config["retry.backoff.ms"] == "50"


def test_properties_of_one_kind_of_client_do_not_reach_the_other() -> None:
    given = settings(linger_ms="9", session_timeout_ms="45000", fetch_min_bytes="2")
    assert "linger.ms" not in consumer_config(given)
    assert "session.timeout.ms" not in producer_config(given, "a")
    assert consumer_config(given)["session.timeout.ms"] == "45000"
    assert producer_config(given, "a")["linger.ms"] == "9"


def test_a_consumer_commits_nothing_by_itself_and_reads_only_what_is_committed() -> None:
    config = consumer_config(settings())
    assert config["group.id"] == "leaks"
    assert config["enable.auto.commit"] is False
    assert config["enable.auto.offset.store"] is False
    assert config["isolation.level"] == "read_committed"
    assert config["partition.assignment.strategy"] == "cooperative-sticky"


def test_the_new_rebalance_protocol_chooses_its_assignor_on_the_broker() -> None:
    config = consumer_config(settings(group_protocol="consumer"))
    assert "partition.assignment.strategy" not in config
    assert "session.timeout.ms" not in config


def test_exactly_once_has_a_transactional_id_of_group_and_instance() -> None:
    config = producer_config(settings(), "host-3")
    assert config["transactional.id"] == "leaks-host-3"
    assert config["enable.idempotence"] is True
    assert config["transaction.timeout.ms"] == 30_000


def test_at_least_once_has_no_transactions_but_no_duplicates_of_its_own_either() -> None:
    config = producer_config(settings(Delivery.AT_LEAST_ONCE), "host-3")
    assert "transactional.id" not in config
    assert config["enable.idempotence"] is True


def test_the_client_library_takes_both_configurations() -> None:
    Consumer(consumer_config(settings())).close()
    Producer(producer_config(settings(), "a"))
    Producer(producer_config(settings(Delivery.AT_LEAST_ONCE), "a"))
