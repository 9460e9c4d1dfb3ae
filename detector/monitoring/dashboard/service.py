"""What the service does: rate, errors and durations; the first row is for three in the morning."""

from detector.monitoring.dashboard.panel import AMBER, GREEN, RED, Panel, Query, Row, stat
from detector.monitoring.dashboard.promql import JOB, MINE, RATE, quantile, rate

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
PROMISED = 0.01
"""The share of events that may miss the promise."""

AT_A_GLANCE = Row(
    "Are we inside the promise, are we keeping up, is anything dying?",
    (
        stat(
            "Inside the promise",
            "Share of events whose verdict or dead letter came within 250 ms of their record's timestamp, last 5 minutes.",
            f"1 - job:detector_promise_missed:ratio_rate5m{{{JOB}}}",
            "percentunit",
            (None, RED),
            (0.95, AMBER),
            (0.99, GREEN),
        ),
        stat(
            "Burn rate, 1 h",
            "How many times faster than allowed the month's budget of late events goes. From 14.4 on it pages.",
            f"job:detector_promise_missed:ratio_rate1h{{{JOB}}} / {PROMISED}",
            "short",
            (None, GREEN),
            (1, AMBER),
            (14.4, RED),
        ),
        stat(
            "Lag, in time",
            "Age of the oldest record read and not yet delivered.",
            f"max(detector_lag_seconds{{{MINE}}})",
            "s",
            (None, GREEN),
            (1, AMBER),
            (10, RED),
        ),
        stat(
            "Time to drain",
            "How long the lag takes at the present pace if nothing new comes in.",
            f"job:detector_lag_drain_seconds:estimate{{{JOB}}}",
            "s",
            (None, GREEN),
            (60, AMBER),
            (600, RED),
        ),
        stat(
            "Verdicts per second",
            "Delivered verdicts.",
            f"sum(rate(detector_verdicts_total{{{MINE}}}[{RATE}]))",
            "short",
        ),
        stat(
            "Workers",
            "Workers that answer Prometheus.",
            f"sum(up{{{MINE}}})",
            "short",
            (None, RED),
            (1, GREEN),
        ),
        stat(
            "Dead letters per minute",
            "Records that could not be judged.",
            f"60 * sum(rate(detector_dead_letters_total{{{MINE}}}[{RATE}]))",
            "short",
            (None, GREEN),
            (1, AMBER),
            (60, RED),
        ),
        stat(
            "Brake",
            "How near the nearest limit of the dead-letter brake is. At 100 % the worker stops with exit code 3.",
            f"max(detector_brake_fill_ratio{{{MINE}}})",
            "percentunit",
            (None, GREEN),
            (0.25, AMBER),
            (0.5, RED),
        ),
    ),
)
PROMISE = Row(
    "Promise",
    (
        Panel(
            "Latency",
            "From the record's timestamp to the delivered verdict; the line is the promise.",
            tuple(Query(quantile(q, "detector_latency_seconds"), f"p{q * 100:g}") for q in (0.5, 0.9, 0.99)),
            "s",
            limit=0.25,
        ),
        Panel(
            "Latency by worker",
            "p99 of each worker: one slow machine shows here.",
            (Query(quantile(0.99, "detector_latency_seconds", "instance"), "{{instance}}"),),
            "s",
            limit=0.25,
        ),
        Panel(
            "Inside the promise, by kind",
            "Share of events within 250 ms; the line is what is promised.",
            (Query(f"job_kind:detector_promise_kept:ratio_rate5m{{{JOB}}}", "{{kind}}"),),
            "percentunit",
            limit=1 - PROMISED,
            most=1,
        ),
        Panel(
            "Burn rate",
            "Of the budget of late events, by window: 1 spends it in exactly 30 days.",
            tuple(Query(f"job:detector_promise_missed:ratio_rate{w}{{{JOB}}} / {PROMISED}", w) for w in WINDOWS),
            limit=1,
        ),
        Panel(
            "Latency, spread",
            "Where the events lie.",
            (Query(rate("detector_latency_seconds_bucket", "le"), "{{le}}"),),
            "s",
            "heatmap",
        ),
        Panel(
            "Late",
            "Delivered later than 250 ms, per second.",
            (Query(rate("detector_deadline_misses_total", "kind"), "{{kind}}"),),
        ),
    ),
)
KEEPING_UP = Row(
    "Keeping up",
    (
        Panel(
            "Events",
            "Delivered, per second.",
            (
                Query(rate("detector_verdicts_total", "kind, label"), "{{kind}} {{label}}"),
                Query(rate("detector_tombstones_total", "kind"), "{{kind}} tombstone"),
            ),
            stacked=True,
        ),
        Panel(
            "Lag",
            "Records not yet committed.",
            (Query(f"sum by (topic) (detector_lag_records{{{MINE}}})", "{{topic}}"),),
        ),
        Panel(
            "Lag, in time, by partition",
            "Age of the oldest record read and not yet delivered. A few partitions alone: a hot key.",
            (Query(f"max by (topic, partition) (detector_lag_seconds{{{MINE}}})", "{{topic}}/{{partition}}"),),
            "s",
        ),
        Panel(
            "Assigned partitions",
            "Adds up to what the topics have.",
            (Query(f"detector_assigned_partitions{{{MINE}}}", "{{instance}}"),),
            stacked=True,
        ),
        Panel(
            "Rebalances",
            "In ten minutes, by worker.",
            (Query(f"increase(detector_rebalances_total{{{MINE}}}[10m])", "{{instance}}"),),
        ),
        Panel(
            "In flight",
            "Records between reading and delivery, and whether reading is paused because memory is full.",
            (
                Query(f"detector_in_flight_records{{{MINE}}}", "{{instance}}"),
                Query(f"detector_reading_paused{{{MINE}}}", "{{instance}} paused"),
            ),
        ),
    ),
)
