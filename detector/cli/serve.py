"""`detector serve`: answer over HTTP."""

from collections.abc import Callable
from typing import Annotated

import structlog
import typer

from detector.cli.models import load_scorer
from detector.cli.observer import watching
from detector.cli.options import CLUSTER, LOGS, TOPICS, with_settings
from detector.clock import Clock, SystemClock
from detector.contracts.messages import EVENT_FILE, VERDICT_FILE, json_schemas
from detector.engines.extras import require_http
from detector.engines.http.console.ports import Ports
from detector.engines.stopping import stop_on_signals
from detector.model.threads import usable_cpus
from detector.monitoring.health import Health
from detector.monitoring.logs import configure_logs
from detector.operations.console import kafka_ports
from detector.scoring import Scorer
from detector.settings import Settings

log = structlog.get_logger()

_MODEL = ("bundle", "backend", "threads", "listing_threshold", "booking_threshold")
_BATCHES = ("max_event_bytes", "batch_max_items", "batch_max_tokens", "batch_max_age_ms", "cache_windows")
_HTTP = tuple(name for name in Settings.model_fields if name.startswith("http_") and name != "http_port")
_TRACES = ("traces", "traces_share")
_CONSOLE = ("console", "console_texts", "feedback_topic", "group")


@with_settings(*_HTTP, *_MODEL, *_BATCHES, *_CONSOLE, *CLUSTER, *TOPICS, "shutdown_seconds", *_TRACES, *LOGS)
def serve(
    settings: Settings,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port; 0 picks a free one. \\[DETECTOR_HTTP_PORT]")
    ] = None,
) -> None:
    """Answer over HTTP until SIGTERM or Ctrl-C: POST /v1/score takes an event or a list of them and gives the verdicts.

        curl -s localhost:8080/v1/score -H 'Content-Type: application/json' -d '{"transactionContext":
          {"transactionId": "1"}, "attributes": {"description": "ring 07700 900123"}}'

    The API is described, and can be tried, at /docs (its document: /openapi.json); /healthz, /readyz and /metrics are
    served as well. Without API keys (DETECTOR_API_KEYS) it serves this machine alone. The analyst's console is at /: it
    follows the verdicts of the Kafka that the settings name, and connects once somebody looks.

    Needs the extra http: pip install 'contact-leak-detector[http]'. Ends with 0 after a clean stop, 2 for settings that do
    not fit, 1 for anything else (restart it).
    """
    run_server(settings if port is None else settings.model_copy(update={"http_port": port}), load_scorer)


def run_server(
    settings: Settings,
    load: Callable[[Settings], Scorer],
    ports: Callable[[Settings, Clock], Ports] = kafka_ports,
) -> None:
    """The server with its surroundings - logs, address, signals - around whatever scorer is loaded.

    `ports` makes what its console looks at.
    """
    require_http("`detector serve`")
    from detector.engines.http.console.console import Console  # noqa: PLC0415 - an extra
    from detector.engines.http.keys import check_exposure  # noqa: PLC0415
    from detector.engines.http.service import HttpService, listening  # noqa: PLC0415
    from detector.monitoring.http_metrics import HttpMetrics  # noqa: PLC0415

    check_exposure(settings)
    configure_logs(settings.log_level, settings.log_format)
    clock = SystemClock()
    health = Health(clock, conditions=("model",))
    with listening(settings) as listener, watching(settings, clock, stream=False) as observer:
        scorer = load(settings)
        observer.model(scorer.card)
        health.achieved("model")
        files = json_schemas()
        schemas = {"Event": files[EVENT_FILE], "Verdict": files[VERDICT_FILE]}
        metrics = HttpMetrics(observer.registry)
        console = Console(settings, ports(settings, clock), clock, scorer.card.identity) if settings.console else None
        service = HttpService(settings, scorer, observer, metrics, health, clock, schemas, console)
        log.info(
            "server starting",
            model=scorer.card.identity,
            threads=settings.threads or usable_cpus(),
            http_host=settings.http_host,
            http_port=listener.getsockname()[1],
            api_keys=len(settings.api_keys),
            console=settings.console,
        )
        with stop_on_signals(service.stop):
            service.run(listener)
