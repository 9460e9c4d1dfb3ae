"""The frame that a process writes with: asked for once at its start, with the patience of a worker."""

from collections.abc import Callable
from threading import Event

import pytest
import structlog

from detector.cli.frames import frame_for, wait_for_frame
from detector.errors import Misconfigured, Retry
from detector.framing import frame_of
from detector.registry.subjects import Subject, event_subject, verdict_subject
from detector.settings import Settings
from tests.registry import LOGIN, StandIn


def settings_of(registry: StandIn, **more: object) -> Settings:
    return Settings(schema_registry={"url": registry.url}, **more)  # type: ignore[arg-type]


def nobody() -> None:
    """Whoever wants to know that the process is alive."""


def test_the_frame_has_the_id_of_the_very_schema_that_is_written(registry: StandIn) -> None:
    registry.put(event_subject("listing-updates"))
    verdicts = verdict_subject(Settings())
    registry.put(Subject(verdicts.name, verdicts.mode, '{"title": "an earlier one"}'))
    mine = registry.put(verdicts)
    registry.put(Subject(verdicts.name, verdicts.mode, '{"title": "a later one, of the next release"}'))
    assert frame_for(settings_of(registry), verdict_subject) == frame_of(mine)
    assert wait_for_frame(settings_of(registry), verdict_subject, Event(), nobody) == frame_of(mine)


def test_without_a_registry_nothing_is_framed_and_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detector.registry.extras.find_spec", lambda _name: None)
    assert wait_for_frame(Settings(), verdict_subject, Event(), nobody) == b""


@pytest.mark.parametrize("other", ["", "{}"], ids=["no subject", "only another schema"])
def test_a_schema_that_is_not_registered_ends_the_process_and_says_what_registers_it(
    other: str, registry: StandIn
) -> None:
    if other:
        registry.put(Subject("verdicts-value", verdict_subject(Settings()).mode, other))
    with pytest.raises(Misconfigured, match=r"verdicts-value .* `detector schemas register`"):
        wait_for_frame(settings_of(registry), verdict_subject, Event(), nobody)


def test_a_process_may_register_its_schemas_itself(registry: StandIn) -> None:
    frame = frame_for(settings_of(registry, schema_registry_register=True), verdict_subject)
    assert frame == frame_of(registry.put(verdict_subject(Settings())))
    assert len(registry.store.get_subjects()) == 4


def test_a_schema_that_the_registry_refuses_ends_a_process_that_registers(registry: StandIn) -> None:
    registry.refuses.add("verdicts-value")
    with pytest.raises(Misconfigured, match="`detector schemas register`"):
        frame_for(settings_of(registry, schema_registry_register=True), verdict_subject)


def test_a_registry_that_fails_is_waited_for(registry: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detector.cli.frames.RETRY_SECONDS", 0.01)
    schema_id = registry.put(verdict_subject(Settings()))
    registry.failures = 2
    turns: list[None] = []
    with structlog.testing.capture_logs() as lines:
        frame = wait_for_frame(settings_of(registry), verdict_subject, Event(), lambda: turns.append(None))
    assert frame == frame_of(schema_id)
    assert len(turns) == 3
    assert [line["event"] for line in lines] == [
        *["schema registry not reachable yet"] * 2,
        "writing in the wire format",
    ]


def test_who_is_told_to_stop_waits_no_longer(registry: StandIn) -> None:
    stopping = Event()
    registry.failures = 10**6
    assert wait_for_frame(settings_of(registry), verdict_subject, stopping, turn_of(stopping, 2)) is None
    assert len(registry.asked) == 2


def test_who_is_told_to_stop_while_the_registry_answers_stops(registry: StandIn) -> None:
    registry.put(verdict_subject(Settings()))
    stopping = Event()
    assert wait_for_frame(settings_of(registry), verdict_subject, stopping, turn_of(stopping, 1)) is None


def turn_of(stopping: Event, last: int) -> Callable[[], None]:
    """Called once a turn; the last one is when the signal comes."""
    turns = iter(range(1, last + 1))

    def turn() -> None:
        if next(turns) == last:
            stopping.set()

    return turn


def test_a_command_does_not_wait(registry: StandIn) -> None:
    registry.failures = 1
    with pytest.raises(Retry):
        frame_for(settings_of(registry), verdict_subject)


def test_a_refused_login_is_not_waited_for(registry: StandIn) -> None:
    registry.login = LOGIN
    with pytest.raises(Misconfigured, match="refuses this login"):
        wait_for_frame(settings_of(registry), verdict_subject, Event(), nobody)


def test_confluents_mock_gives_ids_to_a_process_that_registers() -> None:
    settings = Settings(schema_registry={"url": "mock://"}, schema_registry_register=True)
    assert frame_for(settings, verdict_subject) == frame_of(3)
