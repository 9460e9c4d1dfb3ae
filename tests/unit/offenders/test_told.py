"""What an escalation says, and what a profile shows."""

import json

import pytest

from detector.offenders import Escalation, EscalationPolicy, MemoryBook, Rule, profile
from detector.offenders.escalation import MOST_IDS
from detector.offenders.times import HOUR_MS, moment_of
from tests.unit.offenders.sightings import DAY_MS, NO_RULES, NOON, WHO, applied, applied_all, mending, violation

THIRD = EscalationPolicy((Rule("third", 3, 1, 24),))


def told(*stream: object) -> Escalation:
    """The one escalation of these sightings."""
    changes = applied_all(MemoryBook(), stream, THIRD)  # type: ignore[arg-type]
    (escalation,) = [each for change in changes for each in change.escalations]
    return escalation


def test_an_escalation_says_who_what_and_when() -> None:
    escalation = told(
        violation(NOON - DAY_MS, "v0", "L-0"),
        violation(NOON, "v1", "L-1", score=0.8, categories=["phone"]),
        mending(NOON + 1, "L-1"),
        violation(NOON + HOUR_MS, "v2", "L-2", score=0.95, categories=["email", "phone"]),
        violation(NOON + 2 * HOUR_MS, "v3", "L-1", score=0.7, categories=[]),
    )
    document = json.loads(escalation.message.value)
    assert document.pop("escalationId") == escalation.escalation_id
    assert document == {
        "rule": {"name": "third", "violations": 3, "listings": 1, "windowSeconds": 86400},
        "offender": "partner",
        "partnerId": "P-7",
        "violations": 3,
        "open": 2,
        "listings": 2,
        "listingIds": ["L-1", "L-2"],
        "categories": {"email": 1, "phone": 2},
        "highestScore": 0.95,
        "verdictIds": ["v3", "v2", "v1"],
        "since": moment_of(NOON).isoformat().replace("+00:00", "Z"),
        "at": moment_of(NOON + 2 * HOUR_MS).isoformat().replace("+00:00", "Z"),
    }


@pytest.mark.parametrize(
    ("who", "key", "ids"),
    [
        ("partner/P-7", b"P-7", ("P-7", None)),
        ("listing/L-1", b"L-1", (None, "L-1")),
        ("partner/a/b", b"a/b", ("a/b", None)),
    ],
)
def test_an_escalation_is_keyed_by_the_id_that_it_is_about(
    who: str, key: bytes, ids: tuple[str | None, str | None]
) -> None:
    escalation = told(*(violation(NOON + number, who=who) for number in range(3)))
    assert (escalation.partner_id, escalation.listing_id) == ids
    assert escalation.message.key == key
    assert escalation.message.headers == (
        ("detector.escalation-id", escalation.escalation_id.encode()),
        ("detector.rule", b"third"),
    )
    assert Escalation.model_validate_json(escalation.message.value) == escalation


def test_an_escalation_names_the_newest_and_counts_all() -> None:
    book = MemoryBook()
    stream = [violation(NOON + number * HOUR_MS // 4, f"v{number}", f"L-{number}") for number in range(80)]
    applied_all(book, stream[:-1])
    (escalation,) = applied(book, stream[-1], THIRD).escalations
    assert (escalation.violations, escalation.listings) == (80, 80)
    assert escalation.verdict_ids == [f"v{number}" for number in range(79, 79 - MOST_IDS, -1)]
    assert set(escalation.listing_ids) >= {f"L-{number}" for number in range(32, 80)}
    assert len(escalation.listing_ids) == MOST_IDS


def test_a_profile_shows_the_last_hour_day_and_30_days_and_the_newest_reports() -> None:
    book = MemoryBook()
    rules = EscalationPolicy((Rule("first", 1, 1, 1), Rule("third", 3, 1, 720)))
    applied_all(
        book,
        [
            violation(NOON - 10 * DAY_MS, "v0", "L-0", score=0.99),
            violation(NOON - 10 * HOUR_MS, "v1", "L-1", categories=["email"]),
            violation(NOON, "v2", "L-2"),
            mending(NOON + 1, "L-2"),
        ],
        rules,
    )
    shown = profile(book, WHO, NOON + HOUR_MS - 1)
    assert shown is not None
    assert (shown.offender, shown.partner_id, shown.listing_id) == ("partner", "P-7", None)
    assert shown.newest == moment_of(NOON + 1)
    assert {
        name: (window.window_seconds, window.violations, window.open, window.listings, window.highest_score)
        for name, window in shown.windows.items()
    } == {"1h": (3600, 1, 0, 1, 0.9), "24h": (86400, 2, 1, 2, 0.9), "30d": (2592000, 3, 2, 3, 0.99)}
    assert shown.windows["24h"].categories == {"email": 1, "phone": 1}
    assert [(each.rule, each.at, each.violations, each.listings) for each in shown.reports] == [
        ("third", moment_of(NOON), 3, 3),
        ("first", moment_of(NOON - 10 * HOUR_MS), 1, 1),
    ]


def test_a_profiles_windows_end_now_and_are_half_open() -> None:
    book = MemoryBook()
    applied(book, violation(NOON))
    shown = [profile(book, WHO, NOON + later) for later in (-1, 0, HOUR_MS - 1, HOUR_MS)]
    assert [each and each.windows["1h"].violations for each in shown] == [0, 1, 1, 0]


def test_of_somebody_unknown_there_is_no_profile() -> None:
    assert profile(MemoryBook(), WHO, NOON) is None


def test_a_listing_without_a_partner_has_a_profile_of_its_own() -> None:
    book = MemoryBook()
    applied(book, violation(NOON, who="listing/L-1"), NO_RULES)
    shown = profile(book, "listing/L-1", NOON)
    assert shown is not None
    assert (shown.offender, shown.partner_id, shown.listing_id) == ("listing", None, "L-1")
