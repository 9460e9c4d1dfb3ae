"""Who has the most violations, without counting everybody exactly."""

import asyncio
from collections.abc import Iterable

from detector.offenders import Book, PaneId, Profile, profile

HOUR_MS = 3_600_000
WINDOW_HOURS = {"1h": 1, "24h": 24, "30d": 30 * 24}
"""The windows of a profile, by name."""
BREATH = 200
"""Offenders after which the event loop may do something else: a list must not hold up the counting."""


def violations(offender: Profile, window: str) -> int:
    """What a list is ordered by."""
    return offender.windows[window].violations


def in_order(offenders: Iterable[Profile], window: str) -> list[Profile]:
    """Most violations first; equal numbers by kind and id, so that a list looks the same each time."""
    return sorted(
        offenders,
        key=lambda each: (-violations(each, window), each.offender.value, each.partner_id or each.listing_id or ""),
    )


async def most_violations(books: Iterable[Book], window: str, now_ms: int, most: int) -> list[Profile]:
    """So many profiles, those with the most violations in the window that ends now first; nobody without any.

    Each offender is first counted by whole hours, which can only be too much. Then the most promising are counted
    exactly, until nobody left can have more than those that were found.
    """
    first_hour = now_ms // HOUR_MS - WINDOW_HOURS[window]
    promising: list[tuple[int, str, Book]] = []
    for book in books:
        for number, who in enumerate(book.offenders()):
            promising.append((_at_most(book, who, first_hour), who, book))
            if number % BREATH == 0:
                await asyncio.sleep(0)
    promising.sort(key=lambda each: each[0], reverse=True)
    found: list[Profile] = []
    for at_most, who, book in promising:
        if at_most == 0 or (len(found) == most and at_most < violations(found[-1], window)):
            break
        counted = profile(book, who, now_ms)
        if counted is not None and violations(counted, window):
            found = in_order([*found, counted], window)[:most]
        await asyncio.sleep(0)
    return found


def _at_most(book: Book, who: str, first_hour: int) -> int:
    """Violations of the hours that the window touches."""
    standing = book.standing(who)
    if standing is None:
        return 0
    ids = [PaneId(hour, part) for hour, parts in standing.panes.items() if hour >= first_hour for part in range(parts)]
    panes = [book.pane(who, pane_id) for pane_id in ids]
    return sum(pane.count for pane in panes if pane is not None)
