"""Events ready to send; and booking messages that say nothing, varied and without end."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from itertools import count
from random import Random
from typing import Self

from detector.events import EventKind

ATTRIBUTE = "guestMessage"
LEAKING_SHARE = 0.125
_BYTES_OF_A_WORD = 6
"""About; a text that comes out too short is repeated."""
_WORDS = (resources.files("detector.bench") / "words.txt").read_text().split()
_ENDS = ("." * 6) + "?!"


@dataclass(frozen=True, slots=True)
class Message:
    """An event ready to send: its key is its id, and its verdict's key."""

    key: bytes
    value: bytes = field(repr=False)
    kind: EventKind = EventKind.BOOKING

    @classmethod
    def of(cls, identity: str, kind: EventKind, text: str) -> Self:
        """The event with this one text."""
        booking = kind is EventKind.BOOKING
        event = {
            "transactionContext": {"transactionId": identity},
            "attributes": {ATTRIBUTE if booking else "listingDescription": text},
            "eventType": kind.value,
            "bookingId" if booking else "listingId": identity,
        }
        return cls(identity.encode(), json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode(), kind)


def messages(seed: int, words: int) -> Iterator[Message]:
    """Events whose texts have from half to one and a half times so many words, `words` in the mean.

    About one in eight leaks a contact: a number set aside for fiction, or an address of a domain set aside for examples.
    The same seed gives the same messages; no id is given twice.
    """
    random = Random(seed)
    for number in count():
        text = _text(random, random.randint(words - words // 2, words + words // 2))
        yield Message.of(f"message-{seed}-{number}", EventKind.BOOKING, text)


def sized_messages(seed: int, size: int) -> Iterator[Message]:
    """The same with just so many bytes each, the whole event counted; raises ValueError for too few to hold a text."""
    for message in messages(seed, max(size // _BYTES_OF_A_WORD, 2)):
        text: str = json.loads(message.value)["attributes"][ATTRIBUTE]
        room = size - (len(message.value) - len(text))
        if room < 1:
            raise ValueError(f"{size} bytes are too few for an event with a text")
        repeated = f"{text} " * (1 + room // len(text))
        yield Message.of(message.key.decode(), EventKind.BOOKING, repeated[:room])


def _text(random: Random, words: int) -> str:
    chosen = random.choices(_WORDS, k=words)
    if random.random() < LEAKING_SHARE:
        chosen[random.randrange(words)] = _contact(random)
    sentences = []
    while chosen:
        length = random.randint(4, 12)
        sentence, chosen = " ".join(chosen[:length]), chosen[length:]
        sentences.append(sentence[0].upper() + sentence[1:] + random.choice(_ENDS))
    return " ".join(sentences)


def _contact(random: Random) -> str:
    if random.random() < 0.5:
        return f"+44-7700-900{random.randrange(1000):03d}"
    return f"{random.choice(_WORDS)}.{random.choice(_WORDS)}{random.randrange(100)}@example.com"
