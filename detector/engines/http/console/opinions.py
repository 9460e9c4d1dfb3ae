"""`POST /v1/console/feedback`: what somebody says of a verdict."""

from typing import Any
from uuid import uuid4

import structlog
from fastapi import APIRouter
from pydantic import Field, ValidationError
from starlette.requests import Request

from detector.clock import Clock
from detector.engines.http.body import read_body
from detector.engines.http.console.answers import PREFIX, TAG, Calls, refusals
from detector.engines.http.console.ports import FeedbackLog
from detector.engines.http.judge import SOURCE
from detector.engines.http.problems import Refused, unfit, unfit_member
from detector.events.model import Name, Text, WireModel
from detector.feedback import Feedback
from detector.feedback.model import Note, Reason
from detector.settings import Settings
from detector.verdicts import Verdict

log = structlog.get_logger()

_DESCRIPTION = f"""Answered once Kafka has confirmed it. `verdictId` is that of `verdict`. `reason` fits the verdict's
label; see `feedback.v1.json`. `attribute` is one that the verdict has a score of. `attributes` are taken only with a
verdict of `POST /v1/score`, whose source is the topic `{SOURCE}`: the text of an event stays in its own topic."""


class Opinion(WireModel):
    """An opinion of a verdict, with the verdict."""

    verdict_id: str
    right: bool
    reason: Reason | None = None
    attribute: Name | None = Field(default=None, repr=False)
    note: Note | None = Field(default=None, repr=False)
    verdict: Verdict = Field(repr=False)
    attributes: dict[Name, Text] | None = Field(default=None, repr=False)


class Taken(WireModel):
    """It is written."""

    feedback_id: str


def opinions_router(
    feedback: FeedbackLog, settings: Settings, clock: Clock, calls: Calls, dependencies: list[Any]
) -> APIRouter:
    """Takes what fits, and only says so once it is safe."""
    router = APIRouter(prefix=PREFIX, tags=[TAG], dependencies=dependencies)

    @router.post(
        "/feedback",
        status_code=202,
        summary="Say that a verdict is right or wrong",
        description=_DESCRIPTION,
        operation_id="consoleFeedback",
        responses=refusals(408, 413, 415, 422, 503, guarded=bool(dependencies)),
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Opinion"}}},
            }
        },
    )
    async def say(request: Request) -> Taken:
        body = await read_body(request, settings.http_max_body_bytes)
        given = _feedback(_opinion(body), clock)
        await calls.of(lambda: feedback.write(given))
        log.info("feedback taken", feedback=given.feedback_id, verdict=given.verdict_id, right=given.right)
        return Taken(feedback_id=given.feedback_id)

    return router


def _opinion(body: bytes) -> Opinion:
    try:
        opinion = Opinion.model_validate_json(body)
    except ValidationError as error:
        raise Refused(unfit(error, Opinion)) from None
    if opinion.verdict_id != opinion.verdict.verdict_id:
        raise Refused(unfit_member("verdictId", "is not that of the verdict"))
    if opinion.attribute is not None and opinion.attribute not in opinion.verdict.score_details.attributes:
        raise Refused(unfit_member("attribute", "is none that the verdict has a score of"))
    if opinion.attributes is not None and opinion.verdict.source.topic != SOURCE:
        raise Refused(unfit_member("attributes", "are taken only of a text that was tried, not of one of the stream"))
    return opinion


def _feedback(opinion: Opinion, clock: Clock) -> Feedback:
    try:
        return Feedback.on(
            opinion.verdict,
            feedback_id=uuid4().hex,
            given_at=clock.now(),
            right=opinion.right,
            reason=opinion.reason,
            attribute=opinion.attribute,
            note=opinion.note,
            tried=opinion.attributes,
            in_stream=opinion.verdict.source.topic != SOURCE,
        )
    except ValidationError:
        raise Refused(unfit_member("reason", "does not fit the verdict's label and whether it is right")) from None
