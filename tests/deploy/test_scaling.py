"""Scaling on lag: KEDA's defaults that would be wrong here are set right."""

from typing import Any

import pytest

from tests.deploy.rendering import KUBERNETES, Rendered, container, environment, render


@pytest.fixture(scope="module")
def production() -> Rendered:
    return render(KUBERNETES / "overlays" / "production")


@pytest.fixture(scope="module")
def scaled(production: Rendered) -> dict[str, Any]:
    spec = production.one("ScaledObject")["spec"]
    assert isinstance(spec, dict)
    return spec


@pytest.fixture(scope="module")
def partitions(production: Rendered) -> int:
    """As many as the Job gives to each topic."""
    arguments = container(production.one("Job"))["args"]
    return int(arguments[arguments.index("--partitions") + 1])


def test_each_input_topic_is_named(production: Rendered, scaled: dict[str, Any]) -> None:
    """A variable that the worker does not have would read as no topic, which is every topic of the group."""
    worker = environment(production.one("StatefulSet"), production)
    looked_up = [
        {name: worker[variable] for name, variable in trigger["metadata"].items() if name.endswith("FromEnv")}
        for trigger in scaled["triggers"]
    ]
    assert [each["topicFromEnv"] for each in looked_up] == ["listing-updates", "bookings"]
    for each in looked_up:
        assert each["consumerGroupFromEnv"] == "contact-leak-detector"
        assert each["bootstrapServersFromEnv"] == worker["DETECTOR_BOOTSTRAP_SERVERS"]


def test_transaction_markers_are_no_work(scaled: dict[str, Any], partitions: int) -> None:
    """A transactional producer's markers hold the lag at 1 per partition for ever."""
    for trigger in scaled["triggers"]:
        assert int(trigger["metadata"]["activationLagThreshold"]) >= partitions
        assert int(trigger["metadata"]["lagThreshold"]) > partitions


def test_no_more_workers_than_partitions(scaled: dict[str, Any], partitions: int) -> None:
    """Nor fewer than three, whatever the lag says."""
    assert scaled["minReplicaCount"] == 3
    assert scaled["maxReplicaCount"] == partitions
    assert {trigger["metadata"]["allowIdleConsumers"] for trigger in scaled["triggers"]} == {"false"}


def test_a_group_that_has_committed_nothing_has_everything_before_it(scaled: dict[str, Any]) -> None:
    """As the worker, which starts at the earliest record; and in a protocol that Kafka 4 speaks (2.1 and later)."""
    for trigger in scaled["triggers"]:
        assert trigger["metadata"]["offsetResetPolicy"] == "earliest"
        assert tuple(map(int, trigger["metadata"]["version"].split("."))) >= (2, 1, 0)


def test_workers_go_slowly(scaled: dict[str, Any]) -> None:
    """Each step down is a rebalance: one worker at a time, after a quarter of an hour of calm."""
    down = scaled["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]
    assert down["stabilizationWindowSeconds"] >= 600
    assert down["policies"] == [{"type": "Pods", "value": 1, "periodSeconds": 300}]


def test_an_unknown_lag_is_not_taken_for_none(scaled: dict[str, Any]) -> None:
    """While Kafka does not answer, as many workers stay as a busy hour takes."""
    assert scaled["fallback"]["replicas"] >= scaled["minReplicaCount"]


def test_a_roll_out_does_not_set_the_number_back(production: Rendered, scaled: dict[str, Any]) -> None:
    """The autoscaler owns the number of replicas, so the manifest names none."""
    assert scaled["scaleTargetRef"]["name"] == production.one("StatefulSet")["metadata"]["name"]
    assert "replicas" not in production.one("StatefulSet")["spec"]
    assert "replicas" not in production.one("Deployment", "detector-serve")["spec"]


def test_without_keda_there_are_three_workers() -> None:
    """The base stands on its own."""
    assert render(KUBERNETES / "base").one("StatefulSet")["spec"]["replicas"] == 3
