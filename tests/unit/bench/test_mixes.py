"""What is sent: lengths, shares and repeats."""

import tomllib
from collections.abc import Sequence
from importlib import resources
from itertools import islice
from random import Random
from statistics import fmean

import pytest

from detector.bench.article import ARTICLE_TOKENS
from detector.bench.messages import Message, messages, sized_messages
from detector.bench.mixes import SPECIAL_TOKENS, Mix, events, listings
from detector.bench.texts import LANGUAGES, Places, text_of, words
from detector.events import EventKind, decode

COUNT = 1200


def some(mix: Mix, count: int = COUNT, seed: int = 1) -> list[Message]:
    return list(islice(events(mix, seed, words), count))


def text(message: Message) -> str:
    (only,) = decode(message.value).attributes.values()
    return only


@pytest.mark.parametrize("mix", Mix)
def test_each_is_an_event_of_its_kind_under_an_id_of_its_own(mix: Mix) -> None:
    sent = some(mix, 200)
    decoded = [decode(each.value) for each in sent]
    assert [event.event_type for event in decoded] == [each.kind for each in sent]
    assert [(event.booking_id or event.listing_id or "").encode() for event in decoded] == [each.key for each in sent]
    assert len({each.key for each in sent}) == 200


def test_listings_of_512_tokens_are_all_that_long_and_no_two_are_alike() -> None:
    sent = some(Mix.LISTINGS_512, 50)
    assert {each.kind for each in sent} == {EventKind.LISTING_UPDATE}
    assert {len(words(text(each))) for each in sent} == {ARTICLE_TOKENS - SPECIAL_TOKENS}
    assert len({text(each) for each in sent}) == 50


def of_kind(sent: Sequence[Message], kind: EventKind) -> list[str]:
    return [text(each) for each in sent if each.kind is kind]


def test_seven_of_ten_are_messages_of_about_30_tokens_and_three_listings_of_about_150() -> None:
    sent = some(Mix.REALISTIC)
    notes, updates = of_kind(sent, EventKind.BOOKING), of_kind(sent, EventKind.LISTING_UPDATE)
    assert len(notes) / COUNT == pytest.approx(0.7, abs=0.04)
    for texts, tokens in ((notes, 30), (updates, 150)):
        lengths = [len(words(each)) for each in texts]
        assert fmean(lengths) == pytest.approx(tokens, rel=0.08)
        assert min(lengths) < 0.6 * tokens
        assert tokens * 1.4 < max(lengths) <= tokens * 1.5


def test_two_of_five_updates_repeat_an_earlier_text_and_no_message_does() -> None:
    sent = some(Mix.REALISTIC)
    notes, updates = of_kind(sent, EventKind.BOOKING), of_kind(sent, EventKind.LISTING_UPDATE)
    assert 1 - len(set(updates)) / len(updates) == pytest.approx(0.4, abs=0.06)
    assert len(set(notes)) == len(notes)


@pytest.mark.parametrize("mix", Mix)
def test_the_same_seed_gives_the_same_events_and_another_seed_others(mix: Mix) -> None:
    assert some(mix, 20) == some(mix, 20)
    assert not {text(each) for each in some(mix, 20)} & {text(each) for each in some(mix, 20, seed=2)}


def halves(text: str) -> Sequence[tuple[int, int]]:
    """A tokenizer that cuts each longer word in two."""
    return [
        place
        for start, end in words(text)
        for place in ([(start, start + 1), (start + 1, end)] if end - start > 1 else [(start, end)])
    ]


@pytest.mark.parametrize("places", [words, halves])
@pytest.mark.parametrize("tokens", [1, 2, 30, 301])
def test_a_text_has_as_many_tokens_as_whole_words_allow(tokens: int, places: Places) -> None:
    for message in islice(listings(3, tokens, places), 30):
        found = text(message)
        # A first word of two tokens has more than one and is kept all the same, lest the text be empty.
        assert max(tokens - 1, 1) <= len(places(found)) <= max(tokens, 2 if places is halves else 1)
        assert found == found.strip()


def test_there_are_texts_in_every_language_and_one_in_eight_leaks() -> None:
    random = Random(4)
    texts = [text_of(random, 60, words) for _ in range(1500)]
    phrases = tomllib.loads((resources.files("detector.bench") / "phrases.toml").read_text("utf-8"))

    def beginnings(language: str, kind: str) -> tuple[str, ...]:
        return tuple(start for each in phrases[language][kind] if (start := each.split("{")[0]))

    for language in LANGUAGES:
        assert any(found.startswith(beginnings(language, "clean")) for found in texts)
    leaks = [start for language in LANGUAGES for start in beginnings(language, "leaks")]
    leaking = sum(any(leak in found for leak in leaks) for found in texts)
    assert leaking / len(texts) == pytest.approx(0.125, abs=0.03)
    assert not any("{" in found or "}" in found for found in texts)


@pytest.mark.parametrize("size", [200, 300, 1000])
def test_sized_messages_have_just_so_many_bytes(size: int) -> None:
    sent = list(islice(sized_messages(1, size), 100))
    assert {len(each.value) for each in sent} == {size}
    assert len({each.key for each in sent}) == 100
    assert all(text(each) for each in sent)


def test_a_size_without_room_for_a_text_is_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        next(sized_messages(1, 100))


def test_a_listings_text_is_where_a_listing_has_it() -> None:
    (message,) = islice(listings(1, 5, words), 1)
    assert list(decode(message.value).attributes) == ["listingDescription"]
    assert next(messages(1, 5)).kind is EventKind.BOOKING


OWN = {EventKind.LISTING_UPDATE: ["quay loft stairs"], EventKind.BOOKING: ["rain again tomorrow", "late ferry"]}


def test_own_texts_make_the_events_of_their_kind_at_the_lengths_of_the_mix() -> None:
    sent = list(islice(events(Mix.REALISTIC, 3, words, OWN), 400))
    for kind, texts in OWN.items():
        said = [set(each.split()) <= set(" ".join(texts).split()) for each in of_kind(sent, kind)]
        # One in eight has a leak in it besides.
        assert 0.8 < sum(said) / len(said) < 0.95
    assert fmean(len(words(each)) for each in of_kind(sent, EventKind.LISTING_UPDATE)) == pytest.approx(150, rel=0.1)


def test_a_kind_without_own_texts_keeps_the_made_up_ones() -> None:
    listing_only = {EventKind.LISTING_UPDATE: OWN[EventKind.LISTING_UPDATE]}
    sent = list(islice(events(Mix.REALISTIC, 3, words, listing_only), 100))
    assert all("ferry" not in each for each in of_kind(sent, EventKind.BOOKING))
    (listing,) = islice(events(Mix.LISTINGS_512, 4, words, listing_only), 1)
    assert len(words(text(listing))) == ARTICLE_TOKENS - SPECIAL_TOKENS
    assert text(listing).count("quay") > 100
