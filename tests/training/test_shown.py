"""What the looks of a first stage are shown that is clean: all kinds, all languages, long and short."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from statistics import median

import pytest

from detector.training.data import Data
from detector.training.examples import Example, Kind, Mark
from detector.training.first.shown import evenly, plain
from detector.training.recipe import FirstLayers
from tests.training.tiny import RECIPE

DATA = Data([], [], [], [], [], [], "0" * 64)


def plan_of(rows: int) -> FirstLayers:
    return FirstLayers(layers=(1,), examples=1, rows=rows, rounds=1, rate=1e-3)


def in_language(kind: Kind, lang: str, count: int) -> list[Example]:
    return [Example(kind, lang, f"{lang} {kind} {number}. Two rooms, one bath.") for number in range(count)]


def test_looks_learn_from_as_many_clean_listings_as_messages_and_from_all_that_was_written() -> None:
    corpora = [*in_language("listing", "en", 9), *in_language("message", "en", 3)]
    written = [*in_language("message", "de", 2), Example("message", "de", "ring 471", (Mark(5, 8, "phone", "P01"),))]
    texts = plain(replace(DATA, seeds=written, corpora=corpora), RECIPE, plan_of(rows=8))
    whole = [text for text in {*corpora, *written} if text in texts]  # a short listing is itself its only part
    assert Counter((text.lang, text.kind) for text in whole) == {
        ("de", "message"): 2,
        ("en", "listing"): 4,
        ("en", "message"): 3,
    }
    assert not any(text.leak for text in texts)


def test_looks_also_learn_from_parts_of_listings_which_are_as_short_as_messages() -> None:
    listings = [
        Example("listing", "fr", " ".join(f"Phrase {number} de la page {page}." for number in range(60)))
        for page in range(8)
    ]
    parts = [
        text
        for text in plain(replace(DATA, seeds=[], corpora=listings), RECIPE, plan_of(rows=16))
        if text not in listings
    ]
    assert len(parts) == len(listings)
    assert median(len(part.text) for part in parts) < len(listings[0].text) / 3
    assert {(part.kind, part.lang) for part in parts} == {("listing", "fr")}


@pytest.mark.parametrize(
    ("count", "drawn"),
    [
        pytest.param(6, {"en": 2, "es": 2, "de": 2}, id="equal shares"),
        pytest.param(11, {"en": 5, "es": 4, "de": 2}, id="what a language lacks is shared by the others"),
        pytest.param(100, {"en": 9, "es": 4, "de": 2}, id="all there are"),
        pytest.param(0, {}, id="none"),
    ],
)
def test_languages_are_drawn_evenly(count: int, drawn: Mapping[str, int]) -> None:
    texts = [*in_language("listing", "en", 9), *in_language("listing", "de", 2), *in_language("listing", "es", 4)]
    assert Counter(text.lang for text in evenly(texts, count, Random(1))) == drawn
