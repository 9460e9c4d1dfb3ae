"""The one table of metrics: name, type, help, labels, buckets. The README's table is generated from it."""

from detector.monitoring.escalation_table import ESCALATION_METRICS
from detector.monitoring.http_table import HTTP_METRICS
from detector.monitoring.metric import Metric

LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0, 60.0)
"""Seconds; 0.25 is the promise, so the share of events inside it can be read off exactly."""

PROMISE_BUCKET = "0.25"
"""That bucket's `le`, as Prometheus writes it."""

STAGE_BUCKETS = (0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
COUNT_BUCKETS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
SHARE_BUCKETS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75)
SCORE_BUCKETS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)

LATENCY = Metric(
    "detector_latency_seconds",
    "histogram",
    "From the record's timestamp to its delivered verdict or dead letter.",
    ("kind",),
    LATENCY_BUCKETS,
)
STAGE = Metric(
    "detector_stage_seconds",
    "histogram",
    "Time in one stage: decode, prepare, wait and aggregate per event or window, score per batch, deliver per "
    "transaction.",
    ("stage",),
    STAGE_BUCKETS,
)
MISSES = Metric(
    "detector_deadline_misses",
    "counter",
    "Verdicts and dead letters delivered later than the promise of 250 ms.",
    ("kind",),
)
VERDICTS = Metric("detector_verdicts", "counter", "Verdicts delivered.", ("kind", "label"))
TOMBSTONES = Metric("detector_tombstones", "counter", "Tombstone verdicts delivered.", ("kind",))
DEAD_LETTERS = Metric("detector_dead_letters", "counter", "Dead letters delivered.", ("kind", "reason"))
SCORES = Metric("detector_score", "histogram", "Calibrated probability of a leak, per event.", ("kind",), SCORE_BUCKETS)
BATCH_WINDOWS = Metric("detector_batch_windows", "histogram", "Windows in one run of the model.", (), COUNT_BUCKETS)
PADDING = Metric(
    "detector_batch_padding_share", "histogram", "Share of a batch's tokens that is padding.", (), SHARE_BUCKETS
)
TOKENS = Metric("detector_tokens", "counter", "Tokens read by the model, without padding.")
PADDED_TOKENS = Metric(
    "detector_padded_tokens",
    "counter",
    "Tokens computed by the model, padding included: what goes beyond the other is waste.",
)
MODEL_WINDOWS = Metric(
    "detector_model_windows",
    "counter",
    "Windows that the model answered, by how far it read: first (its first stage cleared it) or whole (to the end).",
    ("stage",),
)
CACHED_WINDOWS = Metric(
    "detector_cached_windows",
    "counter",
    "Windows looked up among those scored before or on their way: a hit shares a score, a miss goes to the model.",
    ("result",),
)
DELIVERIES = Metric(
    "detector_deliveries",
    "counter",
    "Deliveries, by what became of them: a rolled-back one was tried again.",
    ("result",),
)
REPLACEMENTS = Metric(
    "detector_client_replacements",
    "counter",
    "Times that the worker began anew with new Kafka clients, because the cluster answered its old ones no more.",
)
BUSY = Metric(
    "detector_busy_seconds",
    "counter",
    "Time at work, by part: read, judge (all but the model), score (the model), deliver. Its rate is the utilisation: "
    "of two batches that the model reads at a time each counts half. The engine faust reads in a "
    "thread of its own, of which `read` sees the hand-over alone.",
    ("part",),
)
LAG = Metric("detector_lag_records", "gauge", "Records not yet committed, by partition.", ("topic", "partition"))
LAG_SECONDS = Metric(
    "detector_lag_seconds",
    "gauge",
    "Age of the oldest record that is read and not yet delivered, by partition; 0 where none is.",
    ("topic", "partition"),
)
IN_FLIGHT = Metric("detector_in_flight_records", "gauge", "Records between reading and delivery.")
PARTITIONS = Metric("detector_assigned_partitions", "gauge", "Partitions that this worker owns.")
REBALANCES = Metric(
    "detector_rebalances", "counter", "Rebalances that this worker took part in, one for each assignment."
)
HELD_BACK = Metric("detector_reading_paused", "gauge", "1 while reading is paused because memory is full.")
BRAKE = Metric(
    "detector_brake_fill_ratio",
    "gauge",
    "How near the dead-letter brake is, by limit (consecutive, share): at 1 it is pulled and the worker ends.",
    ("limit",),
)
CLOCK_SKEW = Metric(
    "detector_clock_skew", "counter", "Records with a timestamp in the future; their latency counts as zero."
)
MODEL_INFO = Metric(
    "detector_model_info", "gauge", "Always 1; says which model judges.", ("code", "version", "refresh")
)
WORKER_INFO = Metric(
    "detector_worker_info",
    "gauge",
    "Always 1; says in which consumer group, on which engine, with which guarantee and version the worker runs.",
    ("group", "engine", "delivery", "version"),
)

WORKER_METRICS: tuple[Metric, ...] = (
    LATENCY,
    MISSES,
    STAGE,
    VERDICTS,
    TOMBSTONES,
    DEAD_LETTERS,
    SCORES,
    BATCH_WINDOWS,
    PADDING,
    TOKENS,
    PADDED_TOKENS,
    MODEL_WINDOWS,
    CACHED_WINDOWS,
    DELIVERIES,
    REPLACEMENTS,
    BUSY,
    LAG,
    LAG_SECONDS,
    IN_FLIGHT,
    PARTITIONS,
    REBALANCES,
    HELD_BACK,
    BRAKE,
    CLOCK_SKEW,
    MODEL_INFO,
    WORKER_INFO,
)

METRICS = (*WORKER_METRICS, *HTTP_METRICS, *ESCALATION_METRICS)
