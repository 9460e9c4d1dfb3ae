"""Booking messages that say nothing, varied and without end."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from random import Random

ATTRIBUTE = "guestMessage"
_LEAKING_SHARE = 0.125
_WORDS = (resources.files("detector.bench") / "words.txt").read_text().split()
_ENDS = ("." * 6) + "?!"


@dataclass(frozen=True, slots=True)
class Message:
    """An event ready to send: its key is its id, and its verdict's key."""

    key: bytes
    value: bytes = field(repr=False)


def messages(seed: int, words: int) -> Iterator[Message]:
    """Events whose texts have from half to one and a half times so many words, `words` in the mean.

    About one in eight leaks a contact: a number set aside for fiction, or an address of a domain set aside for examples.
    The same seed gives the same messages; no id is given twice.
    """
    random, number = Random(seed), 0
    while True:
        identity = f"message-{seed}-{number}"
        event = {
            "transactionContext": {"transactionId": identity},
            "attributes": {ATTRIBUTE: _text(random, random.randint(words - words // 2, words + words // 2))},
            "eventType": "BOOKING",
            "bookingId": identity,
        }
        yield Message(identity.encode(), json.dumps(event, separators=(",", ":")).encode())
        number += 1


def _text(random: Random, words: int) -> str:
    chosen = random.choices(_WORDS, k=words)
    if random.random() < _LEAKING_SHARE:
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
