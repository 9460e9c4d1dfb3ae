"""`detector serve` in a process of its own, asked over real HTTP."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType

import httpx

from tests.integration.workers import SECONDS, Stream, WorkerProcess

KEYWORD_SERVER = (sys.executable, "-m", "tests.integration.keyword_server")
SHIPPED_SERVER = (sys.executable, "-m", "detector", "serve")

JSON = {"Content-Type": "application/json"}


@dataclass
class ServerProcess(WorkerProcess):
    """A server, watched through its log lines and asked."""

    command: Sequence[str] = KEYWORD_SERVER

    @cached_property
    def port(self) -> int:
        """Where it listens; waits for it to start."""
        return int(self.wait_for("server starting")["http_port"])

    @property
    def url(self) -> str:
        """The same with all that stands before a path."""
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def client(self) -> httpx.Client:
        """Asks it, from any thread."""
        return httpx.Client(base_url=self.url, headers=JSON, timeout=SECONDS, verify=False)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        super().__exit__(kind, error, at)
        if "client" in self.__dict__:
            self.client.close()

    def ask(self, path: str) -> tuple[int, str]:
        """Status and body of one of its endpoints."""
        answer = self.client.get(path)
        return answer.status_code, answer.text

    def score(self, content: bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Its answer to an event or a list of them."""
        return self.client.post("/v1/score", content=content, headers=headers)


@contextmanager
def serving(command: Sequence[str] = KEYWORD_SERVER, **variables: str) -> Iterator[ServerProcess]:
    """A server that answers, on a free port; `variables` are those of its environment."""
    settings = {"DETECTOR_HTTP_PORT": "0", "DETECTOR_HTTP_DEADLINE_MS": "30000", **variables}
    with ServerProcess(Stream("", "", "", "", "", "", settings), command=command) as server:
        yield server
