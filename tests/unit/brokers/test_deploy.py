"""The container files, read rather than run: there need not be a Docker engine where tests run."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from detector.brokers.jars import find_pom
from tests.brokers.container import IMAGE

CHECKOUT = Path(__file__).parents[3]
DOCKERFILE = (CHECKOUT / "deploy" / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of the compose file, anchors resolved."""
    services = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
    assert isinstance(services, dict)
    return services


def test_the_worker_starts_after_its_topics(services: dict[str, Any]) -> None:
    """Broker, then topics, then worker, each waiting for the one before to be of use."""
    assert services["topics"]["command"] == ["topics", "create"]
    assert services["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}
    assert services["worker"]["command"] == ["worker"]
    assert services["worker"]["depends_on"]["topics"] == {"condition": "service_completed_successfully"}
    assert services["kafka"]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", ["topics", "worker"])
def test_our_containers_have_no_powers(services: dict[str, Any], name: str) -> None:
    """Not root, nothing to write to but a temp folder, no capabilities."""
    service = services[name]
    assert int(service["user"].split(":")[0]) >= 1000
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]


def test_nothing_is_published_beyond_this_host(services: dict[str, Any]) -> None:
    """Kafka here has no authentication."""
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_worker_finds_the_broker(services: dict[str, Any]) -> None:
    """Its bootstrap address is one the broker advertises, and the metrics port is the published one."""
    environment = services["worker"]["environment"]
    advertised = services["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    assert f"INSIDE://{environment['DETECTOR_BOOTSTRAP_SERVERS']}" in advertised.split(",")
    assert services["worker"]["ports"][0].endswith(f":{environment['DETECTOR_METRICS_PORT']}")
    assert services["topics"]["environment"].items() <= environment.items()


def test_the_worker_has_time_to_drain(services: dict[str, Any]) -> None:
    """Compose's default of 10 s would kill a worker in mid-transaction."""
    assert int(services["worker"]["stop_grace_period"].removesuffix("s")) >= 30


def test_every_broker_is_the_same_kafka(services: dict[str, Any]) -> None:
    """The jars, the test container and the compose file name one version."""
    namespace = "{http://maven.apache.org/POM/4.0.0}"
    (version,) = [
        dependency.findtext(f"{namespace}version")
        for dependency in ElementTree.parse(find_pom()).iter(f"{namespace}dependency")
        if dependency.findtext(f"{namespace}artifactId") == "kafka_2.13"
    ]
    assert services["kafka"]["image"] == IMAGE == f"apache/kafka:{version}"


def test_the_image_is_built_from_the_lock_and_runs_without_root() -> None:
    """Every dependency has a hash; the worker is what runs, as a user with a number orchestrators can check."""
    assert "--require-hashes --no-deps -r /src/deploy/locks/serve.txt" in DOCKERFILE
    assert DOCKERFILE.count("FROM python:3.11-slim") == 2
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    assert DOCKERFILE.endswith('ENTRYPOINT ["detector"]\nCMD ["worker"]\n')


def test_the_builder_is_sent_all_that_is_copied() -> None:
    """Each source of a COPY is let through by the ignore file."""
    let_through = (CHECKOUT / "deploy" / "Dockerfile.dockerignore").read_text().splitlines()
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert {f"!{source}" for copy in copies for source in copy.split()} <= set(let_through)
