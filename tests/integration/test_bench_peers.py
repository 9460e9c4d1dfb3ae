"""`detector bench peers` on a real broker, so short that it says nothing but that it measures."""

import json
import sys
from pathlib import Path

import pytest

from detector.bench.interpreters import interpreters
from detector.bench.peers.contenders import PROGRAMS, Contender, Race
from detector.bench.peers.figures import rows
from detector.bench.peers.interpreters import commands
from detector.bench.peers.plan import Plan
from detector.bench.peers.run import measure
from detector.bench.stream.plan import Search
from detector.bench.texts import words
from detector.operations.worker_process import WorkerFailed
from tests.integration.benches import bench, ended
from tests.integration.workers import KEYWORD_WORKER, SECONDS

pytestmark = pytest.mark.kafka

BUNDLE = Path(__file__).parents[2] / "models" / "distilbert-leaks"
KEYWORD_PEER = (sys.executable, str(Path(__file__).with_name("keyword_peer.py")))
EVENTS = 300
PLAN = Plan(
    entrants={
        Race.MODEL: [Contender.PRODUCT, Contender.HF_PIPELINE],
        Race.ENGINE: [Contender.PRODUCT, Contender.QUIX],
    },
    rounds=1,
    backlog={Race.MODEL: EVENTS, Race.ENGINE: EVENTS // 2},
    # Whatever the machine is busy with, the lowest rate holds.
    search=Search(limit_ms=1000 * SECONDS, seconds=0.1, samples=10, resolution=3.0),
)


def test_product_and_peer_work_off_the_same_backlog_and_only_the_product_is_asked_for_its_rate(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # For each batch, of which the backlog has ten: it is not worked off in the moment in which the clock is started.
    monkeypatch.setenv("WORKER_SCORE_SECONDS", "0.05")
    started = {
        (Race.MODEL, Contender.PRODUCT): KEYWORD_WORKER,
        (Race.MODEL, Contender.HF_PIPELINE): KEYWORD_PEER,
        (Race.ENGINE, Contender.PRODUCT): KEYWORD_WORKER,
    }
    outcome = measure(PLAN, started, {}, words, kafka)
    assert outcome.failed == {}
    product, peer, alone = rows(PLAN, outcome.measured)
    assert (peer.events, peer.repeated, peer.highest) == (EVENTS, 0, None)
    assert peer.throughput is not None
    # It takes ten milliseconds for a text.
    assert peer.throughput.median <= 100
    assert peer.ahead is not None
    assert peer.ahead.median > 1
    assert peer.ahead_in_time is not None
    ((trial,),) = product.tried
    assert product.highest is not None
    assert product.highest.median == trial.rate
    assert (product.events, product.repeated) == (EVENTS + trial.samples, 0)
    assert (alone.race, alone.events, alone.highest) == (Race.ENGINE, EVENTS // 2, None)


@pytest.mark.parametrize(
    ("contender", "race"),
    [
        (Contender.HF_PIPELINE, Race.MODEL),
        (Contender.PRESIDIO, Race.MODEL),
        (Contender.QUIX, Race.MODEL),
        (Contender.QUIX_EXACTLY_ONCE, Race.ENGINE),
        (Contender.FAUST_TAKE, Race.MODEL),
    ],
)
def test_a_peer_answers_every_event_and_stops_in_order(
    kafka: str, contender: Contender, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    # PyTorch's threads wait for each other in a loop, which takes ten times as long where others run.
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    started = commands(interpreters(()))
    if (race, contender) not in started:
        pytest.skip(f"{contender} needs {PROGRAMS[contender].installed_by}")
    plan = Plan(entrants={race: [contender]}, rounds=1, backlog={race: 12}, search=None)
    outcome = measure(plan, started, {"DETECTOR_BUNDLE": str(BUNDLE)}, words, kafka)
    assert outcome.failed == {}
    (row,) = rows(plan, outcome.measured)
    assert (row.events, row.repeated) == (12, 0)
    assert row.peak_mib is not None
    assert row.peak_mib.median > 10


def test_a_peer_that_fails_is_left_out_from_then_on_and_the_others_go_on(kafka: str) -> None:
    started = {
        (Race.MODEL, Contender.HF_PIPELINE): (sys.executable, "-c", "raise SystemExit('no such model')"),
        (Race.MODEL, Contender.PRESIDIO): KEYWORD_PEER,
    }
    entrants = {Race.MODEL: [Contender.HF_PIPELINE, Contender.PRESIDIO]}
    plan = Plan(entrants=entrants, rounds=2, backlog={Race.MODEL: 5}, search=None)
    outcome = measure(plan, started, {}, words, kafka)
    ((entry, why),) = outcome.failed.items()
    assert entry == (Race.MODEL, Contender.HF_PIPELINE)
    assert "no such model" in why
    assert [(turn.round, turn.contender) for turn, _ in outcome.measured] == [
        (0, Contender.PRESIDIO), (1, Contender.PRESIDIO)
    ]  # fmt: skip


def test_a_product_that_fails_ends_the_run(kafka: str) -> None:
    started = {(Race.ENGINE, Contender.PRODUCT): (sys.executable, "-c", "raise SystemExit(1)")}
    plan = Plan(entrants={Race.ENGINE: [Contender.PRODUCT]}, backlog={Race.ENGINE: 5})
    with pytest.raises(WorkerFailed):
        measure(plan, started, {}, words, kafka)


def test_the_command_sets_the_product_beside_a_peer(kafka: str, tmp_path: Path) -> None:
    file = tmp_path / "peers.json"
    arguments = ("--only", "padded-onnxruntime", "--rounds", "1", "--backlog", "40", "--no-search")
    with bench("peers", *arguments, "--bootstrap", kafka, "--json", str(file)) as process:
        code, output, errors = ended(process)
    assert code == 0, errors
    assert "padded-onnxruntime: onnxruntime" in output
    figures = {each["contender"]: each for each in json.loads(file.read_text())["figures"]}
    assert set(figures) == {"detector", "padded-onnxruntime"}
    assert all(each["events"] == 40 for each in figures.values())
    assert figures["padded-onnxruntime"]["versions"]["onnxruntime"]


def test_nobody_is_measured_where_nobody_enters() -> None:
    with bench("peers", "--only", "presidio", "--race", "engine") as process:
        code, _, errors = ended(process)
    assert code == 2
    assert "enters that race" in errors
