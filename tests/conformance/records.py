"""Every kind of record that may come to a worker in a day.

Each text, key and header holds one of `SECRETS`, so that a worker which repeats it gives itself away.
"""

from itertools import zip_longest

from detector.errors import Reason
from tests.bad_events import BAD
from tests.brokers import Sent
from tests.samples import CLEAN, LEAK, event

SECRETS = ("harbour", "07700", "venom", "zebra", "walrus", "ostrich")
TRACE = [("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), ("tracestate", b"vendor=1")]
HEADERS = [("ostrich", b"\xff"), ("ostrich", None), ("ostrich", b"")]

LARGEST = 500_000
"""Bytes of the largest event that is judged."""

VENOM = "venom"
"""What the model chokes on."""


def judgeable(name: str, text: str, key: bytes | None) -> Sent:
    """An event about one text; `name` is its transaction id."""
    value = event({"description": text}, transactionContext={"transactionId": name})
    return Sent(value, key, [("ostrich", b"ostrich-value"), *TRACE])


ORDINARY = [judgeable(str(n), CLEAN if n % 4 else LEAK, f"walrus-{n % 37}".encode()) for n in range(160)]
"""Events of many listings, every fourth a leak."""

LENGTHS = (400, 3, 200, 1, 90)
OF_ONE_LISTING = [judgeable(f"one-{n}", "harbour " * LENGTHS[n % 5], b"walrus-one") for n in range(60)]
"""Events of one listing, some of which keep a model busy much longer than the next."""

RICH = Sent(
    event(
        {"listingDescription": CLEAN, "houseRules": f"After ten: {LEAK}"},
        transactionContext={"transactionId": "rich"},
        listingId="L-42",
        partnerId="P-7",
        eventTime="2026-11-20T10:00:00Z",
        nobodyKnows={"this": ["member"]},
    ),
    headers=TRACE,
    partition=2,
)
"""An event that says all it may, and has no key."""

REASONS: list[Reason] = [*(row.values[2] for row in BAD), Reason.TOO_LARGE]
BROKEN = [
    Sent(value, f"walrus-bad-{number}".encode(), HEADERS, 1_600_000_000_000 + number)
    for number, value in enumerate([*(row.values[0] for row in BAD), event({"name": "harbour " * (LARGEST // 8)})])
]
"""Records that are no events; what is wrong with each stands in `REASONS`."""

POISONED = Sent(judgeable("poisoned", f"A {VENOM}ous snake.", None).value, b"walrus-poison", HEADERS, 1_650_000_000_000)
NAMELESS = Sent(None, None, HEADERS, 1_660_000_000_000)
"""A tombstone of nothing in particular."""

TOMBSTONE = Sent(None, b"walrus-gone", [("ostrich", b"ostrich-value"), *TRACE], 1_670_000_000_000)

_OTHERS = [*BROKEN, POISONED, RICH, NAMELESS, TOMBSTONE, *OF_ONE_LISTING]
LISTINGS = [each for two in zip_longest(ORDINARY, _OTHERS) for each in two if each is not None]

MISPLACED = Sent(
    event({"name": LEAK}, transactionContext={"transactionId": "misplaced"}, eventType="LISTING_UPDATE"), b"walrus-lost"
)
"""A listing update among the bookings."""

BOOKINGS = [judgeable("message", CLEAN, b"walrus-booking"), MISPLACED, Sent(b"zebra", b"walrus-broken")]

TOMBSTONES = 1
DEAD = len(BROKEN) + len([POISONED, NAMELESS, BOOKINGS[-1]])
JUDGEABLE = len(LISTINGS) + len(BOOKINGS) - TOMBSTONES - DEAD
