"""The first stage: graphs that together say what one said, looks that learn from the whole model, bars that hold."""

from datetime import date
from hashlib import sha256
from pathlib import Path
from shutil import copytree

import numpy as np
import onnx
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from torch import Tensor

from detector.errors import Misconfigured
from detector.model.backends import BackendName, open_backend
from detector.model.bundle import Bundle, load_bundle
from detector.model.first_stage import ENTERING, LOOK, STATES
from detector.model.manifest import (
    MANIFEST_FILE,
    MODEL_FILE,
    REST_FILE,
    TOKENIZER_FILE,
    FirstStage,
    Thresholds,
    look_file,
)
from detector.model.onnx_scorer import OnnxScorer
from detector.training.data import Data
from detector.training.examples import Example
from detector.training.export import export
from detector.training.first import stage
from detector.training.first.glance import Glance, glance_graph, glanced, hideable, wanted, word_vectors
from detector.training.first.graphs import split
from detector.training.first.look import Look, learnt, weights_of
from detector.training.first.measure import measured
from detector.training.first.reading import Graphs, Reading
from detector.training.first.stage import MARGIN, add_first_stage, bars
from detector.training.narrow import narrow
from detector.training.network import OWN_PADDING, pad
from detector.training.recipe import FirstLayers, Glancing
from detector.training.train import Trained
from tests.training.tiny import RECIPE, cut, examples, loss_of, network, tokenizer, trainer_of

PLAN = FirstLayers(layers=(1,), examples=60, rows=10, rounds=30, rate=5e-3, lost=0.0)
GLANCE = Glancing(
    width=8, features=8, dropout=0.0, hidden=0.1, examples=60, rows=10, rounds=100, rate=1e-2, words=0.5, heed=1.0
)
STAGED = RECIPE.changed(first=PLAN.model_copy(update={"glance": GLANCE}))
WINDOWS = cut().cut(examples())
DATA = Data(examples(), examples()[::2], examples()[:12], examples()[:8:2], examples(), examples()[:6], "0" * 64)
TOKENS = ["logits", "token_logits"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with a first stage, of a network that knows which numbers are called."""
    each = network()
    trainer = trainer_of(each)
    for _ in range(80):
        trainer.step(loss_of(each, WINDOWS), 0.3)
    folder = tmp_path_factory.mktemp("bundle")
    export(Trained(each.eval(), cut(), {}), DATA, STAGED, folder, date(2026, 11, 26))
    return folder


@pytest.fixture(scope="module")
def deep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of four layers, in one piece."""
    folder = tmp_path_factory.mktemp("deep")
    export(Trained(network(layers=4).eval(), cut(), {}), DATA, RECIPE, folder, date(2026, 11, 26))
    return folder


def ids(rows: int = 3, tokens: int = 16) -> dict[str, np.ndarray]:
    return {"input_ids": np.random.default_rng(1).integers(5, 30, (rows, tokens))}


@pytest.mark.parametrize("name", [BackendName.ONNXRUNTIME, BackendName.OPENVINO])
@pytest.mark.parametrize("layers", [(1,), (1, 2), (2, 3), (1, 2, 3)])
def test_the_graphs_one_after_the_other_say_exactly_what_the_whole_says(
    deep: Path, layers: tuple[int, ...], name: BackendName
) -> None:
    split(deep, dict.fromkeys(layers))
    feed = ids()
    for number in layers:
        (states,) = open_backend(name, deep / look_file(number), 1).run([STATES], feed)
        feed = {ENTERING: states}
    rest, whole = (open_backend(name, deep / file, 1) for file in (REST_FILE, MODEL_FILE))
    for ours, theirs in zip(rest.run(TOKENS, feed), whole.run(TOKENS, ids()), strict=True):
        assert np.array_equal(ours, theirs)


def test_the_graph_looks_as_the_network_does(made: Path, tmp_path: Path) -> None:
    (tmp_path / MODEL_FILE).write_bytes((made / MODEL_FILE).read_bytes())
    torch.manual_seed(4)
    look = Look(32).eval()
    split(tmp_path, {1: weights_of(look)})
    states, logits = open_backend(BackendName.ONNXRUNTIME, tmp_path / look_file(1), 1).run([STATES, LOOK], ids())
    assert np.allclose(logits, look(torch.from_numpy(states)).detach().numpy(), atol=1e-5)


def test_no_weight_stands_in_the_bundle_twice(made: Path) -> None:
    for name in (look_file(1), REST_FILE):
        graph = onnx.load(made / name, load_external_data=False).graph
        inline = [
            tensor for tensor in graph.initializer if not tensor.external_data and not tensor.name.startswith("look")
        ]
        assert all(len(tensor.raw_data) <= 1024 for tensor in inline)
        assert any(tensor.external_data for tensor in graph.initializer)


@pytest.mark.parametrize(("layers", "wrong"), [((4,), 4), ((7,), 7), ((1, 4), 4), ((2, 1), 1)])
def test_a_look_stands_before_further_layers_and_behind_those_before_it(
    deep: Path, layers: tuple[int, ...], wrong: int
) -> None:
    with pytest.raises(ValueError, match=f"no layer after its first {wrong}"):
        split(deep, dict.fromkeys(layers))


@pytest.mark.parametrize("layers", [(2, 1), (1, 1)])
def test_a_manifest_names_its_looks_in_their_order(layers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="behind the one before"):
        FirstStage.model_validate({"looks": [{"layers": number, "clears": 0.1} for number in layers]})


def test_the_manifest_vouches_for_all_graphs_and_tells_the_losses(made: Path) -> None:
    manifest = load_bundle(made).manifest
    assert manifest.firstStage is not None
    assert [look.layers for look in manifest.firstStage.looks] == [0, 1]
    assert manifest.firstStage.measured["found"] > 0
    assert manifest.firstStage.measured["lost"] <= manifest.firstStage.measured["found"]
    graphs = {look_file(0), look_file(1), REST_FILE}
    assert set(manifest.files) == {MODEL_FILE, TOKENIZER_FILE, *graphs}
    for name in graphs:
        assert manifest.files[name] == sha256((made / name).read_bytes()).hexdigest()
    card = (made / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "before the first layer, by a small network of its own, below 0." in card
    assert "after layer 1 below 0." in card


def test_whatever_is_not_cleared_has_the_score_of_the_whole_model(made: Path) -> None:
    bundle = load_bundle(made)
    staged, whole = OnnxScorer(bundle, 1), OnnxScorer(bundle, 1, first_stage=False)
    windows = [window for text in examples() for window in staged.windows(text.text)]
    pairs = list(zip(staged.score(windows), whole.score(windows), strict=True))
    assert {score.cleared for score, _ in pairs} == {True, False}
    stage = bundle.manifest.firstStage
    assert stage is not None
    bars = {look.layers: look.clears for look in stage.looks}
    for score, expected in pairs:
        if score.cleared_after is not None:
            assert score.probability < bars[score.cleared_after]
        else:
            assert score == expected


def test_the_look_learns_what_the_whole_model_says() -> None:
    generator = np.random.default_rng(3)

    def reading(*, called: bool) -> Reading:
        states = generator.normal(size=(int(generator.integers(4, 9)), 8))
        states[-1, 0] += 6.0 * called
        other = np.zeros(states.shape, np.float16)
        return Reading([other, states.astype(np.float16)], [float("nan")] * 2, 0.97 if called else 0.02)

    look = learnt([reading(called=index % 3 == 0) for index in range(120)], 1, PLAN, 1)
    new = [reading(called=called) for called in (True, False) * 10]
    with torch.no_grad():
        said = [float(torch.sigmoid(look(torch.from_numpy(each.states[1][None].astype(np.float32))))) for each in new]
    assert min(said[::2]) > 0.7
    assert max(said[1::2]) < 0.3


def test_the_bar_loses_no_more_than_the_share_that_is_asked_for(made: Path) -> None:
    bundle, texts = load_bundle(made), examples()
    (none,) = bars(bundle, cut(), texts, PLAN)
    (half,) = bars(bundle, cut(), texts, PLAN.model_copy(update={"lost": 0.5}))
    readings = Graphs(bundle, [1]).read(cut().cut([text for text in texts if text.leak]))
    threshold = min(bundle.manifest.thresholds.LISTING_UPDATE, bundle.manifest.thresholds.BOOKING)
    found = [reading.looks[0] for reading in readings if reading.whole >= threshold]
    assert none == pytest.approx(min(found) * MARGIN)
    assert sum(look < half / MARGIN for look in found) <= len(found) / 2
    assert none < half


def test_looks_together_lose_no_more_than_the_share_that_is_asked_for(
    deep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "MARGIN", 1.0)
    copytree(deep, tmp_path, dirs_exist_ok=True)
    torch.manual_seed(6)
    split(tmp_path, {number: weights_of(Look(32)) for number in (1, 2, 3)})
    manifest = load_bundle(deep).manifest
    all_called = manifest.model_copy(update={"thresholds": Thresholds(LISTING_UPDATE=0.0, BOOKING=0.0)})
    bundle, plan = Bundle(tmp_path, all_called), PLAN.model_copy(update={"layers": (1, 2, 3), "lost": 0.25})
    leaks = [text for text in examples() if text.leak]
    chosen = bars(bundle, cut(), leaks, plan)
    readings = Graphs(bundle, plan.layers).read(cut().cut(leaks))
    lost = [any(look < clears for look, clears in zip(each.looks, chosen, strict=True)) for each in readings]
    assert 0 < sum(lost) <= plan.lost * len(leaks)
    assert min(chosen) > 0, "a later look still clears, if less"


def test_a_model_that_finds_no_leak_gives_no_bars(made: Path) -> None:
    with pytest.raises(ValueError, match="finds no leak"):
        bars(load_bundle(made), cut(), [text for text in examples() if not text.leak], PLAN)


@pytest.mark.parametrize(("bias", "share"), [(-20.0, 1.0), (20.0, 0.0)], ids=["blind", "wary"])
def test_leaks_that_are_found_and_then_cleared_count_as_lost(
    made: Path, tmp_path: Path, bias: float, share: float
) -> None:
    copytree(made, tmp_path, dirs_exist_ok=True)
    look = Look(32)
    torch.nn.init.zeros_(look.out.weight)
    torch.nn.init.constant_(look.out.bias, bias)
    split(tmp_path, {1: weights_of(look)})
    manifest = load_bundle(made).manifest
    assert manifest.firstStage is not None
    one_look = manifest.firstStage.model_copy(update={"looks": manifest.firstStage.looks[1:]})
    bundle = Bundle(tmp_path, manifest.model_copy(update={"firstStage": one_look}))
    figures = measured(bundle, [text for text in examples() if text.leak], examples()[::2])
    assert figures["found"] > 0
    assert figures["lost"] == share * figures["found"]
    assert figures["messages_cleared"] == share
    assert figures.get("messages_cleared_after_1", 0.0) == share


def seen(text: str) -> Tensor:
    (window,) = cut().windows(Example("message", "en", text))
    return pad([window], OWN_PADDING)["input_ids"]


def test_the_glance_learns_which_windows_the_whole_model_calls() -> None:
    windows = cut().cut(examples())
    torch.manual_seed(0)
    vectors = torch.randn(tokenizer().get_vocab_size(), 8)
    targets = [float(window.label == 1) for window in windows]
    glance = glanced(windows, targets, vectors, tokenizer(), GLANCE, 1)
    with torch.no_grad():
        called, clean = (float(torch.sigmoid(glance(seen(text)))) for text in ("call me 471", "room 471"))
    assert called > 0.8
    assert clean < 0.2


@pytest.mark.parametrize(
    ("whole", "target"),
    [
        pytest.param(0.0, 0.0, id="clean"),
        pytest.param(0.03, 0.0, id="as clean as the calibration lets it be"),
        pytest.param(0.28, 0.5, id="doubtful"),
        pytest.param(0.53, 1.0, id="called"),
        pytest.param(1.0, 1.0, id="certain"),
    ],
)
def test_what_is_plain_to_the_whole_model_is_to_be_quite_plain_at_a_glance(whole: float, target: float) -> None:
    assert wanted(whole, floor=0.03) == pytest.approx(target)


def test_words_are_hidden_from_the_glance_and_hints_are_not() -> None:
    vocabulary = ["[PAD]", "[UNK]", "[SEP]", "[unused7]", "[", "]", "room", "##s"]
    made = Tokenizer(WordPiece({token: number for number, token in enumerate(vocabulary)}, unk_token="[UNK]"))
    hidden = [token for token, hides in zip(vocabulary, hideable(made).tolist(), strict=True) if hides]
    assert hidden == ["[", "]", "room", "##s"]


def test_the_glance_begins_with_what_the_model_knows_of_words(made: Path) -> None:
    model = onnx.load(made / MODEL_FILE)
    known = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    rows = torch.from_numpy(known["words"] * known["word_scales"])[1:]
    vectors = word_vectors(model, rows.shape[1])[1:]
    theirs, ours = torch.cdist(rows, rows), torch.cdist(vectors, vectors)
    assert torch.allclose(ours / ours.max(), theirs / theirs.max(), atol=1e-3)
    narrow = word_vectors(model, 4)
    assert narrow.shape == (len(rows) + 1, 4)
    assert not narrow[0].any(), "padding says nothing"


def test_the_graph_glances_as_the_network_does(made: Path, tmp_path: Path) -> None:
    torch.manual_seed(4)
    glance = Glance(torch.randn(tokenizer().get_vocab_size(), 8), GLANCE).eval()
    graph = glance_graph(glance, onnx.load(made / MODEL_FILE).graph.input[0])
    kept = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.graph.initializer}
    glance.words.weight.data = torch.from_numpy(kept["words"] * kept["word_scales"])
    onnx.save(graph, tmp_path / look_file(0))
    feed = ids()
    (logits,) = open_backend(BackendName.ONNXRUNTIME, tmp_path / look_file(0), 1).run([LOOK], feed)
    assert logits.shape == (3, 1)
    assert np.allclose(logits, glance(torch.from_numpy(feed["input_ids"])).detach().numpy(), atol=1e-5)


def test_a_window_looks_the_same_at_a_glance_whatever_is_beside_it(made: Path) -> None:
    backend = open_backend(BackendName.ONNXRUNTIME, made / look_file(0), 1)
    feed = ids(rows=5)["input_ids"]
    (together,) = backend.run([LOOK], {"input_ids": feed})
    alone = [backend.run([LOOK], {"input_ids": row[None]})[0][0, 0] for row in feed]
    assert np.allclose(together[:, 0], alone, atol=1e-6)


def test_the_glance_is_no_part_of_the_way_that_its_windows_go_on(made: Path) -> None:
    windows = cut().cut(examples())
    with_it, without = (Graphs(load_bundle(made), layers).read(windows) for layers in ([0, 1], [1]))
    assert [reading.whole for reading in with_it] == [reading.whole for reading in without]
    assert [reading.looks[1:] for reading in with_it] == [reading.looks for reading in without]
    assert {len(reading.states[0]) for reading in with_it} == {0}


def test_where_states_are_not_kept_all_else_is_read_alike(made: Path) -> None:
    windows = cut().cut(examples())
    graphs = Graphs(load_bundle(made), [0, 1])
    for lean, full in zip(graphs.read(windows, keep_states=False), graphs.read(windows), strict=True):
        assert (lean.looks, lean.whole) == (full.looks, full.whole)
        assert not any(len(states) for states in lean.states)


def test_what_the_glance_clears_is_told_as_read_by_no_layer(made: Path, tmp_path: Path) -> None:
    copytree(made, tmp_path, dirs_exist_ok=True)
    blind = Glance(torch.randn(tokenizer().get_vocab_size(), 8), GLANCE)
    torch.nn.init.zeros_(blind.out.weight)
    torch.nn.init.constant_(blind.out.bias, -20.0)
    onnx.save(glance_graph(blind, onnx.load(made / MODEL_FILE).graph.input[0]), tmp_path / look_file(0))
    figures = measured(Bundle(tmp_path, load_bundle(made).manifest), examples(), examples()[::2])
    assert figures["lost"] == figures["found"] > 0
    assert figures["messages_cleared"] == figures["messages_cleared_after_0"] == 1.0


@pytest.mark.parametrize(
    ("first", "rest", "missing"),
    [
        pytest.param(0, REST_FILE, "input_ids", id="layers that are missing behind a glance"),
        pytest.param(1, MODEL_FILE, ENTERING, id="layers that are read twice behind a look"),
    ],
)
def test_pieces_that_do_not_follow_one_another_are_refused(
    made: Path, tmp_path: Path, first: int, rest: str, missing: str
) -> None:
    copytree(made, tmp_path, dirs_exist_ok=True)
    (tmp_path / REST_FILE).write_bytes((made / rest).read_bytes())
    manifest = load_bundle(made).manifest
    assert manifest.firstStage is not None
    stage = manifest.firstStage.model_copy(update={"looks": manifest.firstStage.looks[first : first + 1]})
    with pytest.raises(Misconfigured, match=f"followed by a {REST_FILE} that takes no {missing}"):
        OnnxScorer(Bundle(tmp_path, manifest.model_copy(update={"firstStage": stage})), 1)


def test_a_recipe_without_a_first_stage_gives_none(made: Path) -> None:
    with pytest.raises(ValueError, match=r"no \[first\]"):
        add_first_stage(made, cut(), DATA, RECIPE)


def test_weights_that_are_rounded_anew_leave_the_stage_of_the_old_ones_out(made: Path, tmp_path: Path) -> None:
    manifest = narrow(load_bundle(made), tmp_path, date(2026, 11, 27), examples()[:8])
    assert manifest.firstStage is None
    assert (tmp_path / MANIFEST_FILE).exists()
    assert OnnxScorer(load_bundle(tmp_path), 1).windows("call me 12")
