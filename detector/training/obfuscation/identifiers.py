"""Invented identifiers: numbers from ranges kept for fiction or never assigned, made-up domains and names.

Where a country reserves no range the number has the right shape and random digits.
"""

from dataclasses import dataclass
from random import Random

_SHAPES: dict[str, tuple[str, ...]] = {
    # '#' is any digit; the country code stands before the bar; N9X area codes of North America are never assigned
    "en": (
        "1|202 555 01##", "1|415 555 01##", "1|305 555 01##", "1|808 555 01##", "1|646 555 01##", "1|512 555 01##",
        "1|29# 4## ####", "1|39# 7## ####", "1|69# 2## ####", "44|07700 900 ###", "44|07700 900###", "44|01632 960###",
        "44|020 7946 0###", "44|0161 496 0###", "44|0131 496 0###", "61|0491 570 ###", "61|03 5550 ####", "61|02 7010 ####",
        "353|020 91# ####", "64|021 5## ####", "27|08# 5## ####", "91|9#### #####", "66|08# ### ####", "62|08## #### ####",
        "63|09## ### ####", "84|09# ### ## ##", "90|05## ### ## ##", "30|69# ### ####", "385|09# ### ####", "212|06 ## ## ## ##",
        "971|05# ### ####", "254|07## ######", "977|98# ### ####", "94|07# ### ####", "48|5## ### ###", "420|7## ### ###",
    ),
    "es": ("34|6## ## ## ##", "34|6## ### ###", "34|7## ### ###", "34|9## ## ## ##", "52|55 #### ####", "52|998 ### ####",
           "54|11 5### ####", "54|9 11 5### ####", "57|3## ### ####", "51|9## ### ###", "56|9 #### ####", "506|8### ####"),
    "fr": ("33|06 39 98 ## ##", "33|01 99 00 ## ##", "33|02 61 91 ## ##", "33|04 65 71 ## ##", "33|05 36 49 ## ##",
           "33|06 39 98 ## ##", "32|04## ## ## ##", "41|07# ### ## ##", "590|06 90 ## ## ##"),
    "de": ("49|030 23125 ###", "49|0171 39200 ##", "49|0176 040690 ##", "49|0152 28817 ###", "49|069 90009 ###",
           "49|089 99998 ###", "43|0664 5## ## ##", "43|0676 ### ## ##", "41|079 ### ## ##"),
    "it": ("39|3## ### ####", "39|3## ## ## ###", "39|06 5### ####", "39|081 5## ####", "39|0577 ######", "41|091 ### ## ##"),
    "pt": ("351|91# ### ###", "351|96# ### ###", "351|21# ### ###", "55|11 9#### ####", "55|21 9#### ####", "55|48 9#### ####"),
    "nl": ("31|06 ########", "31|06 #### ####", "31|020 ### ####", "32|04## ## ## ##", "31|06 ## ## ## ##"),
    "zh": ("86|1## #### ####", "86|1##########", "852|5### ####", "886|09## ### ###", "86|1### ### ####"),
    "ja": ("81|090 #### ####", "81|080 #### ####", "81|03 #### ####", "81|075 ### ####"),
    "ru": ("7|9## ### ## ##", "7|8 9## ### ## ##", "7|9## ### ####", "995|5## ## ## ##", "380|0## ### ## ##"),
}
_WORDS = (
    "casa villa luna mar sol rio monte cove harbor cabin pine oak mill barn stone river lake hill sea beach dune palm olive lemon rosa blue "
    "green red white little old big sunny quiet happy hidden secret amber maple willow cedar fern heron otter fox hare owl wren tide salt "
    "sand reef anchor loft attic garden patio terrace finca cortijo masia quinta haus hof alm chalet gite mas bastide riad dar posada "
    "hostal rifugio borgo podere trullo baita agriturismo boot huis duin strand datcha kyo machi yama umi hana xiaozhu yun he shan nord "
    "sud est west stella nova alba aurora bella vista azul verde dorado sereno lumo velmora tussik brenka quillo marlo zinnia ostrava"
).split()
_NAMES = (
    "anna marta luis pedro sofia giulia marco luca elena ines joao rui claire julien amelie jonas lena felix greta sven bram sanne daan "
    "kenji yuki hana mei wei ling ivan olga dmitri nadia omar layla yusuf priya arjun tom kate bill sue dave jo ruth hamish fiona sean niamh"
).split()
_SUFFIXES = (
    "com com com net org it es fr de nl pt eu co.uk ie ch at be io me info biz travel villas rentals house app co com.au ca com.mx com.br ru "
    "cn jp co.nz gr hr tr ma th"
).split()
_EXAMPLES = ("example.com", "example.org", "example.net")


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number: its country code without the plus, and its national groups of digits."""

    country: str
    groups: tuple[str, ...]

    @property
    def digits(self) -> str:
        """The national number, unbroken."""
        return "".join(self.groups)


def phone(rng: Random, lang: str = "en") -> Phone:
    """A number of a country where the language is spoken, now and then of any other."""
    shapes = _SHAPES.get(lang) if rng.random() < 0.8 else None
    country, shape = rng.choice(shapes or _SHAPES[rng.choice(list(_SHAPES))]).split("|")
    return Phone(country, tuple("".join(_digit(c, rng) for c in group) for group in shape.split()))


def domain(rng: Random) -> str:
    """A made-up domain, one in four of them under `.example` or an example domain."""
    if rng.random() < 0.1:
        return rng.choice(_EXAMPLES)
    name = rng.choice(("", "-")).join(rng.sample(_WORDS, rng.choice((2, 2, 2, 3))))
    if rng.random() < 0.15:
        name += str(rng.randrange(1, 100))
    return f"{name}.{'example' if rng.random() < 0.15 else rng.choice(_SUFFIXES)}"


def email(rng: Random) -> str:
    """An address at a made-up domain."""
    local = rng.choice(("info", "hola", "booking", "reservas", "stay", "host", "hello", "contact", "ciao", "mail", ""))
    if not local or rng.random() < 0.7:
        local = handle(rng, longest=16)
    return f"{local}@{domain(rng)}"


def handle(rng: Random, longest: int = 24) -> str:
    """A profile name: words, a name, perhaps a number, joined as such names are."""
    words = rng.sample(_WORDS, rng.choice((1, 1, 2))) + ([rng.choice(_NAMES)] if rng.random() < 0.5 else [])
    if len(words) == 1:
        words.append(rng.choice(_WORDS + _NAMES))
    rng.shuffle(words)
    name = rng.choice(("", "", ".", "_", "_", "-")).join(words)
    if rng.random() < 0.35:
        name += rng.choice(("", "_", ".")) + str(rng.choice((rng.randrange(100), rng.randrange(1960, 2026), rng.randrange(10))))
    return name[:longest].strip("._-")


def title(rng: Random) -> str:
    """The name of a property, as a page or profile carries it."""
    return " ".join(word.capitalize() for word in rng.sample(_WORDS, rng.choice((2, 2, 3))))


def code(rng: Random) -> str:
    """The random end of an invitation link."""
    return "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789") for _ in range(rng.randrange(8, 22)))


def _digit(char: str, rng: Random) -> str:
    return str(rng.randrange(10)) if char == "#" else char
