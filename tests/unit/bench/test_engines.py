"""Both engines side by side: the plan, what the turns come to, and how it is shown."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from detector.bench.article import ARTICLE_P99_MS, ARTICLE_RATE
from detector.bench.engines.bars import bars
from detector.bench.engines.figures import Measured, Row, row_json, rows
from detector.bench.engines.plan import FULL, QUICK, Plan
from detector.bench.engines.show import show
from detector.bench.engines.variants import Model, Take, Variant, environment
from detector.bench.life import Drained, Life, Paced
from detector.bench.report import Surroundings
from detector.bench.tables import surroundings_lines
from detector.errors import Misconfigured
from detector.settings import load_settings

RATE = ARTICLE_RATE
MACHINE = {"cpu": "Example 9000", "cores": 2, "flags": ["avx2"], "memory_gib": 8.0, "system": "Linux", "load": 0.0}
SURROUNDINGS = Surroundings(MACHINE, {"python": "3.11.0"}, "abc")


def life(
    latencies: Sequence[float] = (10.0, 20.0), *, events: int = 100, seconds: float = 1.0, repeated: int = 0
) -> Life:
    drained = Drained(events, seconds, cpu_seconds=0.5)
    return Life(drained, {RATE: Paced(latencies, [0.1], cpu_seconds=0.01)}, 300 * 2**20, 102, repeated)


def measured(plan: Plan, **lives: Sequence[Life]) -> list[Row]:
    """Rows of the plan, from each variant's lives in the order of the rounds."""
    chosen = {variant: iter(lives[variant.name]) for variant in plan.variants}
    return rows(plan, [Measured(turn, next(chosen[turn.variant])) for turn in plan.turns()])


def plan(*variants: Variant, model: Model = Model.SHIPPED, rounds: int = 1) -> Plan:
    return Plan(variants=variants, models=(model,), rates=(RATE,), rounds=rounds)


def shown(result: Sequence[Row], width: int = 200) -> str:
    console = Console(file=io.StringIO(), width=width)
    show(result, bars(result), SURROUNDINGS, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_variants_take_turns_so_that_a_slow_minute_is_shared() -> None:
    short = Plan(variants=(Variant.KAFKA_EXACTLY_ONCE, Variant.FAUST), rounds=2)
    one_round = [
        (Model.SHIPPED, Variant.KAFKA_EXACTLY_ONCE),
        (Model.SHIPPED, Variant.FAUST),
        (Model.NONE, Variant.KAFKA_EXACTLY_ONCE),
        (Model.NONE, Variant.FAUST),
    ]
    assert [(turn.model, turn.variant) for turn in short.turns()] == one_round * 2
    assert [turn.round for turn in short.turns()] == [0] * 4 + [1] * 4


@pytest.mark.parametrize("rate", FULL.rates)
def test_the_full_plan_has_samples_enough_for_a_p99(rate: float) -> None:
    assert FULL.rounds * FULL.events(rate) >= 300
    assert QUICK.rounds * QUICK.events(rate) < FULL.rounds * FULL.events(rate)


@pytest.mark.parametrize("variant", Variant)
def test_a_variant_is_a_set_of_settings_that_a_worker_takes(
    variant: Variant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in environment(variant, Take(64, 25.0)).items():
        monkeypatch.setenv(name, value)
    settings = load_settings(tmp_path / ".env")
    assert settings.engine is variant.engine
    assert settings.promise is variant.delivery
    assert settings.faust_take == (64 if variant is Variant.FAUST_TAKE else 1)


def test_a_row_joins_the_rounds_of_a_variant_and_no_other() -> None:
    two = plan(Variant.KAFKA_EXACTLY_ONCE, Variant.FAUST, rounds=2)
    first, second = measured(
        two,
        KAFKA_EXACTLY_ONCE=[life([1.0, 2.0], seconds=1.0), life([3.0, 4.0], seconds=0.5)],
        FAUST=[life([50.0], repeated=1), life([60.0], repeated=3)],
    )
    assert first.throughput is not None
    assert (first.throughput.low, first.throughput.high) == (100.0, 200.0)
    assert first.at_rate[RATE].samples_ms == [1.0, 2.0, 3.0, 4.0]
    assert (second.events, second.repeated) == (204, 4)


def test_processor_time_is_per_event_that_was_counted() -> None:
    figures = row_json(measured(plan(Variant.FAUST), FAUST=[life()])[0])
    assert figures["cpu_ms_per_event"]["median"] == 5.0
    assert figures["at_rate"]["12.71"]["cpu_ms_per_event"]["median"] == 5.0


def test_a_backlog_whose_verdicts_came_at_once_has_no_throughput() -> None:
    row = measured(plan(Variant.FAUST), FAUST=[life(events=0)])[0]
    figures = json.loads(json.dumps(row_json(row)))
    assert figures["events_per_second"] is None
    assert figures["cpu_ms_per_event"] is None
    assert "faust" in shown([row])


def test_a_rate_beyond_what_is_sustained_is_pointed_out() -> None:
    slow, fast = (measured(plan(Variant.FAUST), FAUST=[life(seconds=seconds)])[0] for seconds in (10.0, 1.0))
    assert row_json(slow)["at_rate"]["12.71"]["overrun"] is True
    assert "beyond what the engine sustains" in shown([slow])
    assert "beyond what the engine sustains" not in shown([fast])


def test_a_p99_on_few_samples_is_marked_and_one_on_enough_is_not() -> None:
    few, enough = (measured(plan(Variant.FAUST), FAUST=[life([7.0] * count)])[0] for count in (299, 300))
    assert "some on only 299" in shown([few])
    assert "7 ?" in shown([few])
    assert "samples" not in shown([enough])
    assert "7 ?" not in shown([enough])


def test_events_that_were_sent_late_are_pointed_out() -> None:
    late = Life(Drained(100, 1.0, 0.5), {RATE: Paced([10.0], [2.0], 0.01)}, 0, 101, 0)
    assert "sent up to 2.0 ms late" in shown(measured(plan(Variant.FAUST), FAUST=[late]))
    assert "late, part of" not in shown(measured(plan(Variant.FAUST), FAUST=[life()]))


def test_the_table_has_a_column_for_each_variant_with_its_guarantee_and_what_was_repeated() -> None:
    both = plan(Variant.KAFKA_EXACTLY_ONCE, Variant.FAUST_TAKE)
    text = shown(measured(both, KAFKA_EXACTLY_ONCE=[life()], FAUST_TAKE=[life(repeated=4)]))
    assert "model: shipped" in text
    assert "exactly-once" in text
    assert "0 of 102" in text
    assert "take 32, 10 ms" in text
    assert "4 of 102" in text


def test_all_variants_fit_a_terminal_of_80_columns() -> None:
    text = shown(measured(plan(*Variant), **{variant.name: [life()] for variant in Variant}), width=80)
    assert "…" not in text
    assert text.count("kafka") >= 2


def test_a_machine_that_was_busy_is_said_to_have_been() -> None:
    busy = Surroundings({**MACHINE, "load": 1.5}, {}, None)
    assert not any("busy" in line.plain for line in surroundings_lines(SURROUNDINGS))
    assert any("busy" in line.plain for line in surroundings_lines(busy))


def test_the_spread_of_the_rounds_stands_under_a_figure_that_has_one() -> None:
    once, twice = plan(Variant.FAUST), plan(Variant.FAUST, rounds=2)
    assert "100-200" in shown(measured(twice, FAUST=[life(seconds=1.0), life(seconds=0.5)]))
    assert "100-100" not in shown(measured(once, FAUST=[life()]))


def test_the_shipped_model_is_held_to_the_article_and_an_exactly_once_row_to_its_guarantee() -> None:
    result = measured(plan(Variant.KAFKA_EXACTLY_ONCE), KAFKA_EXACTLY_ONCE=[life([ARTICLE_P99_MS + 1], repeated=1)])
    met = {bar.name.rpartition(": ")[2]: bar.met for bar in bars(result)}
    assert met == {"verdicts repeated": False, "events per second": True, "p99 in ms at 12.71 events per second": False}


def test_the_engine_alone_is_held_to_no_figure_of_a_model() -> None:
    result = measured(plan(Variant.FAUST, model=Model.NONE), FAUST=[life()])
    assert bars(result) == []


def test_the_faust_engine_must_not_wait_as_long_as_fausts_own_timer_does() -> None:
    both = plan(Variant.FAUST, Variant.FAUST_TAKE, model=Model.NONE)
    (bar,) = bars(measured(both, FAUST=[life([4.0])], FAUST_TAKE=[life([25.0])]))
    assert (bar.value, bar.bar, bar.met) == (4.0, 25.0, True)
    (bar,) = bars(measured(both, FAUST=[life([40.0])], FAUST_TAKE=[life([25.0])]))
    assert not bar.met


def test_the_latencies_are_drawn_for_each_model_and_rate(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from detector.bench.engines.plots import latency_plot  # noqa: PLC0415 - an extra

    both = plan(Variant.KAFKA_EXACTLY_ONCE, Variant.FAUST)
    file = tmp_path / "latency.png"
    latency_plot(measured(both, KAFKA_EXACTLY_ONCE=[life()], FAUST=[life()]), file)
    assert file.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(Misconfigured, match="folder that exists"):
        latency_plot(measured(both, KAFKA_EXACTLY_ONCE=[life()], FAUST=[life()]), tmp_path / "nowhere" / "x.png")
