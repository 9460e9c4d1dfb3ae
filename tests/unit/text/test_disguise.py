"""What is undone, family by family (the ids of the field notes in brackets)."""

import pytest

from detector.text import prepare

DISGUISED = {
    "P05 tags": ("20<b>2</b>555", "202555", "markup"),
    "P05 tags by a separator": ("202-<span style='x'>555</span>-<i>0143</i>!", "202-555-0143</i>!", "markup"),
    "P05 comment": ("202<!-- x -->555", "202555", "markup"),
    "P13 cyrillic ze": ("202 555 01\u04173", "202 555 0133", "digit"),
    "P13 che, be, o": ("2\u041e2-555-\u043e1\u04273", "202-555-0143", "digit"),
    "P13 a word of letters": ("202-\u0417\u04176-5501", "202-336-5501", "digit"),
    "P14 full-width": ("\uff12\uff10\uff12", "202", "digit"),
    "P14 monospace": ("\U0001d7f8\U0001d7f6\U0001d7f8", "202", "digit"),
    "P14 circled": ("\u24ea\u2460\u2463\u2462", "0143", "digit"),
    "P14 negative circled": ("\u24ff\u2776\u2779\u2778", "0143", "digit"),
    "P14 dingbat": ("\u2780\u2783\u278c", "143", "digit"),
    "P14 parenthesised": ("\u2474\u2477\u2476", "143", "digit"),
    "P14 full stop": ("\u2488\u248b\u248a", "143", "digit"),
    "P14 superscript": ("\u2075\u2075\u2075", "555", "digit"),
    "P14 two digits": ("\u2469 \u32b1 \u24eb", "10 36 11", "digit"),
    "P15 arabic-indic": ("\u0662\u0660\u0662", "202", "digit"),
    "P15 devanagari": ("\u0968\u0966\u0968", "202", "digit"),
    "P16 by value": ("\u0aeb", "5", "digit"),
    "P17 keycaps": ("2\ufe0f\u20e30\ufe0f\u20e32\u20e3", "202", "digit"),
    "P17 keycap ten": ("\U0001f51f", "10", "digit"),
    "E06 full-width at": ("anna\uff20example.com", "anna@example.com", "styled"),
    "E06 small at": ("anna\ufe6bexample.com", "anna@example.com", "styled"),
    "E06 circled a": ("anna\u24d0example.com", "anna@example.com", "symbol"),
    "E06 spaced circled a": ("anna \u24d0 example.com", "anna @ example.com", "symbol"),
    "E06 ideographic stop": ("example\u3002com", "example.com", "symbol"),
    "E06 full-width stop": ("example\uff0ecom", "example.com", "styled"),
    "E06 one-dot leader": ("example\u2024com", "example.com", "styled"),
    "U07 homograph": ("ex\u0430m\u0440l\u0435.com", "example.com", "confusable"),
    "U07 whole label": ("\u0430\u0440\u0440\u04cf\u0435.example.com", "apple.example.com", "confusable"),
    "U12 zero width": ("exa\u200bmple.com", "example.com", "invisible"),
    "X01 cyrillic": ("wh\u0430ts\u0430\u0440\u0440", "whatsapp", "confusable"),
    "X01 near cyrillic": ("\u043aate", "kate", "confusable"),
    "X01 accented": ("\u0451xample", "\u00ebxample", "confusable"),
    "X01 greek": ("g\u03bfgle \u0391nna", "gogle Anna", "confusable"),
    "X01 armenian": ("ph\u0585ne", "phone", "confusable"),
    "X01 cherokee": ("\u13aanna", "Anna", "confusable"),
    "X01 ipa": ("\u0251nn\u0251 \u0261mail", "anna gmail", "confusable"),
    "X02 soft hyphen": ("what\u00adsapp", "whatsapp", "invisible"),
    "X02 variation selector": ("2\ufe0f02", "202", "invisible"),
    "X02 tag": ("20\U000e00202", "202", "invisible"),
    "X03 bidi": ("202\u202e555", "202555", "invisible"),
    "X04 control": ("20\x082", "202", "invisible"),
    "X04 c1 control": ("20\x852", "202", "invisible"),
    "X05 heap": ("a\u0301\u0316\u0317\u0318\u0319b", "ab", "marks"),
    "X05 heap on an accented letter": ("\u1ebf\u0316", "e", "marks"),
    "X05 marked digit": ("2\u03360\u03362\u0336", "202", "marks"),
    "X05 cyrillic heap": ("\u0434\u0301\u0316\u0317\u0318", "\u0434", "marks"),
    "X06 full-width": ("\uff41\uff4e\uff4e\uff41", "anna", "styled"),
    "X06 mathematical": ("\U0001d4ea\U0001d4f7\U0001d4f7\U0001d4ea", "anna", "styled"),
    "X06 circled": ("\u24d0\u24dd\u24dd\u24d0", "anna", "styled"),
    "X06 ligature": ("\ufb01nd", "find", "styled"),
    "X06 small caps": ("\u1d21\u029c\u1d00\u1d1bs\u1d00\u1d18\u1d18", "whatsapp", "confusable"),
    "X06 indicators": ("\U0001f1e6\U0001f1f3\U0001f1f3\U0001f1e6", "ANNA", "letters"),
    "X06 lone indicator": ("\U0001f1e6nna", "Anna", "letters"),
    "X06 negative squared": ("\U0001f170\ufe0f\U0001f17d\U0001f17d\U0001f170", "ANNA", "letters"),
    "X06 spaced squares": ("\U0001f170 \U0001f17d \U0001f17d", "A N N", "letters"),
    "X06 circled m in a word": ("\u24c2aria", "Maria", "letters"),
    "X10 named": ("anna&commat;example&period;com", "anna@example.com", "entity"),
    "X10 decimal": ("anna&#64;example.com", "anna@example.com", "entity"),
    "X10 hex": ("anna&#X40;example.com", "anna@example.com", "entity"),
    "X10 nested": ("anna&amp;amp;#64;example.com", "anna@example.com", "entity"),
    "X10 nested inside": ("&#3&#54;;", "$", "entity"),
    "X10 leading zeros": ("&#000000064;", "@", "entity"),
}

LAYERED = {
    "full-width reference": ("a\uff06\uff03\uff16\uff14\uff1bb", "a@b"),
    "reference to a zero width": ("wh&#8203;ats", "whats"),
    "reference cut by a zero width": ("a&am\u200bp;#6\u200b4;b", "a@b"),
    "reference to a full-width sign": ("a&#xff20;b", "a@b"),
    "escaped tag": ("202&lt;b&gt;555", "202555"),
    "cyrillic in a reference": ("&\u0430mp;#64;", "@"),
}


@pytest.mark.parametrize(("text", "expected", "kind"), DISGUISED.values(), ids=DISGUISED)
def test_undoes(text: str, expected: str, kind: str) -> None:
    prepared = prepare(text)
    assert prepared.text == expected
    assert kind in prepared.undone


@pytest.mark.parametrize(("text", "expected"), LAYERED.values(), ids=LAYERED)
def test_undoes_layer_by_layer(text: str, expected: str) -> None:
    assert prepare(text).text == expected


def test_names_every_kind_once_in_order() -> None:
    text = "c\u0430ll \uff12\uff10 &#64; \uff12 a\u200bb \uff41"
    assert prepare(text).undone == ("confusable", "digit", "entity", "invisible", "styled")


def test_references_nest_without_limit_in_one_pass() -> None:
    assert prepare("anna&" + "amp;" * 100 + "#64;example.com").text == "anna@example.com"


def test_references_nested_past_the_limit_lose_their_ampersand() -> None:
    assert prepare("&#xff06;" + "#xff06;" * 20).text.count("&") == 0


TYPOGRAPHY = {
    "dashes": ("10\u201312 \u2014 \u22125", "10-12 - -5"),
    "spaces": ("5\u00a0\u20ac, 1\u202f000\u3000m", "5 \u20ac, 1 000 m"),
    "line separators": ("a\u2028b\u2029c", "a\nb\nc"),
    "ellipsis, trade mark, square": ("wait\u2026 Villa\u2122 30 m\u00b2", "wait... VillaTM 30 m2"),
    "fraction": ("\u00bd board", "1/2 board"),
    "decomposed accents": ("cafe\u0301 Vie\u0323\u0302t", "caf\u00e9 Vi\u1ec7t"),
    "hangul letters": ("\u1112\u1161\u11ab", "\ud55c"),
    "half-width katakana": ("\uff76\uff9e", "\u30ac"),
    "emoji selectors": ("\u2708\ufe0f sea \U0001f468\u200d\U0001f469", "\u2708 sea \U0001f468\U0001f469"),
    "byte order mark": ("\ufeffHello", "Hello"),
    "persian joiner": (
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0645\u06cc\u062e\u0648\u0627\u0647\u0645",
    ),
    "plain query": ("a &amp b", "a &amp b"),
}


@pytest.mark.parametrize(("text", "expected"), TYPOGRAPHY.values(), ids=TYPOGRAPHY)
def test_typography_is_evened_out_but_is_no_disguise(text: str, expected: str) -> None:
    prepared = prepare(text)
    assert prepared.text == expected
    assert prepared.undone == ()
