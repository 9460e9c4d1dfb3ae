"""The hand-kept character classes against the Unicode data of the running Python."""

import re
import sys
import unicodedata
from html.entities import html5

from detector.text.characters import PLAIN_LATIN, folded
from detector.text.confusables import ALIKE, NEARLY
from detector.text.letters import FLAGS

_EVERY = [chr(code) for code in range(sys.maxunicode + 1)]


def test_plain_latin_holds_nothing_to_fold_and_no_marks() -> None:
    plain = [character for character in _EVERY[:0x2100] if re.match(f"[{PLAIN_LATIN}]", character)]
    assert all(folded(character) == (character, "") for character in plain)
    assert not any(unicodedata.combining(character) for character in plain)


def test_what_a_character_folds_to_stays() -> None:
    for character in _EVERY:
        new, _ = folded(character)
        assert "".join(folded(each)[0] for each in new) == new, hex(ord(character))


def test_every_reference_is_longer_than_the_ascii_it_hides() -> None:
    for name, value in html5.items():
        assert len(name) + 1 > sum(len(folded(each)[0]) for each in value), name


def test_look_alikes_are_letters_of_one_code_point_each() -> None:
    assert not ALIKE.keys() & NEARLY.keys()
    for letter, latin in (ALIKE | NEARLY).items():
        assert unicodedata.category(letter)[0] == "L"
        assert unicodedata.normalize("NFKC", letter) == letter
        assert latin.isascii()
        assert latin.isalpha()
        assert letter.isupper() == latin.isupper() or unicodedata.name(letter).startswith(("CHEROKEE", "LATIN"))


def test_flags_are_the_258_that_have_an_emoji() -> None:
    assert len(FLAGS) == 258
