"""The message that somebody agrees or disagrees with a verdict."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AwareDatetime, Field, model_validator
from pydantic_core import PydanticCustomError

from detector import wire
from detector.events.model import Name, Text, WireModel
from detector.feedback.reasons import FeedbackReason, fits
from detector.verdicts import Evidence, Label, Source, Verdict
from detector.verdicts.model import Probability

MOST_NOTE = 500
"""Characters of a note."""

FEEDBACK_ID = "detector.feedback-id"

Reason = Annotated[FeedbackReason, Field(strict=False)]
Note = Annotated[Text, Field(max_length=MOST_NOTE)]


class Message(NamedTuple):
    """A record's key, value and headers."""

    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]


class Feedback(WireModel):
    """One person's opinion of one verdict. The newest of one `verdictId` counts.

    It repeats of the verdict what is needed to learn from it. Note and texts stay out of `repr`.
    """

    feedback_id: str = Field(description="New for each opinion; the same if the record is written twice.")
    verdict_id: str
    given_at: AwareDatetime
    right: bool = Field(description="Whether the label is right.")
    reason: Reason | None = Field(default=None, description="Why not; `wrong-place` says that the evidence is not.")
    attribute: Name | None = Field(
        default=None,
        repr=False,
        description="Which of the event's texts leaks, where the verdict does not show it: of what was missed, and of a "
        "`wrong-place`.",
    )
    note: Note | None = Field(default=None, repr=False, description="In the reader's own words.")
    label: Label = Field(description="What the verdict said.")
    probability_score: Probability
    model_code: str
    model_version: str
    refresh_version: str
    model_segment: Literal["SUPPLY", "BOOKING"]
    listing_id: str | None = Field(default=None, repr=False)
    source: Source | None = Field(
        default=None, description="The record that was judged; absent of a text that was tried by hand."
    )
    evidence: list[Evidence] = Field(repr=False, description="What the verdict showed.")
    attributes: dict[Name, Text] | None = Field(
        default=None, repr=False, description="The text itself, only where it was tried by hand and never was an event."
    )

    @model_validator(mode="after")
    def _reason_fits(self) -> Self:
        if not fits(self.reason, self.label, right=self.right):
            raise PydanticCustomError("reason", "does not fit the label and whether it is right")
        return self

    @property
    def message(self) -> Message:
        """As it is written to the feedback topic."""
        return Message(
            key=(self.listing_id or self.verdict_id).encode(),
            value=self.model_dump_json(by_alias=True, exclude_none=True).encode(),
            headers=((FEEDBACK_ID, self.feedback_id.encode()), (wire.VERDICT_ID, self.verdict_id.encode())),
        )

    @classmethod
    def on(  # noqa: PLR0913 - all that can be said of a verdict
        cls,
        verdict: Verdict,
        *,
        feedback_id: str,
        given_at: datetime,
        right: bool,
        reason: FeedbackReason | None = None,
        attribute: str | None = None,
        note: str | None = None,
        tried: Mapping[str, str] | None = None,
        in_stream: bool = True,
    ) -> Self:
        """An opinion of this verdict; `tried` is the text where it was tried by hand, `in_stream` whether it was not.

        Raises pydantic's `ValidationError`, which repeats no contents.
        """
        return cls(
            feedback_id=feedback_id,
            verdict_id=verdict.verdict_id,
            given_at=given_at,
            right=right,
            reason=reason,
            attribute=attribute,
            note=note or None,
            label=verdict.score_details.label,
            probability_score=verdict.probability_score,
            model_code=verdict.model_code,
            model_version=verdict.model_version,
            refresh_version=verdict.refresh_version,
            model_segment=verdict.model_segment,
            listing_id=verdict.listing_id,
            source=verdict.source if in_stream else None,
            evidence=verdict.score_details.evidence,
            attributes=None if tried is None else dict(tried),
        )
