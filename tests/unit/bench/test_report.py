"""The result as a file."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from detector.bench.report import Bar, Surroundings, document, write
from detector.errors import Misconfigured

TAKEN = datetime(2026, 11, 20, 10, 0, 0, 123, tzinfo=UTC)
SURROUNDINGS = Surroundings({"cpu": "Example 9000"}, {"python": "3.11.0"}, "abc")


@pytest.mark.parametrize(
    ("bar", "met"),
    [
        (Bar("p99", 116.0, 116.0), True),
        (Bar("p99", 116.1, 116.0), False),
        (Bar("events per second", 12.71, 12.71, at_least=True), True),
        (Bar("events per second", 12.7, 12.71, at_least=True), False),
        (Bar("p99", None, 116.0), False),
        (Bar("events per second", None, 1.0, at_least=True), False),
    ],
)
def test_a_bar_is_met_up_to_and_with_its_value_and_never_without_one(bar: Bar, met: bool) -> None:  # noqa: FBT001
    assert bar.met is met


def test_a_bar_is_written_with_its_name_value_bar_and_whether_it_is_met() -> None:
    assert Bar("p99", 1.23456, 2.0).as_json() == {"name": "p99, at most", "value": 1.235, "bar": 2.0, "met": True}
    assert Bar("rate", 3.0, 4.0, at_least=True).as_json()["name"] == "rate, at least"


def test_the_file_holds_machine_versions_commit_options_figures_and_bars(tmp_path: Path) -> None:
    file = tmp_path / "engines.json"
    write(file, document("engines", TAKEN, SURROUNDINGS, {"rounds": 3}, [{"p50": 1.0}], [Bar("p99", 1.0, 2.0)]))
    assert json.loads(file.read_text()) == {
        "bench": "engines",
        "taken": "2026-11-20T10:00:00+00:00",
        "machine": {"cpu": "Example 9000"},
        "versions": {"python": "3.11.0"},
        "commit": "abc",
        "options": {"rounds": 3},
        "figures": [{"p50": 1.0}],
        "bars": [{"name": "p99, at most", "value": 1.0, "bar": 2.0, "met": True}],
    }


def test_a_file_that_cannot_be_written_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="folder that exists"):
        write(tmp_path / "nowhere" / "engines.json", {})
