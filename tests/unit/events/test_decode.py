"""From bytes to an event, or to an error that names the member and the reason and quotes nothing."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import InvalidRecord, Reason, Stage
from detector.events import EventKind, decode
from tests.bad_events import BAD, CANARY
from tests.samples import event


@pytest.mark.parametrize(("value", "field", "reason"), BAD)
def test_bad_input_is_refused_with_its_field_and_its_reason(value: bytes, field: str, reason: Reason) -> None:
    with pytest.raises(InvalidRecord) as caught:
        decode(value)
    assert (caught.value.field, caught.value.reason, caught.value.stage) == (field, reason, Stage.DECODE)


@pytest.mark.parametrize(("value", "field", "reason"), BAD)
def test_the_error_of_bad_input_quotes_none_of_it(value: bytes, field: str, reason: Reason) -> None:
    with pytest.raises(InvalidRecord) as caught:
        decode(value)
    error = caught.value
    told = f"{error!s} {error!r} {error.args}"
    assert not any(word in told for word in CANARY.split())
    assert error.__cause__ is None
    assert error.__suppress_context__, "a traceback would show the parser's own message"


def test_an_event_over_the_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(InvalidRecord, match="event: has 11 bytes, more than the limit of 10") as caught:
        decode(b"not json at", max_bytes=10)
    assert caught.value.reason is Reason.TOO_LARGE


def test_an_event_of_exactly_the_limit_is_taken() -> None:
    value = event()
    assert decode(value, len(value)).transaction_context.transaction_id == "t-1"


def test_the_place_of_a_syntax_error_is_told() -> None:
    with pytest.raises(InvalidRecord, match=r"is not valid JSON at line 2 column \d+$"):
        decode(b'{"attributes":\n oops}')


def test_every_reason_that_decoding_can_give_is_in_the_table() -> None:
    tried = {parameters.values[2] for parameters in BAD} | {Reason.TOO_LARGE}
    assert tried == set(Reason) - {Reason.NO_KEY, Reason.MODEL_ERROR}


def test_all_members_of_a_full_event_are_read() -> None:
    found = decode(
        event(
            {"listingDescription": "a", "houseRules": ""},
            eventType="BOOKING",
            listingId="L-1",
            bookingId="B-1",
            partnerId="P-1",
            eventTime="2026-11-20T12:00:00+02:00",
            locale="pt-BR",
        )
    )
    assert found.attributes == {"listingDescription": "a", "houseRules": ""}
    assert found.event_type is EventKind.BOOKING
    assert (found.listing_id, found.booking_id, found.partner_id, found.locale) == ("L-1", "B-1", "P-1", "pt-BR")
    assert found.event_time == datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(event(somethingNew={"nested": [1, 2.5, True, None]}), id="unknown member"),
        pytest.param(event(transactionContext={"transactionId": "t-1", "channel": "web"}), id="unknown member inside"),
        pytest.param(b" \r\n\t" + event() + b"\n", id="white space around it"),
        pytest.param(event({"name": "x"}).replace(b'"x"', b'"\\ud83c\\udfd6 \\u0660"'), id="surrogate pair"),
        pytest.param(event({"eventType": "BOOKING"}), id="attribute named like a member"),
        pytest.param(
            b'{"transactionContext":{"transactionId":"t-1"},"attributes":{"name":"a"},"listingId":null,"eventType":null}',
            id="optional members null",
        ),
    ],
)
def test_producers_may_evolve_first(value: bytes) -> None:
    assert decode(value).transaction_context.transaction_id == "t-1"


def test_only_the_wire_names_are_members_others_are_unknown() -> None:
    value = b'{"transaction_context":{"transaction_id":"t-1"},"attributes":{"name":"a"}}'
    with pytest.raises(InvalidRecord, match="transactionContext: is required and missing"):
        decode(value)
    assert decode(event(listing_id="L-1")).listing_id is None


def test_an_event_shows_its_ids_and_none_of_its_texts() -> None:
    shown = repr(decode(event({"name": CANARY}, listingId="L-1")))
    assert "L-1" in shown
    assert "zebra" not in shown


@given(st.binary(max_size=300))
def test_any_bytes_are_either_an_event_or_invalid(value: bytes) -> None:
    try:
        decode(value)
    except InvalidRecord as error:
        assert error.reason in Reason  # noqa: PT017 - the other way out is success


JSON: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 0, -1.5, 10**400, "", "a", "\0", "2026-11-20", "BOOKING", [], [[]], {}, {"": 1}, {"a": {}}]
)
MEMBERS = st.sampled_from(["transactionContext", "attributes", "eventType", "listingId", "eventTime", "locale"])


@given(st.dictionaries(MEMBERS, JSON | st.dictionaries(st.sampled_from(["transactionId", "name"]), JSON)))
def test_any_json_under_the_members_names_is_either_an_event_or_invalid(document: dict[str, object]) -> None:
    try:
        decode(json.dumps(document).encode())
    except InvalidRecord as error:
        assert error.field  # noqa: PT017 - the other way out is success


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.text(), min_size=1, max_size=4), st.booleans())
def test_any_text_without_nul_or_surrogate_arrives_as_it_was_sent(texts: dict[str, str], escaped: bool) -> None:  # noqa: FBT001
    clean = {name.replace("\0", "0"): text.replace("\0", "") for name, text in texts.items()}
    document = {"transactionContext": {"transactionId": "t"}, "attributes": clean}
    assert decode(json.dumps(document, ensure_ascii=escaped).encode()).attributes == clean
