"""How costs grow: the arithmetic, what the parts come to, and how it is shown."""

import io
import json
from pathlib import Path
from random import Random

import pytest
from rich.console import Console

from detector.bench.life import Drained
from detector.bench.report import Surroundings
from detector.bench.scale.backlog import Backlog
from detector.bench.scale.figures import bars, cost_exponent, figures_json
from detector.bench.scale.growth import after, exponent, growth_share
from detector.bench.scale.length import Length
from detector.bench.scale.plan import FULL, QUICK, Part, Plan
from detector.bench.scale.run import Measured
from detector.bench.scale.show import show
from detector.bench.scale.soak import Soaked
from detector.bench.scale.workers import Group

WHERE = Surroundings(
    {"cpu": "Example 9000", "cores": 2, "flags": [], "memory_gib": 24, "system": "Linux", "load": 0.1}, {}, "abc"
)
MIB = 2**20


def test_memory_that_stays_has_no_growth_and_a_steady_rise_is_told_as_its_share() -> None:
    assert growth_share([(float(at), 200.0) for at in range(900)]) == 0.0
    assert growth_share([(float(at), 200.0 + at / 10) for at in range(901)]) == pytest.approx(0.45, rel=0.01)


def test_moments_that_stick_out_do_not_bend_the_line() -> None:
    random = Random(1)
    steady = [(float(at), 200.0 + random.random()) for at in range(900)]
    peaks = [(at, value + 150 if at > 800 and at % 5 == 0 else value) for at, value in steady]
    growth = growth_share(peaks)
    assert growth is not None
    assert abs(growth) < 0.005


def test_too_few_points_tell_no_growth() -> None:
    assert growth_share([]) is None
    assert growth_share([(1.0, 5.0)]) is None
    assert growth_share([(1.0, 5.0), (1.0, 6.0)]) is None


def test_the_warm_up_is_a_share_of_the_time_and_not_of_the_points() -> None:
    points = [(10.0, 1.0), (11.0, 2.0), (12.0, 3.0), (18.0, 4.0)]
    assert after(points, 0.25) == [(12.0, 3.0), (18.0, 4.0)]
    assert after(points, 0.0) == points
    assert after([], 0.5) == []


def test_what_fills_in_the_warm_up_is_no_growth() -> None:
    resident = tuple((float(at), MIB * (200.0 + min(at, 200) / 4)) for at in range(901))
    assert Soaked(1, 900.0, 0.25, resident).growth == 0.0
    assert Soaked(1, 200.0, 0.0, resident[:201]).growth == pytest.approx(0.25)


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_of_a_power_law_is_found(power: float) -> None:
    assert exponent([(size, 3.0 * size**power) for size in (10, 100, 1000, 20_000)]) == pytest.approx(power)


def test_an_exponent_takes_two_sizes() -> None:
    assert exponent([(10, 1.0), (10, 2.0)]) is None
    assert exponent([(10, 1.0), (20, 0.0)]) is None


def test_what_any_event_costs_does_not_hide_the_growth_with_length() -> None:
    lengths = [Length(words, [1.0], [5.0 if words < 100 else words / 10]) for words in (10, 50, 100, 1000, 10_000)]
    assert cost_exponent(lengths) == pytest.approx(1.0)


def test_one_worker_and_two_take_turns_on_the_same_partitions() -> None:
    plan = Plan(rounds=2, partitions=(2, 12), workers=(1, 2))
    one_round = [(2, 1), (2, 2), (12, 1), (12, 2)]
    assert [each[1:] for each in plan.combinations()] == one_round * 2


def test_the_full_plan_goes_to_20_000_words_and_watches_memory_for_a_quarter_of_an_hour() -> None:
    assert (max(FULL.words), FULL.soak_minutes, FULL.workers) == (20_000, 15.0, (1, 2))
    assert QUICK.soak_minutes <= 1
    assert max(QUICK.words) == 20_000
    assert set(QUICK.parts) == set(Part)


def measured(rise: float = 0.0) -> Measured:
    drained = Drained(100, 2.0, 1.0)
    return Measured(
        [Group(4, 1, 2, drained, 200 * MIB), Group(4, 2, 1, Drained(100, 1.0, 1.2), 190 * MIB)],
        [Length(10, [5.0, 7.0], [4.0, 4.0]), Length(100, [9.0], [8.0]), Length(1000, [90.0], [80.0])],
        [Backlog(2000, drained, 150 * MIB), Backlog(20_000, drained, 151 * MIB)],
        Soaked(9000, 900.0, 0.25, [(float(at), MIB * (200.0 + rise * at / 900)) for at in range(901)]),
    )


@pytest.mark.parametrize(("rise", "met"), [(0.0, True), (12.0, True), (16.0, False)])
def test_memory_may_grow_by_five_per_cent_after_the_warm_up(rise: float, met: bool) -> None:  # noqa: FBT001
    (bar,) = bars(measured(rise))
    assert bar.bar == 5.0
    assert bar.met is met
    assert "15 minutes" in bar.name


def test_without_a_soak_there_is_no_bar_and_too_short_a_one_does_not_reach_it() -> None:
    assert bars(Measured()) == []
    assert not bars(Measured(soaked=Soaked(1, 0.1, 0.25, [(0.0, 1.0)])))[0].met


def test_every_line_is_written_with_what_was_varied() -> None:
    written = [json.loads(json.dumps(each)) for each in figures_json(measured())]
    assert [each["part"] for each in written] == ["workers"] * 2 + ["length"] * 3 + ["backlog"] * 2 + ["soak"]
    assert [(each["workers"], each["threads"], each["events_per_second"]["median"]) for each in written[:2]] == [
        (1, 2, 50.0),
        (2, 1, 100.0),
    ]
    assert [each["words"] for each in written[2:5]] == [10, 100, 1000]
    assert [each["events"] for each in written[5:7]] == [2000, 20_000]
    assert written[7]["growth_share"] == 0.0
    assert len(written[7]["rss_mib"]) == 901


def shown(result: Measured, width: int = 120) -> str:
    console = Console(file=io.StringIO(), width=width)
    show(result, bars(result), WHERE, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_each_part_has_its_table_and_the_cores_are_named_beside_the_workers() -> None:
    text = shown(measured())
    wanted = (
        "workers, on 2 cores",
        "2 workers",
        "1,000 words",
        "power of 1.00",
        "20,000 events",
        "9,000 events",
        "met",
    )
    assert [each for each in wanted if each not in text] == []
    assert "…" not in shown(measured(), width=80)


def test_a_part_that_was_left_out_is_not_shown() -> None:
    text = shown(Measured(lengths=measured().lengths))
    assert "length of a text" in text
    assert [part for part in ("workers", "backlog", "soak", "bar") if part in text] == []


@pytest.mark.parametrize("result", [measured(), Measured(lengths=measured().lengths), Measured(measured().groups)])
def test_growth_is_drawn_for_the_parts_that_there_are(result: Measured, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from detector.bench.scale.plots import growth_plot  # noqa: PLC0415 - an extra

    growth_plot(result, tmp_path / "scale.png")
    assert (tmp_path / "scale.png").read_bytes().startswith(b"\x89PNG")
