"""Who watches a worker, and what it takes."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from opentelemetry.trace import Tracer

from detector.cli.observer import FLUSH_SECONDS, watching
from detector.clock import Clock, SystemClock
from detector.engines import extras
from detector.errors import Misconfigured
from detector.monitoring.metrics import PrometheusObserver
from detector.monitoring.tracing import export
from detector.monitoring.tracing.observer import TracedObserver
from detector.settings import Settings
from tests.samples import record


def nowhere(name: str) -> object:
    raise ModuleNotFoundError(name)


@pytest.mark.parametrize("find", [lambda _name: None, nowhere], ids=["the last part", "all"])
def test_traces_without_their_extra_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch, find: Callable[[str], object]
) -> None:
    monkeypatch.setattr(extras, "find_spec", find)
    with (
        pytest.raises(Misconfigured, match=r"contact-leak-detector\[otel\]"),
        watching(Settings(traces=True), SystemClock(), stream=True),
    ):
        pass


def test_without_traces_the_extra_is_not_asked_for_and_nothing_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", nowhere)
    with watching(Settings(), SystemClock(), stream=True) as observer:
        assert type(observer) is PrometheusObserver
        assert observer.follow(record(b"{}")) is None


@pytest.mark.parametrize(("budget", "flush"), [(25.0, FLUSH_SECONDS), (0.5, 0.5)])
def test_the_last_spans_have_no_longer_than_the_drain(
    monkeypatch: pytest.MonkeyPatch, budget: float, flush: float
) -> None:
    asked: list[float] = []

    def exporting(_share: float, _instance: str | None, seconds: float, clock: Clock) -> AbstractContextManager[Tracer]:
        asked.append(seconds)
        return make(0.0, None, 0.0, clock)

    make = export.exporting
    monkeypatch.setattr(export, "exporting", exporting)
    with watching(Settings(traces=True, shutdown_seconds=budget), SystemClock(), stream=False) as observer:
        assert isinstance(observer, TracedObserver)
    assert asked == [flush]
