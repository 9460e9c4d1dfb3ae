"""Training: a step learns, a stopped run ends with the weights of one that was not, a wrong checkpoint is refused."""

from pathlib import Path

import pytest
import torch

from detector.training.batches import bucket
from detector.training.loop import run
from detector.training.network import LeakNetwork, joint_loss, pad, taught_loss
from detector.training.pretrain import MaskedTokens, hide
from detector.training.train import window_scores
from detector.training.trainer import Trainer, halves
from tests.training.tiny import RATES, cut, examples, loss_of, network, trainer_of

WINDOWS = cut().cut(examples())


@pytest.mark.parametrize("autocast", [False, True], ids=["fp32", "bf16"])
def test_steps_lower_the_loss(*, autocast: bool) -> None:
    each = network()
    trainer = trainer_of(each, autocast=autocast)
    losses = [trainer.step(loss_of(each, WINDOWS), 0.3) for _ in range(40)]
    assert losses[-1] < losses[0] / 2


def rounds_of(each: LeakNetwork, path: Path, rounds: int, *, resume: bool) -> None:
    batches = bucket(WINDOWS * 3, 256, seed=1)
    run(trainer_of(each), rounds, lambda _: batches, lambda batch: loss_of(each, batch)(), path, resume=resume)


class Stopped(Exception):
    """Somebody pulled the plug."""


def test_a_resumed_run_leads_to_the_same_weights(tmp_path: Path) -> None:
    straight, stopped = network(), network()
    rounds_of(straight, tmp_path / "straight.pt", 2, resume=False)

    def cut_short(round_: int) -> list[list[object]]:
        if round_:
            raise Stopped
        return bucket(WINDOWS * 3, 256, seed=1)  # type: ignore[return-value]

    with pytest.raises(Stopped):
        run(
            trainer_of(stopped),
            2,
            cut_short,
            lambda batch: loss_of(stopped, batch)(),  # type: ignore[arg-type]
            tmp_path / "stopped.pt",
            resume=False,
        )
    resumed = network(seed=9)
    rounds_of(resumed, tmp_path / "stopped.pt", 2, resume=True)
    for name, tensor in straight.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path) -> None:
    trainer_of(network()).save(tmp_path / "c.pt", (0, 0))
    with pytest.raises(ValueError, match="another recipe"):
        trainer_of(network(), "other").load(tmp_path / "c.pt")


def test_a_student_learns_from_its_teacher_alone() -> None:
    teacher, student = network(3).eval(), network(4)
    batch = pad(WINDOWS)
    with torch.no_grad():
        lesson = teacher(batch["input_ids"], batch["attention_mask"])
    trainer = trainer_of(student)

    def gap() -> torch.Tensor:
        return taught_loss(student(batch["input_ids"], batch["attention_mask"]), lesson, batch["tags"], 2.0)

    losses = [trainer.step(gap, 0.3) for _ in range(60)]
    assert losses[-1] < losses[0] / 3
    assert taught_loss(lesson, lesson, batch["tags"], 2.0) == pytest.approx(0.0, abs=1e-5)


def test_own_padding_is_seen_and_that_of_batch_mates_is_not() -> None:
    each = network().eval()
    short, long = min(WINDOWS, key=lambda window: len(window.ids)), WINDOWS[0]
    alone = pad([short], 16)
    beside = pad([short, type(long)(long.ids * 3, long.tags * 3, 1)], 16)
    assert alone["attention_mask"].sum() == 16
    with torch.no_grad():
        one, many = (each(batch["input_ids"], batch["attention_mask"])[0][0] for batch in (alone, beside))
    assert torch.allclose(one, many, atol=1e-5)


def test_masked_tokens_are_learned_and_special_ones_never_hidden() -> None:
    each = MaskedTokens(network().encoder)
    trainer = trainer_of(each)  # type: ignore[arg-type]
    truth = torch.tensor([[2, 4, 9, 10, 9, 10, 9, 10, 3, 0, 0, 0]] * 8)
    special = torch.tensor([0, 2, 3])
    ids, guessed = hide(truth, special, mask=1, words=60, share=0.3)
    assert guessed.any()
    assert not (guessed & torch.isin(truth, special)).any()
    assert torch.equal(ids[~guessed], truth[~guessed])
    losses = [trainer.step(lambda: each(ids, guessed, truth), 0.3) for _ in range(60)]
    assert losses[-1] < losses[0] / 2


def test_both_heads_share_the_loss() -> None:
    batch = pad(WINDOWS)
    answers = network()(batch["input_ids"], batch["attention_mask"])
    whole, half = (joint_loss(answers, batch, weight).item() for weight in (1.0, 0.0))
    assert whole > half > 0
    assert RATES.encoder > 0


@pytest.mark.parametrize(
    ("capability", "fast"),
    [("AVX512", True), ("AVX512_VNNI", True), ("AVX2", False), ("DEFAULT", False), ("NO AVX", False)],
)
def test_bf16_is_for_processors_that_multiply_it(
    monkeypatch: pytest.MonkeyPatch, capability: str, *, fast: bool
) -> None:
    monkeypatch.setattr("torch.backends.cpu.get_cpu_capability", lambda: capability)
    assert halves("cpu") is fast
    assert halves("cuda"), "whatever the processor beside it"
    seen: list[bool] = []
    each = network()

    def loss() -> torch.Tensor:
        seen.append(torch.is_autocast_enabled("cpu"))
        return loss_of(each, WINDOWS)()

    for told in (None, True, False):
        Trainer(each, RATES, {}, autocast=told).step(loss, 0.3)
    assert seen == [fast, True, False], "a trainer that was told does as it was told"
    network_scored_in(each, seen)
    assert seen[-1] is fast


def network_scored_in(each: LeakNetwork, seen: list[bool]) -> None:
    """Scores windows and notes whether that was in bf16."""
    hook = each.register_forward_pre_hook(lambda *_: seen.append(torch.is_autocast_enabled("cpu")))
    window_scores(each, WINDOWS)
    hook.remove()
