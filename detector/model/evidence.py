"""From token probabilities to spans: which stretches of a window the model calls a leak."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detector.recognisers import Finding
from detector.scoring import MODEL, RECOGNISER, Span

Floats = NDArray[np.float32]


def softmax(logits: Floats) -> Floats:
    """Over the last axis, safe for large logits."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)


def spans_of(
    probabilities: Floats,
    offsets: Sequence[tuple[int, int]],
    continues_word: NDArray[np.bool_],
    labels: Sequence[str],
    threshold: float,
) -> tuple[Span, ...]:
    """Maximal runs of tokens that are a leak with at least `threshold`, as code points.

    `probabilities` has one row per token and one column per label, the first for "no leak". Runs take whole words in,
    and one doubtful token between two sure ones does not cut a leak in two. A run's category is the one with the most
    probability over the run; its score is the mean probability of a leak.
    """
    leak = 1.0 - probabilities[:, 0]
    inside = _whole_words(_bridged(leak >= threshold), continues_word)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False])).astype(np.int8)))
    spans = []
    for first, last in edges.reshape(-1, 2):
        category = labels[1 + int(probabilities[first:last, 1:].sum(axis=0).argmax())]
        spans.append(Span(category, offsets[first][0], offsets[last - 1][1], float(leak[first:last].mean())))
    return tuple(spans)


def recognised(findings: Sequence[Finding], offsets: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    """The findings within a window's tokens that are leaks by their form alone; a rule is certain or silent."""
    if not findings or not offsets:
        return ()
    first, last = offsets[0][0], offsets[-1][1]
    return tuple(
        Span(each.category, each.start, each.end, 1.0, (RECOGNISER,))
        for each in findings
        if each.category and first <= each.start and each.end <= last
    )


def with_recognised(found: Sequence[Span], by_rule: Sequence[Span]) -> tuple[Span, ...]:
    """The model's spans, each with the word of a recogniser that saw something there too.

    Where the model marks nothing the recognisers' spans stand in: if the window as a whole is called a leak, its
    evidence is theirs. They change no probability.
    """
    if not found:
        return tuple(by_rule)
    return tuple(
        span._replace(found_by=(MODEL, RECOGNISER))
        if any(rule.start < span.end and rule.end > span.start for rule in by_rule)
        else span
        for span in found
    )


def _bridged(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    bridged = inside.copy()
    bridged[1:-1] |= inside[:-2] & inside[2:]
    return bridged


def _whole_words(inside: NDArray[np.bool_], continues_word: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Every token of a word that has one token inside is inside."""
    words = np.cumsum(~continues_word) - 1
    words -= words[0] if len(words) else 0
    if not len(words):
        return inside
    word_inside = np.zeros(words[-1] + 1, dtype=np.bool_)
    np.logical_or.at(word_inside, words, inside)
    return np.asarray(word_inside[words])
