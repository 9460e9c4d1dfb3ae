"""The run from start to end."""

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice

from detector.bench.arrivals import Arrivals, due_times
from detector.bench.http.load import Answered, closed_loop, open_loop
from detector.bench.http.plan import Plan, Run
from detector.bench.progress import Steps
from detector.bench.ready import LOOPBACK, free_port, wait_until_ready
from detector.bench.stand import NO_CACHE
from detector.operations.worker_process import Worker
from detector.settings import Settings
from detector.settings.model import PREFIX

SERVER = (sys.executable, "-m", "detector", "serve")


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
    port = free_port()
    # Constructed, not loaded: the environment speaks of the user's own server, and this is not it.
    own = {f"{PREFIX}HTTP_HOST": LOOPBACK, f"{PREFIX}HTTP_PORT": str(port), **NO_CACHE, **variables}
    with Worker(SERVER, Settings.model_construct(), {}, own) as server:
        wait_until_ready(port, server)
        yield f"http://{LOOPBACK}:{port}", server
