import pytest

from detector.text import Prepared, prepare

LEAKS = {
    "identity": ("202-555-0143", "202-555-0143"),
    "full-width": ("\uff12\uff10\uff12-555-0143", "202-555-0143"),
    "keycaps": ("2\ufe0f\u20e30\ufe0f\u20e32\ufe0f\u20e3 555 014\ufe0f\u20e3", "202 555 014"),
    "zero widths": ("2\u200b0\u200b2\u200b555\u200b0143", "2025550143"),
    "nested entity": ("anna&amp;#64;example.com", "anna@example.com"),
    "entity at the end": ("202-555-014&#51;", "202-555-0143"),
    "layers": ("ann\u0430\uff06\uff03\uff16\uff14\uff1bex&#8203;ample&period;c\u043em", "anna@example.com"),
    "tags": ("20<b>2</b>555-0143", "202555-0143"),
    "marks": ("2\u0336\u03350\u03362-555-0143\u0336", "202-555-0143"),
    "decomposed": ("re\u0301mi@example.com", "r\u00e9mi@example.com"),
    "expansion": ("555-01\U0001f51f", "555-0110"),
    "confusables": ("wh\u0430ts\u0430\u0440\u0440", "whatsapp"),
    "indicators": ("\U0001f1e6\u200b\U0001f1f3\U0001f1f3\U0001f1e6", "ANNA"),
}


@pytest.mark.parametrize(("disguised", "plain"), LEAKS.values(), ids=LEAKS)
@pytest.mark.parametrize(
    "frame",
    ["{}", "Call {} now", "\uff23\u0301\u0301\u0301&amp;\u200b {} \u200b&lt;ok\u2026"],
    ids=["bare", "plain", "disguised"],
)
def test_a_leak_maps_to_exactly_its_disguise(frame: str, disguised: str, plain: str) -> None:
    text = frame.format(disguised)
    prepared = prepare(text)
    place = prepared.text.index(plain)
    start, end = prepared.to_original(place, place + len(plain))
    assert text[start:end] == disguised


def test_a_part_of_a_styled_run_maps_to_that_part() -> None:
    assert prepare("\uff41\uff42\uff43 \uff41\uff42\uff43").to_original(1, 2) == (1, 2)


@pytest.mark.parametrize("span", [(0, 0), (2, 1), (-1, 1), (0, 4)])
def test_a_span_outside_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no span"):
        Prepared("abc", range(3), range(1, 4)).to_original(*span)
