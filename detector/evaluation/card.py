"""The model card: what a bundle is, what it was made from, how good it is and where it ends."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from detector.model.manifest import Look, Manifest

CARD = "MODEL_CARD.md"
_FIRST_STAGE = """

Looks at a window and at what the first layers make of it clear those that the whole model would hardly call, and the other
layers are not run then: {looks}, and never above a fifth of
the lowest threshold. Of {found:.0f} leaks that the whole model finds, exam and unseen texts and others in every disguise,
they lose {lost:.0f}. They clear {listings:.1%} of the windows of real clean listings and {messages:.1%} of those of
messages. With `DETECTOR_FIRST_STAGE=false` the whole model reads every window."""
_MEASURED = ("exam", "unseen", "feedback")


def model_card(manifest: Manifest) -> str:
    """The card in Markdown: `card.md` with its numbers taken from the manifest of a bundle that `detector train` made."""
    metrics, recipe = manifest.metrics, manifest.training.recipe
    rows = (
        f"| {kind} | {n['threshold']:.3f} | {n['precision']:.3f} | {n['recall']:.3f} | {n['false_alarms']:.2%} |"
        for kind, n in metrics["held_out"].items()
    )
    return (
        Path(__file__)
        .with_name("card.md")
        .read_text(encoding="utf-8")
        .format(
            name=f"{manifest.modelCode} {manifest.modelVersion} ({manifest.refreshVersion})",
            categories=", ".join(manifest.labels[1:]),
            encoder=recipe["student"]["encoder"],
            stages=_stages(recipe),
            unseen=_unseen(recipe),
            exam="\n".join(_exam_row(name, metrics[name]) for name in _MEASURED if name in metrics),
            window=manifest.window,
            overlap=manifest.overlap,
            description=manifest.training.description,
            digest=manifest.training.dataSha256,
            table="\n".join(rows),
            everyday=_everyday(metrics),
            temperature=manifest.calibration.temperature,
            bias=manifest.calibration.bias,
            error_before=metrics["calibration_error"]["before"],
            error_after=metrics["calibration_error"]["after"],
            windows=metrics["parity"]["windows"],
            flips=metrics["parity"]["flips"],
            gap=metrics["parity"]["probability_gap_mean"],
            narrowed=_narrowed(metrics),
            first=_first_stage(manifest),
        )
    )


def _stages(recipe: Mapping[str, Any]) -> str:
    said = []
    if "pretraining" in recipe:
        said.append(f"Pretrained further on masked tokens of the corpora ({recipe['pretraining']['tokens']:,} tokens).")
    if "teacher" in recipe:
        said.append(
            f"Taught by its labels and by a larger model ({recipe['teacher']['encoder']}, MIT, fine-tuned alike)."
        )
    if "further" in recipe:
        further = recipe["further"]
        if "neurons" in further:
            said.append(f"Left {further['neurons']:,} neurons in each feed-forward layer, those that weigh most.")
        said.append(
            f"Trained on from int8 weights, by its labels: {further['rounds']} rounds of {further['examples']:,} examples."
        )
        if further.get("kept"):
            said.append(f"Of the weights before those rounds {further['kept']:.0%} kept, of those after them the rest.")
    if "mining" in recipe:
        said.append("Shown at last the clean texts that it wrongly called.")
    if "feedback" in recipe:
        said.append("Then shown texts that people had called rightly or wrongly judged.")
    return "\n".join(said)


def _everyday(metrics: Mapping[str, Any]) -> str:
    """False alarms on texts that tempt nobody, in every language."""
    if "everyday" not in metrics:
        return ""
    plain = metrics["everyday"]
    return (
        f"\n\nOf {plain['texts']:.0f} held-out texts as people write them every day, in {plain['languages']:.0f} languages "
        f"and without anything like a leak, it calls {plain['called']:.0f}."
    )


def _narrowed(metrics: Mapping[str, Any]) -> str:
    """Of a bundle whose weights were rounded anew after its export."""
    if "narrowed" not in metrics:
        return ""
    shift = metrics["narrowed"]
    return (
        "\nAfter that its weights were rounded anew, so that processors without VNNI add its products exactly and fast: on "
        f"{shift['windows']:.0f}\nwindows of seed texts {shift['flips']:.2%} of labels changed, the probability by "
        f"{shift['probability_gap_mean']:.4f} on average. The exam above was taken after it."
    )


def _first_stage(manifest: Manifest) -> str:
    stage = manifest.firstStage
    if stage is None or not stage.measured:
        return ""
    figures = stage.measured
    return _FIRST_STAGE.format(
        looks=", ".join(f"{_place(look)} below {look.clears:.4f}" for look in stage.looks),
        found=figures["found"],
        lost=figures["lost"],
        listings=figures["listings_cleared"],
        messages=figures["messages_cleared"],
    )


def _place(look: Look) -> str:
    return f"after layer {look.layers}" if look.layers else "before the first layer, by a small network of its own,"


def _unseen(recipe: Mapping[str, Any]) -> str:
    unseen = recipe.get("unseen", {})
    return ", ".join([*unseen.get("families", ()), *unseen.get("languages", ())]) or "none"


def _exam_row(name: str, numbers: Mapping[str, float]) -> str:
    ratios = " | ".join(f"{numbers[ratio]:.3f}" for ratio in ("precision", "recall", "f1"))
    return f"| {name}, {numbers['texts']:.0f} | {numbers['leaks']:.0f} | {ratios} |"
