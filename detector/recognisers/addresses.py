"""E-mail addresses, web addresses and handles, told by their signs and by the public suffix list."""

import re
from collections.abc import Iterator

from publicsuffixlist import PublicSuffixList

from detector.recognisers.finding import Finding
from detector.recognisers.words import AT_WORDS, DOT_WORDS

_SUFFIXES = PublicSuffixList(accept_unknown=False, only_icann=True)
_RESERVED = {"example", "test", "invalid", "localhost"}
"""Reserved by RFC 2606 and on no list; they count as suffixes, or nothing could be tried without a stranger's domain."""

_HOST = r"(?:[^\W_][\w-]{0,62}\.){1,5}[^\W\d_]{2,24}"
_EMAIL = re.compile(rf"[\w.%+-]{{1,64}}@{_HOST}\b")
_LINK = re.compile(rf"(?:\bhttps?://[^\s<>\"']{{3,200}}|\bwww\.{_HOST}(?:/[^\s<>\"']{{0,200}})?)", re.IGNORECASE)
_DOMAIN = re.compile(rf"(?<![\w@.-]){_HOST}(?![\w@-])(?:/[^\s<>\"']{{0,200}})?")
_HANDLE = re.compile(r"(?<![\w.@])@[^\W\d_][\w.]{1,29}\b")
_INNER_DOT = re.compile(r"[^\W_]\.[^\W\d_]{2}")

_OPEN, _SHUT = r"\s?[(\[{<*_|~-]{0,2}\s?", r"\s?[)\]}>*_|~-]{0,2}\s?"
_DOT = re.compile(rf"(?<![^\W_])(?:{DOT_WORDS})(?![^\W_])", re.IGNORECASE)
_BEFORE_DOT = re.compile(rf"[\w-]{{2,40}}{_OPEN}$")
_AFTER_DOT = re.compile(rf"{_SHUT}([^\W\d_]{{2,12}})\b")
_BEFORE_HOST = re.compile(rf"[\w.-]{{2,40}}{_OPEN}(?<![^\W_])(?:{AT_WORDS})(?![^\W_]){_SHUT}$", re.IGNORECASE)
_REACH = 60
"""Code points before a sign in which the rest of its address is looked for."""


def addresses(text: str) -> Iterator[Finding]:
    """`email`, `handle`, `link`, `domain` and `run-on`."""
    if "@" in text:
        yield from (Finding(*each.span(), "email") for each in _EMAIL.finditer(text) if _public(each[0]))
        yield from (Finding(*each.span(), "handle") for each in _HANDLE.finditer(text))
    links = [each.span() for each in _LINK.finditer(text)] if "://" in text or "www." in text.lower() else []
    yield from (Finding(*span, "link") for span in links)
    if _INNER_DOT.search(text):
        for host in _DOMAIN.finditer(text):
            if not any(start <= host.start() < end for start, end in links) and _public(host[0]):
                yield from _host(text, *host.span(), _kind(host[0]))


def spelled(text: str) -> Iterator[Finding]:
    """`spelled`: name at host dot suffix, or name dot suffix, in ten languages, brackets or not."""
    for dot in _DOT.finditer(text):
        before = _BEFORE_DOT.search(text, max(0, dot.start() - _REACH), dot.start())
        after = _AFTER_DOT.match(text, dot.end())
        if before and after and _suffix(after[1]):
            yield from _host(text, before.start(), after.end(), "spelled")


def _host(text: str, start: int, end: int, kind: str) -> Iterator[Finding]:
    """A host, or, where a name and a spelled-out at stand before it, the whole address."""
    named = _BEFORE_HOST.search(text, max(0, start - _REACH), start)
    yield Finding(named.start(), end, "spelled") if named else Finding(start, end, kind)


def _kind(host: str) -> str:
    """A lower-case word, a full stop and a capitalised one is more often a space that was forgotten."""
    name, _, rest = host.partition(".")
    return "run-on" if rest[:1].isupper() and not rest.isupper() and not name[-1:].isupper() else "domain"


def _public(address: str) -> bool:
    host = address.rpartition("@")[2].partition("/")[0].lower()
    return host.rpartition(".")[2] in _RESERVED or _SUFFIXES.privatesuffix(host) is not None


def _suffix(label: str) -> bool:
    label = label.lower()
    return label in _RESERVED or _SUFFIXES.publicsuffix(label) is not None
