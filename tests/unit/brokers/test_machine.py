"""The JVM's command line, and the class archive that makes a second start fast."""

from pathlib import Path

import pytest

from detector.brokers.java import Java
from detector.brokers.machine import Machine

JAVA = Java(Path("java"), 17, 'version "17"')


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine for two jars."""
    for name in ("b.jar", "a.jar"):
        (tmp_path / name).touch()
    return Machine(JAVA, tmp_path, 300, state=tmp_path / "state")


def option(command: list[str], start: str) -> str:
    """The rest of the one option with this start."""
    (found,) = [argument.removeprefix(start) for argument in command if argument.startswith(start)]
    return found


def test_the_heap_is_bounded_and_the_jars_are_in_order(machine: Machine, tmp_path: Path) -> None:
    """An archive fits one order of the class path only."""
    command = machine.broker_command()
    assert option(command, "-Xmx") == "300m"
    assert f"{tmp_path / 'a.jar'}:{tmp_path / 'b.jar'}" in command
    assert command[-1] == "kafka.Kafka"


def test_an_archive_written_in_order_serves_later_starts(machine: Machine) -> None:
    """The first broker is asked to write one, later ones to use it."""
    Path(option(machine.broker_command(), "-XX:ArchiveClassesAtExit=")).write_text("classes")
    machine.keep_archive(whole=True)
    assert Path(option(machine.broker_command(), "-XX:SharedArchiveFile=")).read_text() == "classes"


def test_an_archive_cut_short_is_thrown_away(machine: Machine, tmp_path: Path) -> None:
    """A broker killed while it writes must not slow down or break the next."""
    Path(option(machine.broker_command(), "-XX:ArchiveClassesAtExit=")).write_text("half")
    machine.keep_archive(whole=False)
    assert list((tmp_path / "state").iterdir()) == []
    assert option(machine.broker_command(), "-XX:ArchiveClassesAtExit=")
