"""Feedback as training data: examples, sides of the split, what is kept out of training, and a round that hears it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch

from detector.errors import Misconfigured
from detector.evaluation import read_labelled
from detector.feedback import Feedback
from detector.training.data import Data
from detector.training.duplicates import near_duplicates
from detector.training.examples import Example, Mark
from detector.training.feedback import examples_of, read_feedback, with_feedback, write_labelled
from detector.training.heeding import agreed, heed, placed
from detector.training.network import joint_loss, pad
from detector.training.recipe import FromFeedback
from detector.training.train import Trained, window_scores
from detector.training.windows import IGNORE
from detector.verdicts import Evidence, Label
from tests.training.tiny import RATES, RECIPE, cut, examples, loss_of, network, trainer_of

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
LEAK = "Ring Ines on 07700 900123 for a better price."
CLEAN = "Two quiet rooms near the old harbour."
OTHER = "The key is in a box beside the blue door, and breakfast is from seven."
INN = "小さな宿です。駅から歩いて五分、朝食は七時からです。窓からの眺めがよく、"
CANARY = "zebra"
PLAN = FromFeedback(repeats=8, examples=24, rates=RATES)


def opinion(text: str, *, leak: bool, listing: str = "L-1", minute: int = 0, **members: Any) -> Feedback:
    return Feedback(
        **{
            "feedback_id": "f",
            "verdict_id": f"{listing} {minute}",
            "given_at": NOW + timedelta(minutes=minute),
            "right": not leak,
            "label": Label.NON_FRAUD,
            "probability_score": 0.5,
            "model_code": "M",
            "model_version": "1",
            "refresh_version": "r",
            "model_segment": "SUPPLY",
            "listing_id": listing,
            "evidence": [],
            "attributes": {"name": text},
            **members,
        }
    )


def data(**parts: Any) -> Data:
    rows = examples()
    return replace(Data(rows, rows, rows, [row for row in rows if not row.leak], [], [], "0" * 64), **parts)


def test_a_leak_with_its_place_is_marked_and_one_without_is_not_clean() -> None:
    shown = Evidence(attribute="name", category="phone", start=13, end=25, score=0.9)
    given = [
        opinion(LEAK, leak=True, label=Label.FRAUD, right=True, evidence=[shown]),
        opinion(OTHER, leak=True, model_segment="BOOKING"),
        opinion(CLEAN, leak=False),
    ]
    marked, missed, clean = examples_of(given)
    assert (marked.spans, marked.leak, marked.unplaced, marked.kind) == (
        (Mark(13, 25, "phone"),),
        True,
        False,
        "listing",
    )
    assert (missed.spans, missed.leak, missed.unplaced, missed.kind) == ((), True, True, "message")
    assert (clean.leak, clean.unplaced) == (False, False)


def test_of_opposite_opinions_on_one_text_the_newest_counts() -> None:
    (only,) = examples_of([opinion(LEAK, leak=False), opinion(LEAK, leak=True, listing="L-2", minute=1)])
    assert only.leak


@pytest.mark.parametrize(
    ("text", "other", "same"),
    [
        pytest.param(LEAK, LEAK, True, id="equal"),
        pytest.param(LEAK, "ring  ines on 07700 900123 -- for a BETTER price!", True, id="written otherwise"),
        pytest.param(LEAK, f"{CLEAN} {LEAK} {OTHER}", True, id="within another"),
        pytest.param(OTHER, OTHER.replace("blue door", "old well"), True, id="two words changed"),
        pytest.param(LEAK, OTHER, False, id="different"),
        pytest.param(f"{LEAK} {OTHER} {CLEAN}", CLEAN, False, id="holds a short one"),
        pytest.param("quiet", "quiet", True, id="one word"),
        pytest.param("quiet", "quiet rooms by the sea", False, id="one word of many"),
        pytest.param(f"{INN}湖のそばにあります。", f"{INN}港のそばにあります。", True, id="no spaces"),
    ],
)
def test_nearly_the_same_is_told_from_different(text: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert near_duplicates(["Mind the step at the gate.", text], [other, "nothing of the kind"]) == (
        {1} if same else set()
    )


def listing(text: str, voice: str) -> Example:
    return Example("listing", "?", text, voice=voice)


def numbered(count: int) -> list[Example]:
    """Texts that have nothing in common."""
    return [listing(sha256(str(i).encode()).hexdigest(), f"L-{i}") for i in range(count)]


def test_a_tenth_of_the_listings_is_held_out_and_no_listing_stands_on_both_sides() -> None:
    rows = [replace(row, text=text) for row in numbered(100) for text in (row.text, row.text[::-1])]
    divided = with_feedback(data(), rows, 0.1)
    assert not {row.voice for row in divided.feedback} & {row.voice for row in divided.dev_feedback}
    assert 4 <= len({row.voice for row in divided.dev_feedback}) <= 20
    assert divided.sha256 != with_feedback(data(), rows[:-1], 0.1).sha256
    assert f"{len(divided.dev_feedback)} to measure by" in divided.describe()
    assert "people" not in data().describe()


@pytest.mark.parametrize("side", ["dev_seeds", "dev_clean", "exam", "unseen", "kept out"])
def test_what_is_nearly_a_text_that_measures_is_not_learned_from(side: str) -> None:
    same, other = listing(f"{OTHER} Welcome!", "L-1"), listing(LEAK, "L-2")
    parts = {} if side == "kept out" else {side: [listing(OTHER, "v")]}
    divided = with_feedback(data(**parts), [same, other], 0.0, [OTHER] if side == "kept out" else [])
    assert list(divided.feedback) == [other]


def test_what_is_nearly_held_out_feedback_is_not_learned_from() -> None:
    rows = numbered(60)
    held = with_feedback(data(), rows, 0.1).dev_feedback[0]
    divided = with_feedback(data(), [*rows, replace(held, voice="L-1")], 0.1)
    assert held in divided.dev_feedback
    assert held.text not in {row.text for row in divided.feedback}


def test_a_leak_without_a_place_labels_its_only_window_and_no_token() -> None:
    (window,) = cut().windows(replace(listing("call me 55", "v"), unplaced=True))
    assert (window.label, set(window.tags)) == (1, {IGNORE})
    several = cut().windows(replace(listing("room " * 60, "v"), unplaced=True))
    assert len(several) > 1
    assert {window.label for window in several} == {IGNORE}


def test_windows_without_any_label_for_their_tokens_leave_the_loss_a_number() -> None:
    each = network()
    unplaced = cut().windows(replace(listing("call me 55", "v"), unplaced=True))
    undecided = [replace(window, label=IGNORE) for window in unplaced]
    losses = [joint_loss(each(b["input_ids"], b["attention_mask"]), b, 1.0) for b in map(pad, (unplaced, undecided))]
    assert losses[0].item() > 0
    assert losses[1].item() == 0
    sum(losses, torch.zeros(())).backward()


@pytest.fixture(scope="module")
def learned() -> dict[str, Any]:
    """What a tiny network knows once it tells numbers to call from room numbers."""
    each = network()
    trainer, windows = trainer_of(each), cut().cut(examples())
    for _ in range(60):
        trainer.step(loss_of(each, windows), 0.3)
    return each.state_dict()


def trained(state: dict[str, Any]) -> Trained:
    each = network()
    each.load_state_dict(state)
    return Trained(each, cut(), {})


def test_of_a_long_leak_without_a_place_the_most_suspected_window_is_taken(learned: dict[str, Any]) -> None:
    model = trained(learned)
    text = "room 1 " * 12 + "call me 123 " + "room 2 " * 24
    own = model.cutter.windows(replace(listing(text, "v"), unplaced=True))
    (window,) = placed(model, [replace(listing(text, "v"), unplaced=True)])
    suspected = window_scores(model.network, own)
    assert window == replace(own[suspected.index(max(suspected))], label=1)
    assert len(own) > 2


def heard(given: int, held: int) -> Data:
    """People say that a text leaks which to the network is about a room."""
    texts = [replace(listing(f"room me {i}", f"L-{i}"), unplaced=True) for i in range(given + held)]
    return data(feedback=texts[:given], dev_feedback=texts[given:], sha256=f"{given:<064}")


def test_the_last_round_moves_the_network_to_what_people_say(learned: dict[str, Any], tmp_path: Path) -> None:
    model, parts = trained(learned), heard(16, 6)
    clean = [row for row in examples() if not row.leak]
    figures = heed(model, PLAN, RECIPE, parts, tmp_path, "cpu", resume=True)
    assert figures["texts"] == 6
    assert figures["agreed_before"] < figures["agreed_after"] == agreed(model, parts.dev_feedback)
    assert agreed(model, clean) >= 0.8 * len(clean), "what is composed beside it keeps the rest"


def test_the_same_feedback_is_not_learned_twice_and_other_feedback_begins_anew(
    learned: dict[str, Any], tmp_path: Path
) -> None:
    first, again, other = trained(learned), trained(learned), trained(learned)
    once = heed(first, PLAN, RECIPE, heard(8, 2), tmp_path, "cpu", resume=True)
    assert heed(again, PLAN, RECIPE, heard(8, 2), tmp_path, "cpu", resume=True) == once
    for name, tensor in first.network.state_dict().items():
        assert torch.equal(tensor, again.network.state_dict()[name]), name
    heed(other, PLAN, RECIPE, heard(4, 2), tmp_path, "cpu", resume=True)
    assert len(list(tmp_path.glob("feedback-*.pt"))) == 2


def test_a_file_is_read_and_its_faults_are_named_by_line_and_not_quoted(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    good = [opinion(CLEAN, leak=False, minute=1), opinion(LEAK, leak=True, minute=2)]
    path.write_bytes(b"\n\n".join(each.message.value for each in good))
    assert read_feedback(path) == good
    path.write_bytes(good[0].message.value + b"\n" + f'{{"right": "{CANARY}"}}'.encode())
    with pytest.raises(Misconfigured, match=r"feedback\.jsonl:2: feedbackId") as caught:
        read_feedback(path)
    assert CANARY not in str(caught.value)
    with pytest.raises(Misconfigured, match="cannot be read"):
        read_feedback(tmp_path / "not")


def test_held_out_feedback_can_be_evaluated_with_any_bundle(tmp_path: Path) -> None:
    path = tmp_path / "held.jsonl"
    marked = Example("message", "?", LEAK, (Mark(13, 25, "phone"),))
    write_labelled([marked, listing(CLEAN, "v"), replace(listing(OTHER, "v"), unplaced=True)], path)
    rows = list(read_labelled(path))
    assert [(row.text, row.leak, row.spans) for row in rows] == [
        (LEAK, True, ((13, 25),)),
        (CLEAN, False, ()),
        (OTHER, True, ()),
    ]
    assert rows[0].kind.value == "BOOKING"
    assert path.stat().st_mode & 0o077 == 0
