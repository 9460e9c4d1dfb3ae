"""The race against what a user would pick instead: who enters, what the turns come to, and how it is shown."""

import io
import json
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pytest
from rich.console import Console

from detector.bench.interpreters import interpreters, libraries, versions
from detector.bench.life import Drained
from detector.bench.messages import Message
from detector.bench.peers.bars import bars
from detector.bench.peers.contenders import PROGRAMS, Contender, Race, installing, promise
from detector.bench.peers.events import decoded, encoded, key_of, text_in
from detector.bench.peers.figures import Row, row_json, rows
from detector.bench.peers.interpreters import commands, versions_of
from detector.bench.peers.padded_onnx import padded_judge
from detector.bench.peers.plan import FULL, QUICK, Plan, Turn, entrants
from detector.bench.peers.plots import rate_plot
from detector.bench.peers.run import Measured, Stint, _source
from detector.bench.peers.shipped import ShippedModel
from detector.bench.peers.show import show
from detector.bench.report import Surroundings
from detector.bench.stream.keeping import Tried
from detector.bench.texts import words
from detector.events import EventKind

BUNDLE = Path(__file__).parents[3] / "models" / "distilbert-leaks"
MIB = 2**20
WHERE = Surroundings(
    {"cpu": "Example 9000", "cores": 2, "flags": [], "memory_gib": 24, "system": "Linux", "load": 0.1}, {}, "abc"
)
LEAK = "For a better price write to anna.berg@example.com or ring 07700 900123."
CLEAN = "The flat is quiet and has a view of the old harbour."


@pytest.mark.parametrize("kind", EventKind)
def test_a_peer_finds_text_and_key_in_an_event_of_the_bench(kind: EventKind) -> None:
    message = Message.of("event-7", kind, "Ring the bell")
    event = decoded(message.value)
    assert text_in(event) == "Ring the bell"
    assert key_of(event) == message.key


@pytest.mark.parametrize(("score", "label"), [(0.5, "Fraud"), (0.49, "NonFraud")])
def test_a_peer_answers_with_score_and_label(score: float, label: str) -> None:
    assert json.loads(encoded(score)) == {"score": score, "label": label}


def test_padded_onnxruntime_judges_a_batch_of_any_lengths_with_the_shipped_model() -> None:
    leak, clean, cut = padded_judge(BUNDLE)([LEAK, CLEAN, "quiet " * 2000])
    assert leak > clean
    assert all(0 < score < 1 for score in (leak, clean, cut))


def test_a_peer_that_hosts_the_shipped_model_hands_it_all_windows_of_all_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DETECTOR_BUNDLE", str(BUNDLE))
    hidden = f"{CLEAN} " * 60 + LEAK
    scores = ShippedModel().scores([CLEAN, hidden, "", LEAK])
    assert [score > 0.75 for score in scores] == [False, True, False, True]
    assert scores[2] == 0.0


@pytest.mark.parametrize("plan", [FULL, QUICK], ids=["full", "quick"])
def test_in_every_round_all_have_their_turn(plan: Plan) -> None:
    turns = list(plan.turns())
    for number in range(plan.rounds):
        entered = {(turn.race, turn.contender) for turn in turns if turn.round == number}
        assert entered == {
            *((Race.MODEL, contender) for contender in Contender),
            *((Race.ENGINE, each) for each in (Contender.PRODUCT, Contender.PRODUCT_AT_LEAST_ONCE)),
            *((Race.ENGINE, each) for each in (Contender.QUIX, Contender.QUIX_EXACTLY_ONCE)),
        }
        assert [turn.round for turn in turns].index(number) == number * len(entered)


@pytest.mark.parametrize("race", Race)
def test_within_a_round_all_have_the_same_events(race: Race) -> None:
    def sent(number: int, contender: Contender) -> list[Message]:
        return list(islice(_source(FULL, Turn(number, race, contender), words), 20))

    assert sent(0, Contender.PRODUCT) == sent(0, Contender.QUIX)
    assert sent(0, Contender.PRODUCT) != sent(1, Contender.PRODUCT)


def test_backlogs_are_whole_transactions_and_batches_so_that_no_timer_is_waited_for() -> None:
    for plan in (FULL, QUICK):
        for race, arguments in PROGRAMS[Contender.QUIX_EXACTLY_ONCE].arguments.items():
            every = int(arguments[-1])
            assert plan.backlog[race] % every == 0
            assert plan.backlog[race] >= 4 * every
        assert plan.backlog[Race.MODEL] % 32 == 0


def test_the_product_enters_beside_whom_it_is_set_and_a_race_that_none_of_them_enters_is_none() -> None:
    assert entrants([Contender.FAUST_TAKE], []) == {Race.MODEL: [Contender.PRODUCT, Contender.FAUST_TAKE]}
    assert entrants([Contender.FAUST_TAKE], [Race.ENGINE]) == {}
    assert list(entrants([Contender.QUIX, Contender.FAUST_TAKE], [])) == [Race.MODEL, Race.ENGINE]
    assert entrants([], []) == FULL.entrants


def test_every_contender_has_a_promise_and_a_program_or_settings() -> None:
    for contender in Contender:
        assert contender.ours != (contender in PROGRAMS)
        assert promise(contender) in {"exactly-once", "at-least-once", "no guarantee"}


def fake_python(folder: Path, name: str, *says: str) -> Path:
    """A program that answers whatever it is asked with these words, one a line."""
    file = folder / name
    file.write_text("#!/bin/sh\n" + "".join(f"echo '{each}'\n" for each in says))
    file.chmod(0o755)
    return file


def test_each_peer_runs_on_the_first_python_that_has_its_library_and_the_product(tmp_path: Path) -> None:
    without_product = fake_python(tmp_path, "without", "faust", "quixstreams")
    quix = fake_python(tmp_path, "quix", "detector", "quixstreams")
    all_ = fake_python(tmp_path, "all", "detector", "quixstreams", "faust")
    found = commands([tmp_path / "absent", without_product, quix, all_])
    assert {contender: command[0] for (_, contender), command in found.items()} == {
        Contender.QUIX: str(quix),
        Contender.QUIX_EXACTLY_ONCE: str(quix),
        Contender.FAUST_TAKE: str(all_),
    }
    assert found[Race.MODEL, Contender.FAUST_TAKE][1:] == ("-m", "detector.bench.peers.faust_take")
    assert "--json-only" in found[Race.ENGINE, Contender.QUIX]
    assert "--json-only" not in found[Race.MODEL, Contender.QUIX]
    assert "--exactly-once" in found[Race.ENGINE, Contender.QUIX_EXACTLY_ONCE]
    assert (Race.ENGINE, Contender.FAUST_TAKE) not in found


def test_who_cannot_be_started_is_missing_once() -> None:
    plan = Plan(entrants={Race.MODEL: [Contender.PRODUCT, Contender.QUIX], Race.ENGINE: [Contender.QUIX]})
    assert plan.without({(Race.MODEL, Contender.PRODUCT)}) == [Contender.QUIX]
    assert plan.without({(race, each) for race in Race for each in Contender}) == []


def test_a_python_tells_its_libraries_and_versions_and_what_is_none_tells_nothing(tmp_path: Path) -> None:
    here = Path(sys.executable)
    assert libraries(here, ["pytest", "no_such_library"]) == {"pytest"}
    assert versions(here, ["pytest", "no-such-library"]) == {"pytest": pytest.__version__}
    assert versions(tmp_path, ["pytest"]) == {}
    command = fake_python(tmp_path, "quix", "quixstreams 3.28.1")
    started = {(Race.MODEL, Contender.QUIX): (str(command), "-m", "x"), (Race.MODEL, Contender.PRODUCT): ("y",)}
    assert versions_of({Contender.QUIX, Contender.PRODUCT}, started) == {Contender.QUIX: {"quixstreams": "3.28.1"}}


def test_a_named_python_is_asked_first_and_where_it_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "target").touch()
    (tmp_path / "python").symlink_to("target")
    monkeypatch.chdir(tmp_path)
    first, second, *_ = interpreters([Path("python")])
    assert first == tmp_path / "python"
    assert second == Path(sys.executable)


def stint(rate: float, highest: float | None = None, repeated: int = 0) -> Stint:
    """A backlog of 100 events that was worked off at so many a second."""
    tried = [Tried(highest, 150, 120.0), Tried(2 * highest, 150, 700.0)] if highest else ()
    return Stint(Drained(100, 100 / rate, 1.0), 200 * MIB, 110, repeated, highest, tried)


def measured(race: Race, contender: Contender, stints: Sequence[Stint]) -> list[Measured]:
    return [Measured(Turn(number, race, contender), each) for number, each in enumerate(stints)]


ENTRANTS = {
    Race.MODEL: [Contender.PRODUCT, Contender.HF_PIPELINE, Contender.PADDED_ONNX, Contender.PRESIDIO],
    Race.ENGINE: [
        Contender.PRODUCT, Contender.PRODUCT_AT_LEAST_ONCE, Contender.QUIX, Contender.QUIX_EXACTLY_ONCE
    ],
}  # fmt: skip
PLAN = Plan(entrants=ENTRANTS)
TURNS = [
    # A busy second round slows everyone by half: their ratios stay.
    *measured(Race.MODEL, Contender.PRODUCT, [stint(130.0, 120.0), stint(65.0, 60.0), stint(130.0, 120.0)]),
    *measured(Race.MODEL, Contender.HF_PIPELINE, [stint(10.0), stint(5.0), stint(10.0)]),
    *measured(Race.MODEL, Contender.PADDED_ONNX, [stint(50.0), stint(25.0), stint(80.0)]),
    *measured(Race.ENGINE, Contender.PRODUCT, [stint(40_000.0)]),
    *measured(Race.ENGINE, Contender.PRODUCT_AT_LEAST_ONCE, [stint(60_000.0)]),
    *measured(Race.ENGINE, Contender.QUIX, [stint(50_000.0)]),
    *measured(Race.ENGINE, Contender.QUIX_EXACTLY_ONCE, [stint(50_000.0)]),
]


def row_of(result: Sequence[Row], race: Race, contender: Contender) -> Row:
    (found,) = [row for row in result if (row.race, row.contender) == (race, contender)]
    return found


def test_ratios_are_taken_round_by_round_so_that_a_busy_one_does_not_bend_them() -> None:
    result = rows(PLAN, TURNS)
    pipeline = row_of(result, Race.MODEL, Contender.HF_PIPELINE)
    assert pipeline.throughput is not None
    assert (pipeline.throughput.median, pipeline.throughput.low) == pytest.approx((10.0, 5.0))
    assert pipeline.ahead is not None
    assert (pipeline.ahead.low, pipeline.ahead.high) == pytest.approx((13.0, 13.0))
    assert pipeline.ahead_in_time is not None
    assert pipeline.ahead_in_time.median == pytest.approx(12.0)
    assert pipeline.highest is None
    assert pipeline.cpu_ms is not None
    assert pipeline.cpu_ms.median == pytest.approx(10.0)
    product = row_of(result, Race.MODEL, Contender.PRODUCT)
    assert product.highest is not None
    assert (product.highest.low, product.highest.high) == (60.0, 120.0)
    assert len(product.tried) == 3


def test_who_was_not_measured_has_no_row_and_the_order_is_the_plans() -> None:
    assert [(row.race, row.contender) for row in rows(PLAN, list(reversed(TURNS)))] == [
        (race, contender)
        for race, contenders in ENTRANTS.items()
        for contender in contenders
        if contender is not Contender.PRESIDIO
    ]


def test_a_backlog_too_short_for_a_rate_has_no_ratio_either() -> None:
    at_once = Stint(Drained(0, 0.0, 0.0), MIB, 10, 0)
    turns = [*measured(Race.MODEL, Contender.PRODUCT, [stint(100.0)]), *measured(Race.MODEL, Contender.QUIX, [at_once])]
    row = row_of(rows(Plan(entrants={Race.MODEL: list(Contender)}), turns), Race.MODEL, Contender.QUIX)
    assert (row.throughput, row.ahead, row.ahead_in_time, row.cpu_ms) == (None, None, None, None)


def test_bars_ask_for_the_rate_within_the_promise_and_for_engines_under_the_same_promise() -> None:
    found = {bar.name: (bar.value, bar.bar, bar.met) for bar in bars(rows(PLAN, TURNS))}
    assert found == {
        "events per second with p99 up to 250 ms over those of hf-pipeline": (pytest.approx(12.0), 12.0, True),
        "events per second with p99 up to 250 ms over those of padded-onnxruntime": (pytest.approx(2.4), 2.0, True),
        "engine alone: events per second of detector over those of quix-exactly-once": (pytest.approx(0.8), 1.0, False),
        "engine alone: events per second of detector-at-least-once over those of quix": (pytest.approx(1.2), 1.0, True),
        "model: verdicts of detector repeated": (0, 0, True),
        "engine: verdicts of detector repeated": (0, 0, True),
    }


def test_a_bar_whose_rate_was_not_found_or_whose_verdicts_repeat_is_missed() -> None:
    turns = [
        *measured(Race.MODEL, Contender.PRODUCT, [stint(130.0, None, repeated=2)]),
        *measured(Race.MODEL, Contender.HF_PIPELINE, [stint(10.0)]),
    ]
    reached = bars(rows(PLAN, turns))
    assert [bar.met for bar in reached] == [False, False]
    assert [bar.value for bar in reached] == [None, 2]


def test_the_tables_fit_a_narrow_terminal_and_name_who_is_missing_with_what_installs_it() -> None:
    console = Console(file=io.StringIO(), width=80)
    result = rows(PLAN, TURNS)
    ran_on = {Contender.QUIX: {"quixstreams": "3.28.1", "confluent-kafka": "2.12.2"}}
    show(PLAN, result, ran_on, {Contender.PRESIDIO: installing(Contender.PRESIDIO)}, bars(result), WHERE, console)
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "…" not in shown
    assert "presidio: not installed: make .venv-peers/.peers" in shown
    assert "quix: quixstreams 3.28.1, confluent-kafka 2.12.2" in shown
    assert "no model, events of 300 bytes" in shown
    assert ["hf-pipeline", "10", "13", "-", "12", "10", "200"] in [line.split() for line in shown.splitlines()]


def test_a_row_is_written_with_what_it_ran_on() -> None:
    row = row_of(rows(PLAN, TURNS), Race.MODEL, Contender.PADDED_ONNX)
    written = json.loads(json.dumps(row_json(row, {"onnxruntime": "1.31.1"})))
    assert written["contender"] == "padded-onnxruntime"
    assert written["promise"] == "no guarantee"
    assert written["versions"] == {"onnxruntime": "1.31.1"}
    assert written["events_per_second"] == {"median": 50.0, "low": 25.0, "high": 80.0}
    assert written["detector_within_promise_over_it"]["median"] == 2.4
    assert written["highest_rate"] is None


def test_the_rates_are_drawn(tmp_path: Path) -> None:
    file = tmp_path / "rates.png"
    rate_plot(rows(PLAN, TURNS), file)
    assert file.read_bytes().startswith(b"\x89PNG")


def test_both_sides_run_the_model_on_the_same_onnxruntime() -> None:
    locks = Path(__file__).parents[3] / "deploy" / "locks"
    pinned = {
        name: [line.split()[0] for line in (locks / name).read_text().splitlines() if line.startswith("onnxruntime==")]
        for name in ("serve.txt", "peers.txt", "peers.in")
    }
    assert len({*map(tuple, pinned.values())}) == 1, pinned
