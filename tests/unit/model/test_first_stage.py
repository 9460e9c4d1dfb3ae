"""What the model's first layers clear, and what goes on from there; the graph is a table of looks."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from detector.model.backends.backend import Answer, Feed
from detector.model.first_stage import ENTERING, LOOK, STATES, FirstLook, FirstLooks, Together
from detector.model.manifest import Look
from detector.scoring import RECOGNISER, Span, Window, WindowScore

CLEARS = 0.5
CLEAN, DOUBTFUL = -3.0, 3.0
"""Logits of a look: 0.047 and 0.953 as probabilities."""
WIDTH = 2


class Looks:
    """A graph with a look: the ids or the states it is fed are the places of the windows, and the look at each is given.

    One `before` the first layer gives no states.
    """

    def __init__(self, looks: Sequence[float], *, before: bool = False) -> None:
        self.before = before
        self.looks = np.asarray(looks, dtype=np.float32)
        self.gave: list[NDArray[np.float32]] = []
        self.saw: list[list[int]] = []

    @property
    def inputs(self) -> Mapping[str, type[np.integer]]:
        return {"input_ids": np.int64}

    @property
    def outputs(self) -> Mapping[str, int]:
        return {LOOK: 1} if self.before else {STATES: WIDTH, LOOK: 1}

    def run(self, outputs: Sequence[str], feed: Feed) -> Answer:
        fed = feed["input_ids"] if "input_ids" in feed else feed[ENTERING][:, :, 0].astype(np.int64)
        places = fed[:, 0]
        states = states_of(places, fed.shape[1])
        self.gave.append(states)
        self.saw.append(places.tolist())
        given = {LOOK: self.looks[places][:, None]} | ({} if self.before else {STATES: states})
        return [given[name] for name in outputs]

    def run_all(self, outputs: Sequence[str], feeds: Sequence[Feed]) -> list[Answer]:
        return [self.run(outputs, feed) for feed in feeds]


def states_of(places: Sequence[int] | NDArray[np.int64], tokens: int = 4) -> NDArray[np.float32]:
    """States by which a window is known: its place, everywhere."""
    rows = np.asarray(places, dtype=np.float32)
    return np.broadcast_to(rows[:, None, None], (len(rows), tokens, WIDTH)).copy()


def together(*places: int, tokens: int = 4, recognised: Sequence[int] = ()) -> Together:
    """Windows of one length; those at `recognised` hold a leak by its form."""
    leak = (Span("email", 0, 3, 1.0, (RECOGNISER,)),)
    windows = [Window((place,), ((0, 3),), tokens, leak if place in recognised else ()) for place in places]
    ids = np.repeat(np.asarray(places, dtype=np.int64)[:, None], tokens, axis=1)
    return Together(places, windows, {"input_ids": ids})


def look(backend: Looks, clears: float = CLEARS, threshold: float = 10.0) -> FirstLook:
    """By default at a threshold that never holds it back."""
    return FirstLook(backend, Look(layers=0 if backend.before else 2, clears=clears), threshold)


def test_what_is_below_the_line_is_cleared_with_what_the_look_says() -> None:
    cleared, left = look(Looks([CLEAN, CLEAN])).sieve([together(0, 1)])
    expected = WindowScore(pytest.approx(1 / (1 + np.exp(-CLEAN))), cleared_after=2)  # type: ignore[arg-type]
    assert cleared == {0: expected, 1: expected}
    assert left == []


def test_what_is_above_the_line_goes_on() -> None:
    cleared, left = look(Looks([DOUBTFUL])).sieve([together(0)])
    assert cleared == {}
    assert [group.places for group in left] == [[0]]


@pytest.mark.parametrize(
    ("clears", "kept"), [pytest.param(0.5, 1, id="on the line"), pytest.param(0.51, 0, id="just below it")]
)
def test_what_is_on_the_line_goes_on(clears: float, kept: int) -> None:
    cleared, left = look(Looks([0.0]), clears).sieve([together(0)])
    assert (len(left), len(cleared)) == (kept, 1 - kept)


@pytest.mark.parametrize(("threshold", "cleared"), [(0.25, [0]), (0.2, [])])
def test_it_clears_far_below_the_threshold_alone(threshold: float, cleared: list[int]) -> None:
    scores, _ = look(Looks([CLEAN]), threshold=threshold).sieve([together(0)])
    assert list(scores) == cleared


@pytest.mark.parametrize("logit", [CLEAN, -1000.0])
def test_a_window_with_a_recognised_leak_goes_on_however_clean_it_looks(logit: float) -> None:
    cleared, left = look(Looks([logit, logit])).sieve([together(0, 1, recognised=[1])])
    assert list(cleared) == [0]
    (group,) = left
    assert group.places == [1]
    assert group.windows[0].recognised


def test_the_rest_goes_on_from_the_states_of_what_was_kept_and_in_its_order() -> None:
    asked = together(3, 0, 2, 1, 4)
    cleared, (group,) = look(Looks([DOUBTFUL, CLEAN, CLEAN, DOUBTFUL, DOUBTFUL])).sieve([asked])
    assert sorted(cleared) == [1, 2]
    assert group.places == [3, 0, 4]
    assert [window.ids for window in group.windows] == [(3,), (0,), (4,)]
    assert set(group.feed) == {ENTERING}
    np.testing.assert_array_equal(group.feed[ENTERING], states_of([3, 0, 4]))


def test_where_all_go_on_their_states_are_not_copied() -> None:
    backend = Looks([DOUBTFUL, DOUBTFUL])
    _, (group,) = look(backend).sieve([together(0, 1)])
    assert group.feed[ENTERING] is backend.gave[0]


def test_over_several_groups_each_window_keeps_its_place() -> None:
    looks = [CLEAN, DOUBTFUL, CLEAN, DOUBTFUL, CLEAN, CLEAN]
    groups = [together(4, 1), together(0, 5, tokens=8), together(2, 3, tokens=16)]
    cleared, left = look(Looks(looks)).sieve(groups)
    assert sorted(cleared) == [0, 2, 4, 5]
    assert [(group.places, group.feed[ENTERING].shape[1]) for group in left] == [([1], 4), ([3], 16)]
    for group in left:
        np.testing.assert_array_equal(group.feed[ENTERING][:, 0, 0], group.places)


def test_of_nothing_nothing_is_left() -> None:
    assert look(Looks([])).sieve([]) == ({}, [])


def test_what_is_passed_on_has_its_states_and_nothing_is_cleared() -> None:
    asked = together(0, 1)
    group = look(Looks([CLEAN, CLEAN])).passed_on(asked)
    assert (group.places, group.windows) == (asked.places, asked.windows)
    assert set(group.feed) == {ENTERING}
    np.testing.assert_array_equal(group.feed[ENTERING], states_of([0, 1]))


def test_before_the_first_layer_what_is_kept_goes_on_from_its_tokens() -> None:
    glance = look(Looks([DOUBTFUL, CLEAN, DOUBTFUL], before=True))
    cleared, (group,) = glance.sieve([together(2, 1, 0)])
    assert [(place, score.cleared_after, score.cleared) for place, score in cleared.items()] == [(1, 0, True)]
    assert group.places == [2, 0]
    assert [window.ids for window in group.windows] == [(2,), (0,)]
    np.testing.assert_array_equal(group.feed["input_ids"], [[2] * 4, [0] * 4])
    assert set(group.feed) == {"input_ids"}


def test_before_the_first_layer_what_is_passed_on_has_its_tokens_still() -> None:
    asked, backend = together(0, 1), Looks([CLEAN, CLEAN], before=True)
    assert look(backend).passed_on(asked) is asked
    assert backend.saw == [[0, 1]], "it was read once, as a warm-up wants"


def test_what_a_glance_leaves_is_read_by_the_first_layers_from_the_start() -> None:
    glance, first = Looks([CLEAN, DOUBTFUL, DOUBTFUL], before=True), Looks([DOUBTFUL, CLEAN, DOUBTFUL])
    cleared, (group,) = looks(glance, first).sieve([together(0, 1, 2)])
    assert (glance.saw, first.saw) == ([[0, 1, 2]], [[1, 2]])
    assert {place: score.cleared_after for place, score in cleared.items()} == {0: 0, 1: 2}
    np.testing.assert_array_equal(group.feed[ENTERING], states_of([2]))


def looks(*backends: Looks) -> FirstLooks:
    return FirstLooks([look(backend) for backend in backends])


def test_a_later_look_sees_what_those_before_it_left_and_nothing_else() -> None:
    first, second, third = Looks([CLEAN, DOUBTFUL, DOUBTFUL]), Looks([DOUBTFUL, CLEAN, DOUBTFUL]), Looks([DOUBTFUL] * 3)
    cleared, left = looks(first, second, third).sieve([together(0, 1, 2)])
    assert (first.saw, second.saw, third.saw) == ([[0, 1, 2]], [[1, 2]], [[2]])
    assert sorted(cleared) == [0, 1]
    (group,) = left
    assert group.places == [2]
    np.testing.assert_array_equal(group.feed[ENTERING], states_of([2]))


def test_where_one_look_clears_everything_the_later_ones_are_not_asked() -> None:
    later = Looks([CLEAN, CLEAN])
    cleared, left = looks(Looks([CLEAN, CLEAN]), later).sieve([together(0, 1)])
    assert sorted(cleared) == [0, 1]
    assert not left
    assert later.saw == []


def test_a_window_with_a_recognised_leak_passes_every_look() -> None:
    _, left = looks(Looks([CLEAN]), Looks([CLEAN])).sieve([together(0, recognised=[0])])
    assert [group.places for group in left] == [[0]]


def test_what_is_passed_on_passes_every_graph() -> None:
    first, second = Looks([CLEAN]), Looks([CLEAN])
    group = looks(first, second).passed_on(together(0))
    assert (first.saw, second.saw) == ([[0]], [[0]])
    assert set(group.feed) == {ENTERING}
