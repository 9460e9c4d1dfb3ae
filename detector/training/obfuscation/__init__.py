"""Invented identifiers written the way people write them past a filter, by the families of the taxonomy.

`disguise` is the door: it makes up an identifier of a category and renders it as one marked `Piece`.
"""

from collections.abc import Callable
from random import Random

from detector.training.examples import Piece
from detector.training.obfuscation import addresses, handles, phones, urls
from detector.training.obfuscation.characters import CHARACTERS
from detector.training.obfuscation.identifiers import domain, email, handle, phone
from detector.training.obfuscation.lexicon import weight


def families(category: str) -> tuple[str, ...]:
    """The families `disguise` can render for a category; character attacks (`X..`) suit every one."""
    return (*_RENDERERS[category], *CHARACTERS)


def disguise(category: str, lang: str, rng: Random, family: str | None = None) -> Piece:
    """An invented identifier of `category`, rendered in `family` or in one drawn by how often it is met.

    The piece is the leak and nothing else. One in ten carries an attack on its characters on top.
    """
    renderers = _RENDERERS[category]
    if family is None and rng.random() < 0.1:
        family = rng.choice(list(CHARACTERS))
    if family in CHARACTERS:
        plain, _ = _render(category, lang, rng, next(iter(renderers)))
        return Piece(CHARACTERS[family](plain, rng), category, family)
    text, family = _render(category, lang, rng, family)
    return Piece(text.strip(), category, family)


def _render(category: str, lang: str, rng: Random, family: str | None) -> tuple[str, str]:
    renderers = _RENDERERS[category]
    chosen = family or rng.choices(list(renderers), [weight(name) for name in renderers])[0]
    return renderers[chosen](lang, rng), chosen


def _bind(rewriter: Callable[..., str], make: Callable[..., object], *, speaks: bool) -> Callable[[str, Random], str]:
    return lambda lang, rng: rewriter(make(rng, lang) if speaks else make(rng), lang, rng)


_RENDERERS: dict[str, dict[str, Callable[[str, Random], str]]] = {
    "phone": {name: _bind(rewriter, phone, speaks=True) for name, rewriter in phones.PHONES.items()},
    "email": {name: _bind(rewriter, email, speaks=False) for name, rewriter in addresses.EMAILS.items()},
    "url": {name: _bind(rewriter, domain, speaks=False) for name, rewriter in urls.URLS.items()},
    "social": {name: _bind(rewriter, handle, speaks=False) for name, rewriter in handles.SOCIALS.items()},
    "messenger": {name: _bind(rewriter, handle, speaks=False) for name, rewriter in handles.MESSENGERS.items()},
    "solicitation": {name: _bind(rewriter, handle, speaks=False) for name, rewriter in handles.PAYMENTS.items()},
}
