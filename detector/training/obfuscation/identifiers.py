"""Invented identifiers: numbers from ranges kept for fiction or never assigned, made-up domains and names.

Where a country reserves no range the number has the right shape and random digits.
"""

from dataclasses import dataclass
from random import Random

from detector.training.obfuscation.lexicon import words

_PLACES, _PEOPLE, _SUFFIXES = (words("names", key) for key in ("places", "people", "suffixes"))
_LANGUAGES = ("en", "es", "fr", "de", "it", "pt", "nl", "zh", "ja", "ru")
_EXAMPLES = ("example.com", "example.org", "example.net")


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number: its country code without the plus, and its national groups of digits."""

    country: str
    groups: tuple[str, ...]

    @property
    def digits(self) -> str:
        """The national number, unbroken."""
        return "".join(self.groups)


def phone(rng: Random, lang: str = "en") -> Phone:
    """A number of a country where the language is spoken, now and then of any other or of none."""
    if rng.random() < 0.12:
        return _nowhere(rng)
    spoken = lang if rng.random() < 0.8 else rng.choice(_LANGUAGES)
    country, shape = rng.choice(words("shapes", spoken)).split("|")
    return Phone(country, tuple("".join(_digit(c, rng) for c in group) for group in shape.split()))


def _nowhere(rng: Random) -> Phone:
    """A number in groups of any size with a block that no country assigns."""
    groups = [
        "".join(str(rng.randrange(10)) for _ in range(rng.choice((2, 2, 3, 3, 4))))
        for _ in range(rng.choice((2, 3, 3, 4)))
    ]
    groups.insert(rng.randrange(len(groups)), rng.choice(("000", "555", "0000", "000")))
    return Phone(rng.choice(("1", "33", "34", "39", "40", "44", "48", "49", "86", "351", "372", "995")), tuple(groups))


def domain(rng: Random) -> str:
    """A made-up domain, one in four of them under `.example` or an example domain."""
    if rng.random() < 0.1:
        return rng.choice(_EXAMPLES)
    name = rng.choice(("", "-")).join(rng.sample(_PLACES, rng.choice((2, 2, 2, 3))))
    if rng.random() < 0.15:
        name += str(rng.randrange(1, 100))
    return f"{name}.{'example' if rng.random() < 0.15 else rng.choice(_SUFFIXES)}"


def email(rng: Random) -> str:
    """An address at a made-up domain."""
    local = rng.choice(("info", "hola", "booking", "reservas", "stay", "host", "hello", "contact", "ciao", "mail", ""))
    if not local or rng.random() < 0.7:
        local = handle(rng, longest=16)
    return f"{local}@{domain(rng)}"


def handle(rng: Random, longest: int = 24) -> str:
    """A profile name: words, a name, perhaps a number, joined as such names are."""
    words = rng.sample(_PLACES, rng.choice((1, 1, 2))) + ([rng.choice(_PEOPLE)] if rng.random() < 0.5 else [])
    if len(words) == 1:
        words.append(rng.choice(_PLACES + _PEOPLE))
    rng.shuffle(words)
    name = rng.choice(("", "", ".", "_", "_", "-")).join(words)
    if rng.random() < 0.35:
        name += rng.choice(("", "_", ".")) + str(
            rng.choice((rng.randrange(100), rng.randrange(1960, 2026), rng.randrange(10)))
        )
    return name[:longest].strip("._-")


def title(rng: Random) -> str:
    """The name of a property, as a page or profile carries it."""
    return " ".join(word.capitalize() for word in rng.sample(_PLACES, rng.choice((2, 2, 3))))


def code(rng: Random) -> str:
    """The random end of an invitation link."""
    return "".join(
        rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789") for _ in range(rng.randrange(8, 22))
    )


def _digit(char: str, rng: Random) -> str:
    return str(rng.randrange(10)) if char == "#" else char
