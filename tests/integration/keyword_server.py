"""`detector serve` with the keyword scorer in the model's place; see `keyword_worker` for its vices.

`SERVER_DEFECT` makes the scorer break its contract, which nothing can go on after.
"""

import os
from collections.abc import Sequence

from detector.cli.exits import errors_end_the_process
from detector.cli.serve import run_server
from detector.scoring import Window, WindowScore
from detector.settings import load_settings
from tests.integration.keyword_worker import TestedScorer


class ServedScorer(TestedScorer):
    """Gives no score at all where it has a defect."""

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        scores = super().score(windows)
        return [] if "SERVER_DEFECT" in os.environ else scores


if __name__ == "__main__":
    with errors_end_the_process():
        run_server(load_settings(), lambda _settings: ServedScorer())
