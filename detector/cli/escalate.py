"""`detector escalate`: find repeat offenders."""

from functools import partial
from threading import Event

import structlog

from detector.cli.frames import wait_for_frame
from detector.cli.options import CLUSTER, LOGS, REGISTRY, with_settings
from detector.clock import SystemClock
from detector.engines.extras import require_faust
from detector.engines.stopping import stop_on_signals
from detector.monitoring.escalation_metrics import EscalationMetrics
from detector.monitoring.health import Health
from detector.monitoring.http import monitoring_server
from detector.monitoring.logs import configure_logs
from detector.registry.subjects import escalation_subject
from detector.settings import Settings

log = structlog.get_logger()

ESCALATION = tuple(name for name in Settings.model_fields if name.startswith("escalation_"))
ENDPOINTS = ("metrics_host", "metrics_port", "shutdown_seconds")


@with_settings(*CLUSTER, *REGISTRY, "verdict_topic", *ESCALATION, *ENDPOINTS, *LOGS)
def escalate(settings: Settings) -> None:
    """Find repeat offenders: read verdicts, count them by partner, write escalations, until SIGTERM or Ctrl-C.

    Several share the work, each with its own part of the partners and a warm copy of another's. A read-only view of the
    counts is served at --escalation-host and --escalation-port, under /partners; give a host that the others can reach
    where they run on several machines. /metrics, /healthz and /readyz are served as by a worker.

    Needs Faust: pip install 'contact-leak-detector[faust]'. On an embedded broker the verdict topic has to have 4
    partitions, as that is what the topics which spring up there have.

    Ends with 0 after a clean stop, 2 for settings or topics that do not fit, 1 for anything else (restart it).
    """
    require_faust("`detector escalate`")
    from detector.engines.escalation.service import EscalationService  # noqa: PLC0415 - an extra

    configure_logs(settings.log_level, settings.log_format)
    clock = SystemClock()
    health = Health(clock, conditions=("group", "tables"))
    metrics = EscalationMetrics()
    with monitoring_server(settings.metrics_host, settings.metrics_port, metrics.registry, health) as port:
        log.info(
            "escalation starting",
            metrics_port=port,
            settings=settings.model_dump(
                mode="json", include={"bootstrap_servers", "verdict_topic", *ESCALATION, *ENDPOINTS}
            ),
        )
        stopping = Event()
        with stop_on_signals(stopping.set):
            frame = wait_for_frame(settings, escalation_subject, stopping, partial(health.beat, "loop"))
        if frame is None:
            return
        service = EscalationService(settings, metrics, health, clock, frame)
        with stop_on_signals(service.stop):
            service.run()
