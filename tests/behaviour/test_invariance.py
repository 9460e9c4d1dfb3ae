"""What must not change a verdict of the shipped bundle: other details, other writing, more clean text, blanks.

The second of the three kinds of behaviour test of Ribeiro et al. (ACL 2020). A family of cases passes as a whole. A text
that is judged wrongly before anything is changed says nothing about the change: it is one failure, not one for each
variant.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import cycle

import pytest

from tests.behaviour.cases import PASS_RATE, Case, assert_mostly, cases, plain_leaks
from tests.behaviour.fillings import base, frames, variants
from tests.behaviour.judged import Shipped

Change = Callable[[Case], str]

UNSEEN = "\u200b\u200d\u2060\u200c\ufeff"
FULL_WIDTH = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}
PARAGRAPH = cases("paragraph")[0].text
TRAILING = " The cat comes with the house, she likes the windowsill and asks for nothing but a little company."
BLANKS = ("  ", "\n\n", " \t \n ")
SAME = 1e-6


def upper(case: Case) -> str:
    return case.text.upper()


def lower(case: Case) -> str:
    return case.text.lower()


def doubled_spaces(case: Case) -> str:
    return case.text.replace(" ", "  ")


def trailing_text(case: Case) -> str:
    return case.text + TRAILING


def leading_paragraph(case: Case) -> str:
    return f"{PARAGRAPH} {case.text}"


def unseen_characters(case: Case) -> str:
    """One of them after every character of the leak; after every one of a clean text."""
    where = case.marked or case.text
    hidden = "".join(char + unseen for char, unseen in zip(where, cycle(UNSEEN), strict=False))
    return case.with_marked(hidden) if case.marked else hidden


def full_width_digits(case: Case) -> str:
    return case.text.translate(FULL_WIDTH)


CHANGES = (upper, lower, doubled_spaces, trailing_text, leading_paragraph, unseen_characters, full_width_digits)


def unchanged(case: Case) -> str:
    return case.text


def assert_invariant(
    shipped: Shipped,
    family: Sequence[Case],
    first: Change,
    others: Callable[[Case], Iterable[tuple[str, str]]],
    *,
    leak: bool,
    at_least: float = PASS_RATE,
) -> None:
    """Asserts that most texts are judged rightly in their other forms; one that is wrong in its first counts once."""
    failed, of = [], 0
    for case in family:
        if shipped.calls(first(case), case.kind) != leak:
            judged = [(f"{case.name} (as it is)", False)]
        else:
            judged = [(name, shipped.calls(text, case.kind) == leak) for name, text in others(case)]
        failed += [name for name, passed in judged if not passed]
        of += len(judged)
    assert_mostly(failed, of, at_least)


@pytest.mark.parametrize("label", ["clean", "leak"])
def test_names_places_prices_dates_and_numbers_of_guests_change_no_verdict(shipped: Shipped, label: str) -> None:
    assert_invariant(shipped, frames(label), base, variants, leak=label == "leak")


AT_LEAST = {"leading_paragraph": 0.78, "trailing_text": 0.9}
"""Company dilutes a leak: hints without an identifier are lost first behind a long paragraph."""


@pytest.mark.parametrize("change", CHANGES)
def test_a_leak_stays_a_leak(shipped: Shipped, change: Change) -> None:
    family = [case for case in plain_leaks() if change(case) != case.text]
    at_least = AT_LEAST.get(change.__name__, PASS_RATE)
    assert_invariant(shipped, family, unchanged, lambda case: [(case.name, change(case))], leak=True, at_least=at_least)


@pytest.mark.parametrize("change", CHANGES)
def test_a_clean_text_stays_clean(shipped: Shipped, change: Change) -> None:
    family = [case for case in cases("clean") if change(case) != case.text]
    assert_invariant(shipped, family, unchanged, lambda case: [(case.name, change(case))], leak=False)


@pytest.mark.parametrize("blanks", BLANKS, ids=repr)
def test_blanks_around_a_text_change_nothing_but_the_places(shipped: Shipped, blanks: str) -> None:
    for case in (*plain_leaks(), *cases("clean")):
        score, spans = shipped.judge(case.text)
        other, moved = shipped.judge(blanks + case.text + blanks)
        assert abs(score - other) <= SAME, case.name
        assert [(span.category, span.start + len(blanks), span.end + len(blanks)) for span in spans] == [
            (span.category, span.start, span.end) for span in moved
        ], case.name
