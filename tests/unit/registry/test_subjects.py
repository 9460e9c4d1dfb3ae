"""What is registered: every subject's schema says what the contract says, in a draft that every registry can compare."""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from detector.contracts.messages import ESCALATION_FILE, EVENT_FILE, VERDICT_FILE, json_schemas
from detector.errors import InvalidRecord
from detector.events import decode
from detector.registry.subjects import DRAFT_7, Mode, Subject, subjects
from detector.settings import Settings
from tests.samples import event

SETTINGS = Settings()
FILES = (EVENT_FILE, EVENT_FILE, VERDICT_FILE, ESCALATION_FILE)
SUBJECTS = list(zip(subjects(SETTINGS), FILES, strict=True))
EVENT, VERDICT = SUBJECTS[0][0], SUBJECTS[2][0]


def validator(subject: Subject) -> Draft7Validator:
    return Draft7Validator(json.loads(subject.schema))


def changed(document: Mapping[str, Any]) -> Iterator[Any]:
    """The document with each of its members left out, and with each given another type, at every depth."""
    for name, value in document.items():
        yield {key: other for key, other in document.items() if key != name}
        yield {**document, name: 17 if isinstance(value, str) else "x"}
        if isinstance(value, dict):
            yield from ({**document, name: inner} for inner in changed(value))


def test_each_topic_has_its_subject_and_the_mode_that_its_readers_need() -> None:
    assert [(subject.name, subject.mode) for subject, _ in SUBJECTS] == [
        ("listing-updates-value", Mode.EVENTS),
        ("bookings-value", Mode.EVENTS),
        ("verdicts-value", Mode.ANSWERS),
        ("escalations-value", Mode.ANSWERS),
    ]


def test_subjects_follow_the_names_of_the_topics() -> None:
    named = Settings(listing_topic="a", booking_topic="b", verdict_topic="c", escalation_topic="d")
    assert [subject.name for subject in subjects(named)] == ["a-value", "b-value", "c-value", "d-value"]


@pytest.mark.parametrize(("subject", "file"), SUBJECTS, ids=lambda each: getattr(each, "name", ""))
def test_a_registered_schema_is_a_valid_one_of_draft_7(subject: Subject, file: str) -> None:
    schema = json.loads(subject.schema)
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == DRAFT_7
    assert "$defs" not in subject.schema


@pytest.mark.parametrize(("subject", "file"), SUBJECTS, ids=lambda each: getattr(each, "name", ""))
def test_it_takes_and_refuses_what_the_contract_does(subject: Subject, file: str) -> None:
    contract = json_schemas()[file]
    before, registered = Draft202012Validator(contract), validator(subject)
    for example in contract["examples"]:
        registered.validate(example)
        variants = list(changed(example))
        assert [registered.is_valid(each) for each in variants] == [before.is_valid(each) for each in variants]
        assert not all(map(registered.is_valid, variants))


def test_its_text_changes_with_neither_the_run_nor_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = copy.deepcopy(json_schemas())
    for document in documents.values():
        document["examples"] = []
    monkeypatch.setattr("detector.registry.subjects.json_schemas", lambda: documents)
    assert [subject.schema for subject in subjects(SETTINGS)] == [subject.schema for subject, _ in SUBJECTS]


@pytest.mark.parametrize(
    "misspelled",
    [
        pytest.param(event(listingID="L-1"), id="at the top"),
        pytest.param(event(transactionContext={"transactionId": "1", "transactionID": "2"}), id="further in"),
    ],
)
def test_a_producers_serializer_refuses_a_member_that_the_detector_would_ignore(misspelled: bytes) -> None:
    assert not validator(EVENT).is_valid(json.loads(misspelled))
    assert decode(misspelled).listing_id is None


def test_names_of_attributes_stay_free() -> None:
    validator(EVENT).validate(json.loads(event({"anyName": "a", "another": "b"})))


def test_a_reader_of_verdicts_goes_on_when_they_gain_a_member() -> None:
    (example,) = json_schemas()[VERDICT_FILE]["examples"]
    validator(VERDICT).validate({**example, "newMember": 1})


def test_a_subject_shows_its_name_and_not_its_schema() -> None:
    assert "listing-updates-value" in repr(EVENT)
    assert "properties" not in repr(EVENT)


@pytest.mark.parametrize("text", [event({}), event({"name": 1}), event(transactionContext=None)])
def test_what_the_worker_refuses_for_its_shape_the_serializer_refuses_too(text: bytes) -> None:
    with pytest.raises(InvalidRecord):
        decode(text)
    assert not validator(EVENT).is_valid(json.loads(text))
