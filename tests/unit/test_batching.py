"""What the model reads next, and how long it is kept waiting."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.batching import BRIEF_SECONDS, LATE_FACTOR, BatchPolicy, MicroBatcher, Waiting
from detector.timing import RunTimes

AGE = 0.005
PER_TOKEN = 1e-4


class Known(RunTimes):
    """A model whose times are known from the start: a fixed part, and so much for each token."""

    def __init__(self, fixed: float = 0.010, per_token: float = PER_TOKEN) -> None:
        super().__init__()
        self._known = fixed, per_token

    @property
    def fixed(self) -> float:
        return self._known[0]

    def each(self, length: int) -> float:
        return self._known[1] * length

    def seconds(self, windows: Counter[int]) -> float:  # type: ignore[override]
        return sum(self.fixed + count * self.each(length) for length, count in windows.items())


def batcher(times: RunTimes | None = None, **policy: float) -> MicroBatcher[str]:
    """Unless told otherwise, nothing but the sizes bounds a batch, and no run is brief."""
    given = {"max_items": 4, "max_cost": 400, "max_age": AGE, "max_seconds": 60.0, **policy}
    return MicroBatcher(BatchPolicy(**given), times or Known())  # type: ignore[arg-type]


def names(batch: list[Waiting[str]]) -> list[str]:
    return [waiting.item for waiting in batch]


def fill(line: MicroBatcher[str], *lengths: int, now: float = 0.0) -> None:
    for length in lengths:
        line.add(f"{length}", length=length, deadline=now, now=now)


def sizes(line: MicroBatcher[str]) -> list[int]:
    """Of all batches, one after the other."""
    counts = []
    while batch := line.take(0.0, idle=True):
        counts.append(len(batch))
    return counts


def test_after_a_long_idle_one_event_goes_at_once_when_the_model_is_free() -> None:
    line = batcher()
    line.add("lone", length=10, deadline=100.25, now=100.0)
    assert names(line.take(100.0, idle=True)) == ["lone"]


def test_after_a_long_idle_one_event_is_held_for_company_but_not_past_its_age_while_the_model_is_busy() -> None:
    line = batcher()
    line.add("lone", length=10, deadline=100.25, now=100.0)
    assert line.take(100.0, idle=False) == []
    assert line.wait(100.0) == pytest.approx(AGE)
    assert line.take(100.0 + AGE / 2, idle=False) == []
    assert line.wait(100.0 + AGE / 2) == pytest.approx(AGE / 2)
    assert names(line.take(100.0 + 2 * AGE, idle=False)) == ["lone"]


def test_age_counts_from_the_most_urgent_item_not_from_the_newest() -> None:
    line = batcher()
    line.add("first", length=10, deadline=1.0, now=0.0)
    line.add("second", length=10, deadline=1.0, now=AGE * 0.9)
    assert line.wait(AGE * 0.9) == pytest.approx(AGE * 0.1)
    assert names(line.take(AGE, idle=False)) == ["first", "second"]


def test_an_overdue_item_asks_for_no_negative_wait() -> None:
    line = batcher()
    fill(line, 10)
    assert line.wait(60.0) == 0.0


def test_nothing_waits_for_nothing() -> None:
    line = batcher()
    assert line.take(5.0, idle=True) == []
    assert line.wait(5.0) is None


def test_a_full_batch_does_not_wait_for_age_although_the_model_is_busy() -> None:
    line = batcher(max_items=3)
    fill(line, 10, 10)
    assert line.take(0.0, idle=False) == []
    fill(line, 10)
    assert len(line.take(0.0, idle=False)) == 3


@pytest.mark.parametrize(
    ("lengths", "batches"),
    [
        pytest.param([100] * 5, [4, 1], id="as many as the count and the tokens allow"),
        pytest.param([10] * 5, [4, 1], id="as many as the count allows"),
        pytest.param([200, 200, 200], [2, 1], id="as many as their padded tokens allow"),
        pytest.param([1, 1, 1, 1], [4], id="exactly full"),
    ],
)
def test_a_batch_is_bounded_by_count_and_by_padded_tokens(lengths: list[int], batches: list[int]) -> None:
    line = batcher(max_items=4, max_cost=400)
    fill(line, *lengths)
    assert sizes(line) == batches


def test_a_single_item_longer_than_the_budget_gets_a_batch_of_its_own() -> None:
    line = batcher(max_cost=400)
    line.add("huge", length=5000, deadline=0.0, now=0.0)
    line.add("small", length=10, deadline=1.0, now=0.0)
    assert names(line.take(0.0, idle=True)) == ["huge"]
    assert names(line.take(0.0, idle=True)) == ["small"]


def test_a_batch_takes_no_longer_than_allowed_so_that_what_comes_meanwhile_has_not_long_to_wait() -> None:
    line = batcher(Known(fixed=0.010), max_items=32, max_cost=10_000, max_seconds=0.0351)
    fill(line, *[50] * 8, now=9.0)
    assert sizes(line) == [5, 3]


def test_for_what_is_late_anyway_a_batch_may_take_longer_so_that_the_line_gets_shorter() -> None:
    line = batcher(Known(fixed=0.010), max_items=32, max_cost=10_000, max_seconds=0.0151)
    fill(line, *[50] * 12, now=9.0)
    assert len(line.take(0.0, idle=True)) == 1
    assert len(line.take(9.0, idle=True)) == (LATE_FACTOR * 0.0151 - 0.010) // 0.005


def test_an_item_that_takes_longer_than_allowed_has_company_for_twice_its_time_at_most() -> None:
    for fixed, expected in [(0.0, [1, 1, 1, 1]), (0.005, [3, 1])]:
        line = batcher(Known(fixed=fixed), max_seconds=0.001)
        fill(line, 50, 50, 50, 50, now=9.0)
        assert sizes(line) == expected


def test_a_model_that_takes_long_over_any_run_is_soon_given_many_at_a_time() -> None:
    line = batcher(RunTimes(), max_items=32, max_cost=10_000, max_seconds=0.040)
    fill(line, *[10] * 100, now=0.0)
    taken = []
    while batch := line.take(0.0, idle=True):
        line.scored(batch, 1.1, 0.0)
        taken.append(len(batch))
    assert len(taken) < 20
    assert max(taken[-4:]) >= 10, taken


@pytest.mark.parametrize(
    ("fixed", "batches"),
    [
        pytest.param(0.0, [1] * 6, id="nothing to share"),
        pytest.param(0.001, [4, 2], id="a fifth of an item is shared by four, which leaves a twentieth"),
        pytest.param(0.010, [6], id="two items' worth is shared by all"),
    ],
)
def test_company_is_sought_only_while_it_makes_a_run_noticeably_cheaper(fixed: float, batches: list[int]) -> None:
    line = batcher(Known(fixed), max_items=32, max_cost=10_000)
    fill(line, *[50] * 6)
    assert sizes(line) == batches


def test_only_items_of_one_length_share_a_batch_since_only_they_share_a_run() -> None:
    line = batcher()
    fill(line, 10, 20, 10, 20)
    assert names(line.take(0.0, idle=True)) == ["10", "10"]


def test_the_most_urgent_item_is_in_the_next_batch_however_unlike_the_others_it_is() -> None:
    line = batcher(max_items=2)
    fill(line, 10, 10, 10, 10, now=5.0)
    line.add("urgent", length=300, deadline=4.0, now=5.0)
    assert "urgent" in names(line.take(5.0, idle=True))


def test_the_most_urgent_item_is_joined_by_the_next_urgent_ones_of_its_length() -> None:
    line = batcher(max_items=3)
    for name, deadline in (("last", 9.0), ("urgent", 1.0), ("third", 3.0), ("second", 2.0)):
        line.add(name, length=100, deadline=deadline, now=0.0)
    line.add("other", length=90, deadline=1.5, now=0.0)
    assert names(line.take(0.0, idle=True)) == ["urgent", "second", "third"]


def test_brief_runs_go_together_shortest_first_and_the_most_urgent_of_the_rest_join() -> None:
    line = batcher(Known(fixed=BRIEF_SECONDS / 10, per_token=BRIEF_SECONDS / 100), max_items=32)
    for length, deadline in ((30, 1.0), (40, 4.0), (10, 2.0), (20, 3.0)):
        line.add(f"{length}", length=length, deadline=deadline, now=0.0)
    assert names(line.take(0.0, idle=True)) == ["10", "20", "30"]


def test_brief_runs_together_keep_to_the_sizes_too() -> None:
    for policy, batches in (({"max_items": 3}, [3, 2]), ({"max_cost": 45}, [2, 2, 1])):
        line = batcher(Known(fixed=0.0, per_token=0.0), **policy)
        fill(line, 18, 19, 20, 21, 22)
        assert sizes(line) == batches


def test_an_odd_length_does_not_starve_under_a_steady_stream_of_others() -> None:
    line = batcher(max_items=2)
    line.add("odd", length=390, deadline=0.25, now=0.0)
    taken = []
    for step in range(20):
        for twin in range(4):
            line.add(f"{step}-{twin}", length=10, deadline=step + 0.3, now=float(step))
        taken += names(line.take(float(step), idle=True))
    assert "odd" in taken[:2]


def late_and_timely(line: MicroBatcher[str]) -> None:
    line.add("late", length=10, deadline=0.9, now=1.0)
    for number in range(6):
        line.add(f"timely {number}", length=20, deadline=2.0 + number, now=1.0)


def test_by_default_what_is_late_is_read_first_all_the_same() -> None:
    line = batcher()
    late_and_timely(line)
    assert names(line.take(1.0, idle=True)) == ["late"]


def test_what_is_late_yields_to_what_is_not_but_for_one_turn_in_so_many() -> None:
    line = batcher(late_turns=3, max_items=1)
    late_and_timely(line)
    taken = [name for _ in range(3) for name in names(line.take(1.0, idle=True))]
    assert taken == ["timely 0", "timely 1", "late"]


def test_late_is_also_what_would_not_be_read_in_time_any_more() -> None:
    one = Known().seconds(Counter({10: 1}))
    for slack, first in ((-0.001, "other"), (0.001, "tight")):
        line = batcher(late_turns=3)
        line.add("tight", length=10, deadline=1.0 + one + slack, now=1.0)
        line.add("other", length=20, deadline=9.0, now=1.0)
        assert names(line.take(1.0, idle=True)) == [first]


def test_what_the_model_is_at_counts_too_in_telling_what_would_be_late() -> None:
    line = batcher(late_turns=9, max_items=1)
    one = Known().seconds(Counter({10: 1}))
    line.add("at the model", length=10, deadline=1.1, now=1.0)
    first = line.take(1.0, idle=True)
    line.add("tight", length=10, deadline=1.0 + 2 * one - 0.001, now=1.0)
    for name in ("other", "another"):
        line.add(name, length=20, deadline=9.0, now=1.0)
    second = line.take(1.0 + AGE, idle=False)
    assert names(second) == ["other"]
    for batch in (first, second):
        line.scored(batch, one / 2, 1.0 + one / 2)
    assert names(line.take(1.0 + one / 2, idle=False)) == ["tight"]


def test_where_all_are_late_the_most_urgent_goes_first() -> None:
    line = batcher(late_turns=9, max_items=1)
    for name, deadline in (("later", 0.5), ("latest", 0.1)):
        line.add(name, length=10, deadline=deadline, now=1.0)
    assert names(line.take(1.0, idle=True)) == ["latest"]


def test_a_late_item_in_the_midst_of_its_line_stays_behind_with_those_before_it() -> None:
    line = batcher(late_turns=9)
    for name, deadline in (("late", 0.5), ("timely", 5.0), ("timely too", 6.0)):
        line.add(name, length=10, deadline=deadline, now=1.0)
    assert names(line.take(1.0, idle=True)) == ["timely", "timely too"]
    assert names(line.take(1.0, idle=True)) == ["late"]


def test_batches_grow_and_shrink_with_what_the_model_was_seen_to_take() -> None:
    line: MicroBatcher[str] = MicroBatcher(BatchPolicy(max_seconds=0.040))
    taken = []
    for per_window in (0.002, 0.030, 0.002):
        for waiting in (1, 2, 8) * 10:
            fill(line, *[100] * waiting)
            batch = line.take(-9.0, idle=True)
            line.scored(batch, per_window * (1 + len(batch)), 0.0)
            line.forget(lambda _item: True)
        taken.append(len(batch))
    assert taken == [8, 2, 8]


def test_as_many_as_the_model_reads_side_by_side_go_together_though_each_takes_long() -> None:
    for lanes, expected in [(1, [1] * 5), (2, [2, 2, 1])]:
        line = batcher(Known(fixed=0.0), lanes=lanes, max_items=32, max_cost=10_000)
        fill(line, *[200] * 5)
        assert sizes(line) == expected


def test_what_is_read_side_by_side_is_bounded_by_time_all_the_same() -> None:
    line = batcher(Known(fixed=0.0), lanes=2, max_seconds=0.030, max_cost=10_000)
    fill(line, *[200] * 4)
    assert len(line.take(-9.0, idle=True)) == 1, "two would take 40 ms"
    assert len(line.take(9.0, idle=True)) == 2, "what is late may take longer"


def test_what_is_forgotten_is_neither_taken_nor_waited_for() -> None:
    line = batcher()
    line.add("stays", length=10, deadline=0.0, now=1.0)
    line.add("goes", length=10, deadline=0.0, now=0.0)
    line.add("goes", length=99, deadline=0.0, now=0.0)
    line.forget(lambda item: item == "goes")
    assert len(line) == 1
    assert line.wait(1.0) == pytest.approx(AGE)
    assert names(line.take(9.0, idle=True)) == ["stays"]


@pytest.mark.parametrize(
    "wrong",
    [{"max_items": 0}, {"max_cost": 0}, {"max_age": -0.1}, {"max_seconds": -0.1}, {"late_turns": 0}],
    ids=str,
)
def test_a_policy_that_lets_nothing_through_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="lets no item through"):
        BatchPolicy(**wrong)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([16, 32, 48, 96, 192, 600]), st.floats(0, 80)),
        st.booleans(),
    ),
    max_size=60,
)


@given(
    STEPS,
    st.integers(1, 6),
    st.integers(1, 800),
    st.floats(0, 0.1),
    st.integers(1, 4),
    st.floats(0, 0.02),
    st.sampled_from([0.0, 1e-5, 1e-3]),
)
def test_nothing_is_lost_or_doubled_and_every_batch_keeps_within_its_bounds(
    steps: list[tuple[int, float] | bool],
    max_items: int,
    max_cost: int,
    max_seconds: float,
    late_turns: int,
    fixed: float,
    per_token: float,
) -> None:
    times = Known(fixed, per_token)
    line: MicroBatcher[int] = MicroBatcher(BatchPolicy(max_items, max_cost, AGE, max_seconds, late_turns), times)
    waiting: dict[int, float] = {}
    taken: list[int] = []
    turns_of_others = 0
    for moment, step in enumerate([*steps, *itertools.repeat(True, 70)]):
        if isinstance(step, tuple):
            line.add(moment, length=step[0], deadline=step[1], now=float(moment))
            waiting[moment] = step[1]
            continue
        batch = line.take(float(moment), idle=step)
        if not batch:
            assert not (step and waiting), "a free model never waits"
            continue
        lengths = [each.length for each in batch]
        assert lengths == sorted(lengths)
        if len(batch) > 1:
            assert len(batch) <= max_items
            assert sum(lengths) <= max_cost
            alone = max(times.seconds(Counter([length])) for length in lengths)
            assert times.seconds(Counter(lengths)) <= max(LATE_FACTOR * max_seconds, BRIEF_SECONDS, 2 * alone) + 1e-9
        anchored = min(waiting.values()) in {each.deadline for each in batch}
        turns_of_others = 0 if anchored else turns_of_others + 1
        assert turns_of_others < late_turns, "the most urgent has its turn"
        taken += [each.item for each in batch]
        for each in batch:
            del waiting[each.item]
        assert len(line) == len(waiting)
    assert sorted(taken) == [moment for moment, step in enumerate(steps) if isinstance(step, tuple)]
