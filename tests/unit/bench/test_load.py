"""The load generator's arithmetic; its sending is tested on a broker."""

from itertools import islice

import pytest

from detector.bench.load import OpenLoop
from detector.bench.messages import messages
from detector.settings import Settings


def test_latency_counts_from_the_intended_time_also_of_an_event_that_was_sent_late() -> None:
    first, second = islice(messages(seed=1, words=5), 2)
    load = OpenLoop(Settings.model_construct(bootstrap_servers="127.0.0.1:1"), [first, second], [0.0, 0.2])
    load.began = 10.0
    load.late_seconds = [0.0, 0.5]
    assert load.latencies_ms({first.key: 10.01, second.key: 10.9}) == pytest.approx([10.0, 700.0])
