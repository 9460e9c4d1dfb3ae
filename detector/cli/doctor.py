"""`detector doctor`: what is wrong, and how to mend it."""

import typer
from rich.console import Console
from rich.text import Text

from detector.cli.exits import Exit
from detector.cli.models import load_scorer
from detector.cli.options import ALL, with_settings
from detector.operations.doctor import Health, examine
from detector.settings import Settings

_STYLES = {Health.OK: "green", Health.WARN: "yellow", Health.FAIL: "bold red"}


@with_settings(*ALL)
def doctor(settings: Settings) -> None:
    """Check everything that a worker with these settings would need.

    Processors, model, metrics port, cluster, topics, access rights, group, transactions: one line each, and a line that
    is not ok says how to mend it.

    Exit code 5 if a check failed.
    """
    console = Console(soft_wrap=True)
    failed = False
    for finding in examine(settings, load_scorer):
        line = Text(f"{finding.health.value:<5}", _STYLES[finding.health])
        line.append(f"{finding.subject}: ", "bold").append(finding.detail, "default not bold")
        console.print(line, highlight=False)
        failed = failed or finding.health is Health.FAIL
    if failed:
        raise typer.Exit(Exit.CHECK_FAILED)
