"""The regular expressions that an experienced engineer would write for this: strict where prose looks alike.

They read the text as it came, ignore case, and know the common spellings of disguise in the platform's languages. No
pattern has a quantifier over another one that matches the same, so none backtracks for long.
"""

import re
from collections.abc import Sequence

from detector.scoring import RECOGNISER, Span

_TLD = (
    r"(?:com|net|org|info|biz|eu|io|me|co|app|site|online|website|travel|house|villas|rentals|holiday|shop|xyz"
    r"|example|uk|us|ca|au|nz|ie|de|at|ch|fr|be|nl|lu|es|pt|it|gr|hr|si|cz|pl|ru|se|no|dk|fi|tr|br|mx|ar|cl|jp|cn)"
)
_PLATFORMS = r"(?:booking|airbnb|hotels|expedia|vrbo|agoda|tripadvisor)"
_AT = r"(?:@|\s?[(\[{<]\s?(?:at|@|arroba|ät|chiocciola|arobase)\s?[)\]}>]\s?|\s(?:at|arroba|chiocciola|arobase|ät)\s)"
_DOT = (
    r"(?:\.|\s?[(\[{<]\s?(?:dot|punto|ponto|punkt|point|\.)\s?[)\]}>]\s?"
    r"|\s(?:dot|punto|ponto|punkt|point|punt)\s|\s\.\s?)"
)
_NETWORK = r"(?:instagram|insta|ig|facebook|fb|tik\s?tok|snapchat|snap|twitter|youtube|pinterest|linked\s?in)"
_MESSENGER = (
    r"(?:whats?\W?app|wa|wh?atsap+|wapp|telegram|tg|viber|signal|we\W?chat|weixin|微信|skype|kakao(?:talk)?|line\sid"
    r"|messenger|threema|imo)"
)
_HANDLE = r"@?[a-z0-9](?:[a-z0-9]|[._-](?=[a-z0-9])){2,29}"
_DIGIT_WORD = (
    r"(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|triple"
    r"|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|zéro|deux|trois|quatre|cinq|sept|huit|neuf"
    r"|null|eins|zwei|zwo|drei|vier|fünf|sechs|sieben|acht|due|tre|quattro|cinque|sei|sette|otto|nove"
    r"|um|dois|três|meia|sete|oito|een|twee|drie|vijf|zes|zeven|negen)"
)
_OFF = r"(?:off|outside|away\sfrom|instead\sof|without)\s(?:of\s)?(?:the\s|this\s|here)?"

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("email", rf"\b[\w.+-]{{2,64}}{_AT}[\w-]{{2,40}}(?:{_DOT}[\w-]{{2,24}}){{0,2}}{_DOT}{_TLD}\b"),
    ("email", r"\b(?:e-?mail|mail|gmail|hotmail|correo|courriel)\s?(?:me|us|is)?\s?[:=]\s?[a-z0-9][\w.+-]{3,40}"),
    ("url", r"\b(?:https?|hxxps?)\W{1,3}[^\s<>\"']{4,200}"),
    ("url", rf"\bwww{_DOT}[\w-]{{2,60}}{_DOT}[a-z]{{2,10}}\b"),
    (
        "url",
        (
            rf"(?<![\w@.])(?!(?:\w+\.)?{_PLATFORMS}\.)[a-z0-9][a-z0-9-]{{1,60}}(?:\.[a-z0-9-]{{2,40}})?"
            rf"\.(?-i:(?=[a-z]+\b|[A-Z]+\b)){_TLD}\b(?:/[^\s<>\"']{{0,200}})?"
        ),
    ),
    (
        "url",
        r"\b[a-z0-9-]{3,60}\s?(?:[(\[]\s?(?:dot|punto|ponto|punkt|point)\s?[)\]]|\sdot\s)\s?(?:com|net|org|info|eu|co)\b",
    ),
    ("url", r"\b(?:our|my|own)\s(?:own\s)?(?:web\s?(?:site|page)|homepage)\b|\blink\s?in\s?(?:my\s|our\s)?bio\b"),
    ("messenger", r"\b(?:wa\.me|t\.me|m\.me|ig\.me|chat\.whatsapp\.com|line\.me|viber\.click)/?[\w/+?=-]{0,60}"),
    ("messenger", rf"\b{_MESSENGER}\b\s?(?:me|us|id|is|at|on|number|name)?\s?[:=@#-]\s?(?:\+[0-9]{{1,3}}|{_HANDLE})"),
    (
        "messenger",
        rf"\b(?:add|text|message|msg|write|find|reach|contact|call)\s(?:me|us)\s(?:on|in|via|by|at)\s{_MESSENGER}\b",
    ),
    ("social", rf"\b{_NETWORK}\b\s?(?:is|at|name|handle)?\s?[:=@-]\s?{_HANDLE}"),
    ("social", rf"\b(?:follow|find|add|dm|see|tag)\s(?:me|us)\s(?:on|at|in)\s{_NETWORK}\b"),
    ("social", r"(?<![\w.@/])@[a-z](?:[a-z0-9_]|\.(?=[a-z0-9_])){3,29}\b(?!\.[a-z]{2,3}\b)"),
    ("phone", r"(?<![\w.,/-])(?:\+|00)[1-9][0-9]{0,2}(?:[\s().·/_~|-]{0,3}[0-9]){6,12}(?![\w])"),
    ("phone", r"(?<![\w.,/:-])(?![0-3][0-9]\.[01][0-9]\.)\(?0[0-9](?:[\s().·/_~|-]{0,3}[0-9]){7,10}(?![\w])"),
    ("phone", r"(?<![\w.,/:-])\(?[2-9][0-9]{2}\)?[\s.·/_~|-]{1,3}[0-9]{3}[\s.·/_~|-]{1,3}[0-9]{4}(?![\w])"),
    ("phone", r"(?<![\w.,/:-])[679][0-9]{2}(?:[\s.-]?[0-9]{2,3}){2,3}(?![\w.,])"),
    (
        "phone",
        (
            r"\b(?:call|ring|phone|tel(?:ephone)?|cell|mobile|mob|text|sms|handy|móvil|cellulare|telefon\w?|llama\w{0,3}|ruft?"
            r"|appel\w{0,3}|chiama\w{0,4}|ligu?e)\b[^\n0-9+]{0,25}\+?[0-9](?:[^\w\n]{0,3}[0-9]){5,14}(?!\w)"
        ),
    ),
    ("phone", rf"\b{_DIGIT_WORD}(?:[\s,.-]{{1,3}}(?:and\s)?{_DIGIT_WORD}){{5,14}}\b"),
    (
        "phone",
        rf"\b(?:(?:{_DIGIT_WORD}|[0-9]{{1,4}})[\s,.-]{{1,3}}){{3,12}}{_DIGIT_WORD}\b(?:[\s,.-]{{1,3}}[0-9]{{1,4}}){{1,4}}",
    ),
    (
        "solicitation",
        (
            rf"\b(?:book|pay|reserve|rent|deal|arrange|settle)\w{{0,3}}\b[^.!?\n]{{0,40}}\b{_OFF}"
            r"(?:platform|app|site|website|booking|airbnb|system)\b"
        ),
    ),
    (
        "solicitation",
        r"\b(?:book|pay|reserve|contact|write|message)\w{0,3}\s(?:us\s|me\s|with\sus\s|with\sme\s|to\sus\s|it\s)?direct(?:ly)?\b",
    ),
    ("solicitation", r"\bcancel\b[^.!?\n]{0,60}\b(?:cash|transfer|direct(?:ly)?|cheaper|discount)\b"),
    (
        "solicitation",
        r"\b(?:google|search\sfor|look\sup|bus(?:ca|que)|cerca|suche?)\s(?:us|our\sname|for\sus|the\s(?:name|house)|nos|uns)\b",
    ),
    (
        "solicitation",
        r"\b(?:reserv|pag|contact)\w{1,6}\s(?:\w{1,12}\s)?(?:direct(?:amente|ement)|fuera\sde|fora\sd[ao]|fuori\sda|en\sdehors)\b",
    ),
)

_COMPILED = tuple((category, re.compile(pattern, re.IGNORECASE)) for category, pattern in _PATTERNS)


def regex_judge(text: str) -> tuple[float, Sequence[Span]]:
    """1 if any pattern matches, else 0."""
    spans = [
        Span(category, *match.span(), 1.0, (RECOGNISER,))
        for category, pattern in _COMPILED
        for match in pattern.finditer(text)
    ]
    return float(bool(spans)), spans
