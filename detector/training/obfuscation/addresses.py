"""E-mail and web addresses in disguise: `(address, lang, rng) -> text`; `EMAILS` and `URLS` name them by family."""

from collections.abc import Callable
from random import Random

from detector.training.obfuscation.characters import homoglyphs, invisible, letter_spaced
from detector.training.obfuscation.identifiers import code, title

AddressRewriter = Callable[[str, str, Random], str]

_AT = {
    "en": "at|AT|(at)|at|a t|at sign|around-a", "es": "arroba|arroba|ARROBA|(arroba)", "fr": "arobase|arobas|at|à|(arobase)", "de": "at|Klammeraffe|ät|(at)|bei",
    "it": "chiocciola|at|(chiocciola)|chiocciolina", "pt": "arroba|arroba|at", "nl": "apenstaartje|at|apestaart|(at)", "ru": "собака|собачка|эт", "zh": "艾特|圈a|at|小老鼠",
    "ja": "アット|あっと|アットマーク",
}  # fmt: skip
_DOT = {
    "en": "dot|DOT|(dot)|dot|point|d0t|period|full stop", "es": "punto|punto|PUNTO|(punto)", "fr": "point|point|(point)|dot", "de": "Punkt|punkt|dot|(Punkt)",
    "it": "punto|punto|(punto)", "pt": "ponto|ponto|(ponto)", "nl": "punt|punt|(punt)", "ru": "точка|тчк", "zh": "点|點|dot", "ja": "ドット|どっと|点",
}  # fmt: skip
_PARTS = {"_": "underscore", "-": "dash|hyphen|minus", "/": "slash"}
_NATO = (
    "Alpha Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo Sierra Tango Uniform "
    "Victor Whiskey Xray Yankee Zulu"
).split()
_PROVIDERS = ("gmail", "g mail", "the google mail", "hotmail", "outlook", "yahoo", "icloud", "proton", "gmx", "the g one", "gee mail")


def at_word(lang: str, rng: Random) -> str:
    """How the language says '@'."""
    return rng.choice(_AT.get(lang, _AT["en"]).split("|"))


def dot_word(lang: str, rng: Random) -> str:
    """How the language says '.' in an address."""
    return rng.choice(_DOT.get(lang, _DOT["en"]).split("|"))


def plain(address: str, _lang: str, rng: Random) -> str:
    """E01: anna@example.com."""
    return rng.choice((address, address, address.upper(), address.capitalize()))


def bracketed(address: str, lang: str, rng: Random) -> str:
    """E02: anna[at]example[dot]com, anna(at)example.com."""
    left, right = rng.choice(("[]", "()", "{}", "<>", "**", "__", "--", "||", "«»"))
    gap = rng.choice(("", "", " "))

    def wrap(word: str) -> str:
        return f"{gap}{left}{word.strip('()')}{right}{gap}"

    address = address.replace("@", wrap(at_word(lang, rng)))
    return address.replace(".", wrap(dot_word(lang, rng))) if rng.random() < 0.7 else address


def spoken(address: str, lang: str, rng: Random) -> str:
    """E03: anna at example dot com, in ten languages."""
    text = address
    for mark, words in _PARTS.items():
        if rng.random() < 0.7:
            text = text.replace(mark, f" {rng.choice(words.split('|'))} ")
    return text.replace("@", f" {at_word(lang, rng)} ").replace(".", f" {dot_word(lang, rng)} ")


def swapped(address: str, lang: str, rng: Random) -> str:
    """E04: anna/example/com, annaATexampleDOTcom, anna_at_example.com."""
    at, dot = rng.choice((("/", "/"), ("AT", "DOT"), ("_at_", "."), ("*", "."), (" # ", "."), ("-at-", "-dot-"), ("(a)", "."), (" ", " "), (", ", ", "), ("@", ","), ("@", " "),
                          (" [a] ", ". "), ("&", "."), ("_AT_", "_DOT_"), (" 📧 ", " . "), ("@", " . "), (f" {at_word(lang, rng)} ", ".")))  # fmt: skip
    return address.replace("@", at).replace(".", dot)


def provider_only(address: str, lang: str, rng: Random) -> str:
    """E05: anna.host, the google mail one; gmail: anna.host."""
    local, provider = address.split("@")[0], rng.choice(_PROVIDERS)
    return rng.choice((f"{provider}: {local}", f"{local} on {provider}", f"{local}, {provider}", f"{local} {at_word(lang, rng)} {provider}", f"{local} ({provider})",
                       f"{local} and then the usual {provider} ending", f"{local} at g-m-a-i-l", f"{local} {provider} com", f"{local}@{provider}"))  # fmt: skip


def lookalike_at(address: str, _lang: str, rng: Random) -> str:
    """E06: anna＠example.com, annaⓐexample.com."""
    return address.replace("@", rng.choice(("＠", "﹫", "ⓐ", " ＠ ", "Ⓐ", "(a)", " (@) "))).replace(".", rng.choice((".", ".", "。", "．", "․")))


def spaced(address: str, _lang: str, rng: Random) -> str:
    """E07, U04: a n n a @ ex ample . com."""
    if rng.random() < 0.45:
        return letter_spaced(address, rng)
    return address.replace("@", rng.choice((" @ ", "@ ", " @"))).replace(".", rng.choice((" . ", " .", ". ")))


def phonetic(address: str, lang: str, rng: Random) -> str:
    """E08: A as in Alpha, N as in November; or letter by letter."""
    local, host = address.split("@")
    local = "".join(c for c in local if c.isascii() and c.isalpha())[:8] or "anna"
    if rng.random() < 0.6:
        letters = ", ".join(f"{c.upper()} {rng.choice(('as in', 'for', 'like'))} {_NATO[ord(c.lower()) - 97]}" for c in local)
    else:
        letters = rng.choice(("-", " ", ", ", ".")).join(rng.choice((local, local.upper())))
    return f"{letters} {at_word(lang, rng)} {host.replace('.', f' {dot_word(lang, rng)} ')}"


def punycode(address: str, _lang: str, rng: Random) -> str:
    """E09: a domain with accents, or its punycode."""
    local, at, host = address.rpartition("@")
    name, _, suffix = host.partition(".")
    name = name.replace("a", rng.choice("áàä"), 1).replace("o", rng.choice("öóø"), 1)
    encoded = f"{name}.{suffix}"
    return local + at + (encoded.encode("idna").decode() if rng.random() < 0.6 else encoded)


def reversed_address(address: str, _lang: str, _rng: Random) -> str:
    """E10: moc.elpmaxe@anna."""
    return address[::-1]


def link(address: str, _lang: str, rng: Random) -> str:
    """U01: https://example.com/rooms?id=12."""
    path = rng.choice(("", "", "/", "/rooms", "/book", "/reservas?lang=es", "/contact.html", "/villa/12", f"/{code(rng)}"))
    return f"{rng.choice(('https://', 'http://', 'https://www.', 'www.', 'http://www.', 'www.'))}{address}{path}"


def bare(address: str, _lang: str, rng: Random) -> str:
    """U02: example.com."""
    return rng.choice((address, address, address.upper(), address.title(), f"{address}/rooms", f"{address}/{code(rng)[:5]}"))


def spoken_url(address: str, lang: str, rng: Random) -> str:
    """U03: example dot com, example(.)com, hxxp://example[.]com, www dot example dot com."""
    style = rng.randrange(5)
    if style == 0:
        return rng.choice(("hxxp://", "hxxps://", "")) + address.replace(".", rng.choice(("[.]", "(.)", "{.}", "[dot]", "(dot)")))
    dot = dot_word(lang, rng)
    prefix = rng.choice(("", "", "", f"www {dot} ", f"w w w {dot} ", f"triple w {dot} "))
    return prefix + spoken(address, lang, rng) if style < 4 else prefix + address.replace(".", f" {dot} ")


def symbol_dots(address: str, _lang: str, rng: Random) -> str:
    """U04: www . example . com, example,com, example•com, example⚫com."""
    dot = rng.choice((" . ", ". ", " .", ",", " , ", "•", " • ", "⚫", "🔴", "。", "·", "*", "-", " _ ", "’", " ", "▪️", "🔵", "(•)"))
    return rng.choice(("", "", "www.", "www. ")).replace(".", dot) + address.replace(".", dot)


def search_me(address: str, lang: str, rng: Random) -> str:
    """U05: google Villa Luna Sereno; the domain without its ending."""
    name = rng.choice((address.split(".")[0], title(rng)))
    verb = {"en": "google|search for|look up|find us under|type into google", "es": "busca en google|búscanos como|googlea", "fr": "cherchez sur google|tapez dans google",
            "de": "googelt einfach|sucht bei Google nach", "it": "cercate su google|cercaci come", "pt": "procure no google|pesquise", "nl": "google|zoek op"}  # fmt: skip
    return f"{rng.choice(verb.get(lang, verb['en']).split('|'))} {rng.choice(('', chr(34)))}{name}"


def shortener(_address: str, _lang: str, rng: Random) -> str:
    """U06: a short link or a page of links."""
    host = rng.choice(("tinylnk.example", "bit.example", "shrt.example", "lnk.bio.example", "goto.example", "linkpage.example", "qr.example"))
    return f"{host}/{code(rng)[:7]}"


def homograph(address: str, _lang: str, rng: Random) -> str:
    """U07: a Cyrillic letter in the domain."""
    return homoglyphs(address, rng)


def credentials(_address: str, _lang: str, rng: Random) -> str:
    """U10: an address of numbers, with a port or a user."""
    return f"http://{rng.choice(('', 'user@', 'host@'))}203.0.113.{rng.randrange(1, 255)}{rng.choice(('', ':8080', '/villa', ':8443/book'))}"


def invisible_url(address: str, _lang: str, rng: Random) -> str:
    """U12: zero-width characters inside the domain."""
    return invisible(address, rng)


def described(address: str, lang: str, rng: Random) -> str:
    """U13: our name plus com, written together."""
    name, _, suffix = address.partition(".")
    name, suffix = rng.choice((name.replace("-", " "), title(rng))), suffix.replace(".", f" {dot_word(lang, rng)} ")
    return rng.choice((f"{name}, all one word, then {suffix}", f"{name} plus {suffix}", f"{name} with {suffix} at the end", f"the three w, {name} and {suffix}",
                       f"{name} and a dot and {suffix}", f"{name} followed by {dot_word(lang, rng)} {suffix}", f"{name} as one word + {suffix}"))  # fmt: skip


EMAILS: dict[str, AddressRewriter] = {
    "E01": plain, "E02": bracketed, "E03": spoken, "E04": swapped, "E05": provider_only, "E06": lookalike_at, "E07": spaced, "E08": phonetic,
    "E09": punycode, "E10": reversed_address,
}  # fmt: skip
URLS: dict[str, AddressRewriter] = {
    "U01": link, "U02": bare, "U03": spoken_url, "U04": symbol_dots, "U06": shortener, "U07": homograph, "U08": punycode, "U10": credentials,
    "U12": invisible_url, "U13": described,
}  # fmt: skip
WEIGHTS: dict[str, float] = {
    "E01": 7, "E02": 4, "E03": 6, "E04": 4, "E05": 3, "E06": 1.5, "E07": 2, "E08": 1, "E09": 0.5, "E10": 0.7,
    "U01": 4, "U02": 6, "U03": 6, "U04": 4, "U06": 1, "U07": 1, "U08": 0.5, "U10": 0.4, "U12": 0.7, "U13": 2,
}  # fmt: skip
