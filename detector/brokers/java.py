"""Finds the tools a local Kafka needs: a Java runtime and Maven."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from detector.brokers.errors import ToolMissing

OLDEST_JAVA = 17
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_INSTEAD = "Or use a broker you have (DETECTOR_BOOTSTRAP_SERVERS), `docker compose up`, or the embedded broker."


@dataclass(frozen=True, slots=True)
class Java:
    """A Java runtime that works: its program, its major version, and the banner that tells builds apart."""

    program: Path
    version: int
    banner: str


def find_java(env: Mapping[str, str]) -> Java:
    """The runtime of `JAVA_HOME` or, without one, of `PATH`; `ToolMissing` if there is none or it is too old."""
    home = env.get("JAVA_HOME")
    folder = str(Path(home) / "bin") if home else env.get("PATH", "")
    mend = f"Install a JDK {OLDEST_JAVA} or newer and put it on PATH or into JAVA_HOME. {_INSTEAD}"
    program = shutil.which("java", path=folder)
    if program is None:
        where = f"JAVA_HOME ({home})" if home else "PATH"
        raise ToolMissing(f"No `java` program in {where}; a local Kafka runs on Java. {mend}")
    banner = _ask(program)
    found = _VERSION.search(banner)
    if found is None:
        raise ToolMissing(f"{program} does not tell a Java version. {mend}")
    if int(found[1]) < OLDEST_JAVA:
        raise ToolMissing(f"{program} is Java {found[1]}; Kafka 4 needs Java {OLDEST_JAVA}. {mend}")
    return Java(Path(program), int(found[1]), banner)


def find_maven(env: Mapping[str, str]) -> Path:
    """Maven on `PATH`; `ToolMissing` if there is none."""
    program = shutil.which("mvn", path=env.get("PATH", ""))
    if program is None:
        raise ToolMissing(
            "No `mvn` program on PATH; Maven fetches Kafka's jars, once. Install Maven 3.6.1 or newer, or let "
            f"DETECTOR_KAFKA_JARS name a folder that holds the jars already. {_INSTEAD}"
        )
    return Path(program)


def _ask(program: str) -> str:
    try:
        answer = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return answer.stderr + answer.stdout
