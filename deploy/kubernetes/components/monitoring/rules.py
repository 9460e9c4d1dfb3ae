"""Writes prometheus-rule.yaml: the rules of deploy/prometheus as the Prometheus operator takes them."""

from pathlib import Path

import yaml

HERE = Path(__file__).parent
RULES = HERE.parents[2] / "prometheus" / "rules"

HEAD = """# Written by `make manifests` from deploy/prometheus/rules: change it there.
"""


class Readable(yaml.SafeDumper):
    """Expressions of several lines stay so."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Readable.add_representer(str, _text)


def manifest() -> str:
    """The PrometheusRule, as text."""
    files = sorted(RULES.glob("*.yml"), reverse=True)
    groups = [group for file in files for group in yaml.safe_load(file.read_text())["groups"]]
    rule = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "detector"},
        "spec": {"groups": groups},
    }
    return HEAD + yaml.dump(rule, Dumper=Readable, sort_keys=False, width=120, allow_unicode=True)


if __name__ == "__main__":
    (HERE / "prometheus-rule.yaml").write_text(manifest())
