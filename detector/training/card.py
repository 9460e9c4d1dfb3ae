"""The model card: what a bundle is, what it was made from, how good it is and where it ends."""

from pathlib import Path

from detector.model.manifest import Manifest


def model_card(manifest: Manifest) -> str:
    """The card in Markdown: `card.md` with its numbers taken from the manifest."""
    metrics = manifest.metrics
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
            encoder=manifest.training.recipe["student"]["encoder"],
            window=manifest.window,
            overlap=manifest.overlap,
            description=manifest.training.description,
            digest=manifest.training.dataSha256,
            table="\n".join(rows),
            temperature=manifest.calibration.temperature,
            bias=manifest.calibration.bias,
            error_before=metrics["calibration_error"]["before"],
            error_after=metrics["calibration_error"]["after"],
            windows=metrics["parity"]["windows"],
            flips=metrics["parity"]["flips"],
            gap=metrics["parity"]["probability_gap_mean"],
        )
    )
