"""One trace from the producer to whoever reads the verdict, through real processes and a collector's real protocol."""

import socket
from dataclasses import replace
from urllib.request import Request, urlopen

import pytest

from tests.brokers import Sent, produce, read_committed
from tests.integration.collector import collecting, linked, traceparent
from tests.integration.events import LEAK, event
from tests.integration.servers import serving
from tests.integration.verdicts import following
from tests.integration.workers import Stream, WorkerProcess, running
from tests.samples import event as body

TRACES = [f"4bf92f3577b34da6a3ce929d0e0e47{number:02x}" for number in range(6)]
PARENT = "00f067aa0ba902b7"
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def traced(number: int, trace: str) -> Sent:
    """One whose text nobody has sent before, so that the model reads it."""
    return replace(event(number, f"{LEAK} It is flat {number}."), headers=[("traceparent", f"00-{trace}-{PARENT}-01")])


def exemplars(worker: WorkerProcess) -> list[str]:
    """Lines of the latency's buckets that name a trace."""
    port = worker.wait_for("worker starting")["metrics_port"]
    asked = Request(f"http://127.0.0.1:{port}/metrics", headers={"Accept": OPENMETRICS})
    with urlopen(asked, timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return [line for line in lines if line.startswith("detector_latency_seconds_bucket") and "trace_id" in line]


@pytest.mark.kafka
@pytest.mark.parametrize("engine", ["kafka", "faust"])
def test_a_producers_trace_goes_through_the_worker_into_the_verdict(stream: Stream, engine: str) -> None:
    produce(stream.bootstrap, stream.listings, [traced(number, trace) for number, trace in enumerate(TRACES)])
    produce(stream.bootstrap, stream.listings, [Sent(b"not an event", headers=traced(0, TRACES[0]).headers)])
    with (
        collecting() as collector,
        following(stream) as verdicts,
        running(stream, DETECTOR_ENGINE=engine, **collector.variables) as worker,
    ):
        verdicts.until(len(TRACES))
        collector.until(lambda: len(linked(collector.named(f"send {stream.verdicts}"))) == len(TRACES))
        shown = exemplars(worker)
        assert worker.terminate() == 0
    judged = {span.trace_id.hex(): span for span in collector.named(f"judge {stream.listings}") if not span.status.code}
    assert sorted(judged) == TRACES
    assert {span.parent_span_id.hex() for span in judged.values()} == {PARENT}
    written = read_committed(stream.bootstrap, stream.verdicts)
    assert {dict(each.headers)["traceparent"] for each in written} == set(map(traceparent, judged.values()))
    assert {span.span_id for span in judged.values()} == linked(collector.named("score batch"))
    (letter,) = read_committed(stream.bootstrap, stream.dead_letters)
    assert dict(letter.headers)["traceparent"] == f"00-{TRACES[0]}-{PARENT}-01".encode()
    assert shown
    assert all(any(f'trace_id="{trace}"' in line for trace in TRACES) for line in shown)
    assert collector.services == {"contact-leak-detector"}
    assert "host@example.com" not in str(collector.spans)


@pytest.mark.kafka
def test_a_collector_that_is_gone_costs_a_line_in_the_log_and_no_verdict(stream: Stream) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens: connections are refused
        gone = {
            "DETECTOR_TRACES": "true",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{taken.getsockname()[1]}",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "2",
            "OTEL_BSP_SCHEDULE_DELAY": "50",
        }
        with following(stream) as verdicts, running(stream, **gone) as worker:
            produce(stream.bootstrap, stream.listings, [traced(0, TRACES[0])])
            verdicts.until(1)
            told = worker.wait_for("traces not exported")
            assert told["cause"] == "ConnectionError"
            produce(stream.bootstrap, stream.listings, [traced(number, TRACES[number]) for number in (1, 2)])
            verdicts.until(3)
            assert worker.ask("/healthz")[0] == 200
            assert worker.terminate() == 0


def test_a_callers_trace_goes_through_the_server() -> None:
    with collecting() as collector, serving(DETECTOR_CONSOLE="false", **collector.variables) as server:
        header = {"traceparent": f"00-{TRACES[0]}-{PARENT}-01"}
        assert server.score(body({"name": LEAK}), header).status_code == 200
        collector.until(lambda: bool(collector.named("judge http") and collector.named("score batch")))
        assert server.terminate() == 0
    (span,) = collector.named("judge http")
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACES[0], PARENT)
    assert linked(collector.named("score batch")) == {span.span_id}
