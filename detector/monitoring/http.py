"""/metrics, /healthz and /readyz on one small server."""

import socket
from collections.abc import Iterable
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

from detector.errors import Misconfigured
from detector.monitoring.health import Health

if TYPE_CHECKING:
    from collections.abc import Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

STOP_SECONDS = 0.05
"""How long the end of the block may wait for the server's loop, which looks up this often."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        # WSGIServer asks the DNS for its own name here, which can take seconds and is of no use.
        # Its bind would also set this: a restarted worker takes its port again although old connections linger.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]
        self.setup_environ()


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Scrapes and probes are not worth a log line each."""


def monitoring_app(registry: CollectorRegistry, health: Health) -> "WSGIApplication":
    """The endpoints as a WSGI application."""
    metrics = make_wsgi_app(registry)

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            return metrics(environ, start_response)  # type: ignore[no-any-return]
        if path == "/healthz":
            return _answer(start_response, health.stuck(), "stuck")
        if path == "/readyz":
            return _answer(start_response, health.missing(), "waiting for")
        start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"/metrics, /healthz, /readyz\n"]

    return application


def _answer(start_response: "StartResponse", troubles: list[str], prefix: str) -> list[bytes]:
    status = "503 Service Unavailable" if troubles else "200 OK"
    start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
    return [f"{prefix}: {', '.join(troubles)}\n".encode() if troubles else b"ok\n"]


@contextmanager
def monitoring_server(host: str, port: int, registry: CollectorRegistry, health: Health) -> "Iterator[int]":
    """Serve in the background; gives the port, which is a free one where 0 was asked for."""
    kind = _Server6 if ":" in host else _Server
    try:
        server = make_server(host, port, monitoring_app(registry, health), kind, _Quiet)
    except OSError as error:
        raise Misconfigured(
            f"cannot listen on {host}:{port} ({error.strerror}): set DETECTOR_METRICS_PORT to a free port, 0 picks one."
        ) from None
    thread = Thread(target=server.serve_forever, args=(STOP_SECONDS,), name="monitoring", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
