"""Exact recognisers: what well-known rules find in a prepared text, without any judgement of what it means.

The model reads their findings as hints beside the text and may overrule each one; verdicts say which of the two spoke.
"""

from collections.abc import Sequence

from detector.recognisers.addresses import addresses, spelled
from detector.recognisers.finding import KINDS, Finding
from detector.recognisers.numbers import digit_runs, number_words

__all__ = ["KINDS", "Finding", "recognise"]


def recognise(text: str) -> Sequence[Finding]:
    """All findings in text order; they may overlap. Linear in the text's length, never raises."""
    found = [*digit_runs(text), *number_words(text), *addresses(text), *spelled(text)]
    return sorted(found)
