"""The dashboard is what the code says, names what exists, and fits its grid."""

import re
from collections import Counter
from typing import Any

import pytest
import yaml

from detector.monitoring.dashboard.grafana import COLUMNS, ROWS, rendered
from tests.monitoring.dashboard import DASHBOARD, EXPRESSIONS, FILE, PANELS
from tests.monitoring.promql import series_named
from tests.monitoring.rules import KNOWN, PROMETHEUS, ROOT

GRAFANA = ROOT / "deploy" / "grafana"


def test_the_file_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == rendered(), (
        "run python -m detector.monitoring.dashboard.grafana deploy/grafana/dashboards/detector.json"
    )


@pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=EXPRESSIONS.keys())
def test_a_query_names_only_series_that_exist_and_only_the_workers_chosen(expression: str) -> None:
    named = series_named(expression)
    assert named
    assert named <= KNOWN
    assert expression.count('job="$job"') == len(re.findall(r"\{", expression)), "each selector is told the job"


def test_the_top_row_answers_what_is_asked_at_three_in_the_morning() -> None:
    first, *_ = ROWS
    assert first.title == "Are we inside the promise, are we keeping up, is anything dying?"
    assert {panel.kind for panel in first.panels} == {"stat"}
    assert sum(panel.width for panel in first.panels) == COLUMNS


def test_panels_lie_side_by_side_within_the_grid() -> None:
    cells = Counter(
        (column, line)
        for panel in DASHBOARD["panels"]
        for column in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for line in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    )
    assert set(cells.values()) == {1}
    assert max(column for column, _ in cells) < COLUMNS
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_says_what_it_shows_and_takes_the_chosen_source(panel: dict[str, Any]) -> None:
    assert panel["description"].endswith((".", "%"))
    sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
    assert {source["uid"] for source in sources} == {"${datasource}"}


def test_one_can_choose_source_job_group_and_worker() -> None:
    variables = {variable["name"]: variable for variable in DASHBOARD["templating"]["list"]}
    assert list(variables) == ["datasource", "job", "group", "instance"]
    assert variables["datasource"]["query"] == "prometheus"
    assert "group=~" in variables["instance"]["query"]["query"]


def test_grafana_finds_its_source_and_its_dashboards() -> None:
    (source,) = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())["datasources"]
    (provider,) = yaml.safe_load((GRAFANA / "provisioning/dashboards/detector.yml").read_text())["providers"]
    scraped = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())["global"]
    assert source["type"] == "prometheus"
    assert source["jsonData"]["timeInterval"] == scraped["scrape_interval"]
    assert provider["type"] == "file"


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\*([A-Z][\w ,]+)\*", (ROOT / "docs/runbook.md").read_text()))))
def test_a_panel_that_the_runbook_sends_to_is_there(name: str) -> None:
    titles = [DASHBOARD["title"], *(panel["title"] for panel in DASHBOARD["panels"])]
    assert any(title.startswith(name) for title in titles)
