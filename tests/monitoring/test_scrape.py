"""A real Prometheus scrapes a real worker under load: every figure that rules and dashboard name is there."""

import json
import math
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import Any, Self
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import yaml

from detector.monitoring.table import WORKER_METRICS
from tests.brokers import Sent, produce
from tests.integration.events import events
from tests.integration.workers import Stream, fresh_stream, running
from tests.monitoring.dashboard import EXPRESSIONS
from tests.monitoring.promql import series_named, series_of
from tests.monitoring.rules import ALERTS, PROMETHEUS, RECORDED, RULE_FILES, RULES

JOB = "contact-leak-detector"
SECONDS = 60.0
"""How long to wait for all figures: generous, since it only decides when a broken test gives up."""
ROUND_SECONDS = 0.5
CHOSEN = {"$job": JOB, "$instance": ".+", "$group": ".+", "$__rate_interval": "10s"}
"""What Grafana fills in."""


class Prometheus:
    """A Prometheus of the test's own."""

    def __init__(self, url: str) -> None:
        self._url = url

    @classmethod
    @contextmanager
    def scraping(cls, program: str, port: int, folder: Path) -> Iterator[Self]:
        """The deployed configuration and rules, every second, on this port of the loopback."""
        config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8"))
        config["global"] = {"scrape_interval": "500ms", "scrape_timeout": "500ms", "evaluation_interval": "1s"}
        config["rule_files"] = [str(file) for file in RULE_FILES]
        config["scrape_configs"] = [{"job_name": JOB, "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}]
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        own = free_port()
        command = [
            program,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{own}",
            "--enable-feature=exemplar-storage",
        ]
        with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
            try:
                yield cls(f"http://127.0.0.1:{own}")
            finally:
                process.terminate()

    def answer(self, path: str, **parameters: str) -> Any:
        """The data that one of the API's paths gives; None while Prometheus is not up."""
        try:
            with urlopen(f"{self._url}/api/v1/{path}?{urlencode(parameters)}", timeout=10) as answer:
                return json.load(answer)["data"]
        except URLError as error:
            if isinstance(error.reason, ConnectionRefusedError):
                return None
            raise

    def values(self, expression: str) -> list[float]:
        """What a query finds now."""
        data = self.answer("query", query=expression)
        return [] if data is None else [float(series["value"][1]) for series in data["result"]]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def filled_in(expression: str) -> str:
    for name, value in CHOSEN.items():
        expression = expression.replace(name, value)
    return expression


def send_a_round(stream: Stream, number: int) -> None:
    """Events of both kinds, a tombstone, and what cannot be judged."""
    produce(stream.bootstrap, stream.listings, [*events(range(number, number + 40)), Sent(b"broken", b"k")])
    produce(stream.bootstrap, stream.bookings, [*events(range(number, number + 10)), Sent(None, b"k")])


class Scraped:
    """What Prometheus knew once the worker had been under load for a while."""

    def __init__(self, prometheus: Prometheus, stream: Stream) -> None:
        wanted = {**{name: filled_in(each) for name, each in EXPRESSIONS.items()}, **{name: name for name in RECORDED}}
        self.found: dict[str, list[float]] = {}
        deadline, number = time.monotonic() + SECONDS, 0
        while len(self.found) < len(wanted) and time.monotonic() < deadline:
            send_a_round(stream, number := number + 100)
            Event().wait(ROUND_SECONDS)
            for name in wanted.keys() - self.found.keys():
                values = [value for value in prometheus.values(wanted[name]) if not math.isnan(value)]
                if values:
                    self.found[name] = values
        self.names = set(prometheus.answer("label/__name__/values"))
        self.rules = {rule["name"]: rule for group in prometheus.answer("rules")["groups"] for rule in group["rules"]}
        (self.late_events,) = prometheus.values("sum(detector_deadline_misses_total)")
        self.targets: list[Mapping[str, Any]] = prometheus.answer("targets")["activeTargets"]


@pytest.fixture(scope="module")
def scraped(kafka: str, prometheus: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scraped]:
    stream = fresh_stream(kafka)
    with running(stream) as worker:
        port = worker.wait_for("worker starting")["metrics_port"]
        with Prometheus.scraping(prometheus, port, tmp_path_factory.mktemp("prometheus")) as server:
            yield Scraped(server, stream)
        assert worker.terminate() == 0


def test_prometheus_reads_the_worker_without_complaint(scraped: Scraped) -> None:
    assert [(target["health"], target["lastError"]) for target in scraped.targets] == [("up", "")]


@pytest.mark.parametrize("metric", WORKER_METRICS, ids=lambda metric: metric.name)
def test_every_metric_of_the_table_is_there(scraped: Scraped, metric: Any) -> None:
    assert set(series_of(metric)) <= scraped.names


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_a_query_of_the_dashboard_finds_something(scraped: Scraped, name: str) -> None:
    assert scraped.found.get(name), EXPRESSIONS[name]


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_a_figure_is_recorded(scraped: Scraped, name: str) -> None:
    assert scraped.found.get(name)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.get("alert") or rule["record"])
def test_what_a_rule_names_is_there(scraped: Scraped, rule: dict[str, Any]) -> None:
    assert series_named(rule["expr"]) <= scraped.names


@pytest.mark.parametrize("alert", sorted({alert["alert"] for alert in ALERTS}))
def test_an_alert_can_be_evaluated_and_is_silent_while_all_is_well(scraped: Scraped, alert: str) -> None:
    assert scraped.rules[alert]["health"] == "ok"
    # Where the machine was too slow for the promise in this very run, not all is well, and it is right to suspect so.
    late = alert.startswith("DetectorPromise") and scraped.late_events > 0
    assert scraped.rules[alert]["state"] in ({"inactive", "pending"} if late else {"inactive"})


def test_shares_are_shares(scraped: Scraped) -> None:
    for name in ("Inside the promise A", "Brake A", "Utilisation A", "Padding A", "Share of Fraud A"):
        assert all(0 <= value <= 1 for value in scraped.found[name]), name
