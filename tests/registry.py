"""A stand-in for a Schema Registry: the REST calls that are used here, over the in-memory store of Confluent's own client.

It compares nothing by itself: which subjects it takes no new version of is what a test says. What a real registry
decides is asked of a real one in `tests/unit/registry/test_real_registry.py`.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote

from confluent_kafka.schema_registry import Schema, SchemaRegistryClient, SchemaRegistryError

from detector.registry.subjects import Subject

LOGIN = "worker:hunter2-zebra"
WHY = "TYPE_CHANGED at #/properties/name"


@dataclass
class StandIn:
    """What the registry holds, and how it behaves.

    `refuses` are subjects whose mode the next schema breaks; the first `failures` requests are answered with 503; with
    `login` (user:password) it takes no others; `asked` are the requests so far.
    """

    store: SchemaRegistryClient = field(default_factory=lambda: SchemaRegistryClient.new_client({"url": "mock://"}))
    modes: dict[str, str] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)
    failures: int = 0
    login: str | None = None
    asked: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a process that uses it."""
        return {"DETECTOR_SCHEMA_REGISTRY__URL": self.url}

    def put(self, subject: Subject) -> int:
        """Register without asking anybody; gives the id."""
        return self.store.register_schema(subject.name, Schema(subject.schema, "JSON"))

    def answer(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """The body that answers a request; raises what a registry refuses it with."""
        for wanted, pattern, handle in _ROUTES:
            if method == wanted and (match := re.fullmatch(pattern, path)):
                return handle(self, unquote(match[1]), body)
        raise SchemaRegistryError(404, 404, "HTTP 404 Not Found")

    def look_up(self, subject: str, body: Mapping[str, Any]) -> Any:
        return self._found(self.store.lookup_schema, subject, Schema.from_dict(dict(body)))

    def register(self, subject: str, body: Mapping[str, Any]) -> Any:
        if subject in self.refuses:
            raise SchemaRegistryError(409, 409, WHY)
        return {"id": self.store.register_schema(subject, Schema.from_dict(dict(body)))}

    def versions(self, subject: str, _body: Mapping[str, Any]) -> Any:
        if not (found := self.store.get_versions(subject)):
            raise SchemaRegistryError(404, 40401, f"Subject '{subject}' not found.")
        return found

    def latest(self, subject: str, _body: Mapping[str, Any]) -> Any:
        return self._found(self.store.get_latest_version, subject)

    def compare(self, subject: str, _body: Mapping[str, Any]) -> Any:
        return {"is_compatible": subject not in self.refuses}

    def mode(self, subject: str, _body: Mapping[str, Any]) -> Any:
        if subject not in self.modes:
            raise SchemaRegistryError(404, 40408, f"Subject '{subject}' has no compatibility level of its own.")
        return {"compatibilityLevel": self.modes[subject]}

    def set_mode(self, subject: str, body: Mapping[str, Any]) -> Any:
        self.modes[subject] = body["compatibility"]
        return body

    def schema(self, schema_id: str, _body: Mapping[str, Any]) -> Any:
        return self.store.get_schema(int(schema_id)).to_dict()

    @staticmethod
    def _found(ask: Any, *arguments: Any) -> Any:
        return ask(*arguments).to_dict()


_ROUTES: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/subjects/([^/]+)", StandIn.look_up),
    ("GET", "/subjects/([^/]+)/versions", StandIn.versions),
    ("POST", "/subjects/([^/]+)/versions", StandIn.register),
    ("GET", "/subjects/([^/]+)/versions/latest", StandIn.latest),
    ("POST", "/compatibility/subjects/([^/]+)/versions", StandIn.compare),
    ("GET", "/config/([^/]+)", StandIn.mode),
    ("PUT", "/config/([^/]+)", StandIn.set_mode),
    ("GET", "/schemas/ids/([0-9]+)", StandIn.schema),
)


@contextmanager
def serving(registry: StandIn) -> Iterator[StandIn]:
    """The registry at an address of its own, which is put into its `url`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(registry))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    registry.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(registry: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet, or the client waits for the second

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            body = json.loads(self.rfile.read(length) or b"{}")
            path = self.path.partition("?")[0]
            registry.asked.append(f"{self.command} {path}")
            try:
                self._admit()
                status, answer = 200, registry.answer(self.command, path, body)
            except SchemaRegistryError as error:
                status = error.http_status_code
                answer = {"error_code": error.error_code, "message": error.error_message}
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = handle_any  # noqa: N815 - the base class calls them so

        def _admit(self) -> None:
            if registry.failures:
                registry.failures -= 1
                raise SchemaRegistryError(503, 50300, "not yet")
            wanted = registry.login and f"Basic {b64encode(registry.login.encode()).decode()}"
            if wanted and self.headers.get("Authorization") != wanted:
                raise SchemaRegistryError(401, 40101, "who is it?")

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
