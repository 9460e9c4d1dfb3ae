"""The Faust app as a module: `faust -A detector.cli.faust_app worker`, for teams that run Faust's own command.

Settings come from the environment and `.env` like the detector's own; /metrics, /healthz and /readyz are served too.
Faust's command ends with 1 whatever went wrong, the brake included; `detector worker --engine faust` tells with its
exit code.
"""

from functools import partial
from threading import Event

import structlog

from detector.cli.exits import errors_end_the_process
from detector.cli.frames import wait_for_frame
from detector.cli.models import load_scorer
from detector.cli.observer import watching
from detector.clock import SystemClock
from detector.engines.faust.app import DetectorApp
from detector.engines.kafka.cluster import wait_for_topics
from detector.errors import DetectorError
from detector.monitoring.health import Health
from detector.monitoring.http import monitoring_server
from detector.monitoring.logs import configure_logs
from detector.registry.subjects import verdict_subject
from detector.settings import Engine, load_settings

log = structlog.get_logger()


def make_app() -> DetectorApp:
    """The app of this environment's settings; its model is loaded once Faust starts a worker of it."""
    settings = load_settings(engine=Engine.FAUST.value)
    configure_logs(settings.log_level, settings.log_format)
    return DetectorApp(settings, SystemClock(), _equip)


def _equip(app: DetectorApp) -> None:
    """What `detector worker` does before it runs its engine; what is wrong is told here, since Faust would not."""
    settings = app.settings
    health = Health(app.clock)
    try:
        observer = app.add_context(watching(settings, app.clock, stream=True))
        alive = partial(health.beat, "coordinator")
        wait_for_topics(settings, Event(), alive)
        frame = wait_for_frame(settings, verdict_subject, Event(), alive)
        app.add_context(monitoring_server(settings.metrics_host, settings.metrics_port, observer.registry, health))
        scorer = load_scorer(settings)
    except DetectorError as error:
        log.error("cannot start", problem=str(error))  # noqa: TRY400 - a sentence for a person, not a traceback
        raise
    observer.model(scorer.card)
    observer.runs(group=settings.group, engine=settings.engine.value, delivery=settings.promise.value)
    health.achieved("model")
    app.equip(scorer, observer, health, frame or b"")
    log.info("worker starting", model=scorer.card.identity, engine=settings.engine.value)


with errors_end_the_process():
    app = make_app()
