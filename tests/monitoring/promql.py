"""Which series a PromQL expression names."""

import re
from collections.abc import Iterator

from detector.monitoring.metric import Metric

_NOISE = re.compile(
    r'"(?:[^"\\]|\\.)*"'  # strings
    r"|\{[^}]*\}|\[[^\]]*\]"  # matchers and ranges
    r"|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)"
)
_NAME = re.compile(r"(?<![\w:$.])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])")
_WORDS = {"and", "or", "unless", "bool", "offset", "inf", "nan"}


def series_named(expression: str) -> set[str]:
    """The names of series, not those of functions, labels or keywords."""
    quotes_gone = re.sub(r'"(?:[^"\\]|\\.)*"', '""', expression)
    return {name for name in _NAME.findall(_NOISE.sub(" ", quotes_gone)) if name.lower() not in _WORDS}


def series_of(metric: Metric) -> Iterator[str]:
    """The names under which Prometheus keeps a metric."""
    if metric.type == "histogram":
        yield from (f"{metric.name}_{part}" for part in ("bucket", "sum", "count"))
    else:
        yield metric.exposed_name
