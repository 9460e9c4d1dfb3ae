"""Windows over tokens: how a text longer than the model's reach is still read to its end."""

from collections.abc import Iterator


def spans(tokens: int, size: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Half-open token ranges of at most `size` that cover `tokens`, neighbours sharing at least `overlap`.

    The last range ends with the text and is as long as the others, so a leak at the very end is seen with as much
    context as one in the middle. No tokens give no range. Raises ValueError unless 0 <= overlap < size.
    """
    if not 0 <= overlap < size:
        raise ValueError(f"an overlap of {overlap} tokens does not fit a window of {size}")
    start = 0
    while start + size < tokens:
        yield start, start + size
        start += size - overlap
    if tokens:
        yield max(0, tokens - size), tokens
