"""`detector bench stream` on a real broker with the keyword scorer, so short that it says nothing but that it measures."""

import json
from pathlib import Path

import pytest

from detector.bench.arrivals import Arrivals
from detector.bench.mixes import Mix
from detector.bench.stream.budget import WHOLE
from detector.bench.stream.figures import rows
from detector.bench.stream.plan import Plan, Search
from detector.bench.stream.run import measure
from detector.bench.texts import words
from detector.settings import Delivery
from tests.integration.benches import bench, ended
from tests.integration.workers import KEYWORD_WORKER, SECONDS

pytestmark = pytest.mark.kafka

PLAN = Plan(
    mixes=(Mix.REALISTIC,),
    deliveries=(Delivery.EXACTLY_ONCE,),
    rates=(50.0,),
    rounds=1,
    samples=20,
    backlog={Mix.REALISTIC: 60},
    # Whatever the machine is busy with, the lowest rate holds.
    search=Search(limit_ms=1000 * SECONDS, seconds=0.1, samples=10, resolution=3.0),
)


def test_it_measures_latencies_with_their_budgets_and_the_highest_rate(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKER_SCORE_SECONDS", "0.005")
    (row,) = rows(PLAN, measure(PLAN, KEYWORD_WORKER, {}, words, kafka))
    assert set(row.at) == {(50.0, arrivals) for arrivals in Arrivals}
    for place, at in row.at.items():
        assert at.latency is not None
        assert at.latency.samples == 20
        means = {line.part: line.mean for line in row.budgets[place]}
        # The scorer sleeps for 5 ms, and no part takes longer than the whole.
        assert 5 <= (means["score"] or 0) < (means[WHOLE] or 0)
        assert all(means[stage] is not None for stage in ("decode", "prepare", "wait", "aggregate", "deliver"))
    assert row.throughput is not None
    assert row.highest is not None
    ((trial,),) = row.tried
    assert row.highest.median == trial.rate == pytest.approx(row.throughput.median / 2)
    # The backlog, warm-up and counted events of both kinds of arrivals, and the one trial of the search.
    assert row.events == 60 + 2 * (25 + 20) + trial.samples
    assert row.repeated == 0
    assert row.ready_seconds is not None
    assert row.ready_seconds.median > 0.1
    # The keyword scorer's windows have no token ids, so none is ever known.
    assert row.cached == 0.0


def test_the_engine_alone_is_measured_by_the_command(kafka: str, tmp_path: Path) -> None:
    file = tmp_path / "stream.json"
    arguments = ("--engine-only", "--rounds", "1", "--backlog", "300", "--delivery", "at-least-once")
    with bench("stream", *arguments, "--bootstrap", kafka, "--json", str(file)) as process:
        code, output, errors = ended(process)
    assert code == 0, errors
    assert "events of 300 bytes" in output
    found = json.loads(file.read_text())
    (row,) = found["figures"]
    assert (row["guarantee"], row["events"]) == ("at-least-once", 300)
    assert row["peak_rss_mib"]["median"] > 10
    assert [bar["name"] for bar in found["bars"]] == ["engine alone, at-least-once: events per second, at least"]


def test_a_setting_that_there_is_not_is_refused_at_once() -> None:
    with bench("stream", "--set", "cache_window=0") as process:
        code, _, errors = ended(process)
    assert code == 2
    assert "is not a setting" in errors
