"""A stream from Kafka to Kafka: the plan, the search, the budget, what the turns come to, and how it is shown."""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from rich.console import Console

from detector.bench.arrivals import Arrivals
from detector.bench.article import ARTICLE_RATE
from detector.bench.life import Drained, Life, Paced
from detector.bench.mixes import Mix
from detector.bench.report import Surroundings
from detector.bench.stream.bars import bars, engine_bars
from detector.bench.stream.budget import AFTER, BETWEEN, WHOLE, budget
from detector.bench.stream.engine import EnginePlan, engine_json, show_engine
from detector.bench.stream.figures import Row, row_json, rows
from detector.bench.stream.keeping import Tried
from detector.bench.stream.plan import FULL, QUICK, Plan, Search, Subject
from detector.bench.stream.run import Answered, Measured, Stint
from detector.bench.stream.search import highest
from detector.bench.stream.show import show
from detector.cli.bench_parts import variables_from
from detector.monitoring.exposition import Change, parsed
from detector.settings import Delivery

WHERE = Surroundings(
    {"cpu": "Example 9000", "cores": 2, "flags": [], "memory_gib": 24, "system": "Linux", "load": 0.1}, {}, "abc"
)
POISSON = (ARTICLE_RATE, Arrivals.POISSON)
EXACTLY_ONCE, AT_LEAST_ONCE = Delivery.EXACTLY_ONCE, Delivery.AT_LEAST_ONCE


def test_rows_take_turns_so_that_a_slow_minute_is_shared() -> None:
    plan = Plan(mixes=(Mix.REALISTIC,), variants=({}, {"DETECTOR_CACHE_WINDOWS": "0"}), rounds=2)
    one_round = [(delivery, variant) for delivery in (EXACTLY_ONCE, AT_LEAST_ONCE) for variant in (0, 1)]
    assert [(turn.subject.delivery, turn.subject.variant) for turn in plan.turns()] == 2 * one_round
    assert [turn.round for turn in plan.turns()] == [0] * 4 + [1] * 4
    assert [plan.title(0), plan.title(1)] == ["as shipped", "cache_windows=0"]


def test_the_full_plan_has_samples_enough_and_both_kinds_of_arrivals_at_the_articles_rate() -> None:
    assert FULL.rounds * FULL.events >= 300
    assert QUICK.rounds * QUICK.events < 300
    for plan in (FULL, QUICK):
        assert {(pace.rate, pace.arrivals) for pace in plan.paces(0)} >= {(ARTICLE_RATE, each) for each in Arrivals}


@pytest.mark.parametrize(("rate", "events"), [(1.0, 150), (100.0, 1000)])
def test_a_trial_of_the_search_lasts_its_time_or_its_samples(rate: float, events: int) -> None:
    assert Search(seconds=10.0, samples=150).events(rate) == events


def holding_up_to(border: float, asked: list[float]) -> Callable[[float], bool]:
    def holds(rate: float) -> bool:
        asked.append(rate)
        return rate <= border

    return holds


@pytest.mark.parametrize("resolution", [0.2, 0.05, 0.01])
@pytest.mark.parametrize("border", [7.0, 26.0, 49.9, 80.0, 99.0, 109.9])
def test_the_highest_rate_is_found_to_the_resolution_and_never_above_it(border: float, resolution: float) -> None:
    asked: list[float] = []
    found = highest(holding_up_to(border, asked), capacity=100.0, resolution=resolution)
    assert found is not None
    assert border / (1 + resolution) <= found <= border
    assert found in asked
    assert len(asked) <= 12
    # What is known to be too much is not asked for again, nor is anything above it.
    assert all(later < rate for number, rate in enumerate(asked) if rate > border for later in asked[number + 1 :])


def test_what_holds_nowhere_has_no_highest_rate_and_is_given_up_soon() -> None:
    asked: list[float] = []
    assert highest(holding_up_to(1.0, asked), capacity=100.0, resolution=0.05) is None
    assert asked == [50.0, 25.0, 12.5, 6.25]


def scraped(worker: float, stages: Mapping[str, tuple[int, float]], events: int, hits: int = 0) -> str:
    """What a worker says after so many events of so many seconds each; a stage has its count and its seconds each."""
    lines = ["process_start_time_seconds 1"]
    series = [("detector_latency_seconds", 'kind="BOOKING"', events, worker)]
    series += [("detector_stage_seconds", f'stage="{name}"', count, each) for name, (count, each) in stages.items()]
    for name, label, count, each in series:
        lines += [f"{name}_sum{{{label}}} {count * each}", f"{name}_count{{{label}}} {count}"]
        lines += [f'{name}_bucket{{{label},le="{bound}"}} {count if each <= bound else 0}' for bound in (0.01, 0.1)]
        lines += [f'{name}_bucket{{{label},le="+Inf"}} {count}']
    lines += [f'detector_cached_windows_total{{result="{name}"}} {n}' for name, n in (("hit", hits), ("miss", events))]
    return "\n".join(lines) + "\n"


STAGES = {"decode": 0.001, "wait": 0.004, "score": 0.02, "deliver": 0.005}


def changes(events: int = 10, worker: float = 0.035, hits: int = 0) -> Sequence[Change]:
    later = scraped(worker, {name: (events, each) for name, each in STAGES.items()}, events, hits)
    return [Change(parsed(scraped(0.0, {}, 0), 1.0), parsed(later, 2.0))]


def test_a_budget_names_each_stage_and_what_is_left_makes_the_sum_whole() -> None:
    lines = budget(changes(), [40.0] * 10)
    means = {line.part: line.mean for line in lines}
    assert [line.part for line in lines] == [
        BETWEEN, "decode", "prepare", "wait", "score", "aggregate", "deliver", AFTER, WHOLE
    ]  # fmt: skip
    assert means["score"] == pytest.approx(20)
    assert means["prepare"] is None
    assert means[BETWEEN] == pytest.approx(35 - 30)
    assert means[AFTER] == pytest.approx(40 - 35)
    parts = [mean for part, mean in means.items() if part != WHOLE and mean is not None]
    assert sum(parts) == pytest.approx(means[WHOLE])


def test_a_stages_p99_lies_in_the_bucket_of_the_slowest_and_a_rest_has_none() -> None:
    p99 = {line.part: line.p99 for line in budget(changes(), [40.0] * 99 + [90.0])}
    assert p99["score"] is not None
    assert 10 < p99["score"] <= 100
    assert p99["decode"] is not None
    assert p99["decode"] <= 10
    assert (p99[BETWEEN], p99[AFTER], p99["prepare"], p99[WHOLE]) == (None, None, None, 40.0)


def test_where_nothing_was_sent_there_is_no_budget() -> None:
    assert budget(changes(), []) == []


def stint(latency: float = 40.0, *, ready: float = 1.0, top: float | None = 20.0, repeated: int = 0) -> Stint:
    answered = {
        (rate, arrivals): Answered(Paced([latency] * 150, [0.1] * 150, 0.3), changes())
        for rate in (ARTICLE_RATE,)
        for arrivals in Arrivals
    }
    tried = [Tried(20.0, 150, 100.0), Tried(30.0, 150, 400.0)]
    return Stint(ready, Drained(100, 4.0, 2.0), answered, tried, top, changes(hits=30), 300 * 2**20, 500, repeated)


def measured(*stints: Stint, mix: Mix = Mix.LISTINGS_512, delivery: Delivery = EXACTLY_ONCE) -> tuple[Plan, list[Row]]:
    plan = replace(QUICK, mixes=(mix,), deliveries=(delivery,), rounds=len(stints))
    return plan, rows(plan, [Measured(turn, each) for turn, each in zip(plan.turns(), stints, strict=True)])


def test_a_row_joins_the_rounds_and_tells_how_far_they_lie_apart() -> None:
    _, (row,) = measured(stint(40.0, top=20.0), stint(50.0, top=30.0, repeated=2))
    latency = row.at[POISSON].latency
    assert latency is not None
    assert (latency.samples, latency.p99_of_rounds.low, latency.p99_of_rounds.high) == (300, 40.0, 50.0)
    assert row.highest is not None
    assert (row.highest.low, row.highest.median, row.highest.high) == (20.0, 25.0, 30.0)
    assert (row.events, row.repeated, row.cached) == (1000, 2, 0.75)


def test_a_row_is_written_with_its_budget_and_all_that_was_tried() -> None:
    _, (row,) = measured(stint())
    written = json.loads(json.dumps(row_json(row)))
    assert written["highest_rate"]["median"] == 20.0
    assert [[(each["rate"], each["p99_ms"]) for each in turn] for turn in written["tried"]] == [
        [(20.0, 100.0), (30.0, 400.0)]
    ]
    assert written["cached_share"] == 0.75
    assert [each["arrivals"] for each in written["at_rate"]] == ["even", "poisson"]
    assert written["at_rate"][0]["budget"][-1] == {"part": WHOLE, "mean_ms": 40.0, "p99_ms": 40.0}


def met(row: Sequence[Row]) -> dict[str, bool]:
    return {bar.name.partition(": ")[2]: bar.met for bar in bars(row)}


def test_512_tokens_exactly_once_are_held_to_60_ms_and_every_worker_to_its_size_and_start() -> None:
    p99 = "p99 in ms at 12.71 events per second, "
    fine = {p99 + "even", p99 + "poisson", "verdicts repeated", "RSS in MB", "seconds from start to ready"}
    assert met(measured(stint(60.0))[1]) == dict.fromkeys(fine, True)
    slow = met(measured(stint(61.0, ready=2.1, repeated=1))[1])
    assert [name for name, reached in slow.items() if reached] == ["RSS in MB"]


def test_other_texts_and_the_other_guarantee_are_held_to_no_latency() -> None:
    assert not any("p99" in name for name in met(measured(stint(999.0), mix=Mix.REALISTIC)[1]))
    assert set(met(measured(stint(999.0, repeated=9), delivery=AT_LEAST_ONCE)[1])) == {
        "RSS in MB",
        "seconds from start to ready",
    }


def shown(stints: Sequence[Stint], width: int = 200) -> str:
    plan, result = measured(*stints)
    console = Console(file=io.StringIO(), width=width)
    show(plan, result, bars(result), WHERE, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_tables_show_rates_arrivals_budget_and_how_long_a_trial_lasts() -> None:
    text = shown([stint(), stint(60.0)])
    wanted = (
        "texts: listings-512", "p99 at 12.71/s even", "p99 at 12.71/s poisson", "p99 ≤ 250 ms", "75.0%", "40-60",
        "where the time goes at 12.71/s", "from commit to reader", "each trial lasts 2 s, or 40 events",
    )  # fmt: skip
    assert [each for each in wanted if each not in text] == []
    assert "…" not in shown([stint()], width=80)


def test_a_limit_that_no_rate_kept_is_pointed_out() -> None:
    assert "no rate was found" in shown([stint(top=None)])
    assert "no rate was found" not in shown([stint()])


def test_the_latencies_are_drawn_for_each_mix_and_rate(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from detector.bench.stream.plots import latency_plot  # noqa: PLC0415 - an extra

    latency_plot(measured(stint())[1], tmp_path / "stream.png")
    assert (tmp_path / "stream.png").read_bytes().startswith(b"\x89PNG")


def engine_life(seconds: float) -> Life:
    return Life(Drained(100_000, seconds, 2.0), {}, 200 * 2**20, 100_001, 0, {"decode": 9.0, "prepare": 6.0})


def test_the_engine_alone_is_held_to_40_000_events_per_second_with_either_guarantee() -> None:
    lives = [(EXACTLY_ONCE, engine_life(2.5)), (AT_LEAST_ONCE, engine_life(2.6))]
    assert [(bar.value, bar.met) for bar in engine_bars(lives)] == [
        (40_000.0, True),
        (0, True),
        (pytest.approx(38_461.5, abs=0.1), False),
    ]
    assert engine_json(lives)[0]["cpu_us_per_event"]["median"] == 20.0
    console = Console(file=io.StringIO(), width=80)
    show_engine(EnginePlan(), lives, engine_bars(lives), WHERE, console)
    assert isinstance(console.file, io.StringIO)
    assert "no model, events of 300 bytes" in console.file.getvalue()
    assert engine_json(lives)[0]["parts_us_per_event"]["decode"]["median"] == 9.0
    assert engine_json(lives)[0]["parts_us_per_event"]["read"] is None
    per_byte = [line.split() for line in console.file.getvalue().splitlines() if "ns per byte" in line]
    assert [line[-2:] for line in per_byte] == [["20", "20"]]


def test_settings_are_passed_on_as_variables_and_what_is_none_is_refused() -> None:
    assert variables_from(["cache_windows=0", "BATCH_MAX_ITEMS=8"]) == {
        "DETECTOR_CACHE_WINDOWS": "0",
        "DETECTOR_BATCH_MAX_ITEMS": "8",
    }
    for wrong in ("cache_window=0", "cache_windows", "api_keys=sixteen-letters-x", "kafka=x"):
        with pytest.raises(typer.BadParameter):
            variables_from([wrong])


def test_a_subject_of_the_plan_is_a_row_of_its_own() -> None:
    assert Plan().subjects()[:2] == [
        Subject(Mix.LISTINGS_512, EXACTLY_ONCE),
        Subject(Mix.LISTINGS_512, AT_LEAST_ONCE),
    ]
