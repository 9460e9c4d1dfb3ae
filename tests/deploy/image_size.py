"""`make image-size`: the Dockerfile's steps carried out in a folder, where there is no Docker engine, and weighed.

Not simulated are the base image and the users: the Python is the one that runs this.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import typer

from tests.deploy.dockerfile import CHECKOUT, DOCKERFILE, Step, read_steps

MOST_MEGABYTES = 250
"""What a serverless function may weigh at most, unpacked."""

FOLDERS = ("/opt/detector", "/src", "/wheels", "/app")
"""The folders of the image that the steps write to."""

USERS = "groupadd"


def build(root: Path, lock: str) -> None:
    """Carry the steps out below `root`; the build stage and the final one share it, so nothing is copied between them."""
    subprocess.run([sys.executable, "-m", "venv", root / "base"], check=True)
    environment = {**os.environ, "PATH": f"{root / 'base' / 'bin'}:{os.environ['PATH']}"}
    for step in read_steps(DOCKERFILE.read_text()):
        if step.word == "COPY" and not step.rest.startswith("--from"):
            _copy(root, step.rest.split())
        elif step.word == "ENV":
            for name, value in (pair.split("=", 1) for pair in step.rest.split()):
                environment[name] = within(root, value).replace("$PATH", environment["PATH"])
        elif step.word == "RUN" and USERS not in step.rest:
            _run(root, step, {**environment, "LOCK": lock})


def within(root: Path, text: str) -> str:
    """The text with the image's folders as folders below `root`."""
    for folder in FOLDERS:
        text = text.replace(folder, f"{root}{folder}")
    return text


def _copy(root: Path, paths: list[str]) -> None:
    *sources, target = paths
    for source in sources:
        place = Path(within(root, target))
        if (CHECKOUT / source).is_dir():
            shutil.copytree(CHECKOUT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / source, place)


def _run(root: Path, step: Step, environment: dict[str, str]) -> None:
    command = json.loads(step.rest) if step.rest.startswith("[") else ["sh", "-c", within(root, step.rest)]
    (root / "app").mkdir(exist_ok=True)
    subprocess.run(command, check=True, cwd=root / "app", env=environment)


def megabytes(files: Iterable[Path]) -> float:
    """What files and folders hold, in 10^6 bytes."""
    every = (inner for file in files for inner in (file.rglob("*") if file.is_dir() else [file]))
    return sum(file.lstat().st_size for file in every if not file.is_dir()) / 1e6


def main(lock: str) -> int:
    """Build, say what weighs most, and return 1 if it is too much."""
    with tempfile.TemporaryDirectory(prefix="image-") as folder:
        root = Path(folder)
        build(root, lock)
        (packages,) = (root / "opt" / "detector" / "lib").glob("python*/site-packages")
        parts = {"bundle": megabytes([root / "app" / "models"])}
        parts |= {
            package.name: megabytes([package]) for package in packages.iterdir() if package.suffix != ".dist-info"
        }
        total = parts["bundle"] + megabytes([packages])
    for name, size in sorted(parts.items(), key=lambda part: -part[1])[:12]:
        typer.echo(f"{size:7.1f} MB  {name}")
    typer.echo(f"{total:7.1f} MB  site-packages and bundle, of {MOST_MEGABYTES} ({lock})")
    return int(total > MOST_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
