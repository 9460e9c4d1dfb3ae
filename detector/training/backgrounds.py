"""Clean texts that leaks are put into, and that are learned from as they are: seeds and rows of the corpora."""

import re
from collections import defaultdict
from collections.abc import Sequence
from random import Random

from detector.recognisers import recognise
from detector.training.examples import Example, join
from detector.training.sentences import Sentence, sentences, shorten, together

_CUE = re.compile(
    r"\b(?:book|direct|contact|call|text|phone|number|website|online|search|cash|transfer|deposit|message|reserv|app)"
    r"|\d[\d .,/-]{6,}\d|@|code|passwor|licen|regist",
    re.IGNORECASE,
)
"""What makes a clean text worth learning from."""

_PLAIN = 0.4
"""How often a text is drawn that need not tempt at all; it is of the language asked for, as corpora have few of some."""

_AT_HOME = 0.9
"""How often a text of the language is drawn that was asked for, and not one of any."""

_LONG = 0.15
"""How often a text runs to a page, about 800 code points, instead of a few sentences."""


class Backgrounds:
    """Clean `texts` by language, and those among them that tempt a detector."""

    def __init__(self, texts: Sequence[Example]) -> None:
        by_language: dict[str, list[Example]] = defaultdict(list)
        for text in texts:
            by_language[text.lang].append(text)
        self._by_language = dict(by_language)
        self._any = [text for rows in by_language.values() for text in rows]
        self._tempting = [text for text in self._any if recognise(text.text) or _CUE.search(text.text)] or self._any

    def clean(self, lang: str, rng: Random) -> Example:
        """Some sentences of a text, often from one on that tempts; of the language where it need not."""
        plain = self._by_language.get(lang, self._any)
        row = rng.choice(plain if rng.random() < _PLAIN else self._tempting)
        parts = sentences(row)
        tempting = [i for i, part in enumerate(parts) if _CUE.search("".join(piece.text for piece in part))]
        start = rng.choice(tempting) if tempting and rng.random() < 0.5 else None
        return join(together(shorten(parts, _length(rng), rng, start), rng), row)

    def sentences(self, lang: str, rng: Random) -> tuple[list[Sentence], Example]:
        """Neighbouring sentences of a text, nearly always in the language, and the text that they are of."""
        own = self._by_language.get(lang, self._any)
        row = rng.choice(own if rng.random() < _AT_HOME else self._any)
        return shorten(sentences(row), _length(rng), rng), row

    def page(self, lang: str, length: int, rng: Random) -> tuple[list[Sentence], Example]:
        """Sentences of at least `length` code points in all, of as many texts as that takes, and the first of these."""
        parts, row = self.sentences(lang, rng)
        while sum(len(piece.text) for part in parts for piece in part) < length:
            parts += self.sentences(lang, rng)[0]
        return parts, row


def part_of(text: Example, rng: Random) -> Example:
    """Some neighbouring sentences of it."""
    return join(together(shorten(sentences(text), _length(rng), rng), rng), text)


def _length(rng: Random) -> int:
    """Code points: most texts are short, one in seven is a page that a leak can hide in."""
    middle, spread = (6.7, 0.4) if rng.random() < _LONG else (5.1, 0.8)
    return int(min(rng.lognormvariate(middle, spread), 3000))
