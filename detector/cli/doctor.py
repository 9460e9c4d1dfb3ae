"""`detector doctor`: what is wrong, and how to mend it."""

from collections.abc import Iterator
from itertools import chain

import typer
from rich.console import Console
from rich.text import Text

from detector.cli.exits import Exit
from detector.cli.models import load_scorer
from detector.cli.options import ALL, with_settings
from detector.errors import DetectorError
from detector.operations.doctor import Finding, Health, examine
from detector.registry.extras import require_client
from detector.registry.subjects import subjects, verdict_subject
from detector.settings import Settings

_STYLES = {Health.OK: "green", Health.WARN: "yellow", Health.FAIL: "bold red"}


@with_settings(*ALL)
def doctor(settings: Settings) -> None:
    """Check everything that a worker with these settings would need.

    Processors, model, metrics port, cluster, topics, access rights, group, transactions, and the schemas where a Schema
    Registry is set: one line each, and a line that is not ok says how to mend it.

    Exit code 5 if a check failed.
    """
    console = Console(soft_wrap=True)
    failed = False
    for finding in chain(examine(settings, load_scorer), examine_registry(settings)):
        line = Text(f"{finding.health.value:<5}", _STYLES[finding.health])
        line.append(f"{finding.subject}: ", "bold").append(finding.detail, "default not bold")
        console.print(line, highlight=False)
        failed = failed or finding.health is Health.FAIL
    if failed:
        raise typer.Exit(Exit.CHECK_FAILED)


def examine_registry(settings: Settings) -> Iterator[Finding]:
    """What a Schema Registry lacks; nothing where none is set."""
    if not settings.schema_registry:
        return
    try:
        require_client()
        from detector.registry.client import Registry  # noqa: PLC0415 - an extra

        with Registry(settings) as registry:
            for subject in subjects(settings):
                found = registry.find(subject)
                if found is not None:
                    yield Finding(f"schema {subject.name}", Health.OK, f"id {found.schema_id}, version {found.version}")
                    continue
                needed = subject == verdict_subject(settings) and not settings.schema_registry_register
                missing = "what this version writes is not registered: `detector schemas register` puts it there"
                yield Finding(f"schema {subject.name}", Health.FAIL if needed else Health.WARN, missing)
    except DetectorError as error:
        yield Finding("schema registry", Health.FAIL, str(error))
