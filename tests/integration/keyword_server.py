"""`detector serve` with the keyword scorer in the model's place; see `keyword_worker` for its vices.

`SERVER_DEFECT` makes the scorer break its contract, which nothing can go on after. `SERVER_IN_MEMORY` gives the console a
stream in memory, with an event, its verdict and a dead letter.
"""

import os
from collections.abc import Sequence

from detector.cli.exits import errors_end_the_process
from detector.cli.serve import run_server
from detector.clock import Clock
from detector.engines.http.console.memory import MemoryLog
from detector.engines.http.console.ports import Ports
from detector.operations.console import kafka_ports
from detector.outcomes import Destination
from detector.scoring import Window, WindowScore
from detector.settings import Settings, load_settings
from tests.integration.keyword_worker import TestedScorer
from tests.samples import LEAK, event, outcome_of, record


class ServedScorer(TestedScorer):
    """Gives no score at all where it has a defect."""

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        scores = super().score(windows)
        return [] if "SERVER_DEFECT" in os.environ else scores


def in_memory(settings: Settings, clock: Clock) -> Ports:
    """A stream that was lived in a little."""
    log = MemoryLog(settings, clock)
    for value in (event({"name": LEAK}), b"broken"):
        position = log.append(settings.listing_topic, value, b"L-42")
        outcome = outcome_of(record(value, position.offset))
        is_verdict = outcome.destination is Destination.VERDICTS
        topic = settings.verdict_topic if is_verdict else settings.dead_letter_topic
        log.append(topic, outcome.value, outcome.key, outcome.headers)
    return log.ports


if __name__ == "__main__":
    with errors_end_the_process():
        ports = in_memory if "SERVER_IN_MEMORY" in os.environ else kafka_ports
        run_server(load_settings(), lambda _settings: ServedScorer(), ports)
