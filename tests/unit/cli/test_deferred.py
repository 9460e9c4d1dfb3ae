"""Commands are imported when they are called, and look as if they always had been."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from detector.cli.deferred import Commands
from detector.cli.main import COMMANDS, app

ASK = "import sys; from detector.cli.main import app; app({arguments!r}, standalone_mode=False); print(*sys.modules)"


def imported(*arguments: str) -> set[str]:
    """The commands' modules that this call imports."""
    code = ASK.format(arguments=list(arguments))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split()) & {place.module for place in COMMANDS.values()}


def test_a_call_imports_its_own_command_and_no_bench() -> None:
    assert imported("worker", "--help") == {"detector.cli.worker"}
    assert imported("--version") == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_found_and_has_help_of_its_own(name: str) -> None:
    command = Commands(COMMANDS)[name]
    assert command.name == name
    assert command.help
    assert command.rich_help_panel == COMMANDS[name].panel


def test_the_help_names_every_command_in_its_panel() -> None:
    said = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "120"}).output
    for name, place in COMMANDS.items():
        assert f" {name} " in said
        assert place.panel in said


def test_commands_of_groups_are_found() -> None:
    said = CliRunner().invoke(app, ["topics", "create", "--help"], env={"COLUMNS": "120"})
    assert said.exit_code == 0
    assert "--partitions" in said.output


def test_a_command_that_is_mistyped_is_answered_with_the_nearest() -> None:
    said = CliRunner().invoke(app, ["wroker"])
    assert said.exit_code == 2
    assert "worker" in said.output


def test_a_name_once_looked_at_is_the_same_command_ever_after() -> None:
    commands = Commands(COMMANDS)
    assert commands["score"] is commands["score"]
    assert list(commands) == list(COMMANDS)
