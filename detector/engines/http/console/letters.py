"""`/v1/console/dead-letters`: what could not be judged, and back with it once its cause is mended."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query
from pydantic import Field, ValidationError
from starlette.requests import Request

from detector.engines.http.body import read_body
from detector.engines.http.console.answers import PREFIX, TAG, Calls, refusals
from detector.engines.http.console.ports import DeadLetters, Letter, Place
from detector.engines.http.console.wire import time_of
from detector.engines.http.problems import Refused, unfit
from detector.events.model import WireModel
from detector.records import Position
from detector.settings import Settings

log = structlog.get_logger()

MOST_SHOWN = 500
MOST_REPLAYED = 100

Count = Annotated[int, Field(ge=0)]
Limit = Annotated[int, Query(ge=1, le=MOST_SHOWN)]


class Where(WireModel):
    """A record's place."""

    topic: str
    partition: Count
    offset: Count


class ShownLetter(WireModel):
    """A dead letter without its contents; `message` says what was wrong and quotes none of them."""

    position: Where
    at: str | None
    origin: Where | None
    stage: str
    reason: str
    message: str
    bytes: Count
    replayed: bool | None


class ShownLetters(WireModel):
    """The newest first. `total` counts offsets, so it may be more than there are."""

    letters: list[ShownLetter]
    total: Count


class Chosen(WireModel):
    """A place in the dead-letter topic."""

    partition: Annotated[int, Field(ge=0, le=2**31 - 1)]
    offset: Annotated[int, Field(ge=0, le=2**53 - 1)]


class Replay(WireModel):
    """Which dead letters go back."""

    positions: Annotated[list[Chosen], Field(min_length=1, max_length=MOST_REPLAYED)]


class PassedOver(Chosen):
    """One that did not, and why."""

    why: str


class Replayed(WireModel):
    """How many went back, and those that did not."""

    back: Count
    skipped: list[PassedOver]


def letters_router(letters: DeadLetters, settings: Settings, calls: Calls, dependencies: list[Any]) -> APIRouter:
    """Shown without their contents, put back with every byte."""
    router = APIRouter(prefix=f"{PREFIX}/dead-letters", tags=[TAG], dependencies=dependencies)
    guarded = bool(dependencies)

    @router.get(
        "",
        summary="The newest dead letters",
        operation_id="consoleDeadLetters",
        responses=refusals(422, 503, guarded=guarded),
    )
    async def newest(limit: Limit = 100) -> ShownLetters:
        found = await calls.of(lambda: letters.newest(limit))
        return ShownLetters(letters=[_shown(each) for each in found.letters], total=found.total)

    @router.post(
        "/replay",
        summary="Put chosen dead letters back to the topics they came from",
        operation_id="consoleReplay",
        responses=refusals(408, 413, 415, 422, 503, guarded=guarded),
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Replay"}}},
            }
        },
    )
    async def replay(request: Request) -> Replayed:
        body = await read_body(request, settings.http_max_body_bytes)
        try:
            chosen = Replay.model_validate_json(body)
        except ValidationError as error:
            raise Refused(unfit(error, Replay)) from None
        places = [Place(each.partition, each.offset) for each in chosen.positions]
        returned = await calls.of(lambda: letters.put_back(places))
        log.info("dead letters put back", back=returned.back, skipped=len(returned.skipped))
        passed = [PassedOver(partition=p.partition, offset=p.offset, why=why) for p, why in returned.skipped]
        return Replayed(back=returned.back, skipped=passed)

    return router


def _shown(letter: Letter) -> ShownLetter:
    return ShownLetter(
        position=_where(letter.position),
        at=None if letter.at_ms is None else time_of(letter.at_ms),
        origin=None if letter.origin is None else _where(letter.origin),
        stage=letter.stage,
        reason=letter.reason,
        message=letter.message,
        bytes=letter.size,
        replayed=letter.replayed,
    )


def _where(position: Position) -> Where:
    (topic, partition), offset = position
    return Where(topic=topic, partition=partition, offset=offset)
