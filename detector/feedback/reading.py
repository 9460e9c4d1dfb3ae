"""From the records of the feedback topic to the opinions that count."""

from collections.abc import Iterable

from pydantic import ValidationError

from detector.errors import InvalidRecord, Reason, Stage
from detector.feedback.model import Feedback
from detector.framing import json_of


def read(value: bytes | None) -> Feedback:
    """The opinion in a record's value; raises `InvalidRecord`, which names the member at fault and quotes nothing."""
    if value is None:
        raise _invalid("feedback", "is a tombstone")
    try:
        return Feedback.model_validate_json(json_of(value))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        # Deeper steps may be an attribute's name, which may be text.
        member = str(first["loc"][0]) if first["loc"] else "feedback"
        raise _invalid(member, f"does not fit the schema ({first['type']})") from None


def newest(feedback: Iterable[Feedback]) -> list[Feedback]:
    """The one opinion of each verdict that counts, the oldest first; of two at the same time the later in the log."""
    counts: dict[str, Feedback] = {}
    for each in sorted(feedback, key=lambda one: one.given_at):
        # Put in anew, since a dict keeps the place of a key that is there already.
        counts.pop(each.verdict_id, None)
        counts[each.verdict_id] = each
    return list(counts.values())


def _invalid(member: str, problem: str) -> InvalidRecord:
    return InvalidRecord(Stage.DECODE, Reason.BAD_VALUE, member, problem)
