"""The Kubernetes manifests, rendered by kustomize itself."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
import yaml

from tests.deploy.dockerfile import CHECKOUT

KUBERNETES = CHECKOUT / "deploy" / "kubernetes"

Resource = dict[str, Any]


@dataclass(frozen=True)
class Rendered:
    """What an overlay puts into a cluster."""

    resources: list[Resource]

    def all(self, kind: str) -> list[Resource]:
        """Each resource of a kind."""
        return [resource for resource in self.resources if resource["kind"] == kind]

    def one(self, kind: str, name: str | None = None) -> Resource:
        """The only resource of a kind, or the one of that name."""
        (found,) = (each for each in self.all(kind) if name in (None, each["metadata"]["name"]))
        return found

    @property
    def workloads(self) -> list[Resource]:
        """What makes pods."""
        return [resource for resource in self.resources if "template" in (resource.get("spec") or {})]


def container(workload: Resource) -> Resource:
    """The only container of the workload's pods."""
    (only,) = workload["spec"]["template"]["spec"]["containers"]
    assert isinstance(only, dict)
    return only


def environment(workload: Resource, rendered: Rendered) -> dict[str, Any]:
    """Name to value of the container's variables, from the settings' ConfigMap too; a reference stays one."""
    held = {each["metadata"]["name"]: each["data"] for each in rendered.all("ConfigMap")}
    inside = container(workload)
    found = dict(held[inside["envFrom"][0]["configMapRef"]["name"]])
    return found | {each["name"]: each.get("value", each.get("valueFrom")) for each in inside.get("env", [])}


def render(folder: Path) -> Rendered:
    """What kustomize makes of a folder. Without kustomize or kubectl the test skips, or fails where `CI` is `true`."""
    if (kubectl := shutil.which("kubectl")) is not None:
        command = [kubectl, "kustomize"]
    elif (kustomize := shutil.which("kustomize")) is not None:
        command = [kustomize, "build"]
    else:
        _no_kustomize()
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Rendered(list(yaml.safe_load_all(done.stdout)))


def _no_kustomize() -> NoReturn:
    said = "The manifests cannot be rendered: there is neither kubectl nor kustomize."
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(said, pytrace=False)
    pytest.skip(said)
