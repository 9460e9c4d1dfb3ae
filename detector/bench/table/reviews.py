"""The same texts through a naive loop and through `detector score`, start to finish."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from detector.bench.samples import Spread
from detector.bench.table.texts import write_events
from detector.errors import DetectorError

SCORE = (sys.executable, "-m", "detector", "score")
_PATIENCE_SECONDS = 1800.0
_LINES_OF_AN_ERROR = 3


@dataclass(frozen=True, slots=True)
class Naive:
    """A loop over texts, one at a time: `seconds` for all, of which only `sampled` were judged."""

    title: str
    texts: int
    sampled: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Scored:
    """`detector score` from its start to its end, over all rounds: wall clock and processor time in seconds."""

    texts: int
    seconds: Spread
    cpu_seconds: Spread


def naive(
    title: str,
    judge: Callable[[str], object],
    texts: Sequence[str],
    sample: int,
    clock: Callable[[], float] = time.perf_counter,
) -> Naive:
    """Judges the first `sample` texts, and takes the others to cost as much for each character."""
    judge(texts[0])
    shown = texts[:sample]
    begun = clock()
    for text in shown:
        judge(text)
    seconds = clock() - begun
    return Naive(title, len(texts), len(shown), seconds * _characters(texts) / _characters(shown))


def score(
    texts: Sequence[str], variables: Mapping[str, str], rounds: int, folder: Path, command: Sequence[str] = SCORE
) -> Scored:
    """Runs the command on the texts as events; raises `DetectorError` where it fails, or a text gets no verdict."""
    events, verdicts = folder / "events.jsonl", folder / "verdicts.jsonl"
    write_events(texts, events)
    taken = [
        _once((*command, str(events), "-o", str(verdicts)), variables, verdicts, len(texts)) for _ in range(rounds)
    ]
    wall, cpu = (Spread.of(each) for each in zip(*taken, strict=True))
    assert wall is not None
    assert cpu is not None
    return Scored(len(texts), wall, cpu)


def _once(command: Sequence[str], variables: Mapping[str, str], verdicts: Path, count: int) -> tuple[float, float]:
    verdicts.unlink(missing_ok=True)
    begun, cpu = time.perf_counter(), _children_cpu()
    done = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False
    )
    taken = time.perf_counter() - begun, _children_cpu() - cpu
    if done.returncode:
        said = "\n".join(done.stderr.splitlines()[-_LINES_OF_AN_ERROR:])
        raise DetectorError(f"`detector score` ended with exit code {done.returncode}. Its last lines:\n{said}")
    if (judged := verdicts.read_bytes().count(b"\n")) != count:
        raise DetectorError(f"`detector score` gave {judged} verdicts for {count} texts.")
    return taken


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _characters(texts: Sequence[str]) -> int:
    return max(1, sum(map(len, texts)))
