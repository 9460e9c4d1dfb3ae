"""Web addresses in disguise: `(address, lang, rng) -> text`; `URLS` names the rewriters by family."""

from random import Random

from detector.training.obfuscation.addresses import AddressRewriter, dot_word, punycode, spoken
from detector.training.obfuscation.characters import homoglyphs, invisible
from detector.training.obfuscation.identifiers import code, title
from detector.training.obfuscation.lexicon import say, words


def link(address: str, _lang: str, rng: Random) -> str:
    """U01: https://example.com/rooms?id=12."""
    path = rng.choice(
        ("", "", "/", "/rooms", "/book", "/reservas?lang=es", "/contact.html", "/villa/12", f"/{code(rng)}")
    )
    return f"{rng.choice(('https://', 'http://', 'https://www.', 'www.', 'http://www.', 'www.'))}{address}{path}"


def bare(address: str, _lang: str, rng: Random) -> str:
    """U02: example.com."""
    return rng.choice(
        (address, address, address.upper(), address.title(), f"{address}/rooms", f"{address}/{code(rng)[:5]}")
    )


def spoken_url(address: str, lang: str, rng: Random) -> str:
    """U03: example dot com, example(.)com, hxxp://example[.]com, www dot example dot com."""
    style = rng.randrange(5)
    if style == 0:
        return rng.choice(("hxxp://", "hxxps://", "")) + address.replace(
            ".", rng.choice(("[.]", "(.)", "{.}", "[dot]", "(dot)"))
        )
    dot = dot_word(lang, rng)
    prefix = rng.choice(("", "", "", f"www {dot} ", f"w w w {dot} ", f"triple w {dot} "))
    return prefix + spoken(address, lang, rng) if style < 4 else prefix + address.replace(".", f" {dot} ")


def symbol_dots(address: str, _lang: str, rng: Random) -> str:
    """U04: www . example . com, example,com, example•com, example⚫com."""
    dot = rng.choice(
        (" . ", ". ", " .", ",", " , ", "•", " • ", "⚫", "🔴", "。", "·", "*", "-", " _ ", "’", " ", "▪️", "🔵", "(•)")
    )
    return rng.choice(("", "", "www.", "www. ")).replace(".", dot) + address.replace(".", dot)


def search_me(address: str, lang: str, rng: Random) -> str:
    """U05: google Villa Luna Sereno; the domain without its ending."""
    name = rng.choice((address.split(".", maxsplit=1)[0], title(rng)))
    return f"{say('search', lang, rng)} {rng.choice(('', chr(34)))}{name}"


def shortener(_address: str, _lang: str, rng: Random) -> str:
    """U06: a short link or a page of links."""
    host = rng.choice(
        (
            "tinylnk.example",
            "bit.example",
            "shrt.example",
            "lnk.bio.example",
            "goto.example",
            "linkpage.example",
            "qr.example",
        )
    )
    return f"{host}/{code(rng)[:7]}"


def homograph(address: str, _lang: str, rng: Random) -> str:
    """U07: a Cyrillic letter in the domain."""
    return homoglyphs(address, rng)


def new_ending(address: str, lang: str, rng: Random) -> str:
    """U09: example.villas, www.example.immobilien: a long or recent top-level domain."""
    name = address.split(".", maxsplit=1)[0]
    renamed = f"{name}.{rng.choice(words('names', 'long_suffixes'))}"
    return rng.choice((bare, bare, link))(renamed, lang, rng)


def hashtag(address: str, _lang: str, rng: Random) -> str:
    """U11: #villaluna, the brand's tag in the place of an address."""
    name = address.split(".", maxsplit=1)[0].replace("-", rng.choice(("", "", "_")))
    return say("patterns", "hashtag", rng).format(name=name, title=title(rng).replace(" ", ""))


def in_picture(address: str, _lang: str, rng: Random) -> str:
    """U14: IMG_example.com.jpg, 8FH4V7G5+2C example.com: a domain within a file name or beside a plus code."""
    name, _, suffix = address.partition(".")
    plus = "".join(rng.choices("23456789CFGHJMPQRVWX", k=8)) + "+" + "".join(rng.choices("23456789CFGHJMPQRVWX", k=2))
    parts = {"host": address, "name": name, "suffix": suffix.replace(".", "-"), "plus": plus, "n": rng.randrange(1, 30)}
    return say("patterns", "image", rng).format(**parts)


def credentials(_address: str, _lang: str, rng: Random) -> str:
    """U10: an address of numbers, with a port or a user."""
    user, path = rng.choice(("", "user@", "host@")), rng.choice(("", ":8080", "/villa", ":8443/book"))
    return f"http://{user}203.0.113.{rng.randrange(1, 255)}{path}"


def invisible_url(address: str, _lang: str, rng: Random) -> str:
    """U12: zero-width characters inside the domain."""
    return invisible(address, rng)


def described(address: str, lang: str, rng: Random) -> str:
    """U13: our name plus com, written together."""
    name, _, suffix = address.partition(".")
    dot = dot_word(lang, rng)
    name = rng.choice((name.replace("-", " "), title(rng)))
    return say("patterns", "domain", rng).format(name=name, suffix=suffix.replace(".", f" {dot} "), dot=dot)


URLS: dict[str, AddressRewriter] = {
    "U01": link,
    "U02": bare,
    "U03": spoken_url,
    "U04": symbol_dots,
    "U05": search_me,
    "U06": shortener,
    "U07": homograph,
    "U08": punycode,
    "U09": new_ending,
    "U10": credentials,
    "U11": hashtag,
    "U12": invisible_url,
    "U13": described,
    "U14": in_picture,
}
