"""Telephone numbers in disguise. Every rewriter is `(phone, lang, rng) -> text`; `PHONES` names them by family."""

from collections.abc import Callable
from random import Random

from detector.training.obfuscation.identifiers import Phone
from detector.training.obfuscation.numberwords import MULTIPLIERS, digit_word, has_pairs, misspelled, pair_word

PhoneRewriter = Callable[[Phone, str, Random], str]

_PLUS = {
    "en": "plus", "es": "más", "fr": "plus", "de": "plus", "it": "più", "pt": "mais", "nl": "plus", "ru": "плюс",
    "zh": "加", "ja": "プラス",
}  # fmt: skip
_STYLED = ("０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡", "𝟢𝟣𝟤𝟥𝟦𝟧𝟨𝟩𝟪𝟫", "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿", "⓪①②③④⑤⑥⑦⑧⑨", "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉", "⓿❶❷❸❹❺❻❼❽❾")
_NATIVE = ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "๐๑๒๓๔๕๖๗๘๙")
_LOOKALIKE = ("OoQ", "lI|i!", "Zz", "E", "A", "Ss$", "bG", "T", "B&", "gq")
_CYRILLIC = ("О", "І", "2", "З", "Ч", "5", "б", "7", "8", "9")
_ROMAN = ("0", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_KEYPAD = ("", "", "ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ")
_AREAS = {"202": "DC", "415": "San Francisco", "305": "Miami", "808": "Hawaii", "646": "Manhattan", "512": "Austin", "030": "Berlin",
          "089": "München", "069": "Frankfurt", "020": "London", "0161": "Manchester", "06": "Roma", "081": "Napoli", "03": "Melbourne"}  # fmt: skip


def plain(phone: Phone, _lang: str, rng: Random) -> str:
    """P01: +1 202-555-0143, (202) 555-0143, 07700 900123, 2025550143."""
    joint = rng.choice((" ", " ", "-", "", ".", " "))
    number = joint.join(phone.groups)
    style = rng.random()
    if style < 0.4:
        return number
    if style < 0.5:
        return f"({phone.groups[0]}) {joint.join(phone.groups[1:])}" if len(phone.groups) > 1 else number
    international = number.removeprefix("0")
    code = rng.choice((f"+{phone.country}", f"+{phone.country}", f"00{phone.country}", f"(+{phone.country})", phone.country))
    trunk = "(0)" if number.startswith("0") and rng.random() < 0.15 else ""
    return f"{code}{rng.choice((' ', ' ', joint, ''))}{trunk}{international}"


def separators(phone: Phone, _lang: str, rng: Random) -> str:
    """P02: 2~0~2_5.5.5 / 0143."""
    marks = rng.choice(("~", ".", "-", "_", "/", "|", "•", "*", " - ", " . ", " / ", "~_.", "-./", "·", "=", ":", ",", "__", " * ", "..", "--", "+"))
    groups = phone.groups if rng.random() < 0.4 else tuple(phone.digits)
    text = groups[0]
    for group in groups[1:]:
        text += (rng.choice(marks) if len(set(marks)) == len(marks) > 2 else marks) + group
    return text


def spaced(phone: Phone, _lang: str, rng: Random) -> str:
    """P03: 2 0 2   5 5 5   0 1 4 3, also one digit on each line."""
    if rng.random() < 0.1:
        return "\n".join(phone.digits)
    gap = rng.choice((" ", "  ", " ", "   "))
    return (gap + rng.choice((" ", "  ", ""))).join(gap.join(group) for group in phone.groups)


def interleaved(phone: Phone, lang: str, rng: Random) -> str:
    """P04: 202 then 555 then 0143; 202aaa555aa0143."""
    words = {
        "en": ("then", "and", "and then", "followed by", "next", "space", "dash"), "es": ("luego", "y", "después"), "fr": ("puis", "et", "ensuite"),
        "de": ("dann", "und", "danach"), "it": ("poi", "e", "dopo"), "pt": ("depois", "e", "a seguir"), "nl": ("dan", "en", "daarna"),
    }.get(lang, ("then", "x"))  # fmt: skip
    if rng.random() < 0.65:
        return f" {rng.choice(words)} ".join(phone.groups)
    letter = rng.choice("aaxxzbt")
    return "".join(group + letter * rng.randrange(1, 4) for group in phone.groups[:-1]) + phone.groups[-1]


def tagged(phone: Phone, _lang: str, rng: Random) -> str:
    """P05: 20<b>2</b>555[0]143."""
    left, right = rng.choice((("<b>", "</b>"), ("[", "]"), ("(", ")"), ("**", "**"), ("<i>", "</i>"), ("{", "}"), ("_", "_"), ("<", ">"), ("«", "»")))
    if rng.random() < 0.4:
        return "".join(f"{left}{group}{right}" for group in phone.groups)
    chosen = set(rng.sample(range(len(phone.digits)), 3))
    return "".join(f"{left}{d}{right}" if i in chosen else d for i, d in enumerate(phone.digits))


def spelled(phone: Phone, lang: str, rng: Random) -> str:
    """P06, P25 in other languages: two oh two, five five five, oh one four three."""
    joint = rng.choice((", ", " ", " ", " - ", "... ", "; ", "\n", " / "))
    gap = rng.choice((" ", " ", " ", "-", "", ", ", ".")) if lang not in ("zh", "ja") else ""
    text = joint.join(gap.join(digit_word(d, lang, rng) for d in group) for group in phone.groups)
    if rng.random() < 0.15:
        text = f"{_PLUS.get(lang, 'plus')} {gap.join(digit_word(d, lang, rng) for d in phone.country)} {text}"
    return text


def mixed(phone: Phone, lang: str, rng: Random) -> str:
    """P07: two02 5five5 01four3."""
    share, gap = rng.choice((0.3, 0.5, 0.6)), rng.choice(("", "", " ", " ", "-"))
    groups = (gap.join(digit_word(d, lang, rng) if rng.random() < share else d for d in group) for group in phone.groups)
    return rng.choice((" ", " ", "-", gap)).join(groups)


def grouped(phone: Phone, lang: str, rng: Random) -> str:
    """P08, P26: nine thirteen, one twenty-three, forty-five; vierundzwanzig, quatre-vingt-dix."""
    if not has_pairs(lang):
        return spelled(phone, lang, rng)
    digits, words = phone.digits, []
    while digits:
        if len(digits) == 1 or (digits[0] != "0" and rng.random() < 0.1):
            words.append(digit_word(digits[0], lang, rng))
            digits = digits[1:]
        else:
            words.append(pair_word(digits[:2], lang, rng))
            digits = digits[2:]
    return rng.choice((", ", " ", " - ", "; ", " ")).join(words)


def multiplied(phone: Phone, lang: str, rng: Random) -> str:
    """P09: oh double seven, triple five."""
    double, triple = MULTIPLIERS.get(lang, MULTIPLIERS["en"])
    lang = lang if lang in MULTIPLIERS else "en"
    as_words = rng.random() < 0.7
    words, digits = [], phone.digits
    while digits:
        run = len(digits) - len(digits.lstrip(digits[0]))
        size = 3 if run >= 3 else min(run, 2)
        word = digit_word(digits[0], lang, rng) if as_words else digits[0]
        words.append({1: "{}", 2: double, 3: triple}[size].format(word))
        digits = digits[size:]
    return rng.choice((" ", ", ", " ")).join(words)


def wrong_words(phone: Phone, _lang: str, rng: Random) -> str:
    """P10, P11: sevn ate 5 fore, won to for."""
    share = rng.choice((0.5, 0.8, 1.0))
    return rng.choice((" ", " ", "-")).join(
        misspelled(d, rng) if rng.random() < share else digit_word(d, "en", rng) for d in phone.digits
    )


def letters(phone: Phone, _lang: str, rng: Random) -> str:
    """P12: 2O2 SSS Ol43."""
    share = rng.choice((0.4, 0.7, 1.0))
    return rng.choice((" ", "-", "", ".")).join(
        "".join(rng.choice(_LOOKALIKE[int(d)]) if d in "015" + "268" * (share > 0.5) and rng.random() < share else d for d in group)
        for group in phone.groups
    )


def cyrillic(phone: Phone, _lang: str, rng: Random) -> str:
    """P13: digits that look alike in another script, 2О2 ЗЗЗ."""
    return rng.choice((" ", "-")).join("".join(_CYRILLIC[int(d)] if rng.random() < 0.8 else d for d in group) for group in phone.groups)


def styled(phone: Phone, _lang: str, rng: Random) -> str:
    """P14: ２０２ 𝟻𝟻𝟻 ⓪①④③."""
    alphabet = rng.choice(_STYLED)
    return rng.choice((" ", " ", "-", "")).join("".join(alphabet[int(d)] for d in group) for group in phone.groups)


def native(phone: Phone, _lang: str, rng: Random) -> str:
    """P15: ٢٠٢ ٥٥٥ ٠١٤٣."""
    alphabet = rng.choice(_NATIVE)
    return rng.choice((" ", " ", "-", "")).join("".join(alphabet[int(d)] for d in group) for group in phone.groups)


def emoji(phone: Phone, _lang: str, rng: Random) -> str:
    """P17: 2️⃣0️⃣2️⃣ 5️⃣5️⃣5️⃣."""
    gap = rng.choice(("", "", " "))
    return rng.choice((" ", "", "  ", "-")).join(gap.join(f"{d}\ufe0f\u20e3" for d in group) for group in phone.groups)


def roman(phone: Phone, _lang: str, rng: Random) -> str:
    """P18: II-0-II V V V."""
    return rng.choice(("  ", " / ", " . ")).join(rng.choice(("-", " ")).join(_ROMAN[int(d)] for d in group) for group in phone.groups)


def arithmetic(phone: Phone, _lang: str, rng: Random) -> str:
    """P19: 202 555 014 and the last digit is 4-1."""
    last = int(phone.digits[-1])
    other = rng.randrange(1, 6)
    hint = rng.choice((f"and the last digit is {last + other}-{other}", f"plus {last + other} minus {other} at the end",
                       f"(last digit = {last + other} - {other})", f"and finish with {last + other} minus {other}"))  # fmt: skip
    return f"{' '.join(phone.groups)[:-1]} {hint}"


def area_by_name(phone: Phone, lang: str, rng: Random) -> str:
    """P20: DC area code 555 0143."""
    area = _AREAS.get(phone.groups[0])
    if area is None:
        return separators(phone, lang, rng)
    return rng.choice((f"{area} area code {' '.join(phone.groups[1:])}", f"{area} code then {' '.join(phone.groups[1:])}", f"({area}) {'-'.join(phone.groups[1:])}"))


def vanity(phone: Phone, _lang: str, rng: Random) -> str:
    """P21: 202-555-HOME."""
    last = "".join(rng.choice(_KEYPAD[int(d)] or d) for d in phone.groups[-1])
    return rng.choice(("-", " ", ".")).join([*phone.groups[:-1], last])


def hidden_country(phone: Phone, lang: str, rng: Random) -> str:
    """P22: the country code in words, or at the end."""
    number = " ".join(phone.groups).removeprefix("0")
    words = " ".join(digit_word(d, lang, rng) for d in phone.country)
    return rng.choice((f"{_PLUS.get(lang, 'plus')} {words} {number}", f"{number} (+{phone.country})", f"00 {phone.country} {number}", f"{number} +{phone.country}",
                       f"{_PLUS.get(lang, 'plus')}{phone.country} {number}"))  # fmt: skip


def backwards(phone: Phone, _lang: str, rng: Random) -> str:
    """P23: 3410-555-202, the digits from behind."""
    return rng.choice(("-", " ", "")).join(group[::-1] for group in reversed(phone.groups))


def posing(phone: Phone, _lang: str, rng: Random) -> str:
    """P24: price 202 555 0143 $, ref no. 2025550143, room 202, floor 555, 0143 steps."""
    number = rng.choice((" ", "", ".", "-", ",")).join(phone.groups)
    first, *rest = phone.groups if len(phone.groups) > 2 else (phone.digits[:3], phone.digits[3:6], phone.digits[6:])
    last = "".join(rest[1:])
    return rng.choice((
        f"{number} $", f"{number} EUR", f"€{number}", f"{number} sq ft", f"#{number}", f"no. {number}", f"{number} m", f"REF{number}",
        f"room {first}, floor {rest[0]}, {last} steps", f"{first} EUR, {rest[0]} m2, {last} steps", f"{first}-{rest[0]}/{last}", f"v{number}",
        f"unit {first} / {rest[0]} / {last}", f"lat {first}.{rest[0]} lon {last}", f"bus {first}, gate {rest[0]}, seat {last}",
    ))  # fmt: skip


PHONES: dict[str, PhoneRewriter] = {
    "P01": plain, "P02": separators, "P03": spaced, "P04": interleaved, "P05": tagged, "P06": spelled, "P07": mixed, "P08": grouped,
    "P09": multiplied, "P10": wrong_words, "P12": letters, "P13": cyrillic, "P14": styled, "P15": native, "P17": emoji, "P18": roman,
    "P19": arithmetic, "P20": area_by_name, "P21": vanity, "P22": hidden_country, "P23": backwards, "P24": posing,
}  # fmt: skip
WEIGHTS: dict[str, float] = {
    "P01": 9, "P02": 5, "P03": 3, "P04": 2, "P05": 2, "P06": 8, "P07": 5, "P08": 5, "P09": 4, "P10": 2, "P12": 4, "P13": 1, "P14": 2, "P15": 1,
    "P17": 2, "P18": 0.5, "P19": 1, "P20": 1, "P21": 0.7, "P22": 2, "P23": 1, "P24": 3,
}  # fmt: skip
