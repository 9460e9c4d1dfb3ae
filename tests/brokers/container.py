"""The test broker in a container, with the settings of the local JVM broker."""

import contextlib
import gc
import time
import warnings
from collections.abc import Iterator

import docker  # type: ignore[import-untyped]
from docker.errors import DockerException  # type: ignore[import-untyped]
from testcontainers.core.container import DockerContainer

from detector.brokers.node import BEHAVIOUR, free_ports
from detector.brokers.ready import Probe

IMAGE = "apache/kafka:4.3.0"
_PING_SECONDS = 2
_START_SECONDS = 90.0


def docker_answers() -> bool:
    """Whether a Docker daemon answers at once: a test run must not hang on a half-dead one."""
    # docker-py leaves the socket of a refused connection to the garbage collector, which warns of it.
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        try:
            with contextlib.closing(docker.from_env(timeout=_PING_SECONDS)) as client:
                return bool(client.ping())
        except (DockerException, OSError):
            pass
        gc.collect()
    return False


def container_settings(host: str, port: int) -> dict[str, str]:
    """The image's environment: each broker setting in capitals, with `_` for `.`."""
    settings = {
        **BEHAVIOUR,
        "controller.quorum.voters": "1@localhost:9093",
        "listeners": "PLAINTEXT://:9092,CONTROLLER://:9093",
        # Clients go on to the advertised address, so the port on the host has to be known beforehand.
        "advertised.listeners": f"PLAINTEXT://{host}:{port}",
    }
    return {"KAFKA_" + name.upper().replace(".", "_"): value for name, value in settings.items()}


@contextlib.contextmanager
def docker_kafka() -> Iterator[str]:
    """The bootstrap address of a fresh broker that answers."""
    port = free_ports().broker
    container = DockerContainer(IMAGE)
    host = container.get_docker_client().host()
    container.with_bind_ports(9092, port).with_envs(**container_settings(host, port))
    with container:
        bootstrap = f"{host}:{port}"
        probe, give_up = Probe(bootstrap), time.monotonic() + _START_SECONDS
        while probe.cluster_id(0.5) is None:
            if time.monotonic() > give_up:
                said = b"".join(container.get_logs())[-2000:].decode(errors="replace")
                raise TimeoutError(f"{IMAGE} did not answer on {bootstrap} in {_START_SECONDS:g} s:\n{said}")
        yield bootstrap
