"""`detector bench scale` on a real broker with the keyword scorer, so short that it says nothing but that it measures."""

import json
from pathlib import Path

import pytest

from detector.bench.scale.figures import group_lines
from detector.bench.scale.plan import Part, Plan
from detector.bench.scale.run import measure
from detector.bench.texts import words
from tests.integration.benches import bench, ended
from tests.integration.workers import KEYWORD_WORKER

pytestmark = pytest.mark.kafka

PLAN = Plan(
    parts=(Part.WORKERS, Part.LENGTH, Part.SOAK),
    rounds=1,
    partitions=(2,),
    workers=(2,),
    events=60,
    words=(10, 500),
    samples=1,
    soak_minutes=0.05,
)


def test_workers_lengths_and_a_soak_are_measured(kafka: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKER_SCORE_SECONDS", "0.002")
    result = measure(PLAN, KEYWORD_WORKER, KEYWORD_WORKER, {}, words, kafka)
    (group,) = group_lines(result)
    assert group.varied[:2] == (2, 2)
    assert group.throughput is not None
    assert [each.words for each in result.lengths] == [10, 500]
    for length in result.lengths:
        assert length.latency > 2
        assert length.cpu >= 0
    assert result.soaked is not None
    assert result.soaked.seconds >= 60 * PLAN.soak_minutes
    assert result.soaked.resident
    assert all(size > 10 * 2**20 for _, size in result.soaked.resident)


def test_one_part_is_measured_by_the_command(kafka: str, tmp_path: Path) -> None:
    file = tmp_path / "scale.json"
    arguments = ("--only", "backlog", "--backlog", "300", "--rounds", "1")
    with bench("scale", *arguments, "--bootstrap", kafka, "--json", str(file)) as process:
        code, output, errors = ended(process)
    assert code == 0, errors
    assert "backlog, no model" in output
    found = json.loads(file.read_text())
    assert [(each["part"], each["events"]) for each in found["figures"]] == [("backlog", 300)]
    assert found["figures"][0]["peak_rss_mib"]["median"] > 10
    assert found["bars"] == []
