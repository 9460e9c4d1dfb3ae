"""Disguises: each family by an example, and marks that stay exact whatever is done to a text."""

import re
import unicodedata
from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.training.examples import CATEGORIES, Example, Piece, join, split
from detector.training.obfuscation import addresses, characters, disguise, families, handles, phones, urls
from detector.training.obfuscation.identifiers import Phone
from detector.training.obfuscation.identifiers import phone as invent
from detector.training.obfuscation.lexicon import weight, words
from detector.training.obfuscation.numberwords import has_pairs, pair_parts, pair_word
from detector.training.obfuscation.places import buried, updated
from detector.training.obfuscation.structure import STRUCTURES, arrange, divided, halves, innocent_list
from detector.training.obfuscation.tongues import TONGUES, blended, known_words

PHONE = Phone("1", ("202", "555", "0143"))
LIKE = Example("listing", "en", "")
SEEDS = 200
HANDLES = {"social": handles.SOCIALS, "messenger": handles.MESSENGERS, "solicitation": handles.PAYMENTS}
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
    ("P11", "en", 3, "too zero two fife hive hive oh won four three"),
    ("P11", "zh", 3, "儿令二伍舞吴令衣寺叁"),
    ("P12", "en", 3, "2Q2-555-0143"),
    ("P13", "en", 3, "2О2 555 0ІЧЗ"),
    (
        "P14",
        "en",
        3,
        "\U0001d7e4\U0001d7e2\U0001d7e4 \U0001d7e7\U0001d7e7\U0001d7e7 \U0001d7e2\U0001d7e3\U0001d7e6\U0001d7e5",
    ),
    ("P15", "en", 3, "۲۰۲ ۵۵۵ ۰۱۴۳"),
    ("P16", "en", 3, "2೦255501૫૩"),
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
    ("P24", "en", 16, "aged 202, here since 555, 0143 days a year"),
    ("P25", "en", 3, "due zero due cinque cinque cinque zero uno quattro tre"),
    ("P26", "en", 3, "20; twenty 5; fifty 5; 0 one; 40 three"),
    ("P26", "fr", 1, "vingt vingt-cinq cinquante-cinq zéro un quarante-trois"),
    ("P26", "de", 2, "zwanzig - fünfundzwanzig - fünfundfünfzig - null eins - dreiundvierzig"),
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
    ("U05", "en", 0, 'google "Stella Zinnia'),
    ("U06", "en", 0, "qr.example/z9cCSih"),
    ("U07", "en", 0, "villа-lunа.ехamрlе"),
    ("U08", "en", 0, "xn--vill-luna-t1a.example"),
    ("U09", "en", 0, "VILLA-LUNA.IMMO"),
    ("U10", "en", 0, "http://user@203.0.113.11:8443/book"),
    ("U11", "en", 0, "#villalunaofficial"),
    ("U12", "en", 0, "v\u2060il\u2060la-l\u2060un\u2060a\u2060.\u2060e\u2060xample"),
    ("U13", "en", 0, "the three w, Rio Quiet and example"),
    ("U14", "en", 0, "RQC7GCQ8+FH/villa-luna.example"),
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
# category, family, language, seed of the generator, what comes out
HANDLE_EXAMPLES = [
    ("social", "H01", "en", 0, "@ villa_anna"),
    ("social", "H02", "en", 1, "villa_anna"),
    ("social", "H02", "en", 0, "at villa underscore anna"),
    ("social", "H03", "en", 0, "小红书@villa_anna"),
    ("social", "H04", "en", 0, "📘: villa_anna"),
    ("social", "H05", "en", 0, "m.facebook.com/villa_anna"),
    ("social", "H06", "en", 0, "Rio Quiet"),
    ("social", "H07", "en", 0, "villa . anna"),
    ("social", "H08", "en", 0, "the square code in photo 14 opens villa_anna"),
    ("messenger", "H01", "en", 0, "@ villa_anna"),
    ("messenger", "H02", "es", 0, "at villa guion bajo anna"),
    ("messenger", "H03", "en", 0, "薇信@villa_anna"),
    ("messenger", "H03", "zh", 4, "sgnl villa_anna"),
    ("messenger", "H05", "en", 0, "m d0t me slash villa_anna"),
    ("messenger", "H06", "en", 0, "Stella Zinnia in the app with the ghost"),
    ("messenger", "H07", "en", 3, "v-i-l-l-a-_-a-n-n-a"),
    ("messenger", "H08", "de", 1, "QR-Code auf Foto 20 scannen"),
    ("messenger", "H09", "en", 0, "ID 1807341205"),
    ("solicitation", "H10", "en", 0, "wise @villa_anna"),
    ("solicitation", "U05", "en", 0, 'google "Stella Zinnia'),
]
CHARACTER_EXAMPLES = [
    ("X01", 0, "villа.аnnа@еxаmрlе.cоm"),
    ("X02", 0, "v\u2060il\u2060la.a\u2060nn\u2060a\u2060@\u2060e\u2060xample\u2060.\u2060c\u2060om"),
    (
        "X03",
        0,
        "v\u200ei\u200el\u200el\u200ea\u200e.\u200ea\u200en\u200en\u200ea\u200e@\u200ee\u200ex\u200ea\u200em\u200ep\u200el\u200ee\u200e.\u200ec\u200eo\u200em",
    ),
    ("X04", 0, "vmxv\x08\x08\x08illah\x08.anna@exax\x08mpliq\x08\x08emwg\x08\x08\x08.cosu\x08\x08m"),
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
    ("X11", 0, "villa.anna@Ã©xample.com"),
    ("X12", 0, "villa.anna@exarnple.corn"),
    ("X13", 0, "вилла.анна@example.com"),
]


STRUCTURE_EXAMPLES = [
    ("C02", "en", 7, "First part of my phone: [808]\nThe lake is five minutes away.\nThe number ends on [555.0118]!"),
    ("C02", "fr", 8, "Notez [0 4 6 5]. Le petit déjeuner est inclus. Le reste, c'est [710123]."),
    ("C03", "it", 28, "Leggete le iniziali:\n[T]ostapane\n[O]rto\n[M]icroonde\n[E]ntrata privata\n[S]auna\n[T]errazza"),
    ("C04", "en", 0, "Casa Fiona · [aurora-sereno-maple (dot) ie]\nRadiators\nWood stove"),
    ("C04", "fr", 3, "Cabane avec jardin\nFour\n[01.99.00.90.74]\nHotte"),
    ("C05", "en", 2, "[five en two; five fem five; zero en one fem]"),
    ("C10", "en", 0, "I am not saying write to [LINE id chalet.sven] on Telegram."),
    ("C10", "de", 0, "Nicht über [39 8| 559 382L|] melden."),
]


@pytest.mark.parametrize(("family", "lang", "seed", "expected"), PHONE_EXAMPLES)
def test_phone_families(family: str, lang: str, seed: int, expected: str) -> None:
    assert phones.PHONES[family](PHONE, lang, Random(seed)) == expected


@pytest.mark.parametrize(("family", "lang", "seed", "expected"), ADDRESS_EXAMPLES)
def test_address_families(family: str, lang: str, seed: int, expected: str) -> None:
    address = "anna@example.com" if family in addresses.EMAILS else "villa-luna.example"
    assert (addresses.EMAILS | urls.URLS)[family](address, lang, Random(seed)) == expected


@pytest.mark.parametrize(("category", "family", "lang", "seed", "expected"), HANDLE_EXAMPLES)
def test_handle_families(category: str, family: str, lang: str, seed: int, expected: str) -> None:
    assert HANDLES[category][family]("villa_anna", lang, Random(seed)) == expected


@pytest.mark.parametrize(("family", "seed", "expected"), CHARACTER_EXAMPLES)
def test_character_families(family: str, seed: int, expected: str) -> None:
    assert characters.CHARACTERS[family]("villa.anna@example.com", Random(seed)) == expected


def test_every_family_has_an_example() -> None:
    assert {example[0] for example in PHONE_EXAMPLES} == set(phones.PHONES)
    assert {example[0] for example in ADDRESS_EXAMPLES} == {*addresses.EMAILS, *urls.URLS}
    assert {example[:2] for example in HANDLE_EXAMPLES} == {
        (category, family) for category, rewriters in HANDLES.items() for family in rewriters
    }
    assert {example[0] for example in CHARACTER_EXAMPLES} == set(characters.CHARACTERS)
    assert {example[0] for example in STRUCTURE_EXAMPLES} == set(STRUCTURES)


@pytest.mark.parametrize(("category", "family"), [(c, family) for c in CATEGORIES for family in families(c)])
def test_every_family_in_every_language_marks_exactly_and_is_the_same_for_a_seed(category: str, family: str) -> None:
    for seed in range(SEEDS):
        lang = LANGS[seed % len(LANGS)]
        leak = disguise(category, lang, Random(seed), family)
        assert leak == disguise(category, lang, Random(seed), family)
        assert (leak.category, leak.family) == (category, family)
        assert leak.text
        assert leak.text == leak.text.strip()
        around = [Piece("Before: "), leak, Piece("\nafter")]
        assert split(join(around, LIKE)) == around


def test_every_family_has_a_weight_and_is_drawn_unless_avoided() -> None:
    for category in CATEGORIES:
        assert all(weight(family, category) > 0 for family in families(category))
        drawn = {disguise(category, "en", Random(seed), avoid=("X01", "P06", "H02")).family for seed in range(SEEDS)}
        assert drawn <= {*families(category)} - {"X01", "P06", "H02"}


def figures(text: str) -> str:
    return "".join(str(unicodedata.digit(c)) for c in text if c.isdigit())


def readings(text: str, table: Mapping[str, str]) -> set[str]:
    """All that a text can mean whose words are those of the table and figures."""
    text = re.sub(r"[\s,;./-]+", "", text)
    found: list[set[str]] = [{""}, *(set[str]() for _ in text)]
    for start in range(len(text)):
        for word, digit in {**table, **{d: d for d in "0123456789"}}.items():
            if found[start] and text.startswith(word, start):
                found[start + len(word)] |= {before + digit for before in found[start]}
    return found[-1]


@pytest.mark.parametrize("family", ["P02", "P03", "P04", "P05", "P14", "P15", "P17"])
def test_figures_of_any_script_give_the_number_back(family: str) -> None:
    for seed in range(SEEDS):
        lang = LANGS[seed % len(LANGS)]
        phone = invent(Random(seed), lang)
        assert figures(phones.PHONES[family](phone, lang, Random(seed))) == phone.digits


def test_a_plain_number_ends_with_its_digits_and_one_from_behind_is_reversed() -> None:
    for seed in range(SEEDS):
        phone = invent(Random(seed))
        assert figures(phones.PHONES["P01"](phone, "en", Random(seed))).endswith(phone.digits.removeprefix("0"))
        assert figures(phones.PHONES["P23"](phone, "en", Random(seed)))[::-1] == phone.digits


def test_digits_by_their_looks_give_the_number_back_and_one_at_least_is_of_another_script() -> None:
    shapes = words("alphabets", "visual")
    looks = {shape: str(i) for i, alike in enumerate(shapes) for shape in alike}
    for seed in range(SEEDS):
        phone = invent(Random(seed))
        text = phones.PHONES["P16"](phone, "en", Random(seed))
        assert "".join(looks[c] for c in text if c not in " -") == phone.digits
        assert text.isascii() == (set(phone.digits) <= {"5", "6"})
    assert unicodedata.digit("\u0aeb") == 5
    assert looks["\u0aeb"] == "4"


@pytest.mark.parametrize("family", ["P06", "P07", "P11", "P25"])
def test_number_words_give_the_number_back(family: str) -> None:
    for seed in range(SEEDS):
        lang = LANGS[seed % len(LANGS)]
        phone = invent(Random(seed), lang)
        text = phones.PHONES[family](phone, lang, Random(seed))
        tongues = {"P25": [tongue for tongue in TONGUES if tongue != lang], "P11": [lang, "en"]}.get(family, [lang])
        sounds = {w: str(i) for i, entry in enumerate(words("homophones", lang)) for w in entry.split("|")}
        tables = [{**known_words(tongue), **(sounds if family == "P11" else {})} for tongue in tongues]
        text = re.sub(r"^(plus|más|più|mais|плюс|加|プラス)", "", text)
        assert any(said.endswith(phone.digits) for table in tables for said in readings(text, table)), text


@pytest.mark.parametrize("lang", ["en", "es", "fr", "de", "it", "pt", "nl", "ru", "da"])
def test_pairs_are_told_apart_and_their_parts_add_up(lang: str) -> None:
    assert has_pairs(lang)
    pairs = [f"{n:02}" for n in range(100)]
    assert len({pair_word(pair, lang, Random(1)) for pair in pairs}) == len(pairs)
    for pair in pairs:
        values = [int(value) for _, value in pair_parts(pair, lang) if value]
        if values[:2] == [4, 20] and lang == "fr":
            values[:2] = [80]
        assert sum(values) == int(pair)


def test_a_blended_number_changes_its_language_and_can_be_read() -> None:
    everything = dict[str, str]()
    for tongue in TONGUES:
        everything |= known_words(tongue)
    for seed in range(SEEDS):
        phone = invent(Random(seed))
        text = blended(phone, "en", Random(seed))
        assert not any(readings(text, known_words(tongue)) for tongue in TONGUES) or len(set(phone.digits)) < 4, text
        assert phone.digits in readings(text, everything)


def test_backspaces_and_mojibake_can_be_undone() -> None:
    for seed in range(SEEDS):
        text = disguise("email", "en", Random(seed), "E01").text
        attacked = characters.CHARACTERS["X04"](text, Random(seed))
        assert "\b" in attacked
        kept = list[str]()
        for c in attacked:
            kept = kept[:-1] if c == "\b" else [*kept, c]
        assert "".join(kept) == text
        assert characters.CHARACTERS["X11"](text, Random(seed)) != text
        assert characters.CHARACTERS["X11"]("père.noël", Random(seed)).encode("latin-1").decode() == "père.noël"


@pytest.mark.parametrize(("family", "lang", "seed", "expected"), STRUCTURE_EXAMPLES)
def test_structures(family: str, lang: str, seed: int, expected: str) -> None:
    pieces = arrange(lang, Random(seed), family)
    assert expected in "".join(f"[{piece.text}]" if piece.category else piece.text for piece in pieces)


@pytest.mark.parametrize("family", STRUCTURES)
def test_every_structure_marks_exactly_and_is_the_same_for_a_seed(family: str) -> None:
    for seed in range(SEEDS):
        lang = LANGS[seed % len(LANGS)]
        pieces = arrange(lang, Random(seed), family)
        assert pieces == arrange(lang, Random(seed), family)
        example = join(pieces, LIKE)
        leaks = [piece for piece in pieces if piece.category]
        assert leaks
        assert [piece for piece in split(example) if piece.category] == leaks
        assert example.text == "".join(piece.text for piece in pieces)
        assert all(piece.text == piece.text.strip() for piece in leaks)
        assert "{x}" not in example.text


def test_a_divided_number_has_two_halves_with_any_prose_between() -> None:
    for seed in range(SEEDS):
        lang = LANGS[seed % len(LANGS)]
        first, last = halves(lang, Random(seed))
        assert [sum(piece.category == "phone" for piece in half) for half in (first, last)] == [1, 1]
        pieces = divided(lang, Random(seed), between="Quiet street.")
        assert [piece.category for piece in pieces if piece.category] == ["phone", "phone"]
        assert "Quiet street." in join(pieces, LIKE).text


def test_an_acrostic_is_spelled_by_the_first_letters_of_its_lines_and_an_innocent_list_marks_nothing() -> None:
    for seed in range(SEEDS):
        lang = LANGS[seed % len(LANGS)]
        example = join(arrange(lang, Random(seed), "C03"), LIKE)
        lines = [line.lstrip("-*• ") for line in example.text.split("\n")[1:]]
        assert example.leaks() == [line[0] for line in lines]
        assert "".join(example.leaks()).isalpha()
        assert not join(innocent_list(lang, Random(seed)), LIKE).leak


def test_a_structure_keeps_to_the_families_it_may_use() -> None:
    avoid = [*(family for family in phones.PHONES if family != "P01"), "C05", *characters.CHARACTERS]
    for seed in range(SEEDS):
        with_phone = [p.family for p in arrange("en", Random(seed), avoid=avoid) if p.category == "phone"]
        assert {*with_phone} <= {"P01", "C02"}


def test_a_leak_in_a_field_stands_in_the_title_or_on_a_line_of_its_own() -> None:
    for seed in range(SEEDS):
        example = join(arrange(LANGS[seed % len(LANGS)], Random(seed), "C04"), LIKE)
        (leak,) = example.leaks()
        lines = example.text.split("\n")
        assert len(lines) >= 4
        assert lines[0].endswith(leak.split("\n")[0]) or leak.split("\n")[0] in lines


def test_burying_and_updating_change_one_sentence_and_nothing_else() -> None:
    leak, prose = [Piece("ring "), Piece("555", "phone", "P01")], [[Piece(str(number))] for number in range(9)]
    for seed in range(SEEDS):
        inside = buried(leak, prose, Random(seed))
        assert [part for part in inside if part != leak] == prose
        assert inside.index(leak) >= 3
        changed = updated(leak, prose, Random(seed))
        where = changed.index(leak)
        assert changed[:where] + changed[where + 1 :] == prose[:where] + prose[where + 1 :]


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
    leak = disguise(category, lang, Random(seed))
    example = join([Piece(before), leak, Piece(after)], LIKE)
    assert example.text == before + leak.text + after
    assert [(mark.start, mark.end, mark.category) for mark in example.spans] == [
        (len(before), len(before) + len(leak.text), category)
    ]
    assert "".join(piece.text for piece in split(example)) == example.text
