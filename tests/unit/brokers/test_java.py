"""Finding Java and Maven: every way to miss them says what to install."""

import os
from pathlib import Path

import pytest

from detector.brokers import ToolMissing
from detector.brokers.java import find_java, find_maven


def program(folder: Path, name: str, script: str) -> Path:
    """An executable shell script."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(
    ("banner", "version"),
    [
        pytest.param('openjdk version "17.0.15" 2025-04-15', 17, id="openjdk"),
        pytest.param('java version "21" 2023-09-19 LTS', 21, id="no-minor"),
        pytest.param('openjdk version "26-ea" 2026-03-17', 26, id="early-access"),
    ],
)
def test_a_new_enough_java_is_found(tmp_path: Path, banner: str, version: int) -> None:
    """The major version is read from the banner."""
    java = program(tmp_path, "java", f"echo '{banner}' >&2")
    found = find_java({"PATH": str(tmp_path)})
    assert (found.program, found.version) == (java, version)
    assert banner in found.banner


@pytest.mark.parametrize(("banner", "called"), [('java version "1.8.0_401"', "8"), ('openjdk version "11.0.22"', "11")])
def test_an_old_java_is_refused(tmp_path: Path, banner: str, called: str) -> None:
    """The message names the program, its version and the one that is needed."""
    java = program(tmp_path, "java", f"echo '{banner}' >&2")
    with pytest.raises(ToolMissing, match=rf"{java} is Java {called}; Kafka 4 needs Java 17\. Install a JDK"):
        find_java({"PATH": str(tmp_path)})


def test_no_java_at_all(tmp_path: Path) -> None:
    """The message says where was looked, what to install, and what works without."""
    with pytest.raises(ToolMissing, match=r"No `java` program in PATH.*Install a JDK 17.*embedded broker"):
        find_java({"PATH": str(tmp_path)})


def test_java_home_goes_before_path(tmp_path: Path) -> None:
    """JAVA_HOME decides, also when there is nothing in it."""
    program(tmp_path / "path", "java", "echo 'version \"21\"'")
    java = program(tmp_path / "home" / "bin", "java", "echo 'version \"17\"'")
    env = {"PATH": str(tmp_path / "path"), "JAVA_HOME": str(tmp_path / "home")}
    assert find_java(env).program == java
    with pytest.raises(ToolMissing, match=r"JAVA_HOME \(.*nowhere\)"):
        find_java({**env, "JAVA_HOME": str(tmp_path / "nowhere")})


def test_a_stub_that_is_no_java(tmp_path: Path) -> None:
    """Some systems ship a `java` that only tells to install one."""
    program(tmp_path, "java", "echo 'Unable to locate a Java Runtime.' >&2; exit 1")
    with pytest.raises(ToolMissing, match="does not tell a Java version"):
        find_java({"PATH": str(tmp_path)})


def test_maven(tmp_path: Path) -> None:
    """Maven is found on PATH; without it the message names both ways on."""
    with pytest.raises(ToolMissing, match=r"No `mvn`.*Install Maven.*DETECTOR_KAFKA_JARS"):
        find_maven({"PATH": str(tmp_path)})
    maven = program(tmp_path, "mvn", "")
    assert find_maven({"PATH": os.pathsep.join(["/nowhere", str(tmp_path)])}) == maven
