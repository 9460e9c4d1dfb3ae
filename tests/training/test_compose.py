"""Composed examples: marks that fit, both labels, look-alikes that are never marked, the same for the same seed."""

from random import Random

import pytest

from detector.training.backgrounds import Backgrounds
from detector.training.compose import Composer
from detector.training.corpora import looks_clean
from detector.training.examples import Example, Piece
from detector.training.lookalikes import groups, lookalike
from detector.training.noise import untidy
from detector.training.obfuscation.places import LONG
from detector.training.seeds import read_seeds
from detector.training.sentences import leaks, sentences
from tests.training.tiny import RECIPE


@pytest.fixture(scope="module")
def composed() -> list[Example]:
    return list(Composer(read_seeds(), [], RECIPE).compose(3000, seed=1))


def test_about_half_of_the_examples_leak(composed: list[Example]) -> None:
    assert 0.4 < sum(example.leak for example in composed) / len(composed) < 0.6


def test_no_mark_begins_or_ends_with_a_blank_more_often_than_seeds_do(composed: list[Example]) -> None:
    blank = [leak for example in composed for leak in example.leaks() if leak != leak.strip()]
    assert len(blank) < len(composed) * 0.01


def test_the_same_seed_composes_the_same(composed: list[Example]) -> None:
    assert list(Composer(read_seeds(), [], RECIPE).compose(50, seed=1)) == composed[:50]


def test_a_buried_leak_stands_in_a_text_of_several_windows() -> None:
    composer = Composer(read_seeds(), [], RECIPE)
    for seed in range(30):
        example = composer.buried(Random(seed))
        assert len(example.text) > LONG
        assert example.spans[0].start > len(example.text) / 5


def test_an_updated_text_is_the_clean_one_but_for_one_sentence_that_leaks() -> None:
    seeds = {seed.source: seed for seed in read_seeds()}
    composer = Composer(list(seeds.values()), [], RECIPE)
    for seed in range(30):
        example = composer.updated(Random(seed))
        before = [part[0].text for part in sentences(seeds[example.source])]
        assert example.leak
        assert sum(sentence in example.text for sentence in before) >= len(before) - 1


@pytest.mark.parametrize("group", groups())
def test_look_alikes_are_never_marked_and_hold_no_open_slot(group: str) -> None:
    for seed in range(20):
        text, name = lookalike(Random(seed), "en", group)
        assert name == group
        assert text
        assert not {"{x}", "<name>", "<place>"} & {text}
        assert "[" not in text


def test_a_background_that_need_not_tempt_is_of_the_language_asked_for_however_few_texts_that_has() -> None:
    english = [Example("listing", "en", f"Book flat {number} online.") for number in range(99)]
    drawn = Backgrounds([*english, Example("listing", "de", "Zwei Zimmer, ein Bad.")])
    rng = Random(1)
    german = sum(drawn.clean("de", rng).lang == "de" for _ in range(400))
    assert 120 < german < 200
    assert all(drawn.clean("it", rng).text for _ in range(9)), "of a language without a text, one of any"


def test_sentences_never_cut_a_leak() -> None:
    for seed in read_seeds():
        if seed.leak:
            kept = [piece.text for part in sentences(seed) if leaks(part) for piece in part if piece.category]
            assert kept == seed.leaks()


def test_noise_keeps_categories_and_the_order_of_pieces() -> None:
    pieces = [Piece("Hello there. Nice, "), Piece("202 555 0143", "phone", "P01"), Piece(" bye. Ciao.")]
    for seed in range(60):
        noisy = untidy(pieces, Random(seed))
        assert [piece.category for piece in noisy] == ["", "phone", ""]
        assert noisy[1].text.casefold() == pieces[1].text.casefold()


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Quiet flat, 54 m2, tram 28 at the door.", True),
        ("Registration number 4437 8890 1123.", True),
        ("Call us: 212 555 01 43 77", False),
        ("Write to xkq@rrt.zzz", False),
        ("See www . somewhere", False),
        ("Find us on Instagram", False),
        ("Google our name", False),
    ],
)
def test_background_must_not_resemble_contact_data(text: str, clean: bool) -> None:  # noqa: FBT001
    assert looks_clean(text) is clean
