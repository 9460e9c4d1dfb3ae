"""The list of those with the most violations, found without counting everybody exactly."""

import asyncio
from random import Random

import pytest

from detector.engines.escalation.ranking import WINDOW_HOURS, in_order, most_violations, violations
from detector.offenders import Book, MemoryBook, Profile, profile
from detector.offenders.times import HOUR_MS
from tests.unit.offenders.sightings import NOON, applied, mending, violation

NOW = NOON + 17 * HOUR_MS + 12_345


def books(seed: int, offenders: int) -> list[Book]:
    """Two partitions of offenders whose violations lie close to where windows begin, and elsewhere."""
    random = Random(seed)
    made: list[Book] = [MemoryBook(), MemoryBook()]
    for number in range(offenders):
        for _ in range(random.randrange(8)):
            hours = random.choice([1, 24, 24 * 30])
            at_ms = NOW - hours * HOUR_MS + random.randrange(-HOUR_MS, 2 * HOUR_MS)
            applied(made[number % 2], violation(min(at_ms, NOW), who=f"partner/P-{number:02}"))
        applied(made[number % 2], mending(NOW, who=f"partner/P-{number:02}"))
    return made


def everybody(found_in: list[Book], window: str) -> list[Profile]:
    """Counted exactly, one by one."""
    counted = [profile(book, who, NOW) for book in found_in for who in book.offenders()]
    return in_order([each for each in counted if each is not None and violations(each, window)], window)


@pytest.mark.parametrize("window", WINDOW_HOURS)
@pytest.mark.parametrize("seed", range(5))
def test_the_list_is_the_beginning_of_an_exact_one(window: str, seed: int) -> None:
    made = books(seed, 40)
    exact = everybody(made, window)
    assert len(exact) > 8
    for most in (1, 7, 100):
        assert asyncio.run(most_violations(made, window, NOW, most)) == exact[:most]


def test_nobody_without_a_violation_in_the_window_is_listed() -> None:
    book = MemoryBook()
    applied(book, mending(NOW))
    applied(book, violation(NOW - 2 * HOUR_MS))
    assert asyncio.run(most_violations([book], "1h", NOW, 10)) == []
    assert len(asyncio.run(most_violations([book], "24h", NOW, 10))) == 1


def test_the_windows_are_those_of_a_profile() -> None:
    book = MemoryBook()
    applied(book, violation(NOW))
    (found,) = everybody([book], "24h")
    assert {name: window.window_seconds for name, window in found.windows.items()} == {
        name: hours * 3600 for name, hours in WINDOW_HOURS.items()
    }
