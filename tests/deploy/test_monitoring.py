"""What the Prometheus operator is given is what deploy/prometheus says."""

import runpy
from typing import Any

import pytest
import yaml

from tests.deploy.dockerfile import CHECKOUT
from tests.deploy.rendering import KUBERNETES, Rendered, container, environment, render

PROMETHEUS = CHECKOUT / "deploy" / "prometheus"
COMPONENT = KUBERNETES / "components" / "monitoring"


@pytest.fixture(scope="module")
def production() -> Rendered:
    return render(KUBERNETES / "overlays" / "production")


def test_the_rules_are_those_of_prometheus(production: Rendered) -> None:
    """`make manifests` was run since the rules were last changed, and nothing was left out."""
    assert (COMPONENT / "prometheus-rule.yaml").read_text() == runpy.run_path(str(COMPONENT / "rules.py"))["manifest"]()
    groups = [group for file in PROMETHEUS.rglob("rules/*.yml") for group in yaml.safe_load(file.read_text())["groups"]]
    written = production.one("PrometheusRule")["spec"]["groups"]
    assert sorted(groups, key=name_of) == sorted(written, key=name_of)


def test_scrapes_have_the_jobs_that_the_rules_ask_for(production: Rendered) -> None:
    """Each scrape finds the pods that Prometheus would, at a port they have, under the same job."""
    jobs = {
        scrape["job_name"] for scrape in yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())["scrape_configs"]
    }
    named = set()
    for monitor in production.all("PodMonitor"):
        wanted = monitor["spec"]["selector"]["matchLabels"].items()
        (workload,) = (
            each for each in production.workloads if wanted <= each["spec"]["template"]["metadata"]["labels"].items()
        )
        (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
        assert endpoint["port"] in {port["name"] for port in container(workload)["ports"]}
        named |= {relabelling["replacement"] for relabelling in endpoint["relabelings"]}
    assert named == jobs


def test_the_api_is_scraped_with_a_key(production: Rendered) -> None:
    """From the Secret that holds the keys it takes."""
    (endpoint,) = production.one("PodMonitor", "detector-serve")["spec"]["podMetricsEndpoints"]
    keys = environment(production.one("Deployment", "detector-serve"), production)["DETECTOR_API_KEYS"]
    assert endpoint["authorization"]["credentials"]["name"] == keys["secretKeyRef"]["name"]


def name_of(group: dict[str, Any]) -> str:
    return str(group["name"])
