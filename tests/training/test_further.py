"""Going on from a bundle: it learns, goes on where it was stopped, and the bundle it came from stays as it is."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
import torch
from typer import Typer
from typer.testing import CliRunner, Result

from detector.errors import Misconfigured
from detector.model.bundle import Bundle, load_bundle
from detector.training.batches import bucket
from detector.training.compose import Composer
from detector.training.data import Data
from detector.training.examples import Example
from detector.training.export import export
from detector.training.further import further, main
from detector.training.network import joint_loss, pad
from detector.training.recipe import Further, Mining, Rates, Recipe
from detector.training.revived import revived
from detector.training.train import Trained, train
from tests.training.tiny import RATES, RECIPE, cut, examples, loss_of, network, tokenizer, trainer_of

ROWS = examples()
CLEAN = [row for row in ROWS if not row.leak]
DATA = Data(ROWS, CLEAN, ROWS, CLEAN, [], [], "0" * 64)
WINDOWS = cut().cut(ROWS)
ON = RECIPE.changed(further=Further(rounds=2, examples=64, rates=RATES))
MINING = Mining(rows=8, margin=-100.0, repeats=3, examples=16, rates=RATES)
RECIPE_FILE = """
name = "tiny"
seed = 5
window = 32
overlap = 8
tokens_per_batch = 512
held_out_seeds = 0.1
held_out_corpora = 0.1
student = { encoder = "none", rounds = 1, examples = 64, rates = { encoder = 2e-3, head = 2e-3 } }
ablation = { hints = false }
"""
ROUNDS = "further = { rounds = 1, examples = 32, rates = { encoder = 2e-3, head = 2e-3 } }\n"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle of a network that has begun to learn, and has more to learn."""
    each = network()
    trainer = trainer_of(each)
    for _ in range(10):
        trainer.step(loss_of(each, WINDOWS), 0.3)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("detector.training.export._CALIBRATION_TEXTS", 16)
        export(Trained(each.eval(), cut(), {}), DATA, RECIPE, folder, date(2026, 1, 2))
    return load_bundle(folder)


def loss(each: Trained) -> float:
    """Of both heads over examples that neither training was shown."""
    batch = pad(cut().cut(Composer(ROWS, CLEAN, RECIPE).compose(100, seed=77)))
    with torch.no_grad():
        answers = each.network.eval()(batch["input_ids"], batch["attention_mask"])
    return float(joint_loss(answers, batch, 1.0))


def weights(each: Trained) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in each.network.state_dict().items()}


def same(one: Trained, other: Trained) -> bool:
    left, right = weights(one), weights(other)
    return all(torch.equal(value, right[name]) for name, value in left.items())


def test_a_bundle_learns_on(bundle: Bundle, tmp_path: Path) -> None:
    before = revived(bundle, ON)
    after = further(bundle, ON, DATA, tmp_path, resume=False)
    assert not same(before, after)
    assert loss(after) < 0.7 * loss(before)
    assert [path.name for path in tmp_path.iterdir()] == ["further.pt"], "mistakes are shown where the recipe says so"


def test_a_bundle_goes_on_with_fewer_neurons_where_the_recipe_says_so(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("detector.training.pruned.WEIGHED_BY", 32)
    assert ON.further is not None
    narrow = ON.changed(further=ON.further.model_copy(update={"neurons": 24}))
    after = further(bundle, narrow, DATA, tmp_path, resume=False)
    assert after.network.encoder.config.hidden_dim == 24
    assert loss(after) < loss(revived(bundle, ON)), "what the neurons knew is learned again"

    # A stopped run takes out the same ones, and the checkpoint fits.
    assert same(further(bundle, narrow, DATA, tmp_path, resume=True), after)
    wide = ON.changed(further=ON.further.model_copy(update={"neurons": 64, "rounds": 1}))
    assert further(bundle, wide, DATA, tmp_path, resume=False).network.encoder.config.hidden_dim == 64


def test_a_share_of_the_weights_before_is_kept_where_the_recipe_says_so(bundle: Bundle, tmp_path: Path) -> None:
    assert ON.further is not None
    begun = weights(revived(bundle, ON))
    learnt = weights(further(bundle, ON, DATA, tmp_path, resume=False))
    between = ON.changed(further=ON.further.model_copy(update={"kept": 0.25}))
    mixed = weights(further(bundle, between, DATA, tmp_path, resume=True))
    for name, value in mixed.items():
        torch.testing.assert_close(value, 0.25 * begun[name] + 0.75 * learnt[name])
    assert any(not torch.equal(value, learnt[name]) for name, value in mixed.items())


class Stopped(Exception):
    """Somebody pulled the plug."""


def test_a_stopped_run_goes_on_and_leads_to_the_same_weights(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("straight", "stopped"):
        (tmp_path / name).mkdir()
    straight = further(bundle, ON, DATA, tmp_path / "straight", resume=True)
    composed: list[int] = []
    compose = Composer.compose

    def unplugged(self: Composer, count: int, seed: int) -> Iterable[Example]:
        composed.append(seed)
        if len(composed) == 2:
            raise Stopped
        return compose(self, count, seed)

    monkeypatch.setattr(Composer, "compose", unplugged)
    with pytest.raises(Stopped):
        further(bundle, ON, DATA, tmp_path / "stopped", resume=True)
    resumed = further(bundle, ON, DATA, tmp_path / "stopped", resume=True)
    first, second, again = composed
    assert first != second
    assert again == second, "the first round is not run twice"
    assert same(straight, resumed)


def test_a_checkpoint_of_another_bundle_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    further(bundle, ON, DATA, tmp_path, resume=True)
    manifest = bundle.manifest.model_copy(update={"refreshVersion": "v20260203"})
    with pytest.raises(ValueError, match="another recipe"):
        further(Bundle(bundle.path, manifest), ON, DATA, tmp_path, resume=True)


def test_mistakes_are_shown_where_the_recipe_says_so(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[int] = []

    def watched(windows: list[object], *numbers: int) -> object:
        shown.append(len(windows))
        return bucket(windows, *numbers)  # type: ignore[arg-type]

    monkeypatch.setattr("detector.training.train.bucket", watched)
    further(bundle, ON.changed(mining=MINING.model_copy(update={"margin": 100.0})), DATA, tmp_path, resume=True)
    without = shown[-1]
    assert {path.name for path in tmp_path.iterdir()} == {"further.pt", "mining.pt"}
    (tmp_path / "mining.pt").unlink()
    further(bundle, ON.changed(mining=MINING), DATA, tmp_path, resume=True)
    written = sum(not row.leak for row in ROWS)
    assert shown[-1] - without == (MINING.rows + written) * MINING.repeats, (
        "at such a margin every clean text is a mistake"
    )


def test_the_examples_are_others_than_those_of_the_first_training(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed: list[tuple[str, ...]] = []
    compose = Composer.compose

    def noted(self: Composer, count: int, seed: int) -> list[Example]:
        made = list(compose(self, count, seed))
        composed.append(tuple(example.text for example in made[: MINING.examples]))
        return made

    monkeypatch.setattr(Composer, "compose", noted)
    monkeypatch.setattr("detector.training.train.load_encoder", lambda *_: (network().encoder, tokenizer()))
    recipe = ON.changed(mining=MINING)
    train(recipe, DATA, tmp_path, resume=False)
    first = set(composed)
    composed.clear()
    further(bundle, recipe, DATA, tmp_path, resume=False)
    assert len(first) == 2
    assert len(set(composed)) == 3
    assert not first & set(composed)
    once = set(composed)
    composed.clear()
    again = recipe.changed(further=Further(anew=2_000, rounds=2, examples=64, rates=RATES))
    further(bundle, again, DATA, tmp_path, resume=False)
    assert not once & set(composed), "going on once more takes another number"


def test_the_network_is_judged_where_it_is_trained(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the first round, which would move it there, it must stand on the device already."""
    places = []
    monkeypatch.setattr(
        "detector.training.further.judge", lambda each, *_: places.append(each.network.token.weight.device.type)
    )
    monkeypatch.setattr("detector.training.further.learn", lambda *_, **__: None)
    further(bundle, ON, DATA, tmp_path, "meta", resume=False)
    assert places == ["meta"]


def test_dropout_is_that_of_the_recipe_and_rates_those_of_its_further_rounds(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages = []
    monkeypatch.setattr("detector.training.further.learn", lambda _, stage, *__, **___: stages.append(stage))
    student = RECIPE.student.model_copy(update={"dropout": 0.25})
    rates = Rates(encoder=1e-5, head=2e-5)
    recipe = ON.changed(student=student, further=Further(rounds=3, examples=7, rates=rates))
    further(bundle, recipe, DATA, tmp_path, resume=False)
    (stage,) = stages
    assert (stage.rounds, stage.examples, stage.rates, stage.dropout) == (3, 7, rates, 0.25)


def test_a_recipe_without_further_rounds_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"tiny says nothing of further rounds: copy \[further\]"):
        further(bundle, RECIPE, DATA, tmp_path, resume=False)


def test_the_shipped_recipe_has_further_rounds() -> None:
    assert Recipe.read(Path(main.__defaults__[1])).further is not None  # type: ignore[index]


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the recipe, in which the command is run on tiny data."""
    monkeypatch.setattr("detector.training.further.gather", lambda *_: DATA)
    monkeypatch.setattr("detector.training.export._CALIBRATION_TEXTS", 16)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(RECIPE_FILE + ROUNDS)
    return tmp_path


def go_on(bundle: Path, *arguments: str) -> Result:
    command = Typer()
    command.command()(main)
    return CliRunner().invoke(command, ["--bundle", str(bundle), "--recipe", "tiny.toml", *arguments])


def contents(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_command_writes_a_bundle_and_leaves_the_old_one_as_it_is(bundle: Bundle, work: Path) -> None:
    before = contents(bundle.path)
    done = go_on(bundle.path)
    assert done.exception is None, done.output
    assert contents(bundle.path) == before
    made = load_bundle(work / "runs/further/bundle")
    assert contents(made.path).keys() == before.keys()
    assert made.manifest.files["model.onnx"] != bundle.manifest.files["model.onnx"]
    assert made.manifest.training.recipe["further"]["examples"] == 32
    assert "runs/further/bundle: thresholds" in done.output

    # Taken up again it only exports anew; afresh it trains, and nothing old is left.
    checkpoint = work / "runs/further/further.pt"
    written = checkpoint.stat().st_mtime_ns
    assert go_on(bundle.path).exception is None
    assert checkpoint.stat().st_mtime_ns == written
    (work / "runs/further/bundle/of-an-earlier-run").touch()
    assert go_on(bundle.path, "--fresh").exception is None
    assert checkpoint.stat().st_mtime_ns > written
    assert contents(made.path).keys() == before.keys()


def test_a_run_that_is_refused_removes_nothing(bundle: Bundle, work: Path) -> None:
    assert go_on(bundle.path).exception is None
    out = work / "runs/further"
    (out / "kept").touch()
    before = contents_of_all(out)

    def refused(where: Path, message: str) -> None:
        done = go_on(where, "--fresh")
        with pytest.raises(Misconfigured, match=message):
            raise done.exception or AssertionError(done.output)
        assert contents_of_all(out) == before

    refused(out / "bundle", "would be lost: name another --out")
    refused(work / "nowhere", "not a model bundle")
    (work / "tiny.toml").write_text(RECIPE_FILE)
    refused(bundle.path, r"copy \[further\]")


def contents_of_all(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))
