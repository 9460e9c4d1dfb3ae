"""Runs of digits, in figures or in words, and which of them are valid telephone numbers."""

import re
from collections.abc import Iterator

import phonenumbers

from detector.recognisers.finding import FEWEST_DIGITS, MOST_DIGITS, Finding
from detector.recognisers.words import DIGIT_WORDS

_RUN = re.compile(r"(?<![\w.])[+(]{0,2}[0-9](?:[^\w\n]{0,3}\n?[0-9]){5,}(?!\w)")
_WORD = re.compile(r"[^\W_]+")
_HAN = "零〇一二三四五六七八九幺"
_HAN_RUN = re.compile(f"(?:[{_HAN}][^\\w]{{0,2}}){{6,}}")
_GAP = 9
"""Most code points between two neighbours of one run in words: room for "then", "and", a dash."""

_BUCKETS = (12, 10, 8, 6)
_PHONE_DIGITS = range(8, 16)
_REGIONS = ("US", "ES", "PT", "BR")
_TRUNK_REGIONS = ("GB", "FR", "DE", "IT", "NL", "AU")
"""Where a number without a country code is tried: listings carry no country, and each further one costs 30 us. The
second group writes a trunk zero first (Italy's mobiles a three); without it any code would be some valid number."""

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:(?:19|20)\d\d|\d\d)"
_DATE = rf"(?:{_DAY}[./-]{_MONTH}(?:[./-]{_YEAR}?)?|{_MONTH}/{_DAY}/{_YEAR}|(?:19|20)\d\d[./-]{_MONTH}[./-]{_DAY})"
_DATES = re.compile(rf"{_DATE}(?:\W{{1,3}}{_DATE})*\W*|(?:19|20)\d\d\s?[-–/,]\s?(?:19|20)\d\d", re.ASCII)


def digit_runs(text: str) -> Iterator[Finding]:
    """`digits-N` for each run of figures, and `phone` over it where it is a number that some country could give.

    Dates and spans of dates are digits and never a number, even where a country has one like it.
    """
    for run in _RUN.finditer(text):
        count = sum(map(str.isdigit, run[0]))
        yield Finding(run.start(), run.end(), f"digits-{min(count, MOST_DIGITS)}")
        if count in _PHONE_DIGITS and not _DATES.fullmatch(run[0]) and _is_phone(run[0]):
            yield Finding(run.start(), run.end(), "phone")


def number_words(text: str) -> Iterator[Finding]:
    """`words-N` for each run of digits of which at least one is spelled out."""
    start = end = count = spelled = 0
    for word in _WORD.finditer(text):
        said = word[0].lower()
        figures = said.isdecimal()
        if not figures and said not in DIGIT_WORDS:
            continue
        if count and word.start() - end > _GAP:
            yield from _worded(start, end, count, spelled)
            count = spelled = 0
        if not count:
            start = word.start()
        end = word.end()
        count += len(said) if figures else DIGIT_WORDS[said]
        spelled += not figures
    yield from _worded(start, end, count, spelled)
    if not text.isascii():
        for run in _HAN_RUN.finditer(text):
            yield from _worded(*run.span(), sum(run[0].count(digit) for digit in _HAN), 1)


def _worded(start: int, end: int, count: int, spelled: int) -> Iterator[Finding]:
    if count >= FEWEST_DIGITS and spelled:
        yield Finding(start, end, f"words-{next(size for size in _BUCKETS if count >= size)}")


def _is_phone(run: str) -> bool:
    digits = run.lstrip("(")
    if digits.startswith(("+", "00")):
        return _valid("+" + digits.lstrip("+0"), None)
    regions = _TRUNK_REGIONS if digits.startswith("0") else (*_REGIONS, *(("IT",) if digits.startswith("3") else ()))
    return any(_valid(digits, region) for region in regions)


def _valid(number: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
