"""W3C trace context in the headers of records: read from the producer, written for whoever reads the verdict."""

from opentelemetry.context import Context
from opentelemetry.trace import Span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from detector.records import Headers

_W3C = TraceContextTextMapPropagator()
_PARENT, _STATE = "traceparent", "tracestate"


def context_of(headers: Headers) -> Context:
    """Where the producer's trace stands; empty where there is none, or none that can be trusted.

    As the recommendation has it, a parent that is malformed or comes twice is as good as none.
    """
    parents, states = _values(headers, _PARENT), _values(headers, _STATE)
    if len(parents) != 1:
        return Context()
    return _W3C.extract({_PARENT: parents, _STATE: states}, Context())


def headers_of(span: Span) -> Headers:
    """What lets another service go on from this span."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier, set_span_in_context(span, Context()))
    return [(name, value.encode()) for name, value in carrier.items()]


def _values(headers: Headers, name: str) -> list[str]:
    """A value that is not ASCII is none of the recommendation's; it stays in its place and is malformed there."""
    return [(value or b"").decode("ascii", "replace") for each, value in headers if each == name]
