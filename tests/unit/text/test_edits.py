from array import array

from hypothesis import given
from hypothesis import strategies as st

from detector.text.edits import Edit, Traced, joined, rewritten


def test_each_form_of_edit_keeps_the_way_back() -> None:
    edits = [Edit(0, 2, "xy", ""), Edit(3, 4, "", ""), Edit(5, 7, "1", ""), Edit(7, 8, "!?!", "")]
    after = rewritten(Traced.of("abcdefgh"), edits)
    assert after.text == "xyce1!?!"
    assert after.starts == array("i", [0, 1, 2, 4, 5, 7, 7, 7])
    assert after.ends == array("i", [1, 2, 3, 5, 7, 8, 8, 8])


def test_edits_of_edits_lead_back_to_the_original() -> None:
    once = rewritten(Traced.of("a&amp;#64;b"), [Edit(1, 6, "&", "")])
    twice = rewritten(once, [Edit(1, 6, "@", "")])
    assert (twice.text, list(twice.starts), list(twice.ends)) == ("a@b", [0, 1, 10], [1, 10, 11])


def test_neighbours_of_one_kind_are_joined() -> None:
    apart = [Edit(0, 1, "a", "x"), Edit(1, 2, "b", "x"), Edit(2, 3, "c", ""), Edit(4, 5, "d", "")]
    assert joined(apart) == [Edit(0, 2, "ab", "x"), Edit(2, 3, "c", ""), Edit(4, 5, "d", "")]


@given(st.lists(st.sampled_from(["a", "", "bc", None]), max_size=12))
def test_joining_changes_no_result(news: list[str | None]) -> None:
    edits = [Edit(place, place + 1, new, "k") for place, new in enumerate(news) if new is not None]
    traced = Traced.of("." * len(news))
    assert rewritten(traced, joined(edits)) == rewritten(traced, edits)
