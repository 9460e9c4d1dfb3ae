"""One Kafka node on paper: its ports, its settings, and the storage folder it starts from."""

import base64
import random
import shutil
import socket
import subprocess
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from detector.brokers.errors import BrokerDied

LOOPBACK = "127.0.0.1"
CHECKPOINT = "bootstrap.checkpoint"
_PORT_TRIES = 200


class Ports(NamedTuple):
    """Where clients and where the controller are served."""

    broker: int
    controller: int


def _any_port() -> int:
    # Below the range from which systems draw outgoing ports: a client that keeps reconnecting to a broker
    # that is down can otherwise be given, and so occupy, the very port the broker wants back.
    return random.randrange(20_000, 32_000)


def free_ports(pick: Callable[[], int] = _any_port) -> Ports:
    """Two loopback ports nobody listened on a moment ago; a start that loses one of them picks anew."""
    free: set[int] = set()
    for _ in range(_PORT_TRIES):
        candidate = pick()
        if _is_free(candidate):
            free.add(candidate)
        if len(free) == 2:
            return Ports(*free)
    raise BrokerDied(f"No two free ports on {LOOPBACK} in {_PORT_TRIES} tries; stop some local servers and try again.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


BEHAVIOUR: Mapping[str, str] = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
    # A killed worker's place and its open transaction must be given up within a test, not within a minute.
    "group.min.session.timeout.ms": "1000",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
    # After a crash the controller refuses the node until its old session is over.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    # Events carry their own, old timestamps; nothing may expire under a test.
    "log.retention.ms": "-1",
    # The default of 128 MB would be half of the heap.
    "log.cleaner.dedupe.buffer.size": "4194304",
}
"""What a one-node Kafka for a laptop and for tests needs, wherever it runs."""


def settings_text(ports: Ports, data: Path, extra: Mapping[str, str]) -> str:
    """`server.properties` of the node; `extra` wins over what is set here."""
    broker, controller = f"{LOOPBACK}:{ports.broker}", f"{LOOPBACK}:{ports.controller}"
    settings = {
        **BEHAVIOUR,
        "controller.quorum.voters": f"1@{controller}",
        "listeners": f"PLAINTEXT://{broker},CONTROLLER://{controller}",
        "advertised.listeners": f"PLAINTEXT://{broker}",
        "log.dirs": str(data),
        **extra,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def format_storage(java: list[str], folder: Path, checkpoint: Path) -> str:
    """Makes `folder/data` a formatted log folder of a new cluster and returns the cluster's id.

    Kafka's own tool is asked once; its one binary output is kept as `checkpoint`, which spares later starts a JVM.
    The quorum is static, so that file names no port and suits every node.
    """
    cluster, data = uuid.uuid4().hex, folder / "data"
    if not checkpoint.exists():
        _run_format_tool(java, folder, cluster)
        fresh = checkpoint.with_name(f"{CHECKPOINT}.{cluster}")
        shutil.copyfile(data / CHECKPOINT, fresh)
        fresh.replace(checkpoint)
        return cluster
    data.mkdir()
    shutil.copyfile(checkpoint, data / CHECKPOINT)
    directory = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    lines = ("version=1", "node.id=1", f"cluster.id={cluster}", f"directory.id={directory}", "")
    (data / "meta.properties").write_text("\n".join(lines))
    return cluster


def _run_format_tool(java: list[str], folder: Path, cluster: str) -> None:
    command = [
        *java,
        "kafka.tools.StorageTool",
        "format",
        "-t",
        cluster,
        "-c",
        str(folder / "server.properties"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise BrokerDied(f"Kafka's storage tool ended with {done.returncode} on {folder}. It said:\n{tail}")
