"""Where a setting comes from, and what is said when it does not fit."""

from pathlib import Path
from typing import Any

import pytest

from detector.errors import Misconfigured
from detector.offenders import EscalationPolicy, Rule
from detector.settings import Delivery, Settings, load_settings

SECRET = "hunter2-zebra"


def kafka(settings: Settings) -> dict[str, str]:
    return {name: value.get_secret_value() for name, value in settings.kafka.items()}


@pytest.mark.parametrize(
    ("flag", "environment", "file", "group"),
    [
        pytest.param("flag", "environment", "file", "flag", id="flag wins over all"),
        pytest.param(None, "environment", "file", "environment", id="environment wins over the file"),
        pytest.param(None, None, "file", "file", id="file wins over the default"),
        pytest.param(None, None, None, "contact-leak-detector", id="default"),
        pytest.param("flag", None, "file", "flag", id="flag wins over the file"),
    ],
)
def test_flag_then_environment_then_file_then_default(
    flag: str | None,
    environment: str | None,
    file: str | None,
    group: str,
    env_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if environment:
        monkeypatch.setenv("DETECTOR_GROUP", environment)
    if file:
        env_file.write_text(f"DETECTOR_GROUP={file}\n")
    assert load_settings(env_file, group=flag).group == group


def test_librdkafka_properties_of_all_three_sources_are_joined_and_the_nearer_source_wins(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env_file.write_text(
        "DETECTOR_KAFKA__CLIENT_ID=file\nDETECTOR_KAFKA__SSL_CA_LOCATION=file\nDETECTOR_KAFKA__DEBUG=file\n"
    )
    monkeypatch.setenv("DETECTOR_KAFKA__SSL_CA_LOCATION", "environment")
    monkeypatch.setenv("DETECTOR_KAFKA__DEBUG", "environment")
    settings = load_settings(env_file, kafka={"debug": "flag", "linger.ms": "7"})
    assert kafka(settings) == {
        "client.id": "file",
        "ssl.ca.location": "environment",
        "debug": "flag",
        "linger.ms": "7",
    }


@pytest.mark.parametrize("written", ["SECURITY_PROTOCOL", "security_protocol", "Security_Protocol"])
def test_a_property_in_the_environment_is_written_with_underscores(
    written: str, env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"DETECTOR_KAFKA__{written}", "SASL_SSL")
    assert kafka(load_settings(env_file)) == {"security.protocol": "SASL_SSL"}


def test_a_flag_wins_over_the_same_property_in_the_environment_although_it_is_spelled_with_dots(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DETECTOR_KAFKA__SECURITY_PROTOCOL", "PLAINTEXT")
    assert kafka(load_settings(env_file, kafka={"security.protocol": "SSL"})) == {"security.protocol": "SSL"}


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("DETECTOR_BOOTSTRAP_SERVER", "DETECTOR_BOOTSTRAP_SERVERS"),
        ("DETECTOR_BATCH_MAX_AGE", "DETECTOR_BATCH_MAX_AGE_MS"),
        ("DETECTOR_GROUP_ID", "DETECTOR_GROUP"),
        ("detector_delivry", "DETECTOR_DELIVERY"),
    ],
)
def test_an_unknown_name_is_an_error_that_suggests_the_nearest(
    name: str, suggested: str, env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, SECRET)
    with pytest.raises(Misconfigured, match=f"{name.upper()} is not a setting; did you mean {suggested}\\?") as caught:
        load_settings(env_file)
    assert SECRET not in str(caught.value)


def test_an_unknown_name_in_the_file_is_an_error_too(env_file: Path) -> None:
    env_file.write_text("DETECTOR_TRHEADS=2\n")
    with pytest.raises(Misconfigured, match="did you mean DETECTOR_THREADS"):
        load_settings(env_file)


def test_a_name_that_is_like_no_other_points_to_the_help(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DETECTOR_ZZZZQQ", "1")
    with pytest.raises(Misconfigured, match="DETECTOR_ZZZZQQ is not a setting; see `detector worker --help`"):
        load_settings(env_file)


@pytest.mark.parametrize("name", ["DETECTOR_TEST_BOOTSTRAP", "DETECTOR_KAFKA_JARS", "OTHER_DETECTOR_GROUP"])
def test_names_that_belong_to_others_are_left_alone(name: str, env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "x")
    load_settings(env_file)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DETECTOR_THREADS", "0", "greater than or equal to 1"),
        ("DETECTOR_THREADS", SECRET, "valid integer"),
        ("DETECTOR_DELIVERY", SECRET, "exactly-once"),
        ("DETECTOR_BRAKE_SHARE", "1.5", "less than or equal to 1"),
        ("DETECTOR_METRICS_PORT", "70000", "less than or equal to 65535"),
        ("DETECTOR_SHUTDOWN_SECONDS", "inf", "finite"),
        ("DETECTOR_BATCH_MAX_AGE_MS", "nan", "finite"),
        ("DETECTOR_LOG_LEVEL", SECRET, "pattern"),
        ("DETECTOR_ESCALATION_RULES", SECRET, "rule 1 does not read like"),
        ("DETECTOR_ESCALATION_RULES", "a: 1 violation in 1h; b: 2 violations in 31d", r"rule 2 \(b\) does not fit"),
        ("DETECTOR_ESCALATION_QUIET_HOURS", "721", "less than or equal to 720"),
        ("DETECTOR_ESCALATION_STANDBYS", "-1", "greater than or equal to 0"),
        ("DETECTOR_SCHEMA_REGISTRY__URL", SECRET, "begins with https:// or http://"),
        ("DETECTOR_SCHEMA_REGISTRY__URL", f"http://one,{SECRET}", "begins with https:// or http://"),
        ("DETECTOR_SCHEMA_REGISTRY__SSL_CA_LOCATION", SECRET, "the property url is needed"),
        ("DETECTOR_API_KEYS", f"{SECRET}, {SECRET}-longer", "16 characters or more"),
        ("DETECTOR_HTTP_DEADLINE_MS", "0", "greater than 0"),
    ],
)
def test_a_value_that_does_not_fit_is_told_by_name_and_without_the_value(
    name: str, value: str, told: str, env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured, match=f"{name.partition('__')[0]}: .*{told}") as caught:
        load_settings(env_file)
    assert SECRET not in str(caught.value)


def test_everything_that_is_wrong_is_told_at_once(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DETECTOR_THREADS", "0")
    monkeypatch.setenv("DETECTOR_GRUP", "x")
    with pytest.raises(Misconfigured) as caught:
        load_settings(env_file, metrics_port="-1")
    assert all(name in str(caught.value) for name in ["DETECTOR_THREADS", "DETECTOR_GRUP", "DETECTOR_METRICS_PORT"])


@pytest.mark.parametrize(
    "name", ["DETECTOR_KAFKA", "DETECTOR_SCHEMA_REGISTRY", "DETECTOR_PROVIDER", "DETECTOR_GROUP__SASL_PASSWORD"]
)
def test_properties_written_in_another_way_are_an_error_that_keeps_their_values(
    name: str, env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "{" + SECRET)
    with pytest.raises(Misconfigured, match=name) as caught:
        load_settings(env_file)
    assert SECRET not in str(caught.value)


def shown_forms(settings: Settings) -> str:
    return " ".join(
        [
            repr(settings),
            str(settings),
            settings.model_dump_json(),
            repr(settings.model_dump()),
            f"{settings.kafka} {settings.schema_registry}",
        ]
    )


def test_secrets_are_in_no_way_of_showing_the_settings(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DETECTOR_KAFKA__SASL_PASSWORD", SECRET)
    monkeypatch.setenv("DETECTOR_SCHEMA_REGISTRY__URL", f"https://worker:{SECRET}@registry")
    settings = load_settings(env_file, kafka={"ssl.key.pem": SECRET})
    assert kafka(settings) == {"sasl.password": SECRET, "ssl.key.pem": SECRET}
    assert SECRET not in shown_forms(settings)


def test_the_registrys_properties_are_written_like_those_of_kafka(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env_file.write_text("DETECTOR_SCHEMA_REGISTRY__URL=http://one, https://two\n")
    monkeypatch.setenv("DETECTOR_SCHEMA_REGISTRY__BASIC_AUTH_USER_INFO", SECRET)
    settings = load_settings(env_file, schema_registry={"ssl.ca.location": "ca.pem"})
    assert {name: value.get_secret_value() for name, value in settings.schema_registry.items()} == {
        "url": "http://one, https://two",
        "basic.auth.user.info": SECRET,
        "ssl.ca.location": "ca.pem",
    }


def test_a_providers_options_keep_their_underscores(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text("DETECTOR_PROVIDER__TRT_FP16_ENABLE=1\nDETECTOR_PROVIDER__USE_TF32=1\n")
    monkeypatch.setenv("DETECTOR_PROVIDER__TRT_FP16_ENABLE", "0")
    settings = load_settings(env_file, provider={"GPU_MEM_LIMIT": "1024"})
    assert settings.provider == {"trt_fp16_enable": "0", "use_tf32": "1", "gpu_mem_limit": "1024"}


@pytest.mark.parametrize("properties", [{}, {"url": "http://registry:8081"}], ids=["without", "with a registry"])
def test_frames_are_read_where_a_registry_is_set(properties: dict[str, str], env_file: Path) -> None:
    settings = load_settings(env_file, schema_registry=properties or None)
    assert settings.pipeline_policy.reads_frames is bool(properties)


def test_the_core_gets_its_policy_from_the_settings(env_file: Path) -> None:
    flags: dict[str, Any] = {
        "listing_topic": "l",
        "booking_topic": "b",
        "max_event_bytes": "9",
        "batch_max_items": "8",
        "batch_max_tokens": "70",
        "batch_max_age_ms": "6",
        "batch_max_run_ms": "90",
        "brake_consecutive": "5",
        "brake_share": "0.4",
        "brake_window": "3",
        "delivery": "at-least-once",
    }
    settings = load_settings(env_file, **flags)
    policy = settings.pipeline_policy
    assert {topic: kind.segment for topic, kind in policy.kinds.items()} == {"l": "SUPPLY", "b": "BOOKING"}
    assert policy.max_event_bytes == 9
    assert (policy.batch.max_items, policy.batch.max_cost) == (8, 70)
    assert (policy.batch.max_age, policy.batch.max_seconds) == pytest.approx((0.006, 0.09))
    assert (policy.brake.consecutive, policy.brake.share, policy.brake.window) == (5, 0.4, 3)
    assert settings.delivery is Delivery.AT_LEAST_ONCE


def test_offenders_are_escalated_by_the_rules_of_the_settings(env_file: Path) -> None:
    settings = load_settings(
        env_file, escalation_rules="often: 5 violations on 3 listings in 2d", escalation_quiet_hours="6"
    )
    assert settings.escalation_policy == EscalationPolicy((Rule("often", 5, 3, 48),), quiet_ms=6 * 60 * 60 * 1000)


def test_there_are_rules_by_default_and_a_report_is_followed_by_a_quiet_day(env_file: Path) -> None:
    policy = load_settings(env_file).escalation_policy
    assert [rule.name for rule in policy.rules] == ["repeat", "burst", "persistent"]
    assert policy.quiet_ms == 24 * 60 * 60 * 1000


def test_settings_cannot_be_changed_after_they_were_read(env_file: Path) -> None:
    settings = load_settings(env_file)
    with pytest.raises(ValueError, match="frozen"):
        settings.group = "other"  # type: ignore[misc]


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_api_keys_are_divided_by_commas_and_never_shown(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DETECTOR_API_KEYS", f"{SECRET}-the-first , {SECRET}-the-second,")
    settings = load_settings(env_file)
    assert [key.get_secret_value() for key in settings.api_keys] == [f"{SECRET}-the-first", f"{SECRET}-the-second"]
    assert SECRET not in f"{settings!r} {settings.model_dump(mode='json')}"


def test_no_api_key_is_none(env_file: Path) -> None:
    assert load_settings(env_file).api_keys == ()


def test_a_full_request_must_have_room(env_file: Path) -> None:
    with pytest.raises(Misconfigured, match="http_max_events is more than http_max_waiting"):
        load_settings(env_file, http_max_events="9", http_max_waiting="8")
