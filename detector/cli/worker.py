"""`detector worker`: judge the stream."""

from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Protocol

import structlog

from detector.cli.frames import wait_for_frame
from detector.cli.models import load_scorer
from detector.cli.observer import watching
from detector.cli.options import ALL, with_settings
from detector.clock import Clock, SystemClock
from detector.engines.collecting import collect_rarely
from detector.engines.extras import require_faust
from detector.engines.kafka.instance import instance_name
from detector.engines.kafka.run import Run
from detector.engines.kafka.worker import KafkaWorker
from detector.engines.stopping import stop_on_signals
from detector.model.threads import usable_cpus
from detector.monitoring.health import Health
from detector.monitoring.http import monitoring_server
from detector.monitoring.logs import configure_logs
from detector.observing import EngineObserver
from detector.registry.subjects import verdict_subject
from detector.scoring import Scorer
from detector.settings import Engine, Settings
from detector.settings.model import PASSED_ON

log = structlog.get_logger()


@with_settings(*ALL)
def worker(settings: Settings) -> None:
    """Judge the stream: read both input topics, write verdicts and dead letters, until SIGTERM or Ctrl-C.

    Every setting can also be an environment variable or stand in a file .env in the working directory. The endpoints
    /metrics, /healthz and /readyz are served meanwhile.

    Ends with 0 after a clean stop, 2 for settings that do not fit, 3 when the dead-letter brake was pulled, 4 when
    another worker took over this one's name, 1 for anything else (restart it).
    """
    run_worker(settings, load_scorer)


def run_worker(settings: Settings, load: Callable[[Settings], Scorer]) -> None:
    """The worker with its surroundings - logs, endpoints, identity, signals - around whatever scorer is loaded."""
    configure_logs(settings.log_level, settings.log_format)
    clock = SystemClock()
    health = Health(clock)
    with (
        watching(settings, clock, stream=True) as observer,
        monitoring_server(settings.metrics_host, settings.metrics_port, observer.registry, health) as port,
        instance_name(settings.group, settings.instance) as instance,
    ):
        scorer = load(settings)
        observer.model(scorer.card)
        observer.runs(group=settings.group, engine=settings.engine.value, delivery=settings.promise.value)
        health.achieved("model")
        log.info(
            "worker starting",
            model=scorer.card.identity,
            threads=settings.threads or usable_cpus(),
            engine=settings.engine.value,
            delivery=settings.promise.value,
            instance=instance,
            metrics_port=port,
            settings=settings.model_dump(mode="json", exclude=set(PASSED_ON)),
        )
        stopping = Event()
        with stop_on_signals(stopping.set):
            alive = partial(health.beat, "coordinator")
            frame = wait_for_frame(settings, verdict_subject, stopping, alive)
        if frame is None:
            return
        running = _engine(settings, instance, scorer, observer, health, clock, frame)
        collect_rarely()
        with stop_on_signals(running.stop):
            running.run()


class _Engine(Protocol):
    def run(self) -> None: ...

    def stop(self) -> None: ...


def _engine(
    settings: Settings,
    instance: str,
    scorer: Scorer,
    observer: EngineObserver,
    health: Health,
    clock: Clock,
    frame: bytes,
) -> _Engine:
    if settings.engine is Engine.KAFKA:
        new_run = partial(Run, settings, instance, scorer, observer, health, clock, frame)
        return KafkaWorker(new_run, observer, health, clock)
    require_faust("The engine faust")
    from detector.engines.faust.worker import FaustWorker  # noqa: PLC0415 - an extra

    return FaustWorker(settings, scorer, observer, health, clock, frame)
