"""Scores of windows that were read before: listing updates mostly repeat themselves."""

from array import array
from collections import OrderedDict
from collections.abc import Iterable
from hashlib import blake2b

from detector.scoring.model import Span, Window, WindowScore

KEY_BYTES = 16
"""At 128 bits two different windows among a billion share a key with a chance of 2 in 10^21 (birthday bound)."""


class ScoreCache:
    """The newest scores by what the model saw, at most `size` of them; the one unused for longest goes first.

    Right for one model only: a worker that loads another begins with an empty one. What it gives is what the model would
    say, since a window's score depends on nothing else. Spans are kept relative to the window, so the same passage
    further down in another text is found as well. Neither texts nor token ids are kept. Used by one thread.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._scores: OrderedDict[bytes, WindowScore] = OrderedDict()

    def __len__(self) -> int:
        return len(self._scores)

    def key(self, window: Window) -> bytes | None:
        """What stands for all that a score is made of: the tokens, where they stand, what was recognised in them.

        None for what is never kept: a window without token ids, or any where nothing is kept at all.
        """
        if not self._size or not window.ids or not window.offsets:
            return None
        start = window.offsets[0][0]
        seen = blake2b(array("q", window.ids), digest_size=KEY_BYTES)
        seen.update(array("q", (place - start for offset in window.offsets for place in offset)))
        for span in window.recognised:
            seen.update(repr(_shifted(span, -start)).encode())
        return seen.digest()

    def get(self, key: bytes, window: Window) -> WindowScore | None:
        """The score of such a window, with its spans where this window stands; None if it is not known."""
        score = self._scores.get(key)
        if score is None:
            return None
        self._scores.move_to_end(key)
        return moved(score, window.offsets[0][0])

    def put(self, key: bytes, window: Window, score: WindowScore) -> None:
        """Remember what the model said."""
        self._scores[key] = moved(score, -window.offsets[0][0])
        self._scores.move_to_end(key)
        if len(self._scores) > self._size:
            self._scores.popitem(last=False)


def moved(score: WindowScore, by: int) -> WindowScore:
    """The same score for a window that stands so many code points further on."""
    return score._replace(spans=tuple(_all_shifted(score.spans, by))) if score.spans and by else score


def _all_shifted(spans: Iterable[Span], by: int) -> Iterable[Span]:
    return (_shifted(span, by) for span in spans)


def _shifted(span: Span, by: int) -> Span:
    return span._replace(start=span.start + by, end=span.end + by)
