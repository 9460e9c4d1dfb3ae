"""Both engines tell the same: no figure of the table is missing under either."""

from collections.abc import Mapping

import pytest

from detector.monitoring.table import WORKER_METRICS
from tests.brokers import Sent, produce
from tests.integration.events import events
from tests.integration.workers import fresh_stream, running
from tests.monitoring.promql import series_of


def series(samples: Mapping[str, float]) -> set[str]:
    return {sample.partition("{")[0] for sample in samples}


@pytest.mark.parametrize("engine", ["kafka", "faust"])
def test_a_worker_under_load_tells_every_figure(kafka: str, engine: str) -> None:
    stream = fresh_stream(kafka)
    every = {name for metric in WORKER_METRICS for name in series_of(metric)}
    busy = [f'detector_busy_seconds_total{{part="{part}"}}' for part in ("read", "judge", "score", "deliver")]
    with running(stream, DETECTOR_ENGINE=engine) as worker:
        produce(stream.bootstrap, stream.listings, [*events(range(40)), Sent(b"broken", b"k"), Sent(None, b"k")])

        def all_told(samples: Mapping[str, float]) -> bool:
            return every <= series(samples) and all(samples[part] > 0 for part in busy)

        samples = worker.samples_when(all_told)
        assert worker.terminate() == 0
    (info,) = (name for name in samples if name.startswith("detector_worker_info"))
    assert f'engine="{engine}"' in info
    assert f'group="{stream.group}"' in info
    assert samples['detector_brake_fill_ratio{limit="consecutive"}'] < 0.1
    lag = {name: value for name, value in samples.items() if name.startswith("detector_lag_seconds")}
    assert lag
    assert all(0 <= value < 60 for value in lag.values())
