"""A peer's consumer loop with a judge that knows one sign and takes its time over each text."""

from collections.abc import Sequence
from threading import Event

from detector.bench.peers.loop import run_loop

SECONDS_PER_TEXT = 0.01


def judge(texts: Sequence[str]) -> Sequence[float]:
    Event().wait(SECONDS_PER_TEXT * len(texts))
    return [float("@" in text) for text in texts]


if __name__ == "__main__":
    run_loop(judge)
