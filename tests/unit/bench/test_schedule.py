"""Schedules compared on a virtual clock: run times, rules, the simulation, what it comes to, and how it is shown."""

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from detector.batching import Waiting
from detector.bench.arrivals import Arrivals
from detector.bench.mixes import realistic
from detector.bench.nothing import NoScorer
from detector.bench.report import Surroundings
from detector.bench.schedule.costs import Costs
from detector.bench.schedule.costs import measure as measure_costs
from detector.bench.schedule.figures import Row, bars, rows
from detector.bench.schedule.peers import Batch
from detector.bench.schedule.plan import FULL, QUICK, Load, Plan, Rule, Shape, Where
from detector.bench.schedule.rules import runs, schedule
from detector.bench.schedule.run import measure
from detector.bench.schedule.show import show
from detector.bench.schedule.simulate import Event, Piece, simulate
from detector.bench.schedule.work import OVERDUE_SECONDS, arriving, pieces
from detector.bench.texts import words
from detector.errors import Misconfigured
from detector.pipeline import PROMISE_SECONDS

WHERE = Surroundings(
    {"cpu": "Example 9000", "cores": 2, "flags": [], "memory_gib": 24, "system": "Linux", "load": 0.1}, {}, "abc"
)
TABLE = Costs(
    {Shape(1, 16): 0.004, Shape(4, 16): 0.010, Shape(1, 48): 0.010, Shape(4, 48): 0.032, Shape(1, 192): 0.040}
)
EVERY_RULE = pytest.mark.parametrize("rule", Rule)


def test_a_run_that_was_timed_takes_as_long_and_others_lie_in_between() -> None:
    assert TABLE.run(4, 16) == 0.010
    assert TABLE.run(2, 16) == pytest.approx(0.006)
    assert TABLE.run(1, 32) == pytest.approx(0.007)
    assert TABLE.run(4, 32) == pytest.approx(0.021)


def test_beyond_what_was_timed_a_window_or_a_token_costs_as_much_as_at_the_end() -> None:
    assert TABLE.run(8, 16) == pytest.approx(0.020)
    assert TABLE.run(3, 192) == pytest.approx(0.120)
    assert TABLE.run(1, 384) == pytest.approx(0.080)
    assert TABLE.run(1, 8) == pytest.approx(0.002)


def test_shapes_take_turns_at_being_timed_and_none_is_left_out() -> None:
    ran: list[Shape] = []
    shapes = [Shape(1, 16), Shape(2, 16)]
    costs = measure_costs(shapes, 3, ran.append)
    assert ran == 3 * shapes
    assert set(costs.seconds) == set(shapes)
    assert min(costs.seconds.values()) > 0


def test_a_table_comes_back_from_a_report(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(json.dumps({"options": {"costs": TABLE.as_json()}}))
    assert Costs.of_file(file).seconds == TABLE.seconds


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", '{"options": {}}', '[{"windows": 1, "length": 16, "seconds": 0}]', '[{"windows": 1}]', "[1]"],
)
def test_a_file_without_a_table_is_told_with_what_to_give_instead(content: str, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(content)
    with pytest.raises(Misconfigured, match=r"report\.json"):
        Costs.of_file(file)


def test_the_plans_time_only_what_a_batch_may_hold_and_include_a_backlog_and_an_overload() -> None:
    for plan in (FULL, QUICK):
        assert max(shape.windows * shape.length for shape in plan.shapes()) <= plan.most_tokens
        assert {1, 16} <= {shape.windows for shape in plan.shapes()}
        assert any(load.backlog for load in plan.loads)
        assert any(load.share > 1 for load in plan.loads)
        assert {load.where for load in plan.loads} == set(Where)


def taken(rule: Rule, lengths: Sequence[int], now: float = 0.0, *, idle: bool = True) -> list[int]:
    """The lengths of the first batch."""
    asked = schedule(rule)
    for number, length in enumerate(lengths):
        asked.add(number, length=length, deadline=100.0 + number, now=0.0)
    return [waiting.length for waiting in asked.take(now, idle=idle)]


@pytest.mark.parametrize(
    ("rule", "lengths", "batch"),
    [
        pytest.param(Rule.TEI, [16] * 9, [16] * 8, id="TEI: eight at the most"),
        pytest.param(Rule.TEI, [16, 3000, 16, 3000], [16, 3000, 16, 3000], id="TEI: within its tokens, unsorted"),
        pytest.param(Rule.TEI, [16, 6000, 16], [16, 6000], id="TEI: what would be padded beyond its tokens closes"),
        pytest.param(Rule.INFINITY, [48, 16] * 16, [48, 16] * 16, id="Infinity: one batch is not sorted"),
        pytest.param(Rule.INFINITY, [48, 16] * 17, [16] * 17 + [48] * 15, id="Infinity: more than one is"),
        pytest.param(Rule.TRITON, [16, 16, 48, 16], [16, 16], id="Triton: another shape closes"),
        pytest.param(Rule.TRITON, [16] * 40, [16] * 32, id="Triton: full"),
        pytest.param(Rule.TRITON, [16, 16], [], id="Triton: waits for its delay though the model is free"),
        pytest.param(Rule.FIXED, [16, 48] * 4 + [16], [16, 48] * 4, id="fixed: full"),
        pytest.param(Rule.FIXED, [16] * 7, [], id="fixed: waits until it is"),
        pytest.param(Rule.PADDED, [48, 16, 192, 48], [16, 48, 48, 192], id="by tokens: everything that fits"),
        pytest.param(Rule.PADDED, [192] + [16] * 20, [16] * 9 + [192], id="by tokens: padded to the longest"),
        pytest.param(Rule.SHIPPED, [48, 16, 48], [48, 48], id="by time: one length"),
    ],
)
def test_each_rule_cuts_its_first_batch_as_it_is_known_to(rule: Rule, lengths: list[int], batch: list[int]) -> None:
    assert taken(rule, lengths) == batch


@pytest.mark.parametrize(("rule", "delay"), [(Rule.TRITON, 0.005), (Rule.FIXED, 0.050)])
def test_what_waits_for_company_goes_when_its_delay_has_passed(rule: Rule, delay: float) -> None:
    assert taken(rule, [16, 16], now=delay * 0.9) == []
    assert taken(rule, [16, 16], now=delay) == [16, 16]


def test_the_product_runs_lengths_apart_and_the_servers_pad_to_the_longest() -> None:
    batch = [Waiting(number, length, 0.0, 0.0) for number, length in enumerate([16, 48, 16])]
    assert sorted(runs(Rule.SHIPPED, batch)) == [Shape(1, 48), Shape(2, 16)]
    assert runs(Rule.TEI, batch) == [Shape(3, 48)]


def event(arrives: float, *padded: int, partition: int = 0, written: float | None = None) -> Event:
    return Event(
        arrives, arrives if written is None else written, partition, [Piece(each - 2, each) for each in padded]
    )


def tenth(_batch: Batch) -> float:
    return 0.1


def answered(events: Sequence[Event], where: Where = Where.STREAM, rule: Rule = Rule.SHIPPED) -> list[float | None]:
    course = simulate(schedule(rule), events, tenth, where, PROMISE_SECONDS)
    return [None if each is None else round(each, 3) for each in course.answered]


def test_a_lone_event_has_its_answer_when_the_model_has_read_it() -> None:
    assert answered([event(5.0, 16)]) == [5.1]


def test_an_event_without_windows_is_answered_at_once_and_one_of_two_windows_after_both() -> None:
    assert answered([event(1.0), event(1.0, 16, 192, partition=1)]) == [1.0, 1.2]


def test_what_comes_while_the_model_reads_waits_for_its_end() -> None:
    assert answered([event(0.0, 16), event(0.02, 16, partition=1)]) == [0.1, 0.2]


def test_in_a_stream_an_answer_waits_for_those_before_it_in_its_partition_and_over_http_for_nobody() -> None:
    events = [event(0.0, 16, 192), event(0.0), event(0.0, partition=1)]
    assert answered(events) == [0.2, 0.2, 0.0]
    assert answered(events, Where.HTTP) == [0.2, 0.0, 0.0]


def test_over_http_what_is_not_answered_in_time_is_given_up_and_not_read_any_more() -> None:
    events = [event(0.0, 16 * number, partition=number) for number in range(1, 9)]
    course = simulate(schedule(Rule.SHIPPED), events, tenth, Where.HTTP, PROMISE_SECONDS)
    assert sum(each is not None for each in course.answered) == 2
    assert course.windows == 4  # those that were at the model already, one of them waiting for it


def test_a_hand_over_to_a_resting_model_takes_its_time_and_one_to_a_busy_model_none() -> None:
    events = [event(0.0, 16), event(0.02, 16, partition=1)]
    course = simulate(schedule(Rule.SHIPPED), events, tenth, Where.STREAM, PROMISE_SECONDS, hand_over=0.01)
    assert course.answered == pytest.approx([0.11, 0.21])


@EVERY_RULE
def test_no_rule_loses_an_event_of_a_stream_or_reads_a_window_twice(rule: Rule) -> None:
    lengths = (16, 48, 192, 32)
    events = [event(number * 0.01, *lengths[: number % 4], partition=number % 3) for number in range(60)]
    course = simulate(schedule(rule), events, lambda batch: 0.005 * len(batch), Where.STREAM, PROMISE_SECONDS)
    assert None not in course.answered
    assert course.windows == sum(len(each.pieces) for each in events)
    assert course.busy == pytest.approx(0.005 * course.windows)


def stub_work(count: int = 100) -> list[Sequence[Piece]]:
    return [(Piece(14, 16),) if number % 4 else (Piece(180, 192), Piece(180, 192)) for number in range(count)]


def alone(piece: Piece) -> float:
    return TABLE.run(1, piece.padded)


def test_a_load_is_a_share_of_what_the_model_sustains() -> None:
    plan = Plan(partitions=4)
    events = arriving(plan, Load(Where.STREAM, 0.5, Arrivals.EVEN), stub_work(), alone)
    mean = (3 * 0.004 + 2 * 0.040) / 4
    assert events[99].arrives == pytest.approx(99 * mean / 0.5)
    assert {each.partition for each in events} == set(range(4))
    assert all(each.written == each.arrives for each in events)


def test_a_backlog_is_there_at_the_start_and_long_overdue() -> None:
    events = arriving(Plan(), Load(Where.STREAM, 0.5, backlog=1.0), stub_work(), alone)
    old = [each for each in events if each.written < 0]
    assert len(old) == round(1.0 / ((3 * 0.004 + 2 * 0.040) / 4))
    assert {(each.arrives, each.written) for each in old} == {(0.0, -OVERDUE_SECONDS)}


def test_over_http_every_event_stands_for_itself() -> None:
    events = arriving(Plan(), Load(Where.HTTP, 0.5), stub_work(), alone)
    assert len({each.partition for each in events}) == len(events)


def test_a_text_that_came_before_needs_no_run() -> None:
    work = pieces(realistic(1, words), 400, NoScorer().windows)
    assert len(work) == 400
    known = sum(not each for each in work)
    assert 0.05 < known / len(work) < 0.25


PLAN = replace(
    QUICK,
    loads=(Load(Where.STREAM, 0.7), Load(Where.HTTP, 1.5), Load(Where.STREAM, 0.7, backlog=1.0)),
    events=300,
    rounds=2,
)


@pytest.fixture(scope="module")
def taken_rows() -> list[Row]:
    windows = NoScorer().windows

    def padded(text: str) -> list[object]:
        return [replace(each, ids=[1] * each.padded, padded=-(-each.padded // 16) * 16) for each in windows(text)]

    return rows(PLAN, measure(PLAN, TABLE, partial(realistic, places=words), padded))  # type: ignore[arg-type]


def row_of(found: Sequence[Row], load: Load, rule: Rule) -> Row:
    return next(row for row in found if (row.load, row.rule) == (load, rule))


def test_there_is_a_row_for_each_load_and_rule_over_all_rounds(taken_rows: list[Row]) -> None:
    assert [(row.load, row.rule) for row in taken_rows] == list(PLAN.turns())
    row = row_of(taken_rows, PLAN.loads[0], Rule.SHIPPED)
    assert row.latency is not None
    assert row.latency.samples == PLAN.rounds * PLAN.events
    assert 0 <= row.padded < 0.5
    assert row.work <= 1.05
    assert row.surprise is not None
    assert row.surprise < 0.3


def test_the_events_of_a_backlog_count_in_no_latency(taken_rows: list[Row]) -> None:
    row = row_of(taken_rows, PLAN.loads[2], Rule.SHIPPED)
    assert row.latency is not None
    assert row.latency.samples < PLAN.rounds * PLAN.events
    assert max(row.samples_ms) < 1000 * OVERDUE_SECONDS


def test_over_http_what_got_no_answer_counts_as_late_and_yielding_keeps_more_in_time(taken_rows: list[Row]) -> None:
    load = PLAN.loads[1]
    yielding, in_order = (row_of(taken_rows, load, rule) for rule in (Rule.YIELDING, Rule.SHIPPED))
    assert yielding.latency is not None
    assert yielding.in_time is not None
    assert in_order.in_time is not None
    assert yielding.latency.samples < PLAN.rounds * PLAN.events
    assert in_order.in_time.median < yielding.in_time.median < 1.0


def test_the_product_is_held_to_the_best_of_the_others_under_each_load_and_to_the_promise_under_a_calm_one(
    taken_rows: list[Row],
) -> None:
    found = bars(taken_rows)
    assert [bar.name.partition(": ")[2] for bar in found] == [
        "share in time, beside the best other's",
        "share in time",
        "share in time, beside the best other's",
        "share in time, beside the best other's",
    ]
    others = [
        row.in_time.median
        for row in taken_rows
        if row.load == PLAN.loads[1] and row.rule not in (Rule.SHIPPED, Rule.YIELDING) and row.in_time is not None
    ]
    assert found[2].bar == max(others)
    own = row_of(taken_rows, PLAN.loads[1], Rule.YIELDING).in_time
    assert own is not None
    assert found[2].value == own.median


def test_the_result_is_shown_with_the_run_times_it_rests_on_and_written(taken_rows: list[Row]) -> None:
    output = io.StringIO()
    show(PLAN, TABLE, taken_rows, bars(taken_rows), WHERE, Console(file=output, width=120))
    told = output.getvalue()
    assert "virtual clock" in told
    for expected in ("192 tokens", "40", *(load.title for load in PLAN.loads), *Rule):
        assert expected in told
    written = json.loads(json.dumps(taken_rows[0].as_json()))
    assert written["load"] == PLAN.loads[0].title
    assert written["rule"] == "by time"
    assert 0 <= written["share_in_time"]["median"] <= 1
    json.dumps(PLAN.as_json())


def test_the_shares_are_drawn(taken_rows: list[Row], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from detector.bench.schedule.plots import share_plot  # noqa: PLC0415 - an extra

    file = tmp_path / "shares.png"
    share_plot(taken_rows, file)
    assert file.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(Misconfigured, match="nowhere"):
        share_plot(taken_rows, tmp_path / "nowhere" / "shares.png")
