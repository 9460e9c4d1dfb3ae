"""Messages that say nothing."""

from itertools import islice
from statistics import fmean

import pytest

from detector.bench.messages import ATTRIBUTE, Message, messages
from detector.events import EventKind, decode


def some(count: int, seed: int = 1, words: int = 30) -> list[Message]:
    return list(islice(messages(seed, words), count))


def text_of(message: Message) -> str:
    return decode(message.value).attributes[ATTRIBUTE]


def test_each_is_an_event_that_the_detector_takes_under_an_id_of_its_own() -> None:
    sent = some(500)
    events = [decode(each.value) for each in sent]
    assert {event.event_type for event in events} == {EventKind.BOOKING}
    assert [(event.booking_id or "").encode() for event in events] == [each.key for each in sent]
    assert len({each.key for each in sent}) == 500


def test_texts_are_all_different() -> None:
    assert len({text_of(each) for each in some(500)}) == 500


@pytest.mark.parametrize("words", [1, 2, 30, 400])
def test_texts_have_half_to_one_and_a_half_times_the_words_that_are_asked_for(words: int) -> None:
    counts = [len(text_of(each).split()) for each in some(300, words=words)]
    assert min(counts) >= words - words // 2
    assert max(counts) <= words + words // 2
    assert fmean(counts) == pytest.approx(words, rel=0.05)


def test_about_one_in_eight_has_a_contact_that_belongs_to_nobody() -> None:
    texts = [text_of(each) for each in some(2000)]
    leaking = [text for text in texts if "@" in text or "+44" in text]
    assert len(leaking) / len(texts) == pytest.approx(0.125, abs=0.03)
    assert all("@example.com" in text.lower() or "+44-7700-900" in text for text in leaking)


def test_the_same_seed_gives_the_same_messages_and_another_seed_other_texts_and_ids() -> None:
    assert some(50) == some(50)
    assert not {each.key for each in some(50)} & {each.key for each in some(50, seed=2)}
    assert [text_of(each) for each in some(50)] != [text_of(each) for each in some(50, seed=2)]


def test_the_text_stays_out_of_repr() -> None:
    message = some(1)[0]
    assert text_of(message).split()[0] not in repr(message)
