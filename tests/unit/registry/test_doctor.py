"""What `detector doctor` says of a Schema Registry."""

import pytest

from detector.cli.doctor import examine_registry
from detector.operations.doctor import Health
from detector.registry.subjects import subjects, verdict_subject
from detector.settings import Settings
from tests.registry import LOGIN, StandIn


def settings_of(registry: StandIn, *, register: bool = False) -> Settings:
    return Settings(schema_registry={"url": registry.url}, schema_registry_register=register)


def test_without_a_registry_nothing_is_said() -> None:
    assert list(examine_registry(Settings())) == []


def test_registered_schemas_are_told_with_their_ids(registry: StandIn) -> None:
    for subject in subjects(Settings()):
        registry.put(subject)
    found = list(examine_registry(settings_of(registry)))
    assert {finding.health for finding in found} == {Health.OK}
    assert [(finding.subject, finding.detail) for finding in found][2] == ("schema verdicts-value", "id 3, version 1")


def test_a_worker_fails_without_the_verdicts_schema_and_producers_miss_the_others(registry: StandIn) -> None:
    registry.put(subjects(Settings())[0])
    found = list(examine_registry(settings_of(registry)))
    assert [finding.health for finding in found] == [Health.OK, Health.WARN, Health.FAIL, Health.WARN]
    assert all("`detector schemas register`" in finding.detail for finding in found[1:])


def test_a_worker_that_registers_itself_needs_nothing_to_be_there(registry: StandIn) -> None:
    found = list(examine_registry(settings_of(registry, register=True)))
    assert {finding.health for finding in found} == {Health.WARN}


@pytest.mark.parametrize(("failures", "told"), [(1, "HTTP 503"), (0, "refuses this login")])
def test_a_registry_that_cannot_be_asked_is_one_finding(failures: int, told: str, registry: StandIn) -> None:
    registry.put(verdict_subject(Settings()))
    registry.failures, registry.login = failures, LOGIN
    (finding,) = examine_registry(settings_of(registry))
    assert finding.health is Health.FAIL
    assert told in finding.detail
