"""The JSON Schemas say what the code reads and writes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from detector.contracts import json_schemas, stale_schemas, write_schemas
from detector.deadletters import error_headers
from detector.errors import InvalidRecord, Reason, Stage
from detector.events import Event, decode
from detector.feedback import Feedback, FeedbackReason
from detector.offenders import EscalationPolicy, MemoryBook, Rule, consider, follow
from detector.records import Partition, Position
from tests.samples import BOOKINGS, CLEAN, LEAK, event, outcome_of, record, verdict_of

ROOT = Path(__file__).parents[3]
FILES = ["event.v1.json", "verdict.v1.json", "dead_letter.v1.json", "escalation.v1.json", "feedback.v1.json"]
FORMATS = FormatChecker()
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


@FORMATS.checks("date-time", raises=ValueError)
def is_time_with_zone(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def validator(file: str) -> Draft202012Validator:
    return Draft202012Validator(json_schemas()[file], format_checker=FORMATS)


def sound_verdict() -> dict[str, Any]:
    outcome = outcome_of(record(event({"name": LEAK}, listingId="L-1", eventTime="2026-11-20T10:00:00Z")))
    document: dict[str, Any] = json.loads(outcome.value or b"")
    return document


def test_the_files_in_the_repository_are_what_the_models_say_now() -> None:
    stale = [path.name for path in stale_schemas(ROOT / "schemas")]
    assert stale == [], "run `detector schemas` and commit what it writes"


def test_what_is_written_is_fresh_and_the_same_every_time(tmp_path: Path) -> None:
    written = write_schemas(tmp_path / "new" / "folder")
    assert [path.name for path in written] == sorted([*FILES, "asyncapi.json"])
    assert stale_schemas(tmp_path / "new" / "folder") == []
    before = {path: path.read_bytes() for path in written}
    write_schemas(tmp_path / "new" / "folder")
    assert {path: path.read_bytes() for path in written} == before


def test_a_file_that_is_missing_or_was_edited_is_stale(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    (tmp_path / "event.v1.json").unlink()
    (tmp_path / "verdict.v1.json").write_text("{}")
    assert [path.name for path in stale_schemas(tmp_path)] == ["event.v1.json", "verdict.v1.json"]


def test_a_model_that_changes_makes_its_file_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wider(Event):
        rating: int = 5

    write_schemas(tmp_path)
    monkeypatch.setattr("detector.contracts.messages.Event", Wider)
    assert [path.name for path in stale_schemas(tmp_path)] == ["event.v1.json"]


@pytest.mark.parametrize("file", FILES)
def test_every_schema_is_valid_has_an_identity_and_explains_itself(file: str) -> None:
    schema = json_schemas()[file]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:contact-leak-detector:schema:{file.removesuffix('.json')}"
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("file", FILES)
def test_every_example_is_valid(file: str) -> None:
    examples = json_schemas()[file]["examples"]
    assert examples
    for example in examples:
        validator(file).validate(example)


@pytest.mark.parametrize("number", [0, 1])
def test_every_example_of_an_event_is_one(number: int) -> None:
    example = json_schemas()["event.v1.json"]["examples"][number]
    assert decode(json.dumps(example).encode()).transaction_context.transaction_id


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(record(event({"name": LEAK}, listingId="L-1", partnerId="P-1")), id="leak"),
        pytest.param(record(event()), id="clean"),
        pytest.param(record(event({"guestMessage": ""}, bookingId="B"), partition=BOOKINGS), id="booking"),
        pytest.param(record(event(eventTime="2026-11-20T10:00:00.123456+05:30")), id="time with a zone"),
    ],
)
def test_real_verdicts_are_valid(one: Any) -> None:
    validator("verdict.v1.json").validate(json.loads(outcome_of(one).value or b""))


def without(*path: str) -> Any:
    """A change that takes a member away."""

    def change(document: dict[str, Any]) -> None:
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return change


def with_value(value: Any, *path: Any) -> Any:
    """A change that puts a value in a member's place."""

    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(without("probabilityScore"), id="no score"),
        pytest.param(without("source", "offset"), id="no offset"),
        pytest.param(without("scoreDetails", "evidence"), id="no evidence list"),
        pytest.param(with_value(1.01, "probabilityScore"), id="score above one"),
        pytest.param(with_value("0.9", "probabilityScore"), id="score as text"),
        pytest.param(with_value("Maybe", "scoreDetails", "label"), id="a third label"),
        pytest.param(with_value(-1, "scoreDetails", "evidence", 0, "start"), id="negative offset"),
        pytest.param(with_value("HOTEL", "modelSegment"), id="unknown segment"),
        pytest.param(with_value(None, "listingId"), id="null instead of nothing"),
        pytest.param(with_value("yesterday", "scoredAt"), id="a time in words"),
    ],
)
def test_wrong_verdicts_are_not_valid(change: Any) -> None:
    document = sound_verdict()
    change(document)
    assert not validator("verdict.v1.json").is_valid(document)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(event(), id="least"),
        pytest.param(event(listingId="L", bookingId="B", partnerId="P", locale="de", eventType="BOOKING"), id="most"),
        pytest.param(event({"name": ""}, somethingNew=[1]), id="unknown member"),
        pytest.param(event(eventTime="2026-11-20T10:00:00Z"), id="time"),
    ],
)
def test_events_that_are_read_are_valid(value: bytes) -> None:
    decode(value)
    validator("event.v1.json").validate(json.loads(value))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(event(transactionContext=None), id="no transaction context"),
        pytest.param(event(transactionContext={}), id="no transaction"),
        pytest.param(event(transactionContext={"transactionId": ""}), id="empty transaction"),
        pytest.param(event(transactionContext={"transactionId": "x" * 257}), id="endless transaction"),
        pytest.param(event({}), id="no attributes"),
        pytest.param(event({"name": 1}), id="a number as text"),
        pytest.param(event({"": "a"}), id="attribute without a name"),
        pytest.param(event(eventType="HOTEL"), id="unknown kind"),
        pytest.param(event(listingId=7), id="listing as a number"),
        pytest.param(event(eventTime="yesterday"), id="a time in words"),
        pytest.param(b"[]", id="an array"),
    ],
)
def test_what_is_refused_as_an_event_is_not_valid_either(value: bytes) -> None:
    with pytest.raises(InvalidRecord):
        decode(value)
    assert not validator("event.v1.json").is_valid(json.loads(value))


def escalated(**members: Any) -> dict[str, Any]:
    """What a rule tells that one violation crosses; members are the event's."""
    verdict = verdict_of(event({"name": LEAK}, **members))
    (sighting,) = follow(None, verdict, b"L-42").sightings
    (told,) = consider(MemoryBook(), sighting, EscalationPolicy((Rule("any", 1, 1, 24),))).escalations
    document: dict[str, Any] = json.loads(told.message.value)
    return document


@pytest.mark.parametrize(
    ("members", "who"),
    [
        pytest.param({"partnerId": "P-1"}, {"partnerId": "P-1"}, id="partner"),
        pytest.param({"listingId": "L-1"}, {"listingId": "L-1"}, id="listing"),
        pytest.param({"eventTime": "2019-11-20T10:00:00.123456+05:30"}, {"listingId": "L-42"}, id="time with a zone"),
    ],
)
def test_real_escalations_are_valid(members: dict[str, str], who: dict[str, str]) -> None:
    document = escalated(**members)
    validator("escalation.v1.json").validate(document)
    assert {name: document[name] for name in ("partnerId", "listingId") if name in document} == who


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(without("escalationId"), id="no id"),
        pytest.param(without("rule", "windowSeconds"), id="no window"),
        pytest.param(with_value("agent", "offender"), id="a third kind of offender"),
        pytest.param(with_value(None, "partnerId"), id="null instead of nothing"),
        pytest.param(with_value(0, "violations"), id="no violations"),
        pytest.param(with_value(-1, "open"), id="less than none open"),
        pytest.param(with_value(["L-1"], "listings"), id="listings as ids"),
        pytest.param(with_value("yesterday", "since"), id="a time in words"),
    ],
)
def test_wrong_escalations_are_not_valid(change: Any) -> None:
    document = escalated(partnerId="P-1")
    change(document)
    assert not validator("escalation.v1.json").is_valid(document)


def given(text: str = LEAK, **members: Any) -> dict[str, Any]:
    """What somebody says of the verdict on a text; `members` are those of `Feedback.on`."""
    verdict = verdict_of(event({"name": text}, listingId="L-1"))
    told = Feedback.on(verdict, **{"feedback_id": "f", "given_at": NOW, "right": True, **members})
    document: dict[str, Any] = json.loads(told.message.value)
    return document


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(given(), id="right"),
        pytest.param(given(reason=FeedbackReason.WRONG_PLACE), id="right in the wrong place"),
        pytest.param(given(right=False, reason=FeedbackReason.PRICE_OR_DATE, note="A date."), id="no leak"),
        pytest.param(given(CLEAN, right=False, reason=FeedbackReason.MISSED_URL), id="a leak"),
        pytest.param(given(tried={"name": LEAK}, in_stream=False), id="tried by hand"),
    ],
)
def test_real_feedback_is_valid(document: dict[str, Any]) -> None:
    validator("feedback.v1.json").validate(document)
    assert ("attributes" in document) == ("source" not in document)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(without("verdictId"), id="of no verdict"),
        pytest.param(without("right"), id="neither right nor wrong"),
        pytest.param(with_value("because", "reason"), id="unknown reason"),
        pytest.param(with_value(None, "note"), id="null instead of nothing"),
        pytest.param(with_value("x" * 501, "note"), id="endless note"),
        pytest.param(with_value("yesterday", "givenAt"), id="a time in words"),
    ],
)
def test_wrong_feedback_is_not_valid(change: Any) -> None:
    document = given()
    change(document)
    assert not validator("feedback.v1.json").is_valid(document)


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("stage", list(Stage))
def test_real_headers_of_dead_letters_are_valid(stage: Stage, reason: Reason) -> None:
    headers = error_headers(Position(Partition("t", 0), 10), InvalidRecord(stage, reason, "event", "is wrong"))
    validator("dead_letter.v1.json").validate({name: value.decode() for name, value in headers})


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(with_value("03", "__connect.errors.partition"), id="partition with a leading zero"),
        pytest.param(with_value("-1", "__connect.errors.offset"), id="negative offset"),
        pytest.param(with_value("decode", "__connect.errors.stage"), id="stage in lower case"),
        pytest.param(with_value("bad", "detector.reason"), id="unknown reason"),
        pytest.param(without("__connect.errors.exception.message"), id="no message"),
    ],
)
def test_wrong_headers_are_not_valid(change: Any) -> None:
    headers = dict(json_schemas()["dead_letter.v1.json"]["examples"][0])
    change(headers)
    assert not validator("dead_letter.v1.json").is_valid(headers)
