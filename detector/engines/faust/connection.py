"""The operator's librdkafka properties, said to Faust."""

import ssl
from collections.abc import Mapping
from typing import Any

import faust
from faust.types.auth import SASLMechanism

from detector.engines.kafka.clients import common_config
from detector.errors import Misconfigured
from detector.settings import Settings

SESSION_SECONDS = 10.0
"""How long a killed worker holds its partitions, as with the other engine."""

POLL_INTERVAL_SECONDS = 7 * 24 * 60 * 60.0
"""Long enough never to pass. This engine holds reading back by not polling, while heartbeats come from a thread of their
own; and once aiokafka has left the group for want of a poll, Faust waits for an assignment before it polls again, for
ever. A worker that hangs is for /healthz to tell."""

_SECONDS = {
    "session.timeout.ms": "broker_session_timeout",
    "heartbeat.interval.ms": "broker_heartbeat_interval",
    "request.timeout.ms": "producer_request_timeout",
    "linger.ms": "producer_linger",
}
_MILLISECONDS = {"metadata.max.age.ms": "metadata_max_age_ms", "connections.max.idle.ms": "connections_max_idle_ms"}
_NUMBERS = {
    "batch.size": "producer_max_batch_size",
    "max.partition.fetch.bytes": "consumer_max_fetch_size",
    "fetch.message.max.bytes": "consumer_max_fetch_size",
}
_TEXTS = {
    "client.id": "broker_client_id",
    "auto.offset.reset": "consumer_auto_offset_reset",
    "group.instance.id": "consumer_group_instance_id",
    "compression.type": "producer_compression_type",
    "compression.codec": "producer_compression_type",
}
_TLS = (
    "ssl.ca.location",
    "ssl.ca.pem",
    "ssl.certificate.location",
    "ssl.key.location",
    "ssl.key.password",
    "ssl.endpoint.identification.algorithm",
    "enable.ssl.certificate.verification",
)
_SECURITY = ("security.protocol", "sasl.mechanism", "sasl.mechanisms", "sasl.username", "sasl.password", *_TLS)
_ELSEWHERE = ("fetch.wait.max.ms", "max.poll.interval.ms")
"""The first goes to the transport; of the second see `POLL_INTERVAL_SECONDS`."""

_OURS = ("bootstrap.servers", "allow.auto.create.topics", "metadata.recovery.strategy")
"""What `common_config` adds for librdkafka alone."""


def faust_options(settings: Settings) -> dict[str, Any]:
    """Keyword arguments for `faust.App` that say where the cluster is and how to talk to it.

    Raises `Misconfigured` for a property that Faust has no word for: to leave it out in silence could mean an open
    connection where a closed one was asked for.
    """
    properties = common_config(settings)
    known = {*_SECONDS, *_MILLISECONDS, *_NUMBERS, *_TEXTS, *_SECURITY, *_ELSEWHERE, *_OURS}
    if unknown := sorted(set(properties) - known):
        raise Misconfigured(
            f"the engine faust has no setting for {', '.join(unknown)}: leave it out, or use the engine kafka. It knows "
            f"{', '.join(sorted(known - set(_OURS)))}."
        )
    hosts = ";".join(host.strip() for host in settings.bootstrap_servers.split(","))
    options: dict[str, Any] = {
        "broker": f"kafka://{hosts}",
        "broker_session_timeout": SESSION_SECONDS,
        "broker_heartbeat_interval": SESSION_SECONDS / 4,
        "broker_max_poll_interval": POLL_INTERVAL_SECONDS,
        "consumer_auto_offset_reset": "earliest",
        "broker_credentials": _credentials(properties),
    }
    for name, value in properties.items():
        options.update(_translated(name, value))
    if "heartbeat.interval.ms" not in properties:
        options["broker_heartbeat_interval"] = options["broker_session_timeout"] / 4
    return options


def _translated(name: str, value: str) -> dict[str, Any]:
    try:
        if name in _SECONDS:
            return {_SECONDS[name]: int(value) / 1000}
        if name in _MILLISECONDS:
            return {f"{side}_{_MILLISECONDS[name]}": int(value) for side in ("consumer", "producer")}
        if name in _NUMBERS:
            return {_NUMBERS[name]: int(value)}
    except ValueError:
        raise Misconfigured(f"{name} has to be a whole number. Mend --kafka or DETECTOR_KAFKA__*.") from None
    if name in _TEXTS:
        return {_TEXTS[name]: None if value == "none" else value}
    return {}


def _credentials(properties: Mapping[str, str]) -> Any:
    """What Faust calls credentials; None for a connection in the clear."""
    protocol = properties.get("security.protocol", "plaintext").upper()
    encrypted = _tls_context(properties) if protocol in ("SSL", "SASL_SSL") else None
    if protocol in ("PLAINTEXT", "SSL"):
        return None if encrypted is None else faust.SSLCredentials(encrypted)
    if protocol not in ("SASL_PLAINTEXT", "SASL_SSL"):
        raise Misconfigured("security.protocol has to be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.")
    mechanism = properties.get("sasl.mechanism", properties.get("sasl.mechanisms", "PLAIN"))
    passwords = [each.value for each in SASLMechanism if each.value == "PLAIN" or each.value.startswith("SCRAM")]
    if mechanism not in passwords:
        raise Misconfigured(
            f"the engine faust takes sasl.mechanism {', '.join(passwords)}; for others use the engine kafka."
        )
    return faust.SASLCredentials(
        username=properties.get("sasl.username"),
        password=properties.get("sasl.password"),
        mechanism=mechanism,
        ssl_context=encrypted,
    )


def _tls_context(properties: Mapping[str, str]) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(
            cafile=properties.get("ssl.ca.location"), cadata=properties.get("ssl.ca.pem")
        )
        if (certificate := properties.get("ssl.certificate.location")) is not None:
            context.load_cert_chain(certificate, properties.get("ssl.key.location"), properties.get("ssl.key.password"))
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(
            f"the TLS files cannot be used ({type(error).__name__}): mend ssl.ca.location, ssl.certificate.location and "
            "ssl.key.location."
        ) from None
    if properties.get("ssl.endpoint.identification.algorithm", "https").lower() in ("none", ""):
        context.check_hostname = False
    if properties.get("enable.ssl.certificate.verification", "true").lower() == "false":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
