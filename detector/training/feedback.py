"""What people said of verdicts as training data: read, made into examples, divided, kept apart from what measures."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from detector.errors import InvalidRecord, Misconfigured
from detector.feedback import Feedback, Lesson, Unusable, lessons_of, newest, read, without_contradictions
from detector.training.data import Data
from detector.training.duplicates import near_duplicates
from detector.training.examples import Example, Mark, held_out
from detector.training.operating import WIRE


def read_feedback(path: Path) -> list[Feedback]:
    """The opinions of a file that `detector feedback` wrote, the newest of each verdict.

    Raises `Misconfigured`, which names file, line and member and quotes nothing.
    """
    found = []
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    found.append(_read(line, f"{path.name}:{number}"))
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error.strerror}") from None
    return newest(found)


def examples_of(feedback: Iterable[Feedback]) -> list[Example]:
    """An example of each text that an opinion surely speaks of; of opposite opinions of one text the newest counts."""
    found = [lessons_of(each) for each in feedback]
    lessons = [lesson for each in found if not isinstance(each, Unusable) for lesson in each]
    return [_example(lesson) for lesson in without_contradictions(lessons)]


def with_feedback(data: Data, examples: Sequence[Example], share: float, kept_out: Iterable[str] = ()) -> Data:
    """The data with feedback divided by listing, `share` of the listings being held out.

    What is nearly the same as a text that measures (held-out, exam, unseen, `kept_out`, feedback that is held out) is not
    learned from; feedback that is nearly the same as another measuring text does not measure twice.
    """
    measuring = [each.text for part in (data.dev_seeds, data.dev_clean, data.exam, data.unseen) for each in part]
    examples = _without(examples, [*measuring, *kept_out])
    held = [each for each in examples if held_out(each.voice, share)]
    learned = _without([each for each in examples if not held_out(each.voice, share)], [each.text for each in held])
    return replace(data, feedback=learned, dev_feedback=held, sha256=_digest(data.sha256, [*learned, *held]))


def write_labelled(examples: Iterable[Example], path: Path) -> None:
    """The examples as `detector evaluate` reads them, for their owner alone."""
    path.touch(mode=0o600)
    rows = [
        {
            "text": each.text,
            "label": "Fraud" if each.leak else "NonFraud",
            "kind": WIRE[each.kind],
            "spans": [[mark.start, mark.end] for mark in each.spans],
            "category": list(dict.fromkeys(mark.category for mark in each.spans)) or "none",
        }
        for each in examples
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _read(line: bytes, where: str) -> Feedback:
    try:
        return read(line)
    except InvalidRecord as error:
        raise Misconfigured(f"{where}: {error}. Delete the line, or collect anew with `detector feedback`.") from None


def _example(lesson: Lesson) -> Example:
    return Example(
        kind="listing" if lesson.segment == "SUPPLY" else "message",
        lang="?",
        text=lesson.text,
        spans=tuple(Mark(mark.start, mark.end, mark.category) for mark in lesson.marks),
        voice=lesson.group,
        source=f"feedback on {lesson.verdict_id}",
        unplaced=lesson.leak and not lesson.marks,
    )


def _without(examples: Sequence[Example], others: Iterable[str]) -> list[Example]:
    same = near_duplicates([each.text for each in examples], others)
    return [each for number, each in enumerate(examples) if number not in same]


def _digest(before: str, examples: Iterable[Example]) -> str:
    digest = sha256(before.encode())
    for each in examples:
        digest.update(repr((each.text, each.spans, each.unplaced)).encode())
    return digest.hexdigest()
