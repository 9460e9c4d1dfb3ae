"""How many operations an encoder's pass takes, counted by formula."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """An encoder's layers, the width of its states, and that between the two products of a feed-forward block."""

    layers: int
    width: int
    inner: int


BASE = Shape(layers=6, width=768, inner=3072)
"""DistilBERT-base (Sanh et al. 2019)."""


def operations(shape: Shape, windows: Sequence[int]) -> int:
    """Multiplications and additions in the matrix products for windows of so many tokens, summed.

    A layer has four products of width by width and two of width by inner, each weight used once a token (Kaplan et al.
    2020, table 1: two operations per weight and token), and attention's two products of tokens by tokens by width. Heads,
    embeddings, norms and the like are left out: together they are below 1 %.
    """
    weights = 4 * shape.width**2 + 2 * shape.width * shape.inner
    return sum(shape.layers * (2 * weights * tokens + 4 * tokens**2 * shape.width) for tokens in windows)
