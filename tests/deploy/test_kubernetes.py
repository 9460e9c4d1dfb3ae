"""The Kubernetes manifests: rendered as they would be applied, held against the schemas, and what each part promises."""

import copy
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from detector.settings import Settings, load_settings
from tests.deploy.rendering import KUBERNETES, Rendered, Resource, container, environment, render
from tests.deploy.schemas import check

CHOICE = {"resources": "base", "components": "components/static-membership"}
OVERLAYS = sorted(folder.name for folder in (KUBERNETES / "overlays").iterdir())


@pytest.fixture(scope="module", params=OVERLAYS)
def overlay(request: pytest.FixtureRequest) -> Rendered:
    return render(KUBERNETES / "overlays" / request.param)


@pytest.fixture(scope="module")
def production() -> Rendered:
    return render(KUBERNETES / "overlays" / "production")


def pods(rendered: Rendered) -> Iterator[tuple[str, Resource]]:
    """The pod of each workload, by the workload's name."""
    for workload in rendered.workloads:
        yield workload["metadata"]["name"], workload["spec"]["template"]


def chosen(selector: dict[str, Any], rendered: Rendered) -> set[str]:
    """Names of the workloads whose pods a selector picks."""
    wanted = selector.get("matchLabels", selector).items()
    return {name for name, pod in pods(rendered) if wanted <= pod["metadata"]["labels"].items()}


def test_a_cluster_takes_every_resource(overlay: Rendered) -> None:
    """Kubernetes', KEDA's and the Prometheus operator's schemas know each member, and its value is of the right type."""
    assert {"StatefulSet", "Job", "PodDisruptionBudget", "NetworkPolicy"} <= {
        each["kind"] for each in overlay.resources
    }
    for resource in overlay.resources:
        check(resource)


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("StatefulSet", ("spec", "replcas"), 3),
        ("StatefulSet", ("spec", "podManagementPolicy"), 3),
        ("ScaledObject", ("spec", "maxReplicas"), 12),
        ("ScaledObject", ("spec", "triggers", 0, "metadata", "lagTreshold"), "10"),
        ("ScaledObject", ("spec", "triggers", 0, "metadata", "allowIdleConsumers"), False),
        ("TriggerAuthentication", ("spec", "secretTargetRef", 0, "secret"), "kafka"),
        ("PodMonitor", ("spec", "podMetricsEndpoints", 0, "prot"), "metrics"),
        ("PrometheusRule", ("spec", "groups", 0, "rules", 0, "expression"), "up"),
    ],
)
def test_the_schemas_know_what_a_cluster_would_refuse(
    production: Rendered, kind: str, path: tuple[str | int, ...], value: object
) -> None:
    """A misspelt member or a wrong type is found, in a custom resource too, before anything is applied."""
    broken = copy.deepcopy(production.all(kind)[0])
    place: Any = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises((jsonschema.ValidationError, kubernetes_validate.ValidationError)):
        check(broken)


def test_pods_are_fit_for_a_restricted_namespace(overlay: Rendered) -> None:
    """Not root, nothing to write to but memory, no capabilities, no token for the cluster; the namespace insists."""
    namespace = overlay.one("Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    for name, pod in pods(overlay):
        security, inside = pod["spec"]["securityContext"], pod["spec"]["containers"][0]["securityContext"]
        assert security["runAsNonRoot"] is True, name
        assert security["runAsUser"] == 10001, name
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert inside["readOnlyRootFilesystem"] is True, name
        assert inside["allowPrivilegeEscalation"] is False, name
        assert inside["capabilities"] == {"drop": ["ALL"]}, name
        assert pod["spec"]["automountServiceAccountToken"] is False, name
        assert all(set(volume) & {"emptyDir", "secret"} for volume in pod["spec"]["volumes"]), name


def test_every_pod_has_its_bounds(overlay: Rendered) -> None:
    """What is asked for is what was measured, and the model counts its threads by the limit."""
    for workload in overlay.workloads:
        resources = container(workload)["resources"]
        assert set(resources["limits"]) == set(resources["requests"]) == {"cpu", "memory"}, workload["metadata"]["name"]


def test_every_setting_is_known(overlay: Rendered, tmp_path: Path) -> None:
    """Each variable is a setting that the detector accepts, whatever a Secret holds or the pod's name is."""
    for workload in overlay.workloads:
        found = environment(workload, overlay)
        with pytest.MonkeyPatch.context() as patched:
            for name in [name for name in os.environ if name.startswith("DETECTOR_")]:
                patched.delenv(name)
            for name, value in found.items():
                patched.setenv(name, value if isinstance(value, str) else "comes-from-elsewhere")
            settings = load_settings(tmp_path / ".env")
        assert settings.bootstrap_servers == found["DETECTOR_BOOTSTRAP_SERVERS"]


def test_no_secret_is_written_down(overlay: Rendered) -> None:
    """Passwords and keys come by reference; there is no Secret in the manifests."""
    assert not overlay.all("Secret")
    for workload in overlay.workloads:
        for name, value in environment(workload, overlay).items():
            if any(word in name for word in ("PASSWORD", "USERNAME", "KEYS")):
                assert set(value) == {"secretKeyRef"}, name


def test_every_client_of_kafka_is_equipped_for_it(production: Rendered) -> None:
    """TLS and SASL reach all pods, and KEDA, which asks Kafka on its own account, by the same words."""
    for workload in production.workloads:
        found = environment(workload, production)
        assert found["DETECTOR_KAFKA__SECURITY_PROTOCOL"] == "SASL_SSL"
        assert found["DETECTOR_KAFKA__SASL_PASSWORD"]["secretKeyRef"]["name"] == "kafka-credentials"
        mounts = {mount["mountPath"] for mount in container(workload)["volumeMounts"]}
        assert any(found["DETECTOR_KAFKA__SSL_CA_LOCATION"].startswith(mount + "/") for mount in mounts)
    (given,) = (found["DETECTOR_KAFKA__SASL_MECHANISM"],)
    for trigger in production.one("ScaledObject")["spec"]["triggers"]:
        assert trigger["metadata"]["sasl"] == given.lower().replace("-sha-", "_sha")
        assert trigger["metadata"]["tls"] == "enable"
        assert trigger["authenticationRef"] == {"name": production.one("TriggerAuthentication")["metadata"]["name"]}


def test_a_worker_has_its_pods_name(overlay: Rendered) -> None:
    """The name of a pod that comes back is the one its predecessor's transaction bears."""
    worker = overlay.one("StatefulSet")
    pod_name = {"fieldRef": {"fieldPath": "metadata.name"}}
    assert environment(worker, overlay)["DETECTOR_INSTANCE"] == pod_name
    assert worker["spec"]["serviceName"] == overlay.one("Service", "detector-worker")["metadata"]["name"]


def test_static_membership_is_a_choice(production: Rendered, tmp_path: Path) -> None:
    """The component gives each worker a name in the group too; without it a worker that leaves is missed at once."""
    variable = "DETECTOR_KAFKA__GROUP_INSTANCE_ID"
    assert variable not in environment(production.one("StatefulSet"), production)
    (tmp_path / "kustomization.yaml").write_text(
        yaml.dump(
            {name: [os.path.relpath(KUBERNETES / folder, tmp_path)] for name, folder in CHOICE.items()},
        )
    )
    chosen_so = render(tmp_path)
    worker = environment(chosen_so.one("StatefulSet"), chosen_so)
    assert worker[variable] == worker["DETECTOR_INSTANCE"]


def test_a_pod_has_time_to_drain(overlay: Rendered) -> None:
    """The budget of a clean stop, and some more, before it is killed; the sleep before counts too."""
    budget = Settings.model_fields["shutdown_seconds"].default
    for name, pod in pods(overlay):
        if pod["spec"].get("restartPolicy", "Always") != "Always":
            continue
        sleep = pod["spec"]["containers"][0].get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        assert pod["spec"]["terminationGracePeriodSeconds"] >= sleep + budget + 10, name


def test_probes_ask_what_they_should(overlay: Rendered) -> None:
    """Alive by /healthz, which no outage of Kafka changes; in the rotation by /readyz; started once anything answers."""
    for workload in overlay.workloads:
        if workload["kind"] == "Job":
            continue
        inside = container(workload)
        ports = {port["name"] for port in inside["ports"]}
        asked = {name: inside[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
        assert {name: ask["path"] for name, ask in asked.items()} == {
            "startup": "/healthz",
            "liveness": "/healthz",
            "readiness": "/readyz",
        }
        assert {ask["port"] for ask in asked.values()} <= ports


def test_ports_are_those_of_the_settings(production: Rendered) -> None:
    """What is probed, scraped and routed to is what the detector listens on."""
    fields = Settings.model_fields
    expected = {
        ("detector-worker", "metrics"): fields["metrics_port"].default,
        ("detector-escalate", "metrics"): fields["metrics_port"].default,
        ("detector-escalate", "view"): fields["escalation_port"].default,
        ("detector-serve", "http"): fields["http_port"].default,
    }
    found = {
        (workload["metadata"]["name"], port["name"]): port["containerPort"]
        for workload in production.workloads
        for port in container(workload).get("ports", [])
    }
    assert found == expected


def test_a_drain_takes_one_worker_at_a_time(production: Rendered) -> None:
    """And workers do not stand on one node or in one zone to begin with."""
    budget = production.one("PodDisruptionBudget", "detector-worker")["spec"]
    assert budget["maxUnavailable"] == 1
    assert chosen(budget["selector"], production) == {"detector-worker"}
    spread = production.one("StatefulSet")["spec"]["template"]["spec"]["topologySpreadConstraints"]
    assert [each["topologyKey"] for each in spread] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
    assert all(chosen(each["labelSelector"], production) == {"detector-worker"} for each in spread)


def test_pods_talk_to_nobody_else(overlay: Rendered) -> None:
    """One policy holds for every pod and closes both directions; in comes a scrape, out go names and Kafka."""
    policy = overlay.one("NetworkPolicy", "detector")["spec"]
    assert chosen(policy["podSelector"], overlay) == {name for name, _ in pods(overlay)}
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert [port["port"] for rule in policy["egress"] for port in rule["ports"]] == [53, 53, 9092]
    servers = environment(overlay.one("StatefulSet"), overlay)["DETECTOR_BOOTSTRAP_SERVERS"].split(",")
    kafka = policy["egress"][1]["ports"][0]
    assert all(kafka["port"] <= int(server.rpartition(":")[2]) <= kafka["endPort"] for server in servers)


def test_the_api_is_open_to_no_one_without_a_key(production: Rendered) -> None:
    """It listens beyond its pod, so it has keys."""
    found = environment(production.one("Deployment", "detector-serve"), production)
    assert found["DETECTOR_HTTP_HOST"] == "0.0.0.0"
    assert found["DETECTOR_API_KEYS"]["secretKeyRef"]["name"] == "detector-api-keys"
    assert "DETECTOR_HTTP_OPEN" not in found
