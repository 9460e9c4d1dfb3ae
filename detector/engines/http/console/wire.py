"""What travels over the feed: Server-Sent Events."""

import json
from datetime import UTC, datetime
from typing import Any

from fastapi.sse import format_sse_event

from detector.engines.http.console.ports import Judged, Lag
from detector.engines.http.console.recent import Recent
from detector.events import EventKind
from detector.records import Position

KINDS = {EventKind.LISTING_UPDATE: "listing-update", EventKind.BOOKING: "booking"}


def time_of(at_ms: int) -> str:
    """Milliseconds since 1970 as ISO 8601, in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def place_of(position: Position) -> dict[str, Any]:
    """A record's place as JSON."""
    (topic, partition), offset = position
    return {"topic": topic, "partition": partition, "offset": offset}


def verdict_event(judged: Judged) -> bytes:
    """One verdict; its id is its place in the topic."""
    (_, partition), offset = judged.position
    about = {
        "kind": KINDS[judged.kind],
        "at": time_of(judged.at_ms),
        "latencyMs": judged.latency_ms,
        "position": place_of(judged.position),
    }
    data = f'{{"verdict":{judged.json},{_json(about)[1:]}'
    return format_sse_event(event="verdict", id=f"{partition}-{offset}", data_str=data)


def pulse_event(now_ms: int, lag: Lag, recent: Recent, *, connected: bool) -> bytes:
    """How things stand."""
    latency = recent.latency(now_ms)
    told = {
        "at": time_of(now_ms),
        "connected": connected,
        "lag": {"records": lag.records, "seconds": lag.seconds},
        "latency": {"p50Ms": latency.p50_ms, "p99Ms": latency.p99_ms, "count": latency.verdicts},
        "perSecond": recent.per_second(now_ms),
    }
    return format_sse_event(event="pulse", data_str=_json(told))


def gap_event(missed: int) -> bytes:
    """So many verdicts were not sent, because they were not fetched in time."""
    return format_sse_event(event="gap", data_str=_json({"missed": missed}))


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, separators=(",", ":"))
