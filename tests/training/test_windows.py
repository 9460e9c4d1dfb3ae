"""Windows: labels sit on the tokens of the leak, a long text is cut, a half-shown leak leaves its window undecided."""

from detector.training.batches import PADDING, bucket
from detector.training.examples import LABELS, Example, Mark
from detector.training.network import pad
from detector.training.windows import IGNORE
from tests.training.tiny import cut, tokenizer

PHONE = LABELS.index("phone")


def leak(text: str, *spans: tuple[int, int]) -> Example:
    return Example("listing", "en", text, tuple(Mark(start, end, "phone", "P01") for start, end in spans))


def test_tags_stand_on_exactly_the_tokens_of_the_leak() -> None:
    (window,) = cut().windows(leak("room call me 55", (13, 15)))
    assert window.label == 1
    assert window.tags == (IGNORE, 0, 0, 0, PHONE, PHONE, IGNORE)
    assert window.ids[0] == tokenizer().token_to_id("[CLS]")
    assert window.ids[-1] == tokenizer().token_to_id("[SEP]")


def test_marks_are_carried_through_preparation() -> None:
    (window,) = cut().windows(leak("me ５\u200b５ me", (3, 6)))
    assert window.tags == (IGNORE, 0, PHONE, PHONE, 0, IGNORE)


def test_a_long_text_gives_overlapping_windows_and_only_those_with_the_leak_are_leaks() -> None:
    text = "room " * 50 + "call 5 5 5" + " room" * 50
    windows = cut().windows(leak(text, (255, 260)))
    assert len(windows) > 3
    assert all(len(window.ids) <= 32 for window in windows)
    shown = [(window.tags.count(PHONE), window.label) for window in windows]
    assert set(shown) >= {(0, 0), (3, 1)}
    assert all(label == {0: 0, 1: IGNORE}.get(count, 1) for count, label in shown)


def test_a_window_with_a_sliver_of_a_leak_is_left_undecided() -> None:
    text = "room " * 28 + "5 " * 20
    first, *_ = cut().windows(leak(text, (140, 180)))
    assert first.tags.count(PHONE) == 2
    assert first.label == IGNORE


def test_a_clean_text_has_no_tag_and_an_empty_one_no_window() -> None:
    (window,) = cut().windows(leak("room 5"))
    assert (window.label, set(window.tags)) == (0, {IGNORE, 0})
    assert cut().windows(leak("")) == []


def test_batches_hold_every_window_once_within_the_budget_and_repeat_with_the_seed() -> None:
    windows = [w for i in range(1, 60) for w in cut().windows(leak("room " * (i % 29)))]
    batches = bucket(windows, 256, seed=3)
    assert sorted(len(w.ids) for batch in batches for w in batch) == sorted(len(w.ids) for w in windows)
    assert all(pad(batch)["input_ids"].numel() <= 256 for batch in batches)
    assert batches == bucket(windows, 256, seed=3)
    assert pad(batches[0])["input_ids"].shape[1] % PADDING == 0
