"""What a model may learn from an opinion: which texts of an event are labelled, and how.

A verdict is on an event, a label is on a text. An opinion that says "no leak" speaks of what was shown, or of every text
where nothing was; one that says "leak" speaks of some text, and counts only where it is sure of which.

| the verdict said | it is    | reason        | what is learned                                                      |
|------------------|----------|---------------|----------------------------------------------------------------------|
| Fraud            | right    |               | texts with evidence leak, just there                                 |
| Fraud            | right    | `wrong-place` | the text that was named, or the only one, leaks, nobody knows where  |
| Fraud            | wrong    | any or none   | texts with evidence are clean                                        |
| NonFraud         | right    |               | all texts are clean                                                  |
| NonFraud         | wrong    | any or none   | the text that was named, or the only one, leaks, nobody knows where  |

A Fraud verdict without any evidence speaks of the text that was named, or of the only one. A text of an event with
several that is not spoken of teaches nothing. Blank texts do not count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from detector.feedback.model import Feedback
from detector.feedback.reasons import FeedbackReason
from detector.text import prepare
from detector.verdicts import CATEGORIES, Evidence, Label


class Unusable(StrEnum):
    """Why an opinion teaches nothing."""

    NO_TEXT = "its text is not known"
    WHICH_TEXT = "nobody said which of several texts leaks"
    OTHER_TEXT = "what it points to is not in the text"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text and its label. `marks` do not overlap; of a leak without any nobody knows the place.

    `group` is the listing, or the verdict where there is none: lessons of one group stay on one side of a split.
    """

    text: str = field(repr=False)
    leak: bool
    marks: tuple[Evidence, ...] = field(repr=False)
    segment: Literal["SUPPLY", "BOOKING"]
    group: str = field(repr=False)
    verdict_id: str


def lessons_of(feedback: Feedback) -> list[Lesson] | Unusable:
    """At least one lesson, or why there is none; `attributes` hold the texts, also those of an event in the stream."""
    texts = {name: text for name, text in (feedback.attributes or {}).items() if text.strip()}
    if not texts:
        return Unusable.NO_TEXT
    if not all(_fits(each, texts) for each in feedback.evidence):
        return Unusable.OTHER_TEXT
    called = feedback.label is Label.FRAUD
    leak = feedback.right == called
    believed = feedback.evidence if called and feedback.reason is not FeedbackReason.WRONG_PLACE else []
    spoken_of = list(dict.fromkeys(each.attribute for each in believed))
    if not spoken_of and feedback.attribute is not None and (called or leak):
        if feedback.attribute not in texts:
            return Unusable.OTHER_TEXT
        spoken_of = [feedback.attribute]
    if not spoken_of:
        if len(texts) > 1 and (called or leak):
            return Unusable.WHICH_TEXT
        spoken_of = list(texts)
    return [
        Lesson(
            text=texts[name],
            leak=leak,
            marks=_apart([each for each in believed if leak and each.attribute == name]),
            segment=feedback.model_segment,
            group=feedback.listing_id or feedback.verdict_id,
            verdict_id=feedback.verdict_id,
        )
        for name in spoken_of
    ]


def without_contradictions(lessons: Iterable[Lesson]) -> list[Lesson]:
    """One lesson for each text, the last of those given; texts that the model reads alike are the same."""
    last: dict[tuple[str, ...], Lesson] = {}
    for lesson in lessons:
        last[tuple(prepare(lesson.text).text.casefold().split())] = lesson
    return list(last.values())


def _fits(evidence: Evidence, texts: dict[str, str]) -> bool:
    length = len(texts.get(evidence.attribute, ""))
    return evidence.start < evidence.end <= length and evidence.category in CATEGORIES


def _apart(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """In order, each beginning where no earlier one reaches."""
    kept: list[Evidence] = []
    for each in sorted(evidence, key=lambda one: (one.start, -one.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return tuple(kept)
