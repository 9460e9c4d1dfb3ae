"""The words and shapes of `lexicon.toml`: what disguises are made of, by language."""

import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

_TABLES: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))


@cache
def words(table: str, key: str) -> tuple[str, ...]:
    """The items of an entry, split at blanks; of a language that the table lacks, the English ones."""
    entry = _TABLES[table].get(key, _TABLES[table].get("en", ()))
    return tuple(entry.split()) if isinstance(entry, str) else tuple(entry)


def speaks(table: str, lang: str) -> bool:
    """Whether the table has an entry of its own for the language."""
    return lang in _TABLES[table]


def say(table: str, lang: str, rng: Random) -> str:
    """One of an entry's alternatives, which may hold blanks."""
    entries = _TABLES[table]
    found = entries[lang] if lang in entries else entries["en"]
    return rng.choice(str(found).split("|"))


def entry(table: str, key: str) -> str | None:
    """The entry as it stands, or None."""
    found = _TABLES[table].get(key)
    return None if found is None else str(found)


def weight(family: str, category: str = "") -> float:
    """How often a family is met beside the others of its category, which may have a weight of its own for it."""
    weights = _TABLES["weights"]
    return float(weights.get(f"{category}-{family}", weights[family]))
