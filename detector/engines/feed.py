"""A pipeline's batches to the model and back, on an event loop; the model has a thread of its own."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

from detector.clock import Clock
from detector.engines.patience import patiently
from detector.monitoring.health import Health
from detector.pipeline import Batch, Pipeline
from detector.scoring import Scored, Scorer, score_each

AHEAD = 2
"""Batches handed to the model at most: the one it reads and one that waits, so that it never waits for us."""


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
        self._model = ThreadPoolExecutor(1, thread_name_prefix="scoring")

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
            running = asyncio.get_running_loop().run_in_executor(self._model, self._score, batch)
            running.add_done_callback(partial(self._scored, batch))

    def wait(self) -> float | None:
        """Seconds until `feed` may find something although nothing changes; None: never."""
        return self._pipeline.wait() if self._at_model < AHEAD else None

    def close(self) -> None:
        """Hand on nothing more, and wait for nothing."""
        self._stopping.set()
        self._model.shutdown(wait=False, cancel_futures=True)

    def _score(self, batch: Batch) -> tuple[Sequence[Scored], float]:
        """In the model's thread."""
        self._health.beat("scoring")
        start = self._clock.monotonic()
        results = patiently(self._stopping)(score_each, self._scorer, batch.windows)
        self._health.rest("scoring")
        return results, self._clock.monotonic() - start

    def _scored(self, batch: Batch, running: asyncio.Future[tuple[Sequence[Scored], float]]) -> None:
        self._at_model -= 1
        self._changed()
        if running.cancelled():
            return
        try:
            results, seconds = running.result()
            self._pipeline.complete(batch, results, seconds)
        except Exception as error:  # noqa: BLE001 - a callback's error would be lost, `feed` raises it
            self._failure = self._failure or error
