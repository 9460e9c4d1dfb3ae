"""Each alert fires and stays silent where it should, says what to do, and names series that exist."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.monitoring.promql import series_named
from tests.monitoring.rules import ALERTS, KNOWN, PROMETHEUS, ROOT, RULE_FILES, RULES

CASES = sorted(Path(__file__).with_name("alerts").glob("*.yml"))
NAMES = sorted({rule["alert"] for rule in ALERTS})
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")


def checked(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def cases_of(alert: str) -> list[dict[str, Any]]:
    return [
        case
        for file in CASES
        for test in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]
        for case in test["alert_rule_test"]
        if case["alertname"] == alert
    ]


@pytest.mark.parametrize("cases", CASES, ids=lambda path: path.stem)
def test_an_alert_fires_and_stays_silent_where_it_should(promtool: str, cases: Path) -> None:
    checked(promtool, "test", "rules", cases)


@pytest.mark.parametrize("alert", NAMES)
def test_every_alert_is_seen_both_firing_and_silent(alert: str) -> None:
    fired = {bool(case["exp_alerts"]) for case in cases_of(alert)}
    assert fired == {True, False}


def test_prometheus_takes_the_rules_and_the_configuration(promtool: str) -> None:
    checked(promtool, "check", "rules", "--lint=all", *RULE_FILES)
    checked(promtool, "check", "config", PROMETHEUS / "prometheus.yml")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.get("alert") or rule["record"])
def test_a_rule_names_only_series_that_exist(rule: dict[str, Any]) -> None:
    named = series_named(rule["expr"])
    assert named
    assert named <= KNOWN


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_says_how_grave_it_is_what_happened_and_where_to_read_on(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
    assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{rule['alert'].lower()}"


@pytest.mark.parametrize("alert", NAMES)
def test_the_runbook_says_what_to_do(alert: str) -> None:
    section = re.search(rf"^## {alert}\n(.*?)(?=^## |\Z)", RUNBOOK, re.DOTALL | re.MULTILINE)
    assert section, f"docs/runbook.md has no section {alert}"
    steps = re.findall(r"^\*\*(.+?)\.\*\* \S", section[1], re.MULTILINE)
    steps += re.findall(r"^\*\*(What to do)\.\*\*$", section[1], re.MULTILINE)
    assert sorted(steps) == ["How to check", "What it means", "What to do", "What you see"]


def test_the_runbook_has_no_section_for_an_alert_that_is_gone() -> None:
    assert set(re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE)) == set(NAMES)


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("up == 0", {"up"}),
        ('sum by (job) (rate(a_bucket{le="0.25", job=~"up|b"}[5m])) / c', {"a_bucket", "c"}),
        ("job:a:sum > on (job) group_left (x) b unless max_over_time(c[1h:1m] offset 5m)", {"job:a:sum", "b", "c"}),
        ("histogram_quantile(0.99, sum(d)) > 1e3 and 14.4 * 0.01", {"d"}),
    ],
)
def test_the_names_in_an_expression_are_found(expression: str, names: set[str]) -> None:
    assert series_named(expression) == names
