"""The rules as they are deployed."""

from pathlib import Path
from typing import Any

import yaml

from detector.monitoring.table import METRICS
from tests.monitoring.promql import series_of

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULE_FILES = sorted((PROMETHEUS / "rules").glob("*.yml"))
RULES: list[dict[str, Any]] = [
    rule
    for file in RULE_FILES
    for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
ALERTS = [rule for rule in RULES if "alert" in rule]
RECORDED = {rule["record"] for rule in RULES if "record" in rule}

FROM_ELSEWHERE = {"up", "process_start_time_seconds", "process_resident_memory_bytes", "process_cpu_seconds_total"}
"""What Prometheus itself and its client library add."""
KNOWN = {name for metric in METRICS for name in series_of(metric)} | RECORDED | FROM_ELSEWHERE
