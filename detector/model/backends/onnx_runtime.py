"""ONNX Runtime's CPU provider: the default backend."""

from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime as ort

from detector.errors import Misconfigured
from detector.model.backends.backend import Answer, Feed
from detector.model.backends.lanes import share_out
from detector.model.backends.session import inputs_of, outputs_of, run


class _Job(NamedTuple):
    """Some rows of a feed, from its row `first` on."""

    feed: int
    first: int
    rows: Feed


class _Done(NamedTuple):
    """What became of a job."""

    feed: int
    first: int
    answer: Answer


class OnnxRuntime:
    """A graph under ONNX Runtime; see `Backend`.

    One session runs a feed on all threads. Where there are several, another of one thread is run by several callers at
    a time, each with rows of its own; both give the same numbers.
    """

    def __init__(self, model: Path, threads: int, *, narrow_sums: bool = False) -> None:
        self._lanes = threads
        if threads > 1:
            self._callers = ThreadPoolExecutor(threads - 1, thread_name_prefix="model")
            # Each takes a quarter of a second: a worker is ready sooner when they are made at the same time.
            single = self._callers.submit(_session, model, 1, narrow_sums=narrow_sums)
        self._session = _session(model, threads, narrow_sums=narrow_sums)
        if threads > 1:
            self._single = single.result()

    @property
    def inputs(self) -> Mapping[str, type[np.integer[Any]] | None]:
        """See `Backend`."""
        return inputs_of(self._session)

    @property
    def outputs(self) -> Mapping[str, int]:
        """See `Backend`."""
        return outputs_of(self._session)

    def run(self, outputs: Sequence[str], feed: Feed) -> Answer:
        """See `Backend`."""
        return run(self._session, outputs, feed)

    def run_all(self, outputs: Sequence[str], feeds: Sequence[Feed]) -> list[Answer]:
        """See `Backend`."""
        sizes = [_size(feed) for feed in feeds]
        if self._lanes == 1 or not feeds:
            return [self.run(outputs, feed) for feed in feeds]
        *lanes, together = _jobs(feeds, share_out(sizes, self._lanes))
        done = self._side_by_side(outputs, lanes)
        done += [_Done(job.feed, job.first, self.run(outputs, job.rows)) for job in together]
        return [_joined([each for each in done if each.feed == number]) for number in range(len(feeds))]

    def _side_by_side(self, outputs: Sequence[str], lanes: Sequence[deque[_Job]]) -> list[_Done]:
        def work(lane: int) -> list[_Done]:
            """Its own jobs, then what others have not begun: something else may have their processor."""
            done = []
            for jobs in (*lanes[lane:], *lanes[:lane]):
                while (job := _taken(jobs)) is not None:
                    done.append(_Done(job.feed, job.first, run(self._single, outputs, job.rows)))
            return done

        # A lane without jobs of its own is not woken: what little there is would be done before it looked.
        away = [self._callers.submit(work, lane) for lane in range(1, len(lanes)) if lanes[lane]]
        try:
            here = work(0)
        finally:
            wait(away)
        return [*here, *(each for lane in away for each in lane.result())]


def _session(model: Path, threads: int, *, narrow_sums: bool) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    # Lengths vary from run to run: a memory plan per shape would grow without bound.
    options.enable_mem_pattern = False
    # A spinning pool takes the cores from the Kafka client between batches.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if not narrow_sums:
        # A processor with AVX2 or AVX-512 but no VNNI would add int8 terms in 16 bits, cut off what does not fit, and
        # give other scores than one with VNNI. Where there is VNNI this changes nothing.
        options.add_session_config_entry("session.x64quantprecision", "1")
    try:
        return ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - ONNX Runtime's exceptions have no common base
        raise Misconfigured(f"{model} cannot be loaded ({error}). Export the bundle anew.") from None


def _size(feed: Feed) -> tuple[int, int]:
    rows, tokens = next(iter(feed.values())).shape[:2]
    return rows, tokens


def _jobs(feeds: Sequence[Feed], counts: Sequence[Sequence[int]]) -> list[deque[_Job]]:
    """Each lane's jobs, and last those for all threads."""
    jobs: list[deque[_Job]] = [deque() for _ in counts[0]]
    for number, (feed, shares) in enumerate(zip(feeds, counts, strict=True)):
        for lane, (share, end) in enumerate(zip(shares, accumulate(shares), strict=True)):
            if share:
                rows = {name: value[end - share : end] for name, value in feed.items()}
                jobs[lane].append(_Job(number, end - share, rows))
    return jobs


def _taken(jobs: deque[_Job]) -> _Job | None:
    """The next of the jobs, for one of the threads that ask; None once there is none."""
    try:
        return jobs.popleft()
    except IndexError:
        return None


def _joined(parts: Sequence[_Done]) -> Answer:
    """A feed's answer, its rows in order."""
    answers = [each.answer for each in sorted(parts, key=lambda each: each.first)]
    return answers[0] if len(answers) == 1 else [np.concatenate(each) for each in zip(*answers, strict=True)]
