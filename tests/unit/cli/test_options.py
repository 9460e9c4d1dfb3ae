"""Settings as flags of a command."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from detector.cli.options import ALL, with_settings
from detector.settings import Settings


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DETECTOR_GROUP", "from-environment")
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("NO_COLOR", "1")


def run(*arguments: str, names: tuple[str, ...] = ALL) -> tuple[int, str, Settings | None]:
    """Run a command with these settings as flags; its exit code, what it printed, the settings it got."""
    got: list[Settings] = []

    @with_settings(*names)
    def command(settings: Settings, place: str = "here") -> None:
        """Do something."""
        typer.echo(place)
        got.append(settings)

    app = typer.Typer()
    app.command()(command)
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.output, got[0] if got else None


def test_flags_reach_the_settings_and_win_over_the_environment() -> None:
    code, _, settings = run("--group", "from-flag", "--threads", "3", "--delivery", "at-least-once")
    assert code == 0
    assert settings is not None
    assert (settings.group, settings.threads, settings.promise.value) == ("from-flag", 3, "at-least-once")


def test_settings_without_a_flag_come_from_the_environment() -> None:
    _, _, settings = run(names=("threads",))
    assert settings is not None
    assert settings.group == "from-environment"


def test_librdkafka_properties_are_given_as_pairs_and_may_hold_equals_signs() -> None:
    _, _, settings = run("--kafka", "security.protocol=SSL", "--kafka", "sasl.password=a=b=")
    assert settings is not None
    assert {name: value.get_secret_value() for name, value in settings.kafka.items()} == {
        "security.protocol": "SSL",
        "sasl.password": "a=b=",
    }


def test_the_registrys_properties_are_given_as_pairs_too() -> None:
    _, _, settings = run("--schema-registry", "url=http://registry:8081?a=b")
    assert settings is not None
    assert settings.schema_registry["url"].get_secret_value() == "http://registry:8081?a=b"


@pytest.mark.parametrize(
    ("flag", "example"),
    [
        ("--kafka", "security.protocol=SASL_SSL"),
        ("--schema-registry", "url=https://registry:8081"),
        ("--provider", "trt_fp16_enable=0"),
    ],
)
def test_a_property_without_a_value_is_told_with_an_example(flag: str, example: str) -> None:
    code, output, settings = run(flag, "name")
    assert code == 2
    assert f"{flag} takes KEY=VALUE, such as {flag} {example}" in output
    assert settings is None


def test_a_commands_own_options_stay_its_own() -> None:
    assert run("--place", "there")[1] == "there\n"


def test_a_setting_that_the_command_does_not_take_is_no_flag() -> None:
    code, output, _ = run("--threads", "2", names=("group",))
    assert code == 2
    assert "No such option" in output


def test_help_tells_every_setting_with_its_default_and_its_variable() -> None:
    _, output, _ = run("--help")
    for name in ALL:
        assert f"--{name.replace('_', '-')}" in output
        assert f"DETECTOR_{name.upper()}" in output
    assert "Default: localhost:9092." in output
    assert "Default: kafka." in output
