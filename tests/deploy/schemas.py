"""Whether a cluster would take a resource: Kubernetes' own schemas, and those of KEDA and the Prometheus operator.

The first come with kubernetes-validate, the others as models that cloudcoil made from the projects' resource definitions.
"""

from functools import cache
from importlib import import_module
from typing import Any

import jsonschema
import kubernetes_validate

from tests.deploy.rendering import Resource

KUBERNETES_VERSIONS = ("1.30", "1.37")
"""The oldest that knows a `sleep` before stopping, and the newest."""

MODELS = {
    "keda.sh/v1alpha1": "cloudcoil.models.keda.v1alpha1",
    "monitoring.coreos.com/v1": "cloudcoil.models.prometheus_operator.v1",
}

_NAME = {"type": "string", "minLength": 1}
_NUMBER = {"type": "string", "pattern": r"^\d+$"}
_SWITCH = {"enum": ["true", "false"]}

KAFKA_TRIGGER = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "bootstrapServers": _NAME,
        "bootstrapServersFromEnv": _NAME,
        "consumerGroup": _NAME,
        "consumerGroupFromEnv": _NAME,
        "topic": _NAME,
        "topicFromEnv": _NAME,
        "lagThreshold": _NUMBER,
        "activationLagThreshold": _NUMBER,
        "offsetResetPolicy": {"enum": ["latest", "earliest"]},
        "allowIdleConsumers": _SWITCH,
        "scaleToZeroOnInvalidOffset": _SWITCH,
        "excludePersistentLag": _SWITCH,
        "limitToPartitionsWithLag": _SWITCH,
        "ensureEvenDistributionOfPartitions": _SWITCH,
        "partitionLimitation": _NAME,
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "sasl": {"enum": ["none", "plaintext", "scram_sha256", "scram_sha512", "gssapi", "oauthbearer"]},
        "tls": {"enum": ["enable", "disable"]},
        "unsafeSsl": _SWITCH,
    },
    "allOf": [
        {"oneOf": [{"required": [name]}, {"required": [f"{name}FromEnv"]}]}
        for name in ("bootstrapServers", "consumerGroup", "topic")
    ],
}
"""What KEDA's definition leaves open: a trigger's metadata, its topic demanded, after https://keda.sh/docs/2.17/scalers/apache-kafka/."""

TRIGGER_SECRETS = {"username", "password", "ca", "cert", "key", "keyPassword", "sasl", "tls"}
"""What a TriggerAuthentication may give to that trigger, by the same page."""


def check(resource: Resource) -> None:
    """Raises what the validator raises for a member that is missing, wrong or not known."""
    definition = MODELS.get(resource["apiVersion"])
    if definition is None:
        for version in KUBERNETES_VERSIONS:
            kubernetes_validate.validate(resource, version, strict=True)
        return
    jsonschema.validate(resource, _schema(definition, resource["kind"]))
    for trigger in resource["spec"].get("triggers", []):
        assert trigger["type"] == "kafka"
        jsonschema.validate(trigger["metadata"], KAFKA_TRIGGER)
    assert {each["parameter"] for each in resource["spec"].get("secretTargetRef", [])} <= TRIGGER_SECRETS


@cache
def _schema(definition: str, kind: str) -> dict[str, Any]:
    model = getattr(import_module(definition), kind)
    schema: dict[str, Any] = _closed(model.model_json_schema(by_alias=True))
    return schema


def _closed(schema: Any) -> Any:
    """The same, with members that are not known refused, as `kubectl --validate=strict` does."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: _closed(value) for name, value in schema.items()}
    if isinstance(pattern := inner.get("pattern"), str) and "(?i)" in pattern:
        # Go takes a flag anywhere, Python at the start.
        inner["pattern"] = "(?i)" + pattern.replace("(?i)", "")
    return (
        inner | {"additionalProperties": False}
        if isinstance(inner.get("properties"), dict) and "type" in inner
        else inner
    )
