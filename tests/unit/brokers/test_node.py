"""A node on paper: ports, settings and storage, without a JVM."""

import socket
from pathlib import Path

import pytest

from detector.brokers import BrokerDied
from detector.brokers.node import LOOPBACK, Ports, format_storage, free_ports, settings_text


def settings(text: str) -> dict[str, str]:
    """The lines of a properties file."""
    return dict(line.split("=", 1) for line in text.splitlines())


def test_ports_are_free_distinct_and_not_for_outgoing_connections() -> None:
    """A client's outgoing connection can never sit on the port its broker wants back."""
    for _ in range(50):
        ports = free_ports()
        assert ports.broker != ports.controller
        assert all(20_000 <= port < 32_000 for port in ports)


def test_taken_ports_are_passed_over() -> None:
    """A port somebody listens on, and one drawn twice, do not count."""
    first, second = free_ports()
    with socket.create_server((LOOPBACK, 0)) as server:
        taken = server.getsockname()[1]
        draws = iter([taken, first, first, taken, second])
        assert set(free_ports(lambda: next(draws))) == {first, second}


def test_no_free_ports_is_an_error_with_a_way_out() -> None:
    """The search is bounded."""
    with (
        socket.create_server((LOOPBACK, 0)) as server,
        pytest.raises(BrokerDied, match=r"No two free ports on 127\.0\.0\.1"),
    ):
        free_ports(lambda: int(server.getsockname()[1]))


def test_the_settings_bind_loopback_and_one_replica() -> None:
    """Nothing listens on the network, and nothing waits for replicas or for a rebalance delay."""
    found = settings(settings_text(Ports(21000, 21001), Path("data"), {}))
    assert found["listeners"] == "PLAINTEXT://127.0.0.1:21000,CONTROLLER://127.0.0.1:21001"
    assert found["advertised.listeners"] == "PLAINTEXT://127.0.0.1:21000"
    assert found["controller.quorum.voters"] == "1@127.0.0.1:21001"
    assert found["log.dirs"] == "data"
    single = [name for name in found if name.endswith((".replication.factor", ".min.isr"))]
    assert len(single) == 5
    assert {found[name] for name in single} == {"1"}
    assert found["group.initial.rebalance.delay.ms"] == "0"
    assert found["auto.create.topics.enable"] == "false"


def test_extra_settings_win() -> None:
    """A test can ask for another broker behaviour."""
    extra = {"auto.create.topics.enable": "true", "message.max.bytes": "10"}
    found = settings(settings_text(Ports(1, 2), Path("data"), extra))
    assert found.items() >= extra.items()


def test_a_kept_checkpoint_spares_the_format_tool(tmp_path: Path) -> None:
    """Two nodes formatted from it are two clusters."""
    checkpoint = tmp_path / "kept"
    checkpoint.write_bytes(b"records")
    clusters = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        clusters.append(format_storage(["no-such-java"], folder, checkpoint))
        assert (folder / "data" / "bootstrap.checkpoint").read_bytes() == b"records"
        meta = settings((folder / "data" / "meta.properties").read_text())
        assert (meta["cluster.id"], meta["node.id"], meta["version"]) == (clusters[-1], "1", "1")
    assert len(set(clusters)) == 2


def test_a_failing_format_tool_is_quoted(tmp_path: Path) -> None:
    """And leaves no checkpoint for the next start to trust."""
    with pytest.raises(BrokerDied, match=r"(?s)storage tool ended with 3.*no space"):
        format_storage(["/bin/sh", "-c", "echo no space; exit 3"], tmp_path, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()
