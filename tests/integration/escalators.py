"""`detector escalate` in processes of its own, the verdicts they read, and a recount of these by hand."""

import json
import socket
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.brokers import Read, committed_offsets, create_topics, read_committed
from tests.integration.workers import SECONDS, Stream, WorkerProcess

ESCALATE = (sys.executable, "-m", "detector", "escalate")
HOUR_MS = 60 * 60 * 1000
WINDOWS_MS = {"1h": HOUR_MS, "24h": 24 * HOUR_MS, "30d": 30 * 24 * HOUR_MS}


def fresh_escalations(bootstrap: str, *, partitions: int = 4, **settings: str) -> Stream:
    """A verdict topic, a topic of escalations and a group that nobody has used."""
    suffix = uuid.uuid4().hex[:8]
    verdicts, escalations = f"verdicts-{suffix}", f"escalations-{suffix}"
    create_topics(bootstrap, verdicts, partitions=partitions, config={"cleanup.policy": "compact,delete"})
    create_topics(bootstrap, escalations, partitions=2)
    return Stream(
        bootstrap,
        "",
        "",
        verdicts,
        "",
        f"escalate-{suffix}",
        {"DETECTOR_ESCALATION_TOPIC": escalations, "DETECTOR_ESCALATION_GROUP": f"escalate-{suffix}", **settings},
    )


def free_port() -> int:
    """One that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Escalator(WorkerProcess):
    """`detector escalate`, watched and asked."""

    command: Sequence[str] = ESCALATE
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.extra = {**self.extra, "DETECTOR_ESCALATION_PORT": str(self.port)}

    def ask(self, path: str) -> tuple[int, str]:
        """Status and body of /metrics, /healthz or /readyz."""
        return _get(self.wait_for("escalation starting")["metrics_port"], path)[:2]

    def view(self, path: str, accept: str = "application/json") -> tuple[int, str, Mapping[str, str]]:
        """Status, body and headers of a page of the view."""
        return _get(self.port, path, accept)

    def partners(self, window: str = "30d") -> dict[str, Any]:
        """The list of offenders."""
        status, body, _ = self.view(f"/partners.json?window={window}")
        assert status == 200, body
        answer: dict[str, Any] = json.loads(body)
        return answer


def _get(port: int, path: str, accept: str = "*/*") -> tuple[int, str, Mapping[str, str]]:
    request = Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": accept})
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode(), dict(refusal.headers)


@contextmanager
def escalating(stream: Stream, **settings: str) -> Iterator[Escalator]:
    """A process that has joined its group and recovered its tables."""
    with Escalator(stream, extra=settings) as process:
        process.wait_for("tables recovered")
        yield process


def sightings_of(stream: Stream) -> str:
    """The topic between the stages."""
    return f"{stream.settings['DETECTOR_ESCALATION_GROUP']}-by-partner"


def wait_until_counted(stream: Stream) -> None:
    """Returns once every verdict that is there has been followed, and every sighting considered."""
    for topic in (stream.verdicts, sightings_of(stream)):
        wanted = {record.partition: record.offset + 1 for record in read_committed(stream.bootstrap, topic)}
        deadline = time.monotonic() + SECONDS
        while not _covers(committed_offsets(stream.bootstrap, stream.group, topic), wanted):
            assert time.monotonic() < deadline, f"{topic} was not read to its end within {SECONDS:g} s"
            Event().wait(0.1)


def _covers(committed: Mapping[int, int], wanted: Mapping[int, int]) -> bool:
    return all(committed.get(partition, 0) >= offset for partition, offset in wanted.items())


@dataclass(frozen=True)
class _Violation:
    key: bytes
    at_ms: int
    listing: str
    score: float
    categories: frozenset[str]


def recount(bootstrap: str, topic: str, now: datetime) -> dict[str, dict[str, dict[str, Any]]]:
    """Offender to window to counts, by going through the verdict topic once.

    A verdict id counts once per offender; a violation is open unless its key was clean or deleted at or after its time.
    """
    now_ms = _milliseconds(now)
    violations: dict[str, dict[str, _Violation]] = defaultdict(dict)
    clean_ms: dict[bytes, int] = {}
    partner_of: dict[bytes, str] = {}
    newest_ms: dict[bytes, int] = {}
    for record in read_committed(bootstrap, topic):
        key = record.key or b""
        verdict = _readable(record)
        if record.value is None and key in newest_ms:
            clean_ms[key] = max(record.timestamp_ms, newest_ms[key], clean_ms.get(key, -1))
        if verdict is None:
            continue
        scored_ms = _milliseconds(datetime.fromisoformat(verdict["scoredAt"]))
        at_ms = scored_ms
        if "eventTime" in verdict:
            at_ms = min(scored_ms, _milliseconds(datetime.fromisoformat(verdict["eventTime"])))
        fraud, booking = verdict["scoreDetails"]["label"] == "Fraud", verdict["modelSegment"] == "BOOKING"
        if booking and not fraud:
            continue
        if "partnerId" in verdict:
            partner_of[key] = verdict["partnerId"]
        newest_ms[key] = max(at_ms, newest_ms.get(key, -1))
        if fraud:
            listing = verdict.get("listingId", key.decode())
            who = f"partner {partner_of[key]}" if key in partner_of else f"listing {listing}"
            categories = frozenset(each["category"] for each in verdict["scoreDetails"]["evidence"])
            violations[who].setdefault(
                verdict["verdictId"], _Violation(key, at_ms, listing, verdict["probabilityScore"], categories)
            )
        else:
            clean_ms[key] = max(at_ms, clean_ms.get(key, -1))
    counted = {who: _windows(list(found.values()), clean_ms, now_ms) for who, found in violations.items()}
    return {who: windows for who, windows in counted.items() if windows["30d"]["violations"]}


def told(answer: Mapping[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """A list of offenders in the shape of a recount."""
    offenders = {}
    for offender in answer["partners"]:
        identity = offender.get("partnerId") or offender.get("listingId")
        windows = {
            name: {member: value for member, value in window.items() if member != "windowSeconds"}
            for name, window in offender["windows"].items()
        }
        offenders[f"{offender['offender']} {identity}"] = windows
    return offenders


def _windows(found: Sequence[_Violation], clean_ms: Mapping[bytes, int], now_ms: int) -> dict[str, dict[str, Any]]:
    windows = {}
    for name, length_ms in WINDOWS_MS.items():
        inside = [each for each in found if now_ms - length_ms < each.at_ms <= now_ms]
        categories = sorted({category for each in inside for category in each.categories})
        windows[name] = {
            "violations": len(inside),
            "open": sum(each.at_ms > clean_ms.get(each.key, -1) for each in inside),
            "listings": len({each.listing for each in inside}),
            "categories": {name: sum(name in each.categories for each in inside) for name in categories},
            "highestScore": max((each.score for each in inside), default=0.0),
        }
    return windows


def _readable(record: Read) -> dict[str, Any] | None:
    try:
        verdict: dict[str, Any] = json.loads(record.value or b"")
    except ValueError:
        return None
    return verdict if isinstance(verdict, dict) and "verdictId" in verdict else None


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
