"""The run from start to end."""

import asyncio
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from threading import Event

import httpx

from detector.bench.arrivals import Arrivals, due_times
from detector.bench.http.load import Answered, closed_loop, open_loop
from detector.bench.http.plan import Plan, Run
from detector.bench.progress import Steps
from detector.bench.stand import NO_CACHE
from detector.operations.worker_process import Worker, WorkerFailed
from detector.settings import Settings
from detector.settings.model import PREFIX

SERVER = (sys.executable, "-m", "detector", "serve")
_HOST = "127.0.0.1"
_START_SECONDS = 60.0
_POLL_SECONDS = 0.05


def measure(plan: Plan, events: Iterator[bytes], variables: Mapping[str, str]) -> list[Answered]:
    """Every run of the plan on one server, which is gone when this returns or raises; `variables` are its environment.

    Raises `WorkerFailed` if the server ends by itself, or does not stop in order.
    """
    runs = list(plan.runs())
    with Steps(len(runs) + 1) as steps:
        steps.begin("server")
        with _server(variables) as (url, server):
            asyncio.run(closed_loop(url, list(islice(events, plan.warm_up)), 1, plan.seconds))
            steps.done()
            answered = []
            for run in runs:
                steps.begin(run.title)
                answered.append(_take(plan, run, url, list(islice(events, plan.requests))))
                server.check()
                steps.done()
            server.stop()
    return answered


def _take(plan: Plan, run: Run, url: str, events: Sequence[bytes]) -> Answered:
    if run.users is not None:
        return asyncio.run(closed_loop(url, events, run.users, plan.seconds))
    assert run.rate is not None
    due = due_times(Arrivals.POISSON, run.rate, len(events), plan.seed)
    return asyncio.run(open_loop(url, events, due, plan.seconds))


@contextmanager
def _server(variables: Mapping[str, str]) -> Iterator[tuple[str, Worker]]:
    with closing(socket.create_server((_HOST, 0))) as probe:
        port = probe.getsockname()[1]
    # Constructed, not loaded: the environment speaks of the user's own server, and this is not it.
    own = {f"{PREFIX}HTTP_HOST": _HOST, f"{PREFIX}HTTP_PORT": str(port), **NO_CACHE, **variables}
    with Worker(SERVER, Settings.model_construct(), {}, own) as server:
        url = f"http://{_HOST}:{port}"
        give_up = time.monotonic() + _START_SECONDS
        while not _is_ready(url):
            server.check()
            if time.monotonic() > give_up:
                raise WorkerFailed(f"the server was not ready within {_START_SECONDS:g} s. {server.last_words()}")
            Event().wait(_POLL_SECONDS)
        yield url, server


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=_START_SECONDS, trust_env=False).is_success
    except httpx.TransportError:
        return False
