"""The image's recipe, read rather than cooked; `make image-size` carries its steps out."""

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from detector.settings import Settings
from tests.deploy.dockerfile import CHECKOUT, DOCKERFILE, Step, read_steps

TEXT = DOCKERFILE.read_text()
LOCKS = CHECKOUT / "deploy" / "locks"


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    return read_steps(TEXT)


def runs(steps: list[Step]) -> list[str]:
    return [step.rest for step in steps if step.word == "RUN"]


def test_hadolint_has_nothing_to_say() -> None:
    """The recipe is well-formed, and none of the usual mistakes is in it."""
    beside = Path(sysconfig.get_path("scripts")) / "hadolint"
    hadolint = shutil.which("hadolint") or str(beside)
    done = subprocess.run([hadolint, "--no-color", DOCKERFILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_everything_installed_has_a_hash(steps: list[Step]) -> None:
    """From a lock: what is served, and what builds the wheel, which then needs nothing more from outside."""
    installs = [run for run in runs(steps) if re.search(r"pip .*\binstall\b", run)]
    assert len(installs) == 3
    for install in installs:
        assert "--require-hashes --no-deps -r /src/deploy/locks/" in install or "--no-build-isolation" in install
    for lock in ("build", "serve", "http", "faust", "registry", "otel"):
        wanted = re.findall(
            r"^[a-z][^\s=]*==\S+ \\\n +--hash=sha256:", (LOCKS / f"{lock}.txt").read_text(), re.MULTILINE
        )
        assert len(wanted) == len(re.findall(r"^[a-z].*==", (LOCKS / f"{lock}.txt").read_text(), re.MULTILINE)) > 0


def test_the_lock_of_the_builder_holds_what_the_project_is_built_with() -> None:
    """Else the build would fetch it from outside, without a hash."""
    (named,) = re.findall(r'^requires = \["([a-z-]+)', (CHECKOUT / "pyproject.toml").read_text(), re.MULTILINE)
    assert re.search(rf"^{named}==", (LOCKS / "build.txt").read_text(), re.MULTILINE)


@pytest.mark.parametrize("lock", ["serve", "http", "faust", "registry", "otel"])
def test_no_training_in_the_image(lock: str) -> None:
    """PyTorch alone would weigh more than all the rest."""
    names = set(re.findall(r"^([a-z][^\s=]*)==", (LOCKS / f"{lock}.txt").read_text(), re.MULTILINE))
    assert not names & {"torch", "transformers", "scikit-learn", "pytest"}


def test_what_is_left_out_was_there(steps: list[Step]) -> None:
    """A package that is taken out again is in the lock, so the step does not fail when the lock changes unnoticed."""
    (taken,) = re.findall(r"uninstall --yes ([\w ]+?) &&", " ".join(runs(steps)))
    for package in taken.split():
        assert re.search(rf"^{package.replace('_', '-')}==", (LOCKS / "serve.txt").read_text(), re.MULTILINE)


def test_it_runs_as_a_user_without_rights(steps: list[Step]) -> None:
    """By number, which orchestrators can check; nothing follows that would make it root again."""
    users = [step.rest for step in steps if step.word == "USER"]
    assert users == ["10001:10001"]
    assert steps[-2:] == [Step("ENTRYPOINT", '["detector"]'), Step("CMD", '["worker"]')]


def test_nothing_calls_home(steps: list[Step]) -> None:
    """ONNX Runtime's builds send events to its makers by default (its Privacy.md); it reads this before it starts."""
    (environment,) = (step.rest for step in steps if step.word == "ENV" and "PYTHONUNBUFFERED" in step.rest)
    assert "ORT_DISABLE_TELEMETRY=1" in environment.split()


def test_both_stages_have_the_same_base(steps: list[Step]) -> None:
    """An environment that was made for another Python would not start; a digest can take the tag's place in both."""
    assert [step.rest for step in steps if step.word == "FROM"] == ["${BASE} AS build", "${BASE}"]
    assert steps[0] == Step("ARG", "BASE=python:3.11-slim-bookworm")


def test_the_image_says_whether_it_is_well(steps: list[Step]) -> None:
    """It asks /healthz, not /readyz, at the port that the metrics are on."""
    (check,) = (step.rest for step in steps if step.word == "HEALTHCHECK")
    assert "/healthz" in check
    assert 'os.environ[\\"DETECTOR_METRICS_PORT\\"]' in check
    assert f"DETECTOR_METRICS_PORT={Settings.model_fields['metrics_port'].default}" in TEXT


def test_the_builder_is_sent_all_that_is_copied(steps: list[Step]) -> None:
    """Each source of a COPY is there and is let through by the ignore file, and nothing else is."""
    let_through = set((CHECKOUT / "deploy" / "Dockerfile.dockerignore").read_text().splitlines())
    copied = {
        source
        for step in steps
        if step.word == "COPY" and not step.rest.startswith("--from")
        for source in step.rest.split()[:-1]
    }
    assert {line[1:] for line in let_through if line.startswith("!")} == copied
    assert all((CHECKOUT / source).exists() for source in copied)
