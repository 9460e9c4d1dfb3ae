"""Invented identifiers written the way people write them past a filter, by the families of the taxonomy.

`disguise` is the door: it makes up an identifier of a category and renders it as one marked `Piece`.
"""

from collections.abc import Callable, Collection
from random import Random

from detector.training.examples import Piece
from detector.training.obfuscation import addresses, handles, phones, urls
from detector.training.obfuscation.characters import CHARACTERS
from detector.training.obfuscation.identifiers import domain, email, handle, phone
from detector.training.obfuscation.lexicon import weight

MESSENGER_NUMBER = "H04"
"""A messenger's id that is a telephone number, in any of the phones' families."""


def families(category: str) -> tuple[str, ...]:
    """The families `disguise` can render for a category; character attacks (`X..`) suit every one."""
    return (*_RENDERERS[category], *CHARACTERS)


def disguise(category: str, lang: str, rng: Random, family: str | None = None, avoid: Collection[str] = ()) -> Piece:
    """An invented identifier of `category`, rendered in `family` or in one drawn by how often it is met.

    The piece is the leak and nothing else. One in ten carries an attack on its characters on top. Families in `avoid`
    are never drawn.
    """
    attacks = [name for name in CHARACTERS if name not in avoid]
    if family is None and attacks and rng.random() < 0.1:
        family = rng.choices(attacks, [weight(name) for name in attacks])[0]
    if family in CHARACTERS:
        plain, _ = _render(category, lang, rng, next(iter(_RENDERERS[category])), avoid)
        return Piece(CHARACTERS[family](plain.strip(), rng).strip(), category, family)
    text, family = _render(category, lang, rng, family, avoid)
    return Piece(text.strip(), category, family)


def _render(category: str, lang: str, rng: Random, family: str | None, avoid: Collection[str]) -> tuple[str, str]:
    renderers = _RENDERERS[category]
    known = [name for name in renderers if name not in avoid]
    chosen = family or rng.choices(known, [weight(name, category) for name in known])[0]
    if category == "messenger" and chosen == MESSENGER_NUMBER:
        return _render("phone", lang, rng, None, avoid)[0], chosen
    return renderers[chosen](lang, rng), chosen


def _bind(rewriter: Callable[..., str], make: Callable[..., object], *, speaks: bool) -> Callable[[str, Random], str]:
    return lambda lang, rng: rewriter(make(rng, lang) if speaks else make(rng), lang, rng)


_RENDERERS: dict[str, dict[str, Callable[[str, Random], str]]] = {
    "phone": {name: _bind(rewriter, phone, speaks=True) for name, rewriter in phones.PHONES.items()},
    "email": {name: _bind(rewriter, email, speaks=False) for name, rewriter in addresses.EMAILS.items()},
    "url": {name: _bind(rewriter, domain, speaks=False) for name, rewriter in urls.URLS.items()},
    "social": {name: _bind(rewriter, handle, speaks=False) for name, rewriter in handles.SOCIALS.items()},
    "messenger": {
        **{name: _bind(rewriter, handle, speaks=False) for name, rewriter in handles.MESSENGERS.items()},
        MESSENGER_NUMBER: _bind(phones.plain, phone, speaks=True),
    },
    "solicitation": {name: _bind(rewriter, handle, speaks=False) for name, rewriter in handles.PAYMENTS.items()},
}
