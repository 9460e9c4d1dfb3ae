"""Phrase files: every line can be expanded, and what is made to be clean holds no open slot."""

import re
from pathlib import Path
from random import Random

import pytest

from detector.training import phrases
from detector.training.lookalikes import groups, innocent, lookalike
from detector.training.phrases import Template, expand, templates

FILES = sorted(path.stem for path in Path(phrases.__file__).parent.glob("*.txt") if path.stem != "words")
CLEAN = ("lookalikes", "innocents")
GROUPS = tuple(f"N{number:02d}" for number in range(1, 26))
LANGS = ("en", "es", "fr", "de", "it", "pt")
OPEN = re.compile(r"[\[\]\\]|<(?:name|place|time|brand|word)>")


def lines(name: str) -> list[Template]:
    """The lines of a phrase file, never none."""
    found = templates(name)
    assert found, name
    return list(found)


@pytest.mark.parametrize("name", FILES)
def test_every_line_expands_and_leaves_no_choice_or_word_open(name: str) -> None:
    for line in lines(name):
        for seed in range(20):
            text = expand(line.text, Random(seed))
            assert text.strip(), line
            assert not OPEN.search(text), line


def test_a_carrier_has_one_place_for_its_leak() -> None:
    for line in lines("carriers"):
        assert all(expand(line.text, Random(seed)).count("{x}") == 1 for seed in range(20)), line


@pytest.mark.parametrize("name", [*CLEAN, "solicitations"])
def test_whole_sentences_have_no_place_for_a_leak(name: str) -> None:
    assert not [line for line in lines(name) if "{" in line.text]


@pytest.mark.parametrize("name", ["innocents", "solicitations"])
def test_a_per_cent_sign_is_never_read_as_a_capital(name: str) -> None:
    assert not [line for line in lines(name) if re.search(r"(?<!\\)%", line.text)]


@pytest.mark.parametrize("name", [*CLEAN, "solicitations"])
def test_no_line_stands_twice(name: str) -> None:
    texts = [line.text for line in lines(name)]
    assert len(texts) == len(set(texts))


def test_every_group_of_the_taxonomy_can_be_made() -> None:
    assert groups() == GROUPS


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("group", GROUPS)
def test_a_group_speaks_each_language(group: str, lang: str) -> None:
    own = [line for line in lines("lookalikes") if line.uses == (group,) and line.lang == lang]
    assert len(own) >= (12 if lang == "en" else 3)
    text, made = lookalike(Random(1), lang, group)
    assert made == group
    assert text == text.strip() != ""


@pytest.mark.parametrize("lang", LANGS)
def test_innocents_speak_their_language(lang: str) -> None:
    own = {line.text for line in lines("innocents") if line.lang == lang}
    made = {innocent(Random(seed), lang) for seed in range(200)}
    assert len(own) >= 10
    assert len(made) >= len(own) // 2
    if lang != "en":
        assert not made & {line.text for line in lines("innocents") if line.lang == "en"}


def test_an_innocent_without_a_language_of_its_own_comes_in_english() -> None:
    english = {line.text for line in lines("innocents") if line.lang == "en"}
    assert {innocent(Random(seed), "zh") for seed in range(40)} & english
