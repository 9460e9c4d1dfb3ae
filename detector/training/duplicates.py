"""Texts that are nearly the same as others: templates with another number in them, copies with a sentence more."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from detector.text import prepare

LENGTH = 8
"""Letters and digits of a shingle: more than most words have, and a clause in a script without spaces."""

SHARED = 0.5
"""A text is nearly the same as another from this share of its shingles on."""


def near_duplicates(texts: Sequence[str], others: Iterable[str]) -> set[int]:
    """Which of `texts`, by number, are nearly the same as one of the `others`.

    Compared by the share of a text's shingles that the other text has, too (containment, Broder 1997), in what the model
    reads of both.
    """
    shingles = [_shingles(text) for text in texts]
    owners: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(shingles):
        for shingle in each:
            owners[shingle].append(number)
    found: set[int] = set()
    for other in others:
        shared: dict[int, int] = defaultdict(int)
        for shingle in _shingles(other):
            for number in owners.get(shingle, ()):
                shared[number] += 1
        found.update(number for number, count in shared.items() if count >= SHARED * len(shingles[number]))
    return found


def _shingles(text: str) -> Collection[str]:
    read = "".join(filter(str.isalnum, prepare(text).text.casefold()))
    return {read[start : start + LENGTH] for start in range(max(1, len(read) - LENGTH + 1))}
