"""`detector schemas register`: what it does to a registry, what it prints, and how it ends."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from detector.cli.exits import Exit, exit_code
from detector.cli.main import app
from detector.errors import DetectorError, Misconfigured, Retry
from detector.registry.subjects import Mode, subjects
from detector.settings import Settings
from tests.registry import LOGIN, WHY, StandIn

NAMES = ["listing-updates-value", "bookings-value", "verdicts-value", "escalations-value"]
MODES = dict(zip(NAMES, [Mode.EVENTS, Mode.EVENTS, Mode.ANSWERS, Mode.ANSWERS], strict=True))

Register = Callable[..., Result]


@pytest.fixture
def register(registry: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Register:
    """Runs the command against the stand-in."""
    monkeypatch.chdir(tmp_path)

    def run(*flags: str, **settings: str) -> Result:
        environment = {**registry.settings, **{f"DETECTOR_SCHEMA_REGISTRY__{n}": v for n, v in settings.items()}}
        return CliRunner().invoke(app, ["schemas", "register", *flags], env=environment)

    return run


def error_of(result: Result) -> DetectorError:
    assert isinstance(result.exception, DetectorError), result.output
    return result.exception


def test_every_subject_is_registered_under_its_mode(registry: StandIn, register: Register) -> None:
    done = register()
    assert done.exit_code == 0
    assert registry.modes == MODES
    assert done.output.splitlines() == [
        f"{name}: registered (id {number}, version 1); mode {MODES[name].value}" for number, name in enumerate(NAMES, 1)
    ]


def test_what_is_there_stays_as_it_is(registry: StandIn, register: Register) -> None:
    register()
    before = len(registry.asked)
    done = register()
    assert done.output.count(": is there (id ") == 4
    assert not [each for each in registry.asked[before:] if each.startswith("PUT") or each.endswith("/versions")]


def test_subjects_follow_the_topics_of_the_settings(registry: StandIn, register: Register) -> None:
    assert "my-verdicts-value: registered" in register("--verdict-topic", "my-verdicts").output
    assert registry.store.get_versions("my-verdicts-value") == [1]


def test_a_schema_that_breaks_the_mode_is_refused_in_the_registrys_words_and_the_others_are_not(
    registry: StandIn, register: Register
) -> None:
    registry.refuses.add("verdicts-value")
    done = register()
    assert done.exit_code == Exit.CHECK_FAILED
    assert f"verdicts-value: REFUSED; mode FORWARD_TRANSITIVE: {WHY}" in done.output
    assert done.output.count(": registered") == 3
    assert registry.store.get_versions("verdicts-value") == []


def test_a_dry_run_asks_and_changes_nothing(registry: StandIn, register: Register) -> None:
    done = register("--dry-run")
    assert done.exit_code == 0
    assert done.output.count(": would be registered; mode the registry's default") == 4
    assert (registry.modes, registry.store.get_subjects()) == ({}, [])


def test_a_dry_run_tells_of_a_schema_that_would_be_refused(registry: StandIn, register: Register) -> None:
    verdicts = subjects(Settings())[2]
    registry.put(type(verdicts)(verdicts.name, verdicts.mode, "{}"))
    assert "verdicts-value: would be registered" in register("--dry-run").output
    registry.refuses.add("verdicts-value")
    done = register("--dry-run")
    assert done.exit_code == Exit.CHECK_FAILED
    assert "verdicts-value: REFUSED" in done.output
    assert registry.store.get_versions("verdicts-value") == [1]


def test_a_mode_that_was_chosen_for_a_subject_stays_and_ours_is_advised(registry: StandIn, register: Register) -> None:
    registry.modes["bookings-value"] = "FULL"
    done = register()
    assert "bookings-value: registered (id 2, version 1); mode FULL, BACKWARD_TRANSITIVE is advised" in done.output
    assert registry.modes["bookings-value"] == "FULL"


def test_a_registry_that_wants_a_login_gets_it(registry: StandIn, register: Register) -> None:
    registry.login = LOGIN
    assert register(BASIC_AUTH_USER_INFO=LOGIN).exit_code == 0


@pytest.mark.parametrize("given", [{}, {"BASIC_AUTH_USER_INFO": "worker:wrong-zebra"}], ids=["without", "wrong"])
def test_a_login_that_is_refused_says_which_setting_to_mend(
    given: dict[str, str], registry: StandIn, register: Register
) -> None:
    registry.login = LOGIN
    error = error_of(register(**given))
    assert exit_code(error) is Exit.MISCONFIGURED
    assert "DETECTOR_SCHEMA_REGISTRY__BASIC_AUTH_USER_INFO" in str(error)
    assert "zebra" not in str(error)


def test_an_address_that_is_no_registrys_says_to_look_at_its_path(registry: StandIn, register: Register) -> None:
    error = error_of(register(URL=f"{registry.url}/elsewhere"))
    assert isinstance(error, Misconfigured)
    assert "DETECTOR_SCHEMA_REGISTRY__URL right, its path included" in str(error)


@pytest.mark.parametrize("failures", [1, 5])
def test_a_registry_that_fails_is_worth_another_try(failures: int, registry: StandIn, register: Register) -> None:
    registry.failures = failures
    error = error_of(register())
    assert isinstance(error, Retry)
    assert "HTTP 503" in str(error)


def test_a_registry_that_does_not_answer_is_worth_another_try(register: Register) -> None:
    error = error_of(register(URL="http://127.0.0.1:9"))
    assert isinstance(error, Retry)
    assert "does not answer" in str(error)


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        pytest.param("TIMEOUT", "zebra", "numbers are needed for timeout", id="number"),
        pytest.param("TIME_OUT", "zebra", "Unrecognized properties: time.out", id="name"),
        pytest.param("BASIC_AUTH_USER_INFO", "zebra", "ValueError", id="login without a colon"),
        pytest.param("SSL_CA_LOCATION", "/no/zebra.pem", "FileNotFoundError", id="file"),
    ],
)
def test_a_property_that_the_client_does_not_take_is_told_without_its_value(
    setting: str, value: str, told: str, register: Register
) -> None:
    error = error_of(register(**{setting: value}))
    assert isinstance(error, Misconfigured)
    assert told in str(error)
    assert "zebra" not in str(error)


def test_without_a_registry_the_setting_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    error = error_of(CliRunner().invoke(app, ["schemas", "register"]))
    assert "DETECTOR_SCHEMA_REGISTRY__URL" in str(error)


def test_without_the_extra_the_way_to_install_it_is_told(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detector.registry.extras.find_spec", lambda _name: None)
    assert "contact-leak-detector[registry]" in str(error_of(register()))


def test_schemas_without_a_command_are_written_as_files(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["schemas", "--out", str(tmp_path)])
    assert (done.exit_code, len(done.output.split())) == (0, len(list(tmp_path.iterdir())))
    assert CliRunner().invoke(app, ["schemas", "--out", str(tmp_path), "--check"]).exit_code == 0
