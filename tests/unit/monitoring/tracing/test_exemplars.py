"""From a slow bucket to a trace that fell into it, in the format that has a word for it."""

import re

from prometheus_client.exposition import choose_encoder
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from detector.monitoring import table
from detector.records import Record
from tests.samples import LEAK, event, record
from tests.unit.monitoring.tracing.traced import Traced, place_of

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
"""What Prometheus asks for."""

READ_MS = 1_763_632_800_000 - 180
UNSAMPLED = ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")


def leak(*headers: tuple[str, bytes | None]) -> Record:
    return record(event({"name": LEAK}), headers=headers, timestamp_ms=READ_MS)


def exposed(traced: Traced, accept: str) -> str:
    encode, _content_type = choose_encoder(accept)
    return encode(traced.observer.registry).decode()


def exemplars(traced: Traced) -> dict[str, str]:
    """Of the latency: bucket to trace."""
    families = text_string_to_metric_families(exposed(traced, OPENMETRICS))  # type: ignore[no-untyped-call]
    samples = [sample for family in families for sample in family.samples]
    shown = [sample for sample in samples if sample.exemplar]
    assert {sample.name for sample in shown} <= {f"{table.LATENCY.name}_bucket"}
    return {sample.labels["le"]: sample.exemplar.labels["trace_id"] for sample in shown if sample.exemplar}


def test_a_latency_names_the_trace_of_its_event() -> None:
    traced = Traced()
    traced.judge(leak())
    span = traced.one("judge listing-updates")
    assert exemplars(traced) == {"0.2": f"{place_of(span).trace_id:032x}"}


def test_a_trace_that_is_not_recorded_is_not_named() -> None:
    traced = Traced()
    traced.judge(leak(UNSAMPLED))
    assert exemplars(traced) == {}


def test_the_older_format_has_no_exemplars_and_the_same_samples() -> None:
    """Dashboards and rules query one set of names, whichever format a Prometheus asks for."""
    traced = Traced()
    traced.judge(leak())
    plain, rich = exposed(traced, "text/plain"), exposed(traced, OPENMETRICS)
    assert "trace_id" not in plain
    assert series(plain) == series(re.sub(r" # \{.*$", "", rich, flags=re.MULTILINE))


def series(lines: str) -> set[str]:
    return {line.rsplit(" ", 1)[0] for line in lines.splitlines() if line and not line.startswith("#")}
