"""Tables without a broker, their changelogs as lists, and a process's stages between fakes."""

import json
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import faust

from detector.engines.escalation.book import Shelf, TableBook
from detector.engines.escalation.tables import PartitionedStore, PartitionedTable


def table(name: str = "things") -> PartitionedTable:
    """A table of an app that is never started."""
    app = faust.App("test", store="memory://", autodiscover=False, web_enabled=False, Table=PartitionedTable)
    made = app.Table(name, partitions=4)
    assert isinstance(made, PartitionedTable)
    return made


@dataclass
class Changelog:
    """What was written, in order: (table, partition, key, value), as JSON would bring them back."""

    written: list[tuple[str, int, Any, Any]] = field(default_factory=list)

    async def log(self, name: str, partition: int, key: Any, value: Any) -> None:
        self.written.append((name, partition, *json.loads(json.dumps([key, value]))))

    def shelf(self, store: PartitionedStore, name: str, partition: int = 0) -> Shelf:
        return Shelf(store, partial(self.log, name), partition)


def table_book(changelog: Changelog | None = None, partition: int = 0) -> TableBook:
    """A book over two tables."""
    changelog = changelog or Changelog()
    return TableBook(
        changelog.shelf(table("standings").store, "standings", partition),
        changelog.shelf(table("panes").store, "panes", partition),
    )
