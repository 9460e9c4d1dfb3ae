"""librdkafka's properties in Faust's words."""

import ssl
from pathlib import Path

import faust
import pytest

from detector.engines.faust.connection import POLL_INTERVAL_SECONDS, faust_options
from detector.errors import Misconfigured
from detector.settings import Settings


def options(**properties: str) -> dict[str, object]:
    named = {name.replace("_", "."): value for name, value in properties.items()}
    return faust_options(Settings(bootstrap_servers="one:9092, two:9093", kafka=named))


def test_all_brokers_are_named_and_nothing_is_encrypted_unasked() -> None:
    said = options()
    assert said["broker"] == "kafka://one:9092;two:9093"
    assert said["broker_credentials"] is None


def test_times_become_seconds_and_the_heartbeat_follows_the_session() -> None:
    said = options(session_timeout_ms="6000")
    assert said["broker_session_timeout"] == 6.0
    assert said["broker_heartbeat_interval"] == 1.5


def test_not_polling_never_costs_the_membership_since_faust_would_not_get_it_back() -> None:
    said = options(max_poll_interval_ms="6000")
    assert said["broker_max_poll_interval"] == POLL_INTERVAL_SECONDS


def test_every_option_is_one_that_faust_takes() -> None:
    said = options(
        session_timeout_ms="6000",
        linger_ms="5",
        batch_size="1000",
        compression_type="gzip",
        client_id="me",
        group_instance_id="pod-1",
        metadata_max_age_ms="1000",
        connections_max_idle_ms="1000",
        request_timeout_ms="1000",
        fetch_wait_max_ms="10",
        auto_offset_reset="latest",
    )
    conf = faust.App("any", **said).conf  # type: ignore[arg-type]
    assert conf.broker_session_timeout == 6.0
    assert conf.producer_linger == 0.005
    assert conf.consumer_auto_offset_reset == "latest"
    assert conf.consumer_group_instance_id == "pod-1"


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_a_password_is_handed_on_and_not_shown(mechanism: str) -> None:
    credentials = options(
        security_protocol="SASL_SSL", sasl_mechanism=mechanism, sasl_username="me", sasl_password="hush"
    )["broker_credentials"]
    assert isinstance(credentials, faust.SASLCredentials)
    assert (credentials.username, credentials.password) == ("me", "hush")
    assert credentials.protocol.value == "SASL_SSL"
    assert "hush" not in repr(credentials)


def test_the_brokers_certificate_is_checked_unless_told_otherwise() -> None:
    checked = options(security_protocol="SSL")["broker_credentials"]
    assert isinstance(checked, faust.SSLCredentials)
    assert (checked.context.verify_mode, checked.context.check_hostname) == (ssl.CERT_REQUIRED, True)
    by_any_name = faust_options(
        Settings(kafka={"security.protocol": "ssl", "ssl.endpoint.identification.algorithm": "none"})
    )["broker_credentials"]
    assert (by_any_name.context.verify_mode, by_any_name.context.check_hostname) == (ssl.CERT_REQUIRED, False)


@pytest.mark.parametrize(
    ("properties", "named"),
    [
        ({"security_protocol": "SSL", "ssl_keystore_location": "x"}, "ssl.keystore.location"),
        ({"debug": "all"}, "debug"),
        ({"security_protocol": "TLS"}, "security.protocol"),
        ({"security_protocol": "SASL_SSL", "sasl_mechanism": "OAUTHBEARER"}, "sasl.mechanism"),
        ({"session_timeout_ms": "soon"}, "session.timeout.ms"),
    ],
)
def test_what_faust_cannot_do_is_said_by_name(properties: dict[str, str], named: str) -> None:
    with pytest.raises(Misconfigured, match=named):
        options(**properties)


def test_a_certificate_that_cannot_be_read_is_told_without_its_path(tmp_path: Path) -> None:
    missing = tmp_path / "secret-place.pem"
    with pytest.raises(Misconfigured, match=r"ssl\.ca\.location") as told:
        options(security_protocol="SSL", ssl_ca_location=str(missing))
    assert "secret-place" not in str(told.value)


def test_no_refusal_repeats_a_value() -> None:
    with pytest.raises(Misconfigured) as told:
        options(security_protocol="hush", sasl_password="hush")
    assert "hush" not in str(told.value)
