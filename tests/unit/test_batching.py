"""What the model reads next, and how long it is kept waiting."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.batching import BatchPolicy, MicroBatcher, Waiting

AGE = 0.005


def batcher(max_items: int = 4, max_cost: int = 400, max_age: float = AGE) -> MicroBatcher[str]:
    return MicroBatcher(BatchPolicy(max_items, max_cost, max_age))


def names(batch: list[Waiting[str]]) -> list[str]:
    return [waiting.item for waiting in batch]


def fill(line: MicroBatcher[str], *lengths: int, now: float = 0.0) -> None:
    for length in lengths:
        line.add(f"{length}", length=length, deadline=now, now=now)


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


def test_age_counts_from_the_oldest_item_not_from_the_newest() -> None:
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
        pytest.param([100, 100, 100, 100, 100], [4, 1], id="as many as the count allows"),
        pytest.param([200, 200, 200], [2, 1], id="as many as their padded cost allows"),
        pytest.param([10, 10, 400], [2, 1], id="the longest sets the price for all"),
        pytest.param([1, 1, 1, 1], [4], id="exactly full"),
    ],
)
def test_a_batch_is_bounded_by_count_and_by_padded_cost(lengths: list[int], batches: list[int]) -> None:
    line = batcher(max_items=4, max_cost=400)
    fill(line, *lengths)
    sizes = []
    while batch := line.take(0.0, idle=True):
        sizes.append(len(batch))
    assert sizes == batches


def test_a_single_item_longer_than_the_budget_gets_a_batch_of_its_own() -> None:
    line = batcher(max_cost=400)
    line.add("huge", length=5000, deadline=0.0, now=0.0)
    line.add("small", length=10, deadline=1.0, now=0.0)
    assert names(line.take(0.0, idle=True)) == ["huge"]
    assert names(line.take(0.0, idle=True)) == ["small"]


def test_the_most_urgent_item_is_in_the_next_batch_however_unlike_the_others_it_is() -> None:
    line = batcher(max_items=2)
    fill(line, 10, 11, 12, 13, now=5.0)
    line.add("urgent", length=300, deadline=4.0, now=5.0)
    assert "urgent" in names(line.take(5.0, idle=True))


def test_the_most_urgent_item_is_joined_by_those_nearest_in_length() -> None:
    line = batcher(max_items=3, max_cost=10_000)
    fill(line, 10, 95, 130, 300, now=1.0)
    line.add("urgent", length=100, deadline=0.5, now=1.0)
    assert names(line.take(1.0, idle=True)) == ["95", "urgent", "130"]


def test_a_nearer_neighbour_that_costs_too_much_leaves_its_place_to_the_other_side() -> None:
    line = batcher(max_cost=250)
    fill(line, 60, 130, now=1.0)
    line.add("urgent", length=100, deadline=0.5, now=1.0)
    assert names(line.take(1.0, idle=True)) == ["60", "urgent"]


def test_a_batch_is_sorted_by_length() -> None:
    line = batcher()
    fill(line, 30, 10, 20)
    assert names(line.take(0.0, idle=True)) == ["10", "20", "30"]


def test_an_odd_length_does_not_starve_under_a_steady_stream_of_others() -> None:
    line = batcher(max_items=2)
    line.add("odd", length=390, deadline=0.25, now=0.0)
    taken = []
    for step in range(20):
        for twin in range(4):
            line.add(f"{step}-{twin}", length=10, deadline=step + 0.3, now=float(step))
        taken += names(line.take(float(step), idle=True))
    assert "odd" in taken[:2]


def test_what_is_forgotten_is_neither_taken_nor_waited_for() -> None:
    line = batcher()
    line.add("stays", length=10, deadline=0.0, now=1.0)
    line.add("goes", length=10, deadline=0.0, now=0.0)
    line.forget(lambda item: item == "goes")
    assert len(line) == 1
    assert line.wait(1.0) == pytest.approx(AGE)
    assert names(line.take(9.0, idle=True)) == ["stays"]


@pytest.mark.parametrize("wrong", [{"max_items": 0}, {"max_cost": 0}, {"max_age": -0.1}], ids=str)
def test_a_policy_that_lets_nothing_through_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="lets no item through"):
        BatchPolicy(**wrong)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.integers(1, 600), st.floats(0, 10)),
        st.booleans(),
    ),
    max_size=60,
)


@given(STEPS, st.integers(1, 6), st.integers(1, 800))
def test_nothing_is_lost_or_doubled_and_every_batch_fits_and_holds_the_most_urgent(
    steps: list[tuple[int, float] | bool], max_items: int, max_cost: int
) -> None:
    policy = BatchPolicy(max_items, max_cost, AGE)
    line: MicroBatcher[int] = MicroBatcher(policy)
    waiting: dict[int, float] = {}
    taken: list[int] = []
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
        assert policy.fits(lengths[-1], len(batch))
        assert min(waiting.values()) in {each.deadline for each in batch}
        taken += [each.item for each in batch]
        for each in batch:
            del waiting[each.item]
        assert len(line) == len(waiting)
    assert sorted(taken) == [moment for moment, step in enumerate(steps) if isinstance(step, tuple)]
