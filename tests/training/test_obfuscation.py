"""Disguises: each family by an example, and marks that stay exact whatever is done to a text."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.training.examples import CATEGORIES, Piece, join, split
from detector.training.obfuscation import addresses, characters, disguise, families, handles, phones, urls
from detector.training.obfuscation.identifiers import Phone
from detector.training.seeds import parse_seeds

PHONE = Phone("1", ("202", "555", "0143"))
LANGS = ("en", "es", "fr", "de", "it", "pt", "nl", "ru", "zh", "ja")

# family, language, seed of the generator, what comes out
PHONE_EXAMPLES = [
    ("P01", "en", 3, "+1 202 555 0143"),
    ("P02", "en", 3, "2*0*2*5*5*5*0*1*4*3"),
    ("P03", "en", 3, "2  0  2    5  5  5    0  1  4  3"),
    ("P04", "en", 3, "202 next 555 next 0143"),
    ("P05", "en", 3, "20**2**55**5**0**1**43"),
    ("P06", "en", 3, "twootwo - fivefivefive - oonefourthree"),
    ("P07", "en", 3, "2-0-2 five-5-5 0-one-4-3"),
    ("P08", "de", 3, "zwanzig; fünfundzwanzig; fünfundfünfzig; null eins; dreiundvierzig"),
    ("P09", "en", 3, "two o two triple five zero one four three"),
    ("P10", "en", 3, "two-nought-two-five-fiv-fyve-zerro-onne-four-three"),
    ("P12", "en", 3, "2Q2-555-0143"),
    ("P13", "en", 3, "2О2 555 0ІЧЗ"),
    (
        "P14",
        "en",
        3,
        "\U0001d7e4\U0001d7e2\U0001d7e4 \U0001d7e7\U0001d7e7\U0001d7e7 \U0001d7e2\U0001d7e3\U0001d7e6\U0001d7e5",
    ),
    ("P15", "en", 3, "۲۰۲ ۵۵۵ ۰۱۴۳"),
    (
        "P17",
        "en",
        3,
        "2\ufe0f\u20e30\ufe0f\u20e32\ufe0f\u20e35\ufe0f\u20e35\ufe0f\u20e35\ufe0f\u20e30\ufe0f\u20e31\ufe0f\u20e34\ufe0f\u20e33\ufe0f\u20e3",
    ),
    ("P18", "en", 3, "II-0-II  V V V  0 I IV III"),
    ("P19", "en", 3, "202 555 014 plus 5 minus 2 at the end"),
    ("P20", "en", 3, "DC area code 555 0143"),
    ("P21", "en", 3, "202 555 01HF"),
    ("P22", "en", 3, "plus1 202 555 0143"),
    ("P23", "en", 3, "3410-555-202"),
    ("P24", "en", 3, "202 EUR, 555 m2, 0143 steps"),
    ("P06", "es", 1, "más uno doscerodos cincocincocinco cerounocuatrotres"),
    ("P06", "fr", 1, "plus un deuxzerodeux cinqcinqcinq zerounquatretrois"),
    ("P06", "it", 1, "più uno duezerodue cinquecinquecinque zerounoquattrotre"),
    ("P06", "pt", 1, "mais um doiszerodois cincocincocinco zeroumquatrotres"),
    ("P06", "nl", 1, "plus één tweenultwee vijfvijfvijf nuleenvierdrie"),
    ("P06", "ru", 1, "плюс один дванульдва пятьпятьпять нульодинчетыретри"),
    ("P06", "zh", 1, "\u4e8c\u3007\u4e8c \u4f0d\u4f0d\u4f0d \u6d1e\u5e7a\u56db\u4e09"),
    ("P06", "ja", 1, "\u306b\u96f6\u306b \u4e94\u4e94\u4e94 \u3007\u4e00\u3088\u3093\u3055\u3093"),
    ("P08", "en", 2, "twenty - twenty-five - five - fifty - fourteen - three"),
    ("P08", "fr", 2, "vingt - vingt-cinq - cinq - cinquante - quatorze - trois"),
    ("P08", "it", 2, "venti - venticinque - cinque - cinquanta - quattordici - tre"),
]
ADDRESS_EXAMPLES = [
    ("E01", "en", 0, "Anna@example.com"),
    ("E02", "en", 0, "anna-at-example-full stop-com"),
    ("E03", "en", 0, "anna a t example full stop com"),
    ("E04", "en", 0, "anna, example, com"),
    ("E05", "en", 0, "anna and then the usual icloud ending"),
    ("E06", "en", 0, "anna (@) example\uff0ecom"),
    ("E07", "en", 0, "anna@ example . com"),
    ("E08", "en", 0, "a.n.n.a (at) example full stop com"),
    ("E09", "en", 0, "anna@xn--exmple-jta.com"),
    ("E10", "en", 0, "moc.elpmaxe@anna"),
    ("U01", "en", 0, "http://www.villa-luna.example"),
    ("U02", "en", 0, "villa-luna.example"),
    ("U03", "en", 0, "villa hyphen luna dot example"),
    ("U04", "en", 0, "www- villa-luna-example"),
    ("U06", "en", 0, "qr.example/z9cCSih"),
    ("U07", "en", 0, "villа-lunа.ехamрlе"),
    ("U08", "en", 0, "xn--vill-luna-t1a.example"),
    ("U10", "en", 0, "http://user@203.0.113.11:8443/book"),
    ("U12", "en", 0, "v\u2060il\u2060la-l\u2060un\u2060a\u2060.\u2060e\u2060xample"),
    ("U13", "en", 0, "the three w, Rio Quiet and example"),
    ("E03", "es", 1, "anna (arroba) example (punto) com"),
    ("E03", "fr", 1, "anna à example dot com"),
    ("E03", "de", 1, "anna (at) example (Punkt) com"),
    ("E03", "it", 1, "anna chiocciolina example (punto) com"),
    ("E03", "pt", 1, "anna arroba example (ponto) com"),
    ("E03", "nl", 1, "anna (at) example (punt) com"),
    ("E03", "ru", 1, "anna собачка example тчк com"),
    ("E03", "zh", 1, "anna \u5c0f\u8001\u9f20 example dot com"),
    ("E03", "ja", 1, "anna \u3042\u3063\u3068 example \u70b9 com"),
]
HANDLE_EXAMPLES = [
    ("H01", "en", 0, "@ villa_anna"),
    ("H02", "en", 0, "villa_anna"),
    ("H03", "en", 0, "villa underscore anna"),
    ("H05", "en", 0, "m d0t me slash villa_anna"),
    ("H06", "en", 0, "Rio Quiet"),
    ("H07", "en", 0, "villa . anna"),
    ("H04", "en", 1, "03 5550 1777"),
    ("H09", "en", 0, "ID 1807341205"),
    ("H10", "en", 0, "wise @villa_anna"),
    ("U05", "en", 0, 'google "Stella Zinnia'),
]
CHARACTER_EXAMPLES = [
    ("X01", 0, "villа.аnnа@еxаmрlе.cоm"),
    ("X02", 0, "v\u2060il\u2060la.a\u2060nn\u2060a\u2060@\u2060e\u2060xample\u2060.\u2060c\u2060om"),
    (
        "X03",
        0,
        "v\u200ei\u200el\u200el\u200ea\u200e.\u200ea\u200en\u200en\u200ea\u200e@\u200ee\u200ex\u200ea\u200em\u200ep\u200el\u200ee\u200e.\u200ec\u200eo\u200em",
    ),
    ("X05", 0, "vill\u0308a.anna\u0300@ex\u0301am\u0308ple.c\u0301om"),
    (
        "X06",
        0,
        "\U0001d603\U0001d5f6\U0001d5f9\U0001d5f9\U0001d5ee.\U0001d5ee\U0001d5fb\U0001d5fb\U0001d5ee@\U0001d5f2\U0001d605\U0001d5ee\U0001d5fa\U0001d5fd\U0001d5f9\U0001d5f2.\U0001d5f0\U0001d5fc\U0001d5fa",
    ),
    ("X07", 0, "v!11a.4nn@@3x@mpl3.c0m"),
    ("X08", 1, "vvilla.annna@examplee.ccomm"),
    ("X09", 0, "VillA.AnNA@exAMPLE.cOM"),
    ("X10", 0, "villa%2Eanna%40example%2Ecom"),
]


@pytest.mark.parametrize(("family", "lang", "seed", "expected"), PHONE_EXAMPLES)
def test_phone_families(family: str, lang: str, seed: int, expected: str) -> None:
    assert phones.PHONES[family](PHONE, lang, Random(seed)) == expected


@pytest.mark.parametrize(("family", "lang", "seed", "expected"), ADDRESS_EXAMPLES)
def test_address_families(family: str, lang: str, seed: int, expected: str) -> None:
    address = "anna@example.com" if family in addresses.EMAILS else "villa-luna.example"
    assert (addresses.EMAILS | urls.URLS)[family](address, lang, Random(seed)) == expected


@pytest.mark.parametrize(("family", "lang", "seed", "expected"), HANDLE_EXAMPLES)
def test_handle_families(family: str, lang: str, seed: int, expected: str) -> None:
    rewriter = (handles.SOCIALS | handles.MESSENGERS | handles.PAYMENTS)[family]
    assert rewriter("villa_anna", lang, Random(seed)) == expected


@pytest.mark.parametrize(("family", "seed", "expected"), CHARACTER_EXAMPLES)
def test_character_families(family: str, seed: int, expected: str) -> None:
    assert characters.CHARACTERS[family]("villa.anna@example.com", Random(seed)) == expected


def test_every_family_has_an_example() -> None:
    assert {example[0] for example in PHONE_EXAMPLES} == set(phones.PHONES)
    assert {example[0] for example in ADDRESS_EXAMPLES} == {*addresses.EMAILS, *urls.URLS}
    assert {example[0] for example in HANDLE_EXAMPLES} == {*handles.SOCIALS, *handles.MESSENGERS, *handles.PAYMENTS}
    assert {example[0] for example in CHARACTER_EXAMPLES} == set(characters.CHARACTERS)


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("lang", LANGS)
def test_every_family_renders_in_every_language_and_twice_the_same(category: str, lang: str) -> None:
    for family in families(category):
        pieces = [disguise(category, lang, Random(7), family) for _ in range(2)]
        assert pieces[0] == pieces[1]
        assert (pieces[0].category, pieces[0].family) == (category, family)
        assert pieces[0].text.strip()


@given(
    st.integers(0, 2**32),
    st.sampled_from(CATEGORIES),
    st.sampled_from(LANGS),
    st.text(max_size=30),
    st.text(max_size=30),
)
def test_a_disguised_leak_is_marked_exactly_and_nothing_outside_is_touched(
    seed: int, category: str, lang: str, before: str, after: str
) -> None:
    (like,) = parse_seeds("@ listing en clean voice=v\nx", "f.txt")
    leak = disguise(category, lang, Random(seed))
    example = join([Piece(before), leak, Piece(after)], like)
    assert example.text == before + leak.text + after
    assert [(mark.start, mark.end, mark.category) for mark in example.spans] == [
        (len(before), len(before) + len(leak.text), category)
    ]
    assert "".join(piece.text for piece in split(example)) == example.text
