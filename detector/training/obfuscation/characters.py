"""Attacks on single characters, for any string: `(text, rng) -> text`; `CHARACTERS` names them by family."""

from collections.abc import Callable
from random import Random

from detector.training.obfuscation.glyphs import deleted, mojibake, multiple, transliterated

CharacterRewriter = Callable[[str, Random], str]

_HOMOGLYPHS = dict(zip("aceopxyiBHKMTABCEHOP", "асеорхуіВНКМТАВСЕНОР", strict=True))
_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "l": "1", "b": "8", "g": "9"}
_INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\u00ad", "\ufeff")
_SMALL_CAPS = dict(zip("abcdefghijklmnopqrstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ", strict=True))


def homoglyphs(text: str, rng: Random) -> str:
    """X01: Cyrillic letters that look Latin."""
    share = rng.choice((0.3, 0.6, 1.0))
    return "".join(_HOMOGLYPHS[c] if c in _HOMOGLYPHS and rng.random() < share else c for c in text)


def invisible(text: str, rng: Random) -> str:
    """X02: zero-width characters and soft hyphens inside."""
    mark, share = rng.choice(_INVISIBLE), rng.choice((0.2, 0.5, 1.0))
    return text[0] + "".join((mark if rng.random() < share else "") + c for c in text[1:])


def bidi(text: str, rng: Random) -> str:
    """X03: stored backwards behind a right-to-left override, so that it shows the right way round."""
    return f"\u202e{text[::-1]}\u202c" if rng.random() < 0.5 else "\u200e".join(text)


def combining(text: str, rng: Random) -> str:
    """X05: stray combining marks."""
    return "".join(
        c + (rng.choice("\u0301\u0300\u0336\u0323\u0308") if c.isalnum() and rng.random() < 0.4 else "") for c in text
    )


def letterforms(text: str, rng: Random) -> str:
    """X06: full-width, small capital, bold, enclosed letters and digits."""
    style = rng.randrange(5)
    if style == 0:
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    if style == 1:
        return "".join(_SMALL_CAPS.get(c, c) for c in text.lower())
    lower, upper, digit = ((0x1D41A, 0x1D400, 0x1D7CE), (0x1D5EE, 0x1D5D4, 0x1D7EC), (0x24D0, 0x24B6, 0x30))[style - 2]

    def restyle(c: str) -> str:
        if "a" <= c <= "z":
            return chr(lower + ord(c) - ord("a"))
        if "A" <= c <= "Z":
            return chr(upper + ord(c) - ord("A"))
        return chr(digit + ord(c) - ord("0")) if "0" <= c <= "9" else c

    return "".join(map(restyle, text))


def leet(text: str, rng: Random) -> str:
    """X07: v1ll4_4nn4."""
    share = rng.choice((0.4, 0.8))
    return "".join(rng.choice(_LEET[c.lower()]) if c.lower() in _LEET and rng.random() < share else c for c in text)


def repeated(text: str, rng: Random) -> str:
    """X08: somme letterrs twiice."""
    return "".join(c * (rng.choice((2, 2, 3)) if c.isalpha() and rng.random() < 0.2 else 1) for c in text)


def alternating(text: str, rng: Random) -> str:
    """X09: tExT lIkE tHiS."""
    return "".join(c.upper() if (i + rng.randrange(2)) % 2 and len(c.upper()) == 1 else c for i, c in enumerate(text))


def entities(text: str, rng: Random) -> str:
    """X10: &#50;&#48;, %40, &commat;."""
    style = rng.randrange(3)
    if style == 0:
        return "".join(f"&#{ord(c)};" if c != " " and rng.random() < 0.7 else c for c in text)
    if style == 1:
        return text.replace("@", "%40").replace(".", "%2E").replace(" ", "%20")
    return text.replace("@", "&commat;").replace(".", "&period;").replace(" ", "&nbsp;")


def letter_spaced(text: str, rng: Random) -> str:
    """E07, U04: l i k e . t h i s."""
    gap = rng.choice((" ", " ", "  ", ".", "-", "_")) if "." not in text else " "
    return gap.join(c for c in text if c != " ")


CHARACTERS: dict[str, CharacterRewriter] = {
    "X01": homoglyphs,
    "X02": invisible,
    "X03": bidi,
    "X04": deleted,
    "X05": combining,
    "X06": letterforms,
    "X07": leet,
    "X08": repeated,
    "X09": alternating,
    "X10": entities,
    "X11": mojibake,
    "X12": multiple,
    "X13": transliterated,
}
