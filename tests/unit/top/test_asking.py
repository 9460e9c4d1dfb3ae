"""Asking workers that answer, that do not, and that are none."""

from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry

from detector.clock import ManualClock
from detector.errors import Misconfigured
from detector.monitoring.health import Health
from detector.monitoring.http import monitoring_server
from detector.monitoring.metrics import PrometheusObserver
from detector.top.asking import Workers, endpoint


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("worker:9464", "http://worker:9464/metrics"),
        ("http://worker:9464", "http://worker:9464/metrics"),
        ("http://worker:9464/", "http://worker:9464/metrics"),
        ("https://worker/detector/metrics", "https://worker/detector/metrics"),
        ("[::1]:9464", "http://[::1]:9464/metrics"),
    ],
)
def test_a_host_and_a_port_are_enough(given: str, asked: str) -> None:
    assert endpoint(given) == asked


@pytest.mark.parametrize("given", ["file:///etc/passwd", "ftp://worker", "http://", "worker:port", ""])
def test_what_is_no_web_address_is_refused(given: str) -> None:
    with pytest.raises(Misconfigured, match="no address of a worker"):
        endpoint(given)


@pytest.fixture
def observer() -> PrometheusObserver:
    return PrometheusObserver(CollectorRegistry())


@pytest.fixture
def port(observer: PrometheusObserver) -> Iterator[int]:
    with monitoring_server("127.0.0.1", 0, observer.registry, Health(ManualClock())) as port:
        yield port


def test_a_change_needs_two_answers(observer: PrometheusObserver, port: int) -> None:
    clock = ManualClock()
    workers = Workers([f"127.0.0.1:{port}"], clock)
    url = f"http://127.0.0.1:{port}/metrics"
    assert workers.ask().troubles == {url: "answers for the first time"}
    observer.rebalanced(2)
    clock.advance(2.0)
    change = workers.ask().changes[url]
    assert change.seconds == 2.0
    assert change.increase("detector_rebalances_total") == 1


def test_one_that_does_not_answer_keeps_nobody_from_hearing_the_others(observer: PrometheusObserver, port: int) -> None:
    workers = Workers([f"127.0.0.1:{port}", "127.0.0.1:1"], ManualClock())
    workers.ask()
    reading = workers.ask()
    assert list(reading.changes) == [f"http://127.0.0.1:{port}/metrics"]
    assert reading.troubles["http://127.0.0.1:1/metrics"].startswith("does not answer")


@pytest.mark.parametrize("path", ["/healthz", "/nothing"])
def test_what_is_no_metrics_page_is_said_and_not_guessed_at(port: int, path: str) -> None:
    (said,) = Workers([f"127.0.0.1:{port}{path}"], ManualClock()).ask().troubles.values()
    assert said.startswith(("does not speak", "does not answer"))
