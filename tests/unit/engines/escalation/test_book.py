"""How changes of the book reach the changelogs; what every book does stands in `tests/contract/test_books.py`."""

import asyncio
from typing import Any

import pytest

from detector.engines.escalation.book import Shelf, TableBook
from detector.offenders import Pane, PaneId, Standing
from tests.unit.engines.escalation.rig import Changelog, table, table_book

WHO = "partner/P-1"
ROOM = PaneId(490_000, 0)
OLD = PaneId(480_000, 0)


def changed(book: TableBook) -> None:
    """What `Change.apply` may do."""
    book.drop_pane(WHO, OLD)
    book.put_standing(WHO, Standing(5))
    book.put_pane(WHO, ROOM, Pane())


def test_changes_are_recorded_in_the_order_in_which_they_were_made() -> None:
    changelog = Changelog()
    book = table_book(changelog, partition=3)
    changed(book)
    asyncio.run(book.settle())
    assert [(name, partition, key) for name, partition, key, _ in changelog.written] == [
        ("panes", 3, [WHO, *OLD]),
        ("standings", 3, WHO),
        ("panes", 3, [WHO, *ROOM]),
    ]
    assert changelog.written[0][3] is None


def test_nothing_is_recorded_twice() -> None:
    changelog = Changelog()
    book = table_book(changelog)
    changed(book)
    asyncio.run(book.settle())
    asyncio.run(book.settle())
    assert len(changelog.written) == 3


def test_a_change_is_seen_at_once() -> None:
    book = table_book()
    changed(book)
    assert book.standing(WHO) == Standing(5)


def test_nothing_is_sent_after_a_change_that_was_refused() -> None:
    sent: list[Any] = []

    async def refuse_the_second(_partition: int, key: Any, _value: Any) -> None:
        sent.append(key)
        if len(sent) == 2:
            raise ConnectionError

    book = TableBook(
        Shelf(table("standings").store, refuse_the_second, 0), Shelf(table("panes").store, refuse_the_second, 0)
    )
    changed(book)
    with pytest.raises(ConnectionError):
        asyncio.run(book.settle())
    assert sent == [(WHO, *OLD), WHO]


def test_partitions_of_one_table_are_books_apart() -> None:
    standings, panes = table("standings").store, table("panes").store
    log = Changelog()
    first, second = (
        TableBook(log.shelf(standings, "standings", number), log.shelf(panes, "panes", number)) for number in (0, 1)
    )
    first.put_standing(WHO, Standing(1))
    assert list(second.offenders()) == []
