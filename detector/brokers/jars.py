"""Kafka's jars: fetched once by Maven, kept in a cache folder named by a hash of the pom."""

import hashlib
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import platformdirs
from filelock import FileLock

from detector.brokers.errors import FetchFailed
from detector.brokers.java import find_maven
from detector.errors import Misconfigured

JARS_VARIABLE = "DETECTOR_KAFKA_JARS"
_BROKER_JAR = "kafka_2.13-*.jar"
_MAVEN_SECONDS = 900

Report = Callable[[str], None]


def cache_folder() -> Path:
    """Where this user's copies of Kafka live."""
    return platformdirs.user_cache_path("contact-leak-detector") / "kafka"


def find_pom() -> Path:
    """The pom inside an installed package, else the one of the checkout this module is part of."""
    packaged = Path(__file__).with_name("pom.xml")
    return packaged if packaged.exists() else Path(__file__).parents[2] / "deploy" / "kafka" / "pom.xml"


def kafka_jars(folder: Path | None, env: Mapping[str, str], report: Report) -> Path:
    """The folder of Kafka's jars, filled first if need be.

    `folder`, else `DETECTOR_KAFKA_JARS`, stands in for the cache: used untouched where it holds Kafka, filled
    where it is missing or empty. Processes that come here at once wait for the first one's fetch.
    """
    pom = find_pom()
    named = folder or (Path(env[JARS_VARIABLE]) if env.get(JARS_VARIABLE) else None)
    target = (named or cache_folder() / hashlib.sha256(pom.read_bytes()).hexdigest()[:16] / "jars").absolute()
    if _complete(target):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(target.name + ".lock")):
            if not _complete(target):
                _fill(target, pom, env, report)
    except OSError as error:
        raise Misconfigured(
            f"Kafka's jars cannot be kept in {target}: {error.strerror or error}. Make the folder writable, "
            f"empty it, or let {JARS_VARIABLE} name another."
        ) from error
    return target


def _complete(folder: Path) -> bool:
    return any(folder.glob(_BROKER_JAR))


def _fill(target: Path, pom: Path, env: Mapping[str, str], report: Report) -> None:
    maven = find_maven(env)
    report("Fetching Apache Kafka with Maven (about 45 MB, once)")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="fetching-") as scratch:
        fetched = Path(scratch) / "jars"
        _run_maven(maven, pom, fetched, env)
        if target.exists():
            target.rmdir()
        # The rename is what makes the folder complete: whoever sees it sees every jar.
        fetched.rename(target)
    report(f"Kafka's jars are in {target}")


def _run_maven(maven: Path, pom: Path, output: Path, env: Mapping[str, str]) -> None:
    command = [str(maven), "--quiet", "--batch-mode", "--no-transfer-progress", "--strict-checksums"]
    command += ["--file", str(pom), "dependency:copy-dependencies", "-DincludeScope=runtime"]
    mend = f"Check the network and Maven's mirror settings, or fill a folder elsewhere and name it in {JARS_VARIABLE}."
    try:
        done = subprocess.run(
            [*command, f"-DoutputDirectory={output}"],
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_MAVEN_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FetchFailed(f"Maven did not end within {_MAVEN_SECONDS} s. {mend}") from error
    if done.returncode != 0 or not _complete(output):
        tail = "\n".join(done.stdout.strip().splitlines()[:12])
        raise FetchFailed(f"Maven ended with {done.returncode} and without Kafka's jars. {mend} It said:\n{tail}")
