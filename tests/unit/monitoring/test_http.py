"""The endpoints, asked over real HTTP."""

import socket
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from detector.clock import ManualClock
from detector.errors import Misconfigured
from detector.monitoring.health import Health
from detector.monitoring.http import monitoring_server
from detector.monitoring.metrics import PrometheusObserver

Answer = tuple[int, str, str]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def health(clock: ManualClock) -> Health:
    return Health(clock)


@pytest.fixture
def port(health: Health) -> Iterator[int]:
    observer = PrometheusObserver()
    observer.in_flight(7)
    with monitoring_server("127.0.0.1", 0, observer.registry, health) as port:
        yield port


def get(port: int, path: str, host: str = "127.0.0.1") -> Answer:
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type", ""), answer.read().decode()
    finally:
        connection.close()


def test_metrics_are_exposed_in_the_text_format(port: int) -> None:
    status, kind, body = get(port, "/metrics")
    assert status == 200
    assert kind.startswith("text/plain; version=")
    assert "detector_in_flight_records 7.0" in body


def test_healthz_says_which_loop_is_stuck(port: int, health: Health, clock: ManualClock) -> None:
    assert get(port, "/healthz")[::2] == (200, "ok\n")
    health.beat("reader")
    clock.advance(3600)
    assert get(port, "/healthz")[::2] == (503, "stuck: reader\n")


def test_readyz_says_what_it_waits_for(port: int, health: Health) -> None:
    assert get(port, "/readyz")[::2] == (503, "waiting for: group, model\n")
    health.achieved("group")
    health.achieved("model")
    assert get(port, "/readyz")[::2] == (200, "ok\n")


def test_another_path_is_answered_with_those_that_exist(port: int) -> None:
    status, _, body = get(port, "/")
    assert status == 404
    assert body == "/metrics, /healthz, /readyz\n"


def test_a_slow_client_does_not_keep_a_probe_waiting(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as slow:
        slow.sendall(b"GET /metr")
        assert get(port, "/readyz")[0] == 503


def test_a_port_that_is_taken_is_told_with_the_way_out(port: int, health: Health) -> None:
    with (
        pytest.raises(Misconfigured, match=rf"cannot listen on 127.0.0.1:{port} .*DETECTOR_METRICS_PORT"),
        monitoring_server("127.0.0.1", port, PrometheusObserver().registry, health),
    ):
        pass


def test_the_port_is_free_again_when_the_block_ends(health: Health) -> None:
    registry = PrometheusObserver().registry
    with monitoring_server("127.0.0.1", 0, registry, health) as port:
        get(port, "/healthz")
    with monitoring_server("127.0.0.1", port, registry, health) as again:
        assert again == port


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_an_ipv6_address_works_too(health: Health) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with monitoring_server("::1", 0, PrometheusObserver().registry, health) as port:
        assert get(port, "/healthz", "::1")[0] == 200
