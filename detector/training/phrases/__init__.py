"""Phrases with alternatives: sentences that carry a leak, that ask for one, or that only look like one.

A template draws one of `[a|b|c]` (brackets nest), a digit for `#`, a capital for `%` and a word for `<name>`;
a backslash keeps the next character as it is. `{x}` is where the leak goes.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\\(.)|([#%])|<(\w+)>")


@dataclass(frozen=True, slots=True)
class Template:
    """One line of a phrase file: what it is for (categories or a look-alike group), its language, its text."""

    uses: tuple[str, ...]
    lang: str
    text: str


@cache
def templates(name: str) -> tuple[Template, ...]:
    """The lines of `<name>.txt`, comments and blank lines left out."""
    found = []
    for line in (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("# "):
            uses, lang, text = line.split(" ", 2)
            found.append(Template(tuple(uses.split(",")), lang, text))
    return tuple(found)


@cache
def fitting(name: str, use: str, lang: str) -> tuple[Template, ...]:
    """The templates of a file for a use in a language (those of any language included), else the English ones."""
    lines = [line for line in templates(name) if use in line.uses or "any" in line.uses]
    spoken = [line for line in lines if line.lang in (lang, "*")]
    if not any(line.lang == lang for line in spoken):
        spoken += [line for line in lines if line.lang == "en"]
    return tuple(spoken)


def expand(text: str, rng: Random) -> str:
    """One reading of a template, `{x}` left in place."""
    while (choice := _CHOICE.search(text)) is not None:
        text = text[: choice.start()] + rng.choice(choice[1].split("|")) + text[choice.end() :]

    def fill(slot: re.Match[str]) -> str:
        if slot[1]:
            return slot[1]
        if slot[2]:
            return rng.choice("0123456789" if slot[2] == "#" else "ABCDEFGHJKLMNPRSTUVWXYZ")
        return rng.choice(_words()[slot[3]]) if slot[3] in _words() else slot[0]

    return _SLOT.sub(fill, text)


@cache
def _words() -> dict[str, tuple[str, ...]]:
    lines = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").splitlines()
    return {name: tuple(words.split("|")) for name, words in (line.split(" ", 1) for line in lines)}
