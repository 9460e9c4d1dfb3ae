"""A varied set of records for the shipped model: what two engines must answer with the same bytes."""

from collections.abc import Sequence

from detector.events import EventKind
from tests.behaviour.cases import Case, cases
from tests.brokers import Sent
from tests.conformance.records import BROKEN, HEADERS, MISPLACED, NAMELESS, RICH, TOMBSTONE, TRACE
from tests.samples import CLEAN, event

FAMILIES = ("clean", "numbers", "phone", "email", "url", "social", "messenger", "solicitation")
DISGUISED = (
    "For a better price ring oh seven seven double-oh, nine hundred, one two three.",
    "anna (at) example (dot) com, quick answers",
    "2️⃣0️⃣2️⃣ 5 5 5 zero one four three, after six",
    "Ｗｒｉｔｅ ｔｏ ａｎｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ",
    "w\u200bw\u200bw\u200b.ex\u00adample\u2060.org",
    "call &#43;1&nbsp;202&#45;555&#45;0143 <b>now</b>",
    "Τhе gаrdеn іs оn tеlеgrаm, @саsа_еjеmрlо",
    "😀" * 20 + " whats app me ☎️ 07700 900123",
)
LONG = " ".join([cases("paragraph")[0].text] * 2)
EMPTY = ("", "   \n", "\u200b")
TIME_MS = 1_600_000_100_000


def _of(case: Case) -> Sent:
    value = event({"description": case.text}, transactionContext={"transactionId": case.name})
    return Sent(value, case.name.encode(), [("origin", case.name.encode()), *TRACE])


def _about(number: int, texts: dict[str, object], key: bytes | None, **members: object) -> Sent:
    context = {"transactionId": f"made-{number}", "channel": "unknown to us"}
    value = event(texts, transactionContext=context, **members)
    return Sent(value, key, HEADERS, TIME_MS + number)


_KEYS = (b"L-1", None, b"", b"\xff\xfe", "Łódź".encode())
_TEXTS = [*DISGUISED, *EMPTY, LONG, f"{LONG} Ring 07700 900123.", f"Ring 07700 900123. {LONG}"]
_MADE = [
    *(_about(number, {"text": text}, _KEYS[number % len(_KEYS)]) for number, text in enumerate(_TEXTS)),
    _about(100, {"name": CLEAN, "rules": DISGUISED[0], "host's notes": LONG, "empty": ""}, None, listingId="L-9"),
    _about(101, {"message": DISGUISED[1]}, None, bookingId="B-9", eventType="BOOKING", locale="en-GB"),
    _about(
        102, {"text": CLEAN}, b"L-2", eventTime="2026-11-20T10:00:00.123456+05:30", partnerId="P-1", extra={"a": [1]}
    ),
]
_CASES = [case for family in FAMILIES for case in cases(family)[:6]]
_TOMBSTONES = [TOMBSTONE, NAMELESS, Sent(None, b"", HEADERS), Sent(None, b"\xff", TRACE)]
_UNJUDGEABLE = [*BROKEN, Sent(b"", None), Sent(b"[]", b"", HEADERS), Sent(b"\x00", b"\xff", TRACE, TIME_MS)]


def _mixed(kind: EventKind, others: Sequence[Sent]) -> list[Sent]:
    ours = [_of(case) for case in _CASES if case.kind is kind]
    return [each for number, one in enumerate(ours) for each in (one, *others[number :: len(ours)])]


LISTINGS = _mixed(EventKind.LISTING_UPDATE, [*_MADE, *_TOMBSTONES, *_UNJUDGEABLE, RICH])
BOOKINGS = _mixed(EventKind.BOOKING, [MISPLACED, *_MADE[::3], *_TOMBSTONES, *_UNJUDGEABLE[::7]])
