"""What is installed beside the product's own needs."""

import sys
from importlib.util import find_spec

from detector.errors import Misconfigured


def require_faust(what: str) -> None:
    """Raises `Misconfigured` unless Faust is installed; `what` needs it, such as "The engine faust"."""
    # Once imported, Faust has no spec, which `find_spec` takes for an error.
    if "faust" not in sys.modules and find_spec("faust") is None:
        raise Misconfigured(f"{what} needs Faust: pip install 'contact-leak-detector[faust]'.")


def require_otel(what: str) -> None:
    """Raises `Misconfigured` unless OpenTelemetry's SDK and its exporter are installed; `what` needs them."""
    try:
        there = all(map(find_spec, ("opentelemetry.sdk.trace", "opentelemetry.exporter.otlp.proto.http")))
    except ModuleNotFoundError:  # of a part of the name
        there = False
    if not there:
        raise Misconfigured(f"{what} needs OpenTelemetry: pip install 'contact-leak-detector[otel]'.")


def require_http(what: str) -> None:
    """Raises `Misconfigured` unless FastAPI, its pages and uvicorn are installed; `what` needs them."""
    if not all(map(find_spec, ("fastapi", "fastapi_offline", "uvicorn"))):
        raise Misconfigured(f"{what} needs FastAPI and uvicorn: pip install 'contact-leak-detector[http]'.")
