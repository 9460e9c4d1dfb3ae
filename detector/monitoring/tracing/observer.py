"""Facts become metrics and spans: the observer of a worker that sends traces."""

from detector.monitoring.metrics import PrometheusObserver
from detector.monitoring.tracing.spans import Spans
from detector.observing import BatchScored, EventJudged, EventRejected, StageTimed
from detector.outcomes import Delivery
from detector.records import Record
from detector.traces import Trace


class TracedObserver(PrometheusObserver):
    """Tells the spans, too, what concerns them."""

    def __init__(self, spans: Spans) -> None:
        super().__init__()
        self._spans = spans

    def follow(self, record: Record) -> Trace:
        """Begin an event's span."""
        return self._spans.follow(record)

    def timed(self, fact: StageTimed) -> None:
        """A stage was passed."""
        super().timed(fact)
        self._spans.timed(fact)

    def scored(self, fact: BatchScored) -> None:
        """A batch was scored."""
        super().scored(fact)
        self._spans.scored(fact)

    def judged(self, fact: EventJudged) -> None:
        """A verdict was reached."""
        super().judged(fact)
        self._spans.judged(fact)

    def rejected(self, fact: EventRejected) -> None:
        """A record was rejected."""
        super().rejected(fact)
        self._spans.rejected(fact)

    def dropped(self, trace: Trace) -> None:
        """An event left without an outcome."""
        super().dropped(trace)
        self._spans.dropped(trace)

    def delivered(self, delivery: Delivery, seconds: float, now: float) -> None:
        """Outcomes are written and their offsets committed."""
        super().delivered(delivery, seconds, now)
        self._spans.delivered(delivery, seconds, now)
