"""What is sent: streams of events whose texts are as long, and as often the same, as real ones."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import count
from random import Random
from types import MappingProxyType

from detector.bench.article import ARTICLE_TOKENS
from detector.bench.messages import Message
from detector.bench.texts import Places, text_of
from detector.events import EventKind

SPECIAL_TOKENS = 2
"""Before and after a text; the article's 512 count them."""
MESSAGE_TOKENS, LISTING_TOKENS = 30, 150
MESSAGE_SHARE, REPEATED_SHARE = 0.7, 0.4
REMEMBERED = 1000
"""From how many of the last listings an update repeats one."""


class Mix(StrEnum):
    """Listing updates of 512 tokens, no two alike; or messages and listings of all lengths, some known already."""

    LISTINGS_512 = "listings-512"
    REALISTIC = "realistic"


OwnTexts = Mapping[EventKind, Sequence[str]]
"""Texts to make events of instead of made-up ones, for a kind of event; a kind that has none keeps the made-up ones."""
MADE_UP: OwnTexts = MappingProxyType({})


def events(mix: Mix, seed: int, places: Places, own: OwnTexts = MADE_UP) -> Iterator[Message]:
    """Events of the mix without end, each under an id of its own; the same seed gives the same."""
    if mix is Mix.LISTINGS_512:
        return listings(seed, ARTICLE_TOKENS - SPECIAL_TOKENS, places, own)
    return realistic(seed, places, own)


def listings(seed: int, tokens: int, places: Places, own: OwnTexts = MADE_UP) -> Iterator[Message]:
    """Listing updates that all have so many tokens, or as many fewer as whole words allow."""
    random, texts = Random(seed), own.get(EventKind.LISTING_UPDATE, ())
    for number in count():
        yield Message.of(f"listing-{seed}-{number}", EventKind.LISTING_UPDATE, text_of(random, tokens, places, texts))


def realistic(seed: int, places: Places, own: OwnTexts = MADE_UP) -> Iterator[Message]:
    """70 % messages of about 30 tokens and 30 % listing updates of about 150, from half to one and a half times as many.

    40 % of the updates bear the text of one of the last thousand again.
    """
    notes, updates = own.get(EventKind.BOOKING, ()), own.get(EventKind.LISTING_UPDATE, ())
    random = Random(seed)
    known: deque[str] = deque(maxlen=REMEMBERED)
    for number in count():
        if random.random() < MESSAGE_SHARE:
            text = text_of(random, _about(random, MESSAGE_TOKENS), places, notes)
            yield Message.of(f"message-{seed}-{number}", EventKind.BOOKING, text)
            continue
        if known and random.random() < REPEATED_SHARE:
            text = random.choice(known)
        else:
            text = text_of(random, _about(random, LISTING_TOKENS), places, updates)
            known.append(text)
        yield Message.of(f"listing-{seed}-{number}", EventKind.LISTING_UPDATE, text)


def _about(random: Random, tokens: int) -> int:
    return random.randint(tokens - tokens // 2, tokens + tokens // 2)
