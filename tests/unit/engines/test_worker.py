"""A worker begins anew where new clients help, and ends where they do not."""

from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import Any

import pytest

from detector.clock import ManualClock
from detector.engines.kafka import worker as module
from detector.engines.kafka.worker import LONG_ENOUGH_SECONDS, RUNS_IN_A_ROW, KafkaWorker
from detector.errors import Misconfigured, Restart
from detector.monitoring.health import Health
from detector.monitoring.metrics import PrometheusObserver


class Runs:
    """Stands for `Run`: each run does what the script says."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.health = Health(self.clock)
        self.observer = PrometheusObserver()
        self.script: Iterator[Callable[[], None]] = iter(())
        self.made = 0
        self.stopped: list[int] = []

    def __call__(self) -> Any:
        self.made += 1
        return Runs.One(self, self.made)

    class One:
        def __init__(self, runs: "Runs", number: int) -> None:
            self.runs = runs
            self.number = number

        def run(self) -> None:
            next(self.runs.script)()

        def stop(self) -> None:
            self.runs.stopped.append(self.number)

    def replacements(self) -> float | None:
        return self.observer.registry.get_sample_value("detector_client_replacements_total")


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    found = Runs()
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.001)
    return found


def a_worker(runs: Runs) -> KafkaWorker:
    return KafkaWorker(runs, runs.observer, runs.health, runs.clock)


def well() -> None:
    """A run that ends because it was asked to."""


def stuck() -> None:
    raise Restart("stuck")


def test_a_run_that_is_stuck_is_followed_by_a_new_one(runs: Runs) -> None:
    runs.script = iter([stuck, well])
    a_worker(runs).run()
    assert runs.made == 2
    assert runs.replacements() == 1


def test_a_new_run_begins_unready_and_with_no_dead_loops(runs: Runs) -> None:
    def works_then_hangs() -> None:
        runs.health.achieved("group")
        runs.health.beat("reader")
        raise Restart("stuck")

    def looks() -> None:
        runs.clock.advance(600)
        assert runs.health.stuck() == []
        assert "group" in runs.health.missing()

    runs.script = iter([works_then_hangs, looks])
    a_worker(runs).run()
    assert runs.made == 2


def test_runs_that_fail_one_after_the_other_end_the_process(runs: Runs) -> None:
    runs.script = iter([stuck] * 100)
    with pytest.raises(Restart):
        a_worker(runs).run()
    assert runs.made == RUNS_IN_A_ROW


def test_failures_far_apart_do_not_add_up(runs: Runs) -> None:
    def lasts_and_fails() -> None:
        runs.clock.advance(LONG_ENOUGH_SECONDS)
        raise Restart("stuck")

    runs.script = iter([*[lasts_and_fails] * 20, well])
    a_worker(runs).run()
    assert runs.made == 21


def test_any_other_failure_ends_the_worker(runs: Runs) -> None:
    def misconfigured() -> None:
        raise Misconfigured("no such topic")

    runs.script = iter([misconfigured, well])
    with pytest.raises(Misconfigured):
        a_worker(runs).run()
    assert runs.made == 1


def test_a_worker_asked_to_stop_does_not_begin_anew(runs: Runs) -> None:
    worker = a_worker(runs)

    def stopped_and_stuck() -> None:
        worker.stop()
        raise Restart("stuck")

    runs.script = iter([stopped_and_stuck, well])
    with pytest.raises(Restart):
        worker.run()
    assert runs.made == 1
    assert runs.stopped == [1]


def test_a_stop_between_two_runs_is_heard(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_SECONDS", 60.0)
    failed = Event()

    def stuck_and_told() -> None:
        failed.set()
        raise Restart("stuck")

    runs.script = iter([stuck_and_told, well])
    worker = a_worker(runs)
    working = Thread(target=worker.run, daemon=True)
    working.start()
    assert failed.wait(30)
    worker.stop()
    working.join(30)
    assert not working.is_alive()
    assert runs.made == 1
