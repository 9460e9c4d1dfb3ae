"""`detector worker` with the keyword scorer in the model's place, slowed down or poisoned as a test asks.

`WORKER_SCORE_SECONDS` is slept per batch, standing in for a slow model; a window that holds `WORKER_POISON` makes the
scorer fail, as a text can that a native runtime chokes on, with an error that quotes the text.
"""

import os
from collections.abc import Sequence
from threading import Event

from detector.cli.exits import errors_end_the_process
from detector.cli.worker import run_worker
from detector.scoring import KeywordScorer, Window, WindowScore
from detector.scoring.keyword import KeywordWindow
from detector.settings import load_settings


class TestedScorer(KeywordScorer):
    """The keyword scorer with a model's vices."""

    def __init__(self) -> None:
        super().__init__()
        self._seconds = float(os.environ.get("WORKER_SCORE_SECONDS", "0"))
        self._poison = os.environ.get("WORKER_POISON")

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        Event().wait(self._seconds)
        for window in windows:
            assert isinstance(window, KeywordWindow)
            if self._poison and self._poison in window.text:
                raise RuntimeError(f"cannot score {window.text}")
        return super().score(windows)


if __name__ == "__main__":
    with errors_end_the_process():
        run_worker(load_settings(), lambda _settings: TestedScorer())
