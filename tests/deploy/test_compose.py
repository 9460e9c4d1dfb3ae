"""`docker compose up`, read rather than run: there need not be a Docker engine where tests run."""

import json
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from compose_spec import PyCompose

from detector.brokers.jars import find_pom
from detector.cli.main import COMMANDS
from detector.settings import Settings
from tests.brokers.container import IMAGE
from tests.deploy.dockerfile import CHECKOUT

OURS = ("topics", "worker", "escalate", "player", "console")
FILE = (CHECKOUT / "docker-compose.yml").read_text()


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of the compose file, anchors resolved."""
    services = yaml.safe_load(FILE)["services"]
    assert isinstance(services, dict)
    return services


def resolved(text: str) -> PyCompose:
    """The file as the compose specification reads it, anchors resolved."""
    return PyCompose.from_json(json.dumps(yaml.safe_load(text)))


def test_compose_takes_the_file() -> None:
    """Every member is one of the specification, of the right type, and what a service refers to is there."""
    file = resolved(FILE)
    file.validate()
    assert set(file.service_names()) == {*OURS, "kafka", "prometheus", "grafana"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("    restart: on-failure", "    restrat: on-failure"),
        ("service_healthy", "service_health"),
        ("read_only: true", "read_only: maybe"),
        ("stop_grace_period: 45s", "stop_grace_period: 45x"),
    ],
)
def test_compose_would_refuse_what_is_wrong(right: str, wrong: str) -> None:
    """The specification that the file is held against is not one that takes everything."""
    with pytest.raises(ValueError, match="at line"):
        resolved(FILE.replace(right, wrong))


def test_everything_starts_after_what_it_needs(services: dict[str, Any]) -> None:
    """Broker, then topics, then those that read and write them; players play to a worker that judges."""
    assert services["topics"]["command"] == ["topics", "create"]
    assert services["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}
    for name in ("worker", "escalate", "console"):
        assert services[name]["depends_on"]["topics"] == {"condition": "service_completed_successfully"}, name
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy" and needed not in OURS:
                assert "healthcheck" in services[needed], f"{name} waits for {needed}"
    assert services["player"]["depends_on"] == {"worker": {"condition": "service_healthy"}}
    assert services["grafana"]["depends_on"] == {"prometheus": {"condition": "service_healthy"}}


@pytest.mark.parametrize("name", OURS)
def test_what_runs_is_a_command_of_ours(services: dict[str, Any], name: str) -> None:
    """The first word of each is a command that `detector` knows."""
    assert services[name]["command"][0] in COMMANDS


@pytest.mark.parametrize(("name", "lock"), [("escalate", "faust"), ("console", "http")])
def test_an_image_of_its_own_is_built_from_a_lock_of_its_own(services: dict[str, Any], name: str, lock: str) -> None:
    """Extras are in the image of those alone who need them."""
    service = services[name]
    assert service["build"]["args"] == {"LOCK": lock}
    assert service["image"].endswith(f":{lock}")
    assert (CHECKOUT / "deploy" / "locks" / f"{lock}.txt").is_file()


@pytest.mark.parametrize(("name", "setting"), [("escalate", "escalation_port"), ("console", "http_port")])
def test_what_people_look_at_is_published_on_this_host(services: dict[str, Any], name: str, setting: str) -> None:
    """The port inside is the one of the settings, and the address inside is reached from outside the container."""
    port = Settings.model_fields[setting].default
    assert services[name]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert services[name]["environment"][f"DETECTOR_{setting.upper().replace('PORT', 'HOST')}"] == "0.0.0.0"


@pytest.mark.parametrize("name", [*OURS, "prometheus", "grafana"])
def test_containers_have_no_powers(services: dict[str, Any], name: str) -> None:
    """Not root, nothing to write to but a temp folder and their own data, no capabilities."""
    service = services[name]
    assert int(service["user"].split(":")[0]) > 0
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_nothing_is_published_beyond_this_host(services: dict[str, Any]) -> None:
    """Kafka here has no authentication."""
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert len({port.split(":")[1] for port in ports}) == len(ports)


def test_everybody_finds_the_broker(services: dict[str, Any]) -> None:
    """The bootstrap address is one the broker advertises."""
    advertised = services["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"].split(",")
    for name in OURS:
        assert f"INSIDE://{services[name]['environment']['DETECTOR_BOOTSTRAP_SERVERS']}" in advertised, name


def test_workers_can_be_several(services: dict[str, Any]) -> None:
    """No two of them want one port of the host, so `--scale worker=3` works; Prometheus is inside."""
    assert "ports" not in services["worker"]
    assert services["worker"]["expose"] == [services["worker"]["environment"]["DETECTOR_METRICS_PORT"]]


def test_the_console_is_well_when_it_answers(services: dict[str, Any]) -> None:
    """The image's health check asks the metrics port, and the server has one port for everything."""
    environment = services["console"]["environment"]
    assert environment["DETECTOR_METRICS_PORT"] == environment["DETECTOR_HTTP_PORT"]


def test_who_drains_has_time_for_it(services: dict[str, Any]) -> None:
    """Compose's default of 10 s would kill a worker in mid-transaction."""
    budget = Settings.model_fields["shutdown_seconds"].default
    for name in ("worker", "escalate", "console"):
        assert int(services[name]["stop_grace_period"].removesuffix("s")) >= budget + 10, name


def test_a_player_can_be_stopped(services: dict[str, Any]) -> None:
    """It plays for ever, at a rate that two CPUs judge with ease; without an init a SIGTERM would not reach it."""
    command = services["player"]["command"]
    assert "--again" in command
    assert 1 <= float(command[command.index("--rate") + 1]) <= 20
    assert services["player"]["init"] is True


def test_what_is_mounted_is_there(services: dict[str, Any]) -> None:
    """Docker would make an empty folder in its stead, and Prometheus would end at once."""
    mounts = [mount for service in services.values() for mount in service.get("volumes", []) if mount.startswith(".")]
    assert mounts
    for mount in mounts:
        source, _, mode = mount.split(":")
        assert any((CHECKOUT / source).iterdir()), source
        assert mode == "ro"


def test_prometheus_looks_for_services_that_exist(services: dict[str, Any]) -> None:
    """Each name it asks the network for is a service here, at a port of that service."""
    file = yaml.safe_load((CHECKOUT / "deploy" / "prometheus" / "prometheus.yml").read_text())
    for scrape in file["scrape_configs"]:
        for looked_up in scrape["dns_sd_configs"]:
            for name in looked_up["names"]:
                assert str(looked_up["port"]) in {
                    services[name]["environment"].get("DETECTOR_METRICS_PORT"),
                    services[name]["environment"].get("DETECTOR_HTTP_PORT"),
                }


def test_every_broker_is_the_same_kafka(services: dict[str, Any]) -> None:
    """The jars, the test container and the compose file name one version."""
    namespace = "{http://maven.apache.org/POM/4.0.0}"
    (version,) = [
        dependency.findtext(f"{namespace}version")
        for dependency in ElementTree.parse(find_pom()).iter(f"{namespace}dependency")
        if dependency.findtext(f"{namespace}artifactId") == "kafka_2.13"
    ]
    assert services["kafka"]["image"] == IMAGE == f"apache/kafka:{version}"
