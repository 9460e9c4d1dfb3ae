"""The metrics that `detector escalate` has beside a worker's: entries of the one table."""

from detector.monitoring.metric import Metric

ESCALATIONS = Metric(
    "detector_escalations", "counter", "Escalations delivered, by the rule that was crossed.", ("rule",)
)
FOLLOWED = Metric(
    "detector_followed_verdicts",
    "counter",
    "Verdicts, by what became of them: forwarded to whom they concern, skipped as no news, or unreadable.",
    ("result",),
)
SIGHTINGS = Metric(
    "detector_sightings",
    "counter",
    "Sightings of offenders, by what became of them: counted, mended, repeated, expired or unreadable.",
    ("result",),
)
TABLE_ENTRIES = Metric("detector_table_entries", "gauge", "Entries of a table in the partitions owned.", ("table",))
CHANGELOG_LAG = Metric(
    "detector_changelog_lag_records",
    "gauge",
    "Changelog records still to be read: of partitions owned (active) while tables recover, of warm copies (standby).",
    ("table", "role"),
)
RECOVERY = Metric(
    "detector_recovery_seconds", "gauge", "How long the last recovery of the tables took, from the assignment on."
)

ESCALATION_METRICS: tuple[Metric, ...] = (ESCALATIONS, FOLLOWED, SIGHTINGS, TABLE_ENTRIES, CHANGELOG_LAG, RECOVERY)
