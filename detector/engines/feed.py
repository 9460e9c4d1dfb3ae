"""A pipeline's batches to the model and back, on an event loop; the model has a thread of its own."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from threading import Event, Thread

from detector.clock import Clock
from detector.engines.patience import patiently
from detector.monitoring.health import Health
from detector.pipeline import Batch, Pipeline
from detector.scoring import Scored, Scorer, score_each

AHEAD = 2
"""Batches handed to the model at most: the one it reads and one that waits, so that it never waits for us."""

_Results = tuple[Sequence[Scored], float]


class ModelFeed:
    """Keeps the model busy with what the pipeline has, and completes what it has read.

    All but the model's run happens on the event loop. `changed` is called there after each batch.
    """

    def __init__(
        self, scorer: Scorer, pipeline: Pipeline, health: Health, clock: Clock, changed: Callable[[], object]
    ) -> None:
        self._scorer = scorer
        self._pipeline = pipeline
        self._health = health
        self._clock = clock
        self._changed = changed
        self._at_model = 0
        self._failure: Exception | None = None
        self._stopping = Event()
        self._requests: SimpleQueue[tuple[Batch, Future[_Results]] | None] = SimpleQueue()
        # A daemon, which an executor's thread is not: a process that has to end does not wait for a model that hangs.
        self._model = Thread(target=self._serve, name="scoring", daemon=True)

    def feed(self) -> None:
        """Hand on what is due; call it after every change and when `wait` has passed.

        Raises what the engine must not outlive: `BrakePulled`, or a defect.
        """
        if self._failure is not None:
            raise self._failure
        while self._at_model < AHEAD:
            batch = self._pipeline.next_batch(idle=self._at_model == 0)
            if batch is None:
                return
            self._at_model += 1
            results: Future[_Results] = Future()
            asyncio.wrap_future(results).add_done_callback(partial(self._scored, batch))
            self._requests.put((batch, results))
            if self._model.ident is None:
                self._model.start()

    def wait(self) -> float | None:
        """Seconds until `feed` may find something although nothing changes; None: never."""
        return self._pipeline.wait() if self._at_model < AHEAD else None

    def close(self) -> None:
        """Hand on nothing more, and wait for nothing."""
        self._stopping.set()
        self._requests.put(None)

    def join(self, seconds: float) -> None:
        """Once closed: wait for the model's last batch, at most so long.

        A process that ends while native code runs in a thread of Python's is aborted where that code comes back.
        """
        if self._model.ident is not None:
            self._model.join(seconds)

    def _serve(self) -> None:
        """In the model's thread: serve requests until None comes or the feed is closed."""
        while (request := self._requests.get()) is not None and not self._stopping.is_set():
            batch, results = request
            if not results.set_running_or_notify_cancel():
                continue
            try:
                results.set_result(self._score(batch))
            except BaseException as error:  # noqa: BLE001 - whatever it was, who waits must hear of it
                results.set_exception(error)

    def _score(self, batch: Batch) -> _Results:
        self._health.beat("scoring")
        start = self._clock.monotonic()
        results = patiently(self._stopping)(score_each, self._scorer, batch.windows)
        self._health.rest("scoring")
        return results, self._clock.monotonic() - start

    def _scored(self, batch: Batch, running: asyncio.Future[_Results]) -> None:
        self._at_model -= 1
        self._changed()
        if running.cancelled():
            return
        try:
            results, seconds = running.result()
            self._pipeline.complete(batch, results, seconds)
        except Exception as error:  # noqa: BLE001 - a callback's error would be lost, `feed` raises it
            self._failure = self._failure or error
