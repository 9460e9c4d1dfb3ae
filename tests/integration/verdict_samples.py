"""Verdicts as a worker writes them, and a long, untidy stream of them."""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal

from detector.events.model import TransactionContext
from detector.verdicts import Evidence, Label, ScoreDetails, Source, Verdict
from tests.brokers import Sent

CANARY = "+44 20 7946 0958"
"""Stands for what must not be seen anywhere: in unknown members, unreadable values and keys."""
CATEGORIES = ("email", "messenger", "phone", "social", "solicitation", "url")


def verdict(
    number: int,
    key: str,
    at: datetime,
    *,
    fraud: bool = True,
    partner: str | None = None,
    segment: Literal["SUPPLY", "BOOKING"] = "SUPPLY",
    score: float = 0.9,
    categories: tuple[str, ...] = ("phone",),
) -> Sent:
    """One verdict under its key; `number` makes its id."""
    evidence = [Evidence(attribute="text", category=each, start=0, end=9, score=score) for each in categories]
    judged = Verdict(
        model_code="keywords",
        model_version="1.0",
        refresh_version="v1",
        probability_score=score,
        model_segment=segment,
        top_contributor="text",
        score_details=ScoreDetails(
            label=Label.FRAUD if fraud else Label.NON_FRAUD,
            threshold=0.5,
            attributes={"text": score},
            evidence=evidence if fraud else [],
        ),
        transaction_context=TransactionContext(transaction_id=str(number)),
        verdict_id=f"{number:032x}",
        listing_id=key if segment == "SUPPLY" else None,
        booking_id=key if segment == "BOOKING" else None,
        partner_id=partner,
        source=Source(topic="listing-updates", partition=0, offset=number),
        event_time=at,
        scored_at=max(at, datetime.now(UTC) - timedelta(seconds=1)),
    )
    body = {**judged.model_dump(mode="json", by_alias=True, exclude_none=True), "ofAnotherVersion": CANARY}
    return Sent(json.dumps(body).encode(), key.encode())


def untidy(seed: int, count: int) -> list[Sent]:
    """So many records with everything in them: repeats, disorder, mending, deletions, verdicts without a partner, rubbish.

    Event times keep minutes away from where a window of 1 h, 24 h or 30 d would end within the next minutes, so that a
    count does not depend on the second in which it is taken. A partner changes only under keys that always name it, as
    for others "the partner last known" depends on what a killed process had read.
    """
    random, now = Random(seed), datetime.now(UTC)
    sent: list[Sent] = []
    named: set[str] = set()
    for number in range(seed * 1_000_000, seed * 1_000_000 + count):
        chance = random.random()
        if sent and chance < 0.05:
            sent.append(random.choice(sent[-400:]))
        elif chance < 0.06:
            sent.append(Sent(f'{{"broken": "{CANARY}'.encode(), f"{CANARY} {number % 7}".encode()))
        elif sent and chance < 0.08:
            sent.append(Sent(None, random.choice(sorted(named) or ["L-0"]).encode()))
        else:
            sent.append(_some_verdict(random, number, now, named))
    return sent


def _some_verdict(random: Random, number: int, now: datetime, named: set[str]) -> Sent:
    key, partner = random.choice(_KINDS_OF_KEY)(random)
    age = random.choice(_AGES)(random)
    if key.startswith("L") and key not in named:
        named.add(key)
        age = min(age, timedelta(days=9))
    elif key.startswith("L") and random.random() < 0.25:
        partner = None
    return verdict(
        number,
        key,
        now - age,
        fraud=random.random() < 0.7,
        partner=partner,
        segment="BOOKING" if key.startswith("B") else "SUPPLY",
        score=round(random.uniform(0.5, 1.0), 4),
        categories=tuple(random.sample(CATEGORIES, random.randint(1, 3))),
    )


def _listing(random: Random) -> tuple[str, str | None]:
    number = random.randrange(120)
    return f"L-{number}", f"P-{number % 20}"


def _moving_listing(random: Random) -> tuple[str, str | None]:
    number = random.randrange(10)
    return f"M-{number}", f"P-{number + random.randrange(4)}"


def _nobodys_listing(random: Random) -> tuple[str, str | None]:
    return f"N-{random.randrange(10)}", None


def _booking(random: Random) -> tuple[str, str | None]:
    return f"B-{random.randrange(300)}", f"P-{random.randrange(20)}"


_KINDS_OF_KEY = (_listing, _listing, _listing, _listing, _moving_listing, _nobodys_listing, _booking)
_AGES = (
    lambda random: timedelta(minutes=random.uniform(5, 50)),
    lambda random: timedelta(hours=random.uniform(2, 22)),
    lambda random: timedelta(days=random.uniform(1.2, 29)),
    lambda random: timedelta(days=random.uniform(1.2, 29)),
    lambda random: timedelta(days=random.uniform(30.5, 40)),
)
