"""The worker around the Faust app: it ends within its budget whatever Faust makes of being stopped."""

import asyncio
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from detector.clock import SystemClock
from detector.engines.faust import worker as module
from detector.engines.faust.app import DetectorApp
from detector.engines.faust.worker import FaustWorker, run_to_the_end
from detector.monitoring.health import Health
from detector.monitoring.metrics import PrometheusObserver
from detector.scoring import KeywordScorer
from detector.settings import Settings

BUDGET = 0.05


async def never() -> None:
    """Waits without end, and keeps being cancelled to itself, as some of Faust's services do while they start."""
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            continue


class App:
    """Faust's app as its worker sees it: it asks to be stopped once it starts, and each step is as a test gives it."""

    crash_reason = None

    def __init__(self, worker: FaustWorker, *, starts: bool = True, drains: bool = True, stops: Any = None) -> None:
        self._crashed = asyncio.Event()
        self._worker, self._starts, self._drains, self._stops = worker, starts, drains, stops

    async def start(self) -> None:
        asyncio.get_running_loop().call_later(BUDGET, self._worker.stop)
        if not self._starts:
            await never()

    async def drain(self, _seconds: float) -> bool:
        if not self._drains:
            await never()
        return True

    async def stop(self) -> None:
        if isinstance(self._stops, Exception):
            raise self._stops
        if self._stops is never:
            await never()


@pytest.fixture(autouse=True)
def _short_budgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEAVE_SECONDS", BUDGET)
    monkeypatch.setattr(module, "TASKS_SECONDS", BUDGET)


@pytest.mark.parametrize(
    ("how", "error"),
    [
        pytest.param({}, None, id="in order"),
        pytest.param({"starts": False}, None, id="in mid start"),
        pytest.param({"drains": False}, None, id="a drain that never ends"),
        pytest.param({"stops": never}, "TimeoutError", id="a stop that never ends"),
        pytest.param({"starts": False, "stops": never}, "TimeoutError", id="neither start nor stop ends"),
        pytest.param({"stops": OSError("secret text")}, "OSError", id="a stop that fails"),
    ],
)
def test_the_worker_ends_whatever_faust_makes_of_being_stopped(how: dict[str, Any], error: str | None) -> None:
    settings = Settings.model_construct(shutdown_seconds=BUDGET)
    worker = FaustWorker(settings, KeywordScorer(), PrometheusObserver(), Health(SystemClock()), SystemClock())
    with capture_logs() as lines:
        run_to_the_end(worker._serve(cast("DetectorApp", App(worker, **how))))
    assert [line["error"] for line in lines if line["event"] == "left the group in disorder"] == (
        [error] if error else []
    )
    (stopped,) = (line for line in lines if line["event"] == "stopped")
    assert stopped["clean"] is (how == {})
    assert "secret" not in str(lines)
