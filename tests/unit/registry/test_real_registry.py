"""What a real registry decides: it runs where `DETECTOR_TEST_REGISTRY` has the address of one."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from detector.registry.client import Refused, Registry
from detector.registry.registering import Effect, register
from detector.registry.subjects import Subject
from detector.settings import Settings
from tests.unit.registry.changes import (
    ESCALATIONS,
    EVENTS,
    VERDICTS,
    Change,
    add_optional,
    add_required,
    add_within,
    next_version,
    open_all,
    remove_optional,
    remove_required,
    retype,
    reword,
)


@pytest.fixture
def real() -> Iterator[Registry]:
    if (url := os.environ.get("DETECTOR_TEST_REGISTRY")) is None:
        pytest.skip("DETECTOR_TEST_REGISTRY names no Schema Registry")
    with Registry(Settings(schema_registry={"url": url})) as registry:
        yield registry


def fresh(subject: Subject) -> Subject:
    """The same under a name that nobody has used."""
    return replace(subject, name=f"test-{uuid.uuid4().hex[:8]}-value")


@pytest.mark.parametrize(
    ("subject", "change", "taken"),
    [
        pytest.param(EVENTS, add_optional, True, id="event gains an optional member"),
        pytest.param(EVENTS, add_within, True, id="event gains one further in"),
        pytest.param(EVENTS, reword, True, id="event in other words"),
        pytest.param(EVENTS, add_required, False, id="event gains a required member"),
        pytest.param(EVENTS, remove_optional, False, id="event loses an optional member"),
        pytest.param(EVENTS, remove_required, False, id="event loses a required member"),
        pytest.param(EVENTS, retype, False, id="event member of another type"),
        pytest.param(VERDICTS, add_optional, True, id="verdict gains an optional member"),
        pytest.param(VERDICTS, add_required, True, id="verdict gains a required member"),
        pytest.param(VERDICTS, add_within, True, id="verdict gains one further in"),
        pytest.param(VERDICTS, remove_optional, False, id="verdict loses an optional member"),
        pytest.param(VERDICTS, remove_required, False, id="verdict loses a required member"),
        pytest.param(VERDICTS, retype, False, id="verdict member of another type"),
        pytest.param(ESCALATIONS, add_optional, True, id="escalation gains an optional member"),
        pytest.param(ESCALATIONS, remove_required, False, id="escalation loses a required member"),
    ],
)
def test_a_registry_takes_and_refuses_what_the_page_says(
    subject: Subject, change: Change, real: Registry, *, taken: bool
) -> None:
    first = fresh(subject)
    assert register(real, first, dry_run=False).effect is Effect.REGISTERED
    assert register(real, first, dry_run=False).effect is Effect.UNCHANGED
    second = next_version(first, change)
    foretold = register(real, second, dry_run=True)
    assert foretold.effect is (Effect.WOULD_REGISTER if taken else Effect.REFUSED)
    step = register(real, second, dry_run=False)
    assert step.effect is (Effect.REGISTERED if taken else Effect.REFUSED)
    assert step.mode == subject.mode
    assert bool(step.why) is not taken
    if taken:
        assert step.registered is not None
        assert step.registered.version == 2


def test_an_open_event_could_never_gain_a_member(real: Registry) -> None:
    first = fresh(next_version(EVENTS, open_all))
    register(real, first, dry_run=False)
    with pytest.raises(Refused):
        real.register(next_version(first, add_optional))
