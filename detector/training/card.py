"""The model card: what a bundle is, what it was made from, how good it is and where it ends."""

from detector.model.manifest import Manifest


def model_card(manifest: Manifest) -> str:
    """The card in Markdown, its numbers taken from the manifest."""
    held = manifest.metrics.get("held_out", {})
    rows = "\n".join(
        f"| {kind} | {n['threshold']:.3f} | {n['precision']:.3f} | {n['recall']:.3f} | {100 * n['false_alarms']:.2f} % |"
        for kind, n in held.items()
    )
    parity, error = manifest.metrics.get("parity", {}), manifest.metrics.get("calibration_error", {})
    recipe = manifest.training.recipe
    return f"""# {manifest.modelCode} {manifest.modelVersion} ({manifest.refreshVersion})

Judges listing texts and booking messages of a travel platform: does the text give, or steer to, a way to reach or book the
supplier outside the platform? One encoder pass gives a probability for the window and, for every token, one of
{", ".join(manifest.labels[1:])} or none, which becomes the evidence of a verdict.

## What it is

A DistilBERT-shaped encoder ({recipe.get("encoder", "?")}, Apache-2.0, converted without loss) with a sequence head over the first
token and the maximum over all tokens, and a token head. Exported to ONNX in int8: word embeddings with a scale for each word,
matrix products with fixed input ranges and a scale for each column, so that a score never depends on what else is in a batch.
Windows of {manifest.window} tokens, {manifest.overlap} shared by neighbours; a text's probability is its strongest window's.

## Data

{manifest.training.description}. SHA-256 of all of it: `{manifest.training.dataSha256}`.

- Seed texts of this project, written by hand, leaks marked in place; generated variants of them (other identifiers, other disguises,
  leaks taken out or moved into other texts) and look-alikes.
- Real listings as background: Inside Airbnb (CC BY 4.0; Seattle and Boston CC0). Contact data in them had been replaced or cut out.
- Travel and restaurant dialogues: SGD (CC BY-SA 4.0), MultiWOZ, CrossWOZ, DSTC9, CamRest (Apache-2.0, CC BY).

Identifiers that were put in are fictional: numbers from ranges reserved for fiction or never assigned, or of the right shape where a
country reserves none; example or made-up domains; made-up names.

## How good it is

On held-out seed texts by other authors, most of them hard, and on held-out real clean texts (false alarms):

| event | threshold | precision | recall | false alarms |
|---|---|---|---|---|
{rows}

Calibration: temperature {manifest.calibration.temperature:.3f}, bias {manifest.calibration.bias:.3f}; expected calibration error on the held-out
seeds {error.get("before", 0):.3f} before, {error.get("after", 0):.3f} after. int8 against fp32 on {parity.get("windows", 0):.0f} held-out windows:
{100 * parity.get("flips", 0):.2f} % of labels flip, the probability differs by {parity.get("probability_gap_mean", 0):.4f} on average.
`manifest.json` holds the whole threshold curve, so another operating point can be chosen.

Measure it on your own labelled texts: `detector evaluate FILE.jsonl`.

## Limits

- The encoder was pretrained on English. Spanish, French, German, Italian, Portuguese and Dutch are learned from fewer texts, Chinese,
  Japanese and Russian from a few dozen each: expect lower recall there, and little elsewhere.
- Text only: a number inside a photo, or split over several messages or fields, is not seen.
- Phrases that steer off the platform without naming a contact are the hardest; so are long digit strings that are neither named a
  reference nor a number to call.
- A verdict is a reason to look, not a proof: its evidence shows where.
"""
