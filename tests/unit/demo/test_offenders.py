"""What the demo expects to be told of repeat offenders, and how it shows it."""

from detector.demo.board import Answer, Answered
from detector.demo.offenders import Recount
from detector.demo.script import Step
from detector.demo.view import offender_line
from detector.offenders import Escalation, EscalationPolicy, MemoryBook, consider, follow, parse_rules
from detector.verdicts import Verdict
from tests.unit.demo.stories import at, piece, verdict

POLICY = EscalationPolicy(parse_rules("repeat: 2 violations on 2 listings in 24h"))
TEXT = "Ring (415) 555-0132."


def leak(number: int, listing: str, partner: str = "P-7") -> Verdict:
    found = verdict(at(number), [piece(TEXT, "(415) 555-0132")])
    return found.model_copy(update={"verdict_id": f"v{number}", "listing_id": listing, "partner_id": partner})


def answered(number: int, said: Verdict | None, key: bytes = b"L-1") -> Answered:
    return Answered(number, Step(None, key, b"{}", {}, None), Answer(at(number), said), 1.0)


def expected(*answers: Answered) -> set[str]:
    recount = Recount(POLICY)
    for each in answers:
        recount.count(each)
    return recount.expected


def test_a_rule_that_is_crossed_is_expected_with_its_offender() -> None:
    crossed = expected(answered(1, leak(1, "L-1")), answered(2, leak(2, "L-2"), b"L-2"))
    assert crossed == {"P-7 repeat"}


def test_leaks_of_different_partners_are_not_added_up() -> None:
    assert expected(answered(1, leak(1, "L-1")), answered(2, leak(2, "L-2", "P-8"), b"L-2")) == set()


def test_one_verdict_that_comes_twice_counts_once() -> None:
    assert expected(answered(1, leak(1, "L-1")), answered(2, leak(1, "L-1"))) == set()


def test_dead_letters_and_tombstones_count_for_nothing() -> None:
    assert expected(answered(1, leak(1, "L-1")), answered(2, None), answered(3, leak(3, "L-2"), b"L-2")) == {
        "P-7 repeat"
    }


def test_an_offender_is_shown_with_what_was_counted() -> None:
    book = MemoryBook()
    told: list[Escalation] = []
    for number, listing in enumerate(["L-1", "L-2"]):
        for sighting in follow(None, leak(number, listing), listing.encode()).sightings:
            change = consider(book, sighting, POLICY)
            told += change.escalations
            change.apply(book)
    (escalation,) = told
    line = offender_line(escalation).plain
    assert line.startswith("repeat offender  P-7  2 violations on 2 listings, 2 still open  rule repeat")
    assert "phone" in line
