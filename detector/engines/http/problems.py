"""What is answered where there is no verdict: problem details (RFC 9457), which never repeat what was asked."""

from collections.abc import Mapping
from http import HTTPStatus

from pydantic import Field, ValidationError

from detector.deadletters import headers
from detector.errors import DetectorError, Reason
from detector.events.model import WireModel
from detector.outcomes import Outcome

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 1
"""When to ask again: what waits now is long done by then, as nothing waits for longer than the deadline."""


class Problem(WireModel):
    """Why there is no verdict."""

    type: str = Field(description="Which kind of problem, as a URN.")
    title: str
    status: int = Field(description="The HTTP status of the answer, or of this event alone where it stands in a list.")
    detail: str = Field(description="What was wrong and how to mend it, without a word of what was asked.")
    field: str | None = Field(default=None, description="The member of the event that is at fault.")
    reason: Reason | None = Field(default=None, description="Why the event cannot be judged, out of a closed set.")

    def as_json(self) -> bytes:
        """As it travels."""
        return self.model_dump_json(by_alias=True, exclude_none=True).encode()


class Refused(DetectorError):
    """Answer with this problem instead of a verdict."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.headers = {**({"Retry-After": str(RETRY_SECONDS)} if _passes(problem) else {}), **(headers or {})}


def unjudgeable(outcome: Outcome) -> Problem:
    """Of an event that would be a dead letter on Kafka; the same words as there."""
    told = {name: value for name, value in outcome.headers if value is not None}
    field, _, problem = told[headers.ERROR_MESSAGE].decode().partition(": ")
    broken = outcome.reason is Reason.MODEL_ERROR
    return Problem(
        type=_urn("model-error" if broken else "invalid-event"),
        title="The model failed on this event" if broken else "Not an event",
        status=HTTPStatus.INTERNAL_SERVER_ERROR if broken else HTTPStatus.UNPROCESSABLE_ENTITY,
        detail=f"{field} {problem}.",
        field=field,
        reason=outcome.reason,
    )


def late(milliseconds: float) -> Problem:
    """Of an event whose verdict would have come after the deadline."""
    return Problem(
        type=_urn("late"),
        title="Not in time",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        detail=f"No verdict within {milliseconds:g} ms. Ask again, for fewer or shorter texts at a time.",
    )


def busy() -> Problem:
    """Of a request for which there is no room."""
    return Problem(
        type=_urn("busy"),
        title="Busy",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        detail="As many events are being judged as there is room for. Ask again in a moment.",
    )


def too_large(limit: int) -> Problem:
    """Of a body that is longer than so many bytes."""
    return Problem(
        type=_urn("too-large"),
        title="Too large",
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        detail=f"A request has {limit} bytes at most. Send fewer events at a time.",
    )


def too_many(limit: int) -> Problem:
    """Of a list with more than so many events."""
    return Problem(
        type=_urn("too-many"),
        title="Too many events",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        detail=f"A request has {limit} events at most. Send fewer at a time.",
    )


def no_key() -> Problem:
    """Of a request without a key that is known here."""
    return Problem(
        type=_urn("no-key"),
        title="No valid API key",
        status=HTTPStatus.UNAUTHORIZED,
        detail="Send a key as Authorization: Bearer KEY or as X-API-Key: KEY.",
    )


def no_stream(detail: str) -> Problem:
    """Of a request that needs Kafka, which cannot be reached or refuses; `detail` says what to do."""
    return Problem(
        type=_urn("no-stream"),
        title="The stream cannot be reached",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        detail=detail,
    )


def texts_off() -> Problem:
    """Of a text that is asked for where none are shown."""
    return Problem(
        type=_urn("texts-off"),
        title="Texts are not shown",
        status=HTTPStatus.FORBIDDEN,
        detail="This service shows no texts of events. DETECTOR_CONSOLE_TEXTS=true would change that.",
    )


def unfit(error: ValidationError, model: type[WireModel]) -> Problem:
    """Of a body that is not what the model says; the member at fault is named if it is one of the model's own."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    member = str(first["loc"][0]) if first["loc"] else ""
    own = {field.alias for field in model.model_fields.values()}
    return unfit_member(member if member in own else None, "is missing or not as /openapi.json describes it")


def unfit_member(member: str | None, problem: str) -> Problem:
    """Of a body with such a member; None is the body itself."""
    return Problem(
        type=_urn("unfit"),
        title="The request does not fit",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        detail=f"{member or 'The body'} {problem}.",
        field=member,
    )


def plain(status: int, detail: str = "See /openapi.json for what can be asked.") -> Problem:
    """Of what HTTP itself has a word for."""
    return Problem(type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail)


def _urn(name: str) -> str:
    return f"urn:contact-leak-detector:problem:{name}"


def _passes(problem: Problem) -> bool:
    return problem.status == HTTPStatus.SERVICE_UNAVAILABLE
