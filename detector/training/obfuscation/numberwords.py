"""Digits and two-digit numbers as words, as people of ten languages write them."""

from random import Random

DIGITS: dict[str, str] = {
    "en": "zero|oh|o|nought one two three four five six seven eight nine",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "fr": "zéro|zero un deux trois quatre cinq six sept huit neuf",
    "de": "null eins zwei|zwo drei vier fünf|fuenf sechs sieben acht neun",
    "it": "zero uno due tre quattro cinque sei sette otto nove",
    "pt": "zero um dois três|tres quatro cinco seis|meia sete oito nove",
    "nl": "nul een|één twee drie vier vijf zes zeven acht negen",
    "ru": "ноль|нуль один два три четыре пять шесть семь восемь девять",
    "zh": "零|〇|洞 一|幺|壹 二|贰 三|叁 四|肆 五|伍 六|陆 七|柒 八|捌 九|玖",
    "ja": "ゼロ|零|〇 いち|一 に|二 さん|三 よん|四 ご|五 ろく|六 なな|七 はち|八 きゅう|九",
}
MISSPELLED = "zro|ziro|zerro wun|won|onne tu|too|tow thre|tree|threee fore|foor|for fiv|fife|fyve siks|sicks|sx sevn|seben|sevven ate|eigth|ait nin|nien|nyne"

_TEENS = {
    "en": "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "es": "diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve",
    "fr": "dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf",
    "de": "zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
    "it": "dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove",
    "pt": "dez onze doze treze catorze quinze dezasseis dezassete dezoito dezanove",
    "nl": "tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien",
    "ru": "десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "fr": "vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "it": "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "pt": "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "nl": "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
    "ru": "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто",
}
MULTIPLIERS: dict[str, tuple[str, str]] = {
    "en": ("double {}", "triple {}"),
    "es": ("doble {}", "triple {}"),
    "fr": ("double {}", "triple {}"),
    "de": ("zweimal {}", "dreimal {}"),
    "it": ("doppio {}", "triplo {}"),
    "pt": ("duplo {}", "triplo {}"),
    "nl": ("dubbel {}", "driemaal {}"),
}


def digit_word(digit: str, lang: str, rng: Random) -> str:
    """One decimal digit as a word; a language without words here speaks English."""
    return rng.choice(DIGITS.get(lang, DIGITS["en"]).split()[int(digit)].split("|"))


def misspelled(digit: str, rng: Random) -> str:
    """One decimal digit as an English word that came out wrong or sounds alike."""
    return rng.choice(MISSPELLED.split()[int(digit)].split("|"))


def has_pairs(lang: str) -> bool:
    """Whether `pair_word` knows the language."""
    return lang in _TENS


def pair_word(pair: str, lang: str, rng: Random) -> str:
    """Two decimal digits as one number ("43": forty-three); a leading zero is said on its own."""
    tens, ones = int(pair[0]), int(pair[1])
    if tens == 0:
        return f"{digit_word('0', lang, rng)} {digit_word(pair[1], lang, rng)}"
    if tens == 1:
        return _TEENS[lang].split()[ones]
    if lang == "fr" and tens in (7, 9):
        return f"{_TENS[lang].split()[tens - 2]}-{_TEENS[lang].split()[ones]}"
    word = _TENS[lang].split()[tens - 2]
    return word if ones == 0 else _with_ones(word, ones, lang)


def _with_ones(tens: str, ones: int, lang: str) -> str:
    unit = DIGITS[lang].split()[ones].split("|")[0]
    match lang:
        case "de":
            return f"{'ein' if ones == 1 else unit}und{tens}"
        case "nl":
            return f"{unit}{'ën' if unit.endswith('e') else 'en'}{tens}"
        case "es":
            return f"veinti{unit}" if tens == "veinte" else f"{tens} y {unit}"
        case "pt":
            return f"{tens} e {unit}"
        case "it":
            return f"{tens[:-1] if unit in ('uno', 'otto') else tens}{unit}"
        case "ru":
            return f"{tens} {unit}"
        case _:
            return f"{tens}-{unit}"
