"""Which way a change must move the score of the shipped bundle: leaks up, their absence and mere codes down.

The third of the three kinds of behaviour test of Ribeiro et al. (ACL 2020). A family of cases passes as a whole.
"""

from itertools import cycle

from tests.behaviour.cases import assert_mostly, cases
from tests.behaviour.judged import Shipped


def test_taking_the_leak_out_takes_the_score_down(shipped: Shipped) -> None:
    family = cases("removable")
    failed = [case.name for case in family if not shipped.clears(case.text, case.with_marked("").rstrip(), case.kind)]
    assert_mostly(failed, len(family))


def test_adding_a_contact_takes_the_score_up_and_over_the_threshold(shipped: Shipped) -> None:
    clean, contacts = cases("clean"), cases("contacts")
    pairs = [*zip(clean, cycle(contacts), strict=False), *zip(clean, cycle(contacts[5:]), strict=False)]
    failed = []
    for case, contact in pairs:
        longer = f"{case.text} {contact.text}"
        if not (shipped.score(case.text) < shipped.score(longer) and shipped.calls(longer, case.kind)):
            failed.append(f"{case.name} + {contact.name}")
    assert_mostly(failed, len(pairs), at_least=0.9)


def test_a_door_code_in_place_of_a_phone_number_takes_the_score_down(shipped: Shipped) -> None:
    family = cases("numbers")
    failed = []
    for case in family:
        phone, code = case.marked.split(" -> ")
        if not shipped.clears(case.with_marked(phone), case.with_marked(code), case.kind):
            failed.append(case.name)
    assert_mostly(failed, len(family), at_least=0.9)
