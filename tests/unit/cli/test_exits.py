"""How commands end."""

import subprocess
import sys
from pathlib import Path

import pytest

from detector.cli.exits import Exit, errors_end_the_process, exit_code
from detector.errors import BrakePulled, DetectorError, Misconfigured, Retry, Superseded


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Misconfigured("x"), Exit.MISCONFIGURED),
        (BrakePulled("x"), Exit.BRAKE),
        (Superseded("x"), Exit.SUPERSEDED),
        (Retry("x"), Exit.FAILED),
        (DetectorError("x"), Exit.FAILED),
    ],
)
def test_every_error_of_ours_has_its_exit_code(error: DetectorError, code: Exit) -> None:
    assert exit_code(error) is code


def test_an_error_of_ours_is_one_sentence_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, errors_end_the_process():
        raise Misconfigured("set [this] right")
    assert ended.value.code == 2
    assert capsys.readouterr().err == "error: set [this] right\n"


def test_a_defect_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), errors_end_the_process():
        raise ZeroDivisionError


def run(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "detector", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_unknown_setting_stops_a_worker_before_anything_else(tmp_path: Path) -> None:
    done = run("worker", folder=tmp_path, DETECTOR_BOOTSTRAP_SERVER="x")
    assert done.returncode == Exit.MISCONFIGURED
    assert "did you mean DETECTOR_BOOTSTRAP_SERVERS?" in done.stderr


@pytest.mark.parametrize("command", [("worker",), ("topics", "check"), ("tail",), ("replay",), ("doctor",)])
def test_a_property_that_kafka_does_not_know_is_named_and_its_value_is_not(tmp_path: Path, command: tuple[str]) -> None:
    done = run(*command, folder=tmp_path, DETECTOR_KAFKA__SECURITY_PROTOCOL="swordfish", DETECTOR_METRICS_PORT="0")
    assert done.returncode == Exit.MISCONFIGURED
    assert 'configuration property "security.protocol"' in done.stderr
    assert "swordfish" not in done.stdout + done.stderr


def test_training_without_its_extra_says_what_to_install(tmp_path: Path) -> None:
    done = run("train", folder=tmp_path)
    assert done.returncode == Exit.MISCONFIGURED
    assert "contact-leak-detector[train]" in done.stderr


def test_schemas_check_tells_stale_files_by_its_exit_code(tmp_path: Path) -> None:
    assert run("schemas", "--out", str(tmp_path), folder=tmp_path).returncode == Exit.OK
    assert run("schemas", "--out", str(tmp_path), "--check", folder=tmp_path).returncode == Exit.OK
    (tmp_path / "event.v1.json").write_text("{}")
    stale = run("schemas", "--out", str(tmp_path), "--check", folder=tmp_path)
    assert stale.returncode == Exit.CHECK_FAILED
    assert "event.v1.json is out of date" in stale.stderr
