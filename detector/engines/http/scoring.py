"""`POST /v1/score`: the article's request and response."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from detector.engines.http import problems
from detector.engines.http.body import elements, read_body
from detector.engines.http.judge import Judge
from detector.engines.http.places import Places
from detector.outcomes import Destination, Outcome
from detector.records import Headers
from detector.settings import Settings
from detector.wire import TRACE_CONTEXT

_EVENT, _VERDICT, _PROBLEM = ({"$ref": f"#/components/schemas/{name}"} for name in ("Event", "Verdict", "Problem"))

_DESCRIPTION = """One event is answered with its verdict, a list of events with a list as long, in the same order: of
each event its verdict, or the problem that kept it from one, which then says what `status` it would have had alone.

An event without `eventType` counts as a listing update. Events are read as from Kafka, so the rules beyond the schema
hold here, too. Verdicts are those of the stream; their `source` is the topic `http` and a place made of the event's
bytes, so that the same event has the same `verdictId` whenever it is asked about."""


def scoring_router(judge: Judge, settings: Settings, dependencies: list[Any]) -> APIRouter:
    """What judges."""
    router = APIRouter(prefix="/v1", tags=["judging"], dependencies=dependencies)
    places = Places(settings.http_max_waiting)

    @router.post(
        "/score",
        summary="Judge one event or several",
        description=_DESCRIPTION,
        operation_id="score",
        response_class=Response,
        responses=_responses(settings),
        openapi_extra={"requestBody": _request_body(settings)},
    )
    async def score(request: Request) -> Response:
        with places.held() as hold:
            body = await read_body(request, settings.http_max_body_bytes)
            events = elements(body, settings.http_max_events)
            if events is not None:
                hold(max(1, len(events)))
            outcomes = await judge.judge(
                [body] if events is None else events, settings.http_deadline_ms / 1000, _trace_context(request)
            )
        answers = [_answer(outcome, settings) for outcome in outcomes]
        if events is not None:
            return _json(b"[" + b",".join(_bytes(answer) for answer in answers) + b"]")
        (answer,) = answers
        if isinstance(answer, problems.Problem):
            raise problems.Refused(answer)
        return _json(answer)

    return router


def _trace_context(request: Request) -> Headers:
    return [(name, value.encode()) for name in sorted(TRACE_CONTEXT) for value in request.headers.getlist(name)]


def _answer(outcome: Outcome | None, settings: Settings) -> bytes | problems.Problem:
    if outcome is None:
        return problems.late(settings.http_deadline_ms)
    if outcome.destination is Destination.DEAD_LETTERS:
        return problems.unjudgeable(outcome)
    assert outcome.value is not None, "only a record without a value is a tombstone"
    return outcome.value


def _bytes(answer: bytes | problems.Problem) -> bytes:
    return answer.as_json() if isinstance(answer, problems.Problem) else answer


def _json(content: bytes) -> Response:
    return Response(content, media_type="application/json")


def _request_body(settings: Settings) -> dict[str, Any]:
    several = {"type": "array", "items": {}, "maxItems": settings.http_max_events, "description": "Events."}
    return {
        "required": True,
        "content": {"application/json": {"schema": {"anyOf": [_EVENT, several]}}},
    }


def _responses(settings: Settings) -> dict[int | str, dict[str, Any]]:
    several = {"type": "array", "items": {"anyOf": [_VERDICT, _PROBLEM]}}
    told = {
        401: "No valid API key.",
        408: "The body did not arrive in time.",
        413: f"More than {settings.http_max_body_bytes} bytes.",
        415: "The body is not called application/json.",
        422: "Not an event: `field` says where, `reason` why. Or too many of them.",
        500: "The model failed on this event.",
        503: f"No verdict within {settings.http_deadline_ms:g} ms, or no room: ask again after `Retry-After` seconds.",
    }
    if not settings.api_keys:
        del told[401]
    problem = {problems.MEDIA_TYPE: {"schema": _PROBLEM}}
    refusals: dict[int | str, dict[str, Any]] = {
        status: {"description": description, "content": problem} for status, description in told.items()
    }
    verdicts = {"application/json": {"schema": {"anyOf": [_VERDICT, several]}}}
    return {200: {"description": "The verdict, or one answer for each event.", "content": verdicts}, **refusals}
