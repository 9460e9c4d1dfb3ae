"""What the shipped bundle must get right one by one: plain leaks of every category, and plain clean texts.

The first of the three kinds of behaviour test of Ribeiro et al., "Beyond Accuracy: Behavioral Testing of NLP Models
with CheckList" (ACL 2020). Each case is a test of its own, so a failure names the ability that is missing.
"""

from typing import Any

import pytest

from tests.behaviour.cases import CATEGORIES, Case, cases, known_miss
from tests.behaviour.judged import Shipped


def leaks(what: str) -> list[Any]:
    """The plain leaks of every category; one that the bundle is known to miss in this way must go on failing."""
    return [
        pytest.param(category, case, id=case.name, marks=known_miss(what, case))
        for category in CATEGORIES
        for case in cases(category)
    ]


CLEAN = [pytest.param(case, id=case.name, marks=known_miss("clean", case)) for case in cases("clean")]


@pytest.mark.parametrize(("category", "case"), leaks("called"))
def test_a_plain_leak_is_called(shipped: Shipped, category: str, case: Case) -> None:
    assert shipped.calls(case.text, case.kind)


@pytest.mark.parametrize(("category", "case"), leaks("evidence"))
def test_the_evidence_of_a_plain_leak_stands_on_it_and_names_its_category(
    shipped: Shipped, category: str, case: Case
) -> None:
    evidence = shipped.evidence(case.text, case.kind)
    named = {span.category for span in evidence if set(range(span.start, span.end)) & set(case.leak)}
    assert category in named


@pytest.mark.parametrize("case", CLEAN)
def test_a_plain_clean_text_is_not_called(shipped: Shipped, case: Case) -> None:
    assert not shipped.calls(case.text, case.kind)
