"""Texts like those that hosts and guests write, made by chance and without end."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import resources
from random import Random
from typing import Any

from detector.bench.messages import LEAKING_SHARE

_PHRASES: Mapping[str, Any] = tomllib.loads((resources.files("detector.bench") / "phrases.toml").read_text("utf-8"))
LANGUAGES = tuple(name for name, value in _PHRASES.items() if isinstance(value, dict))

Places = Callable[[str], Sequence[tuple[int, int]]]
"""Where the tokens of a text stand in it, in order: half-open code points."""


_SENTENCE_TOKENS = 20
"""About as many as a sentence has."""


def words(text: str) -> Sequence[tuple[int, int]]:
    """The places of its words: for want of a tokenizer a word is a token."""
    places, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        places.append((start, at))
    return places


def text_of(random: Random, tokens: int, places: Places, own: Sequence[str] = ()) -> str:
    """A text in one of the languages of so many tokens, or as many fewer as whole words allow.

    It is made of sentences that are made up, or of `own` texts that are drawn and joined. About one in eight leaks a
    contact, mostly in disguise; it may stand anywhere.
    """
    phrases = _PHRASES[random.choice(LANGUAGES)]
    say = partial(_filled, random, phrases)
    text = ""
    while len(places(text)) <= tokens:
        made_up = (say(random.choice(phrases["clean"])) for _ in range(1 + tokens // _SENTENCE_TOKENS))
        text = " ".join([text, random.choice(own)] if own else [text, *made_up])
    whole = _cut(text.lstrip(), tokens, places)
    if random.random() >= LEAKING_SHARE:
        return whole
    parts = whole.split(" ")
    at = random.randrange(len(parts))
    return _cut(" ".join([*parts[:at], say(random.choice(phrases["leaks"])), *parts[at:]]), tokens, places)


def _cut(text: str, tokens: int, places: Places) -> str:
    """The longest beginning of whole words that has no more tokens; a text whose first word has more keeps that."""
    found = places(text)
    if len(found) <= tokens:
        return text
    beyond = found[tokens][0]
    fits = beyond if text[beyond - 1].isspace() else text.rfind(" ", 0, beyond)
    return text[:fits].rstrip() if fits > 0 else text.split(" ", 1)[0]


def _filled(random: Random, phrases: Mapping[str, Any], sentence: str) -> str:
    """The sentence with another filling in every hole."""
    first, *rest = sentence.split("{")
    parts = [first]
    for part in rest:
        hole, _, following = part.partition("}")
        parts += [_filling(random, phrases, hole), following]
    return "".join(parts)


def _filling(random: Random, phrases: Mapping[str, Any], hole: str) -> str:
    match hole:
        case "n":
            return str(random.randint(2, 98))
        case "time":
            return f"{random.randint(6, 23)}:{random.randrange(60):02d}"
        case "thing":
            return str(random.choice(phrases["things"]))
        case "name" | "place":
            return str(random.choice(_PHRASES[f"{hole}s"]))
    return _number(random, phrases, hole)


def _number(random: Random, phrases: Mapping[str, Any], hole: str) -> str:
    """The last digits of a number set aside for fiction, or the whole of it in keycaps."""
    digits = f"{random.randrange(1000):03d}"
    match hole:
        case "digits":
            return " ".join(digits)
        case "spoken":
            return " ".join(phrases["digits"][int(digit)] for digit in digits)
        case "keycaps":
            return "".join(f"{digit}\ufe0f\u20e3" for digit in f"07700900{digits}")
    raise ValueError(f"nothing fills {hole}")
