"""A process killed between any two writes: what is rebuilt from the changelogs and read again counts the same."""

import asyncio
from collections.abc import Sequence
from random import Random

import pytest

from detector.offenders import Book, EscalationPolicy, MemoryBook, PaneId, Profile, Sighting, parse_rules, profile
from detector.offenders.panes import Pane
from detector.offenders.standing import Standing
from detector.offenders.times import HOUR_MS
from tests.unit.engines.escalation.rig import Changelog, table_book
from tests.unit.offenders.sightings import DAY_MS, NOON, WHO, applied, mending, violation

POLICY = EscalationPolicy(parse_rules("three: 3 violations in 24h"), DAY_MS)
NOW = NOON + 3 * DAY_MS


def history(seed: int) -> list[Sighting]:
    """Violations and mendings in no order, over enough days for some of them to expire."""
    random = Random(seed)
    sightings = []
    for number in range(30):
        at_ms = NOON - random.randrange(34) * DAY_MS + random.randrange(4) * HOUR_MS + number
        listing = f"L-{random.randrange(3)}"
        leaks = random.random() < 0.8
        sightings.append(violation(at_ms, listing=listing) if leaks else mending(at_ms, listing))
    return sightings


def rebuilt(written: Sequence[tuple[str, int, object, object]]) -> Book:
    """What a process finds that reads the changelogs up to here."""
    book = MemoryBook()
    for name, _, key, value in written:
        if name == "standings":
            assert isinstance(key, str)
            if value is None:
                book.drop_standing(key)
            else:
                book.put_standing(key, Standing.from_plain(value))  # type: ignore[arg-type]
        else:
            assert isinstance(key, list)
            who, hour, part = key
            if value is None:
                book.drop_pane(who, PaneId(hour, part))
            else:
                book.put_pane(who, PaneId(hour, part), Pane.from_plain(value))  # type: ignore[arg-type]
    return book


def shape(book: Book) -> Profile:
    found = profile(book, WHO, NOW)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(2))
def test_a_crash_between_any_two_writes_changes_no_count(seed: int) -> None:
    sightings = history(seed)
    changelog, writes = Changelog(), []
    book = table_book(changelog)
    for sighting in sightings:
        applied(book, sighting, POLICY)
        asyncio.run(book.settle())
        writes.append(len(changelog.written))
    expected = shape(book)
    assert expected.reports
    for cut in range(1, writes[-1]):
        at_work = next(number for number, count in enumerate(writes) if count > cut)
        # Some that were done are read again, too: they had not been committed.
        again = rebuilt(changelog.written[:cut])
        for sighting in sightings[max(0, at_work - 3) :]:
            applied(again, sighting, POLICY)
        assert shape(again) == expected, f"killed after write {cut}, at sighting {at_work}"
