"""`GET /v1/console/events/...`: the text that a verdict is about, where the deployment allows it."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Path

from detector.engines.http.console.answers import PREFIX, TAG, Calls, refusals
from detector.engines.http.console.ports import EventLog
from detector.engines.http.problems import Refused, plain, texts_off
from detector.errors import InvalidRecord
from detector.events import EventKind, decode
from detector.events.model import WireModel
from detector.records import Partition, Position
from detector.settings import Settings

log = structlog.get_logger()

Number = Annotated[int, Path(ge=0, le=2**31 - 1)]
Offset = Annotated[int, Path(ge=0, le=2**53 - 1)]


class Shown(WireModel):
    """An event's texts, by attribute, and its kind."""

    attributes: dict[str, str]
    event_type: EventKind


def events_router(events: EventLog, settings: Settings, calls: Calls, dependencies: list[Any]) -> APIRouter:
    """Closed unless the settings open it, whoever asks."""
    router = APIRouter(prefix=PREFIX, tags=[TAG], dependencies=dependencies)
    kinds = settings.pipeline_policy.kinds

    @router.get(
        "/events/{topic}/{partition}/{offset}",
        summary="The event that a verdict is about",
        operation_id="consoleEvent",
        responses=refusals(403, 404, 422, 503, guarded=bool(dependencies)),
    )
    async def event(topic: str, partition: Number, offset: Offset) -> Shown:
        if not settings.console_texts:
            raise Refused(texts_off())
        if topic not in kinds:
            raise Refused(_gone())
        value = await calls.of(lambda: events.read(Position(Partition(topic, partition), offset)))
        if value is None:
            raise Refused(_gone())
        try:
            found = decode(value, settings.max_event_bytes, framed=True)
        except InvalidRecord:
            raise Refused(_gone()) from None
        log.info("console text shown", topic=topic, partition=partition, offset=offset)
        return Shown(attributes=found.attributes, event_type=found.event_type or kinds[topic])

    return router


def _gone() -> Any:
    return plain(404, "No event stands there, or not any more.")
