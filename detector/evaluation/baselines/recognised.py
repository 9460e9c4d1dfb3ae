"""The product's own exact recognisers, without the model that may overrule them."""

from collections.abc import Sequence

from detector.recognisers import recognise
from detector.scoring import RECOGNISER, Span
from detector.text import prepare


def recognised_judge(text: str) -> tuple[float, Sequence[Span]]:
    """1 if anything in the prepared text is a contact detail by its form alone, else 0."""
    prepared = prepare(text)
    spans = [
        Span(finding.category, *prepared.to_original(finding.start, finding.end), 1.0, (RECOGNISER,))
        for finding in recognise(prepared.text)
        if finding.category
    ]
    return float(bool(spans)), spans
