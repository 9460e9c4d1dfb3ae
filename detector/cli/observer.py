"""Who watches a worker or a server: metrics always, spans where the settings ask for them."""

from collections.abc import Iterator
from contextlib import contextmanager

from detector.clock import Clock
from detector.engines.extras import require_otel
from detector.monitoring.metrics import PrometheusObserver
from detector.outcomes import Destination
from detector.settings import Settings

FLUSH_SECONDS = 2.0
"""What sending the last spans may take at the end, on top of the drain; less where the drain itself has less."""


@contextmanager
def watching(settings: Settings, clock: Clock, *, stream: bool) -> Iterator[PrometheusObserver]:
    """The observer for as long as the block runs; `stream` says that events come from Kafka and outcomes go there.

    Raises `Misconfigured` where traces are asked for and cannot be sent.
    """
    if not settings.traces:
        yield PrometheusObserver()
        return
    require_otel("Sending traces")
    from detector.monitoring.tracing.export import exporting  # noqa: PLC0415 - an extra
    from detector.monitoring.tracing.observer import TracedObserver  # noqa: PLC0415
    from detector.monitoring.tracing.spans import Place, Spans  # noqa: PLC0415

    topics = {Destination.VERDICTS: settings.verdict_topic, Destination.DEAD_LETTERS: settings.dead_letter_topic}
    place = Place(settings.group, topics) if stream else Place()
    flush_seconds = min(FLUSH_SECONDS, settings.shutdown_seconds)
    with exporting(settings.traces_share, settings.instance, flush_seconds, clock) as tracer:
        yield TracedObserver(Spans(tracer, place))
