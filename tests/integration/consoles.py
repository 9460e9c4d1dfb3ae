"""The console's feed as a page reads it, and a way to a broker that is opened late."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any, NamedTuple

import httpx

from tests.integration.servers import KEYWORD_SERVER, ServerProcess
from tests.integration.workers import SECONDS, Stream


class Told(NamedTuple):
    """One Server-Sent Event."""

    name: str
    data: Any


class Feed:
    """A connection to the feed; all that came over it stands in `told`."""

    def __init__(self, answer: httpx.Response) -> None:
        self.told: list[Told] = []
        self._lines = answer.iter_lines()

    def until(self, enough: Callable[[list[Told]], bool]) -> None:
        """Read on until there is enough; a feed that says nothing for `SECONDS` has failed."""
        while not enough(self.told):
            self._next()

    def until_verdicts(self, count: int) -> list[Any]:
        """The verdicts so far, once there are so many."""
        self.until(lambda told: len([each for each in told if each.name == "verdict"]) >= count)
        return [each.data for each in self.told if each.name == "verdict"]

    def until_pulse(self, fits: Callable[[Any], bool]) -> Any:
        """The next pulse that does."""
        begin = len(self.told)
        self.until(lambda told: any(each.name == "pulse" and fits(each.data) for each in told[begin:]))
        return self.told[-1].data

    def rest(self) -> None:
        """Read to its end."""
        with suppress(StopIteration):
            while True:
                self._next()

    def _next(self) -> None:
        fields = {}
        while line := next(self._lines):
            name, _, value = line.partition(": ")
            fields[name] = value
        self.told.append(Told(fields["event"], json.loads(fields["data"])))


@contextmanager
def looking(server: ServerProcess) -> Iterator[Feed]:
    """Somebody who looks at the feed."""
    with server.client.stream("GET", "/v1/console/feed") as answer:
        assert answer.status_code == 200
        yield Feed(answer)


@contextmanager
def console(stream: Stream, **variables: str) -> Iterator[ServerProcess]:
    """A server whose console looks at the stream; `variables` are of its environment."""
    settings = {"DETECTOR_HTTP_PORT": "0", "DETECTOR_HTTP_DEADLINE_MS": "30000", **variables}
    with ServerProcess(stream, extra=settings, command=KEYWORD_SERVER) as server:
        yield server


def nobody() -> tuple[str, int]:
    """An address on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return "127.0.0.1", int(taken.getsockname()[1])


@contextmanager
def forwarding(address: tuple[str, int], bootstrap: str) -> Iterator[None]:
    """From now on that address leads to the broker, which then tells its own."""
    over = Event()
    with socket.create_server(address) as listener:

        def accept() -> None:
            while not over.is_set():
                with suppress(OSError):
                    _join(listener.accept()[0], bootstrap)

        Thread(target=accept, daemon=True).start()
        yield
        over.set()
        socket.create_connection(address, SECONDS).close()


def _join(client: socket.socket, bootstrap: str) -> None:
    host, _, port = bootstrap.rpartition(":")
    broker = socket.create_connection((host, int(port)), SECONDS)
    for one, other in ((client, broker), (broker, client)):
        Thread(target=_pump, args=(one, other), daemon=True).start()


def _pump(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError), one:
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
