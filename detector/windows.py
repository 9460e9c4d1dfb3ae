"""Windows over tokens: how a text longer than the model's reach is still read to its end."""

from collections.abc import Iterator


def spans(tokens: int, size: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Half-open token ranges of at most `size` that cover `tokens`, neighbours sharing about `overlap` or more.

    They share up to an eighth fewer where that saves a window. All are as long as the first and evenly spread, so a leak
    at the very end is seen with as much context as one in the middle. No tokens give no range. Raises ValueError unless
    0 <= overlap < size.
    """
    if not 0 <= overlap < size:
        raise ValueError(f"an overlap of {overlap} tokens does not fit a window of {size}")
    if tokens <= size:
        yield from [(0, tokens)] if tokens else []
        return
    shared = overlap - overlap // 8
    steps = -(-(tokens - size) // (size - shared))
    for step in range(steps + 1):
        start = step * (tokens - size) // steps
        yield start, start + size
