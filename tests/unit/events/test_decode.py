"""From bytes to an event, or to an error that names the member and the reason and quotes nothing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import InvalidRecord, Reason, Stage
from detector.events import EventKind, decode
from tests.samples import event

CANARY = "zebra 07700 900999"
ESCAPED = json.dumps(CANARY)


def with_texts(texts: str) -> bytes:
    """An event whose `attributes` stands as given."""
    return b'{"transactionContext":{"transactionId":"t-1"},"attributes":' + texts.encode() + b"}"


def nested(levels: int) -> bytes:
    return with_texts('{"name":' + "[" * levels + ESCAPED + "]" * levels + "}")


BAD: list[Any] = [
    pytest.param(b"\xff\xfe" + CANARY.encode(), "event", Reason.NOT_UTF8, id="not UTF-8"),
    pytest.param(event({"name": CANARY}).replace(b"zebra", b"z\xe9bra"), "event", Reason.NOT_UTF8, id="Latin-1 text"),
    pytest.param(event({"name": CANARY}).decode().encode("utf-16"), "event", Reason.NOT_UTF8, id="UTF-16"),
    pytest.param(b"", "event", Reason.NOT_JSON, id="nothing at all"),
    pytest.param(CANARY.encode(), "event", Reason.NOT_JSON, id="plain text"),
    pytest.param(event({"name": CANARY})[:-4], "event", Reason.NOT_JSON, id="cut off"),
    pytest.param(event({"name": CANARY}) + b"}", "event", Reason.NOT_JSON, id="something behind it"),
    pytest.param(b"\xef\xbb\xbf" + event({"name": CANARY}), "event", Reason.NOT_JSON, id="byte order mark"),
    pytest.param(with_texts("{'name': " + ESCAPED + "}"), "event", Reason.NOT_JSON, id="single quotes"),
    pytest.param(with_texts('{"name": "a\tb' + CANARY + '"}'), "event", Reason.NOT_JSON, id="bare control character"),
    pytest.param(
        with_texts('{"name":' + ESCAPED + ',"name":"other"}'), "event", Reason.DUPLICATE_KEY, id="attribute name twice"
    ),
    pytest.param(
        b'{"attributes":{"name":"a"},' + with_texts('{"name":' + ESCAPED + "}")[1:],
        "event",
        Reason.DUPLICATE_KEY,
        id="member twice",
    ),
    pytest.param(with_texts('{"name": NaN}'), "event", Reason.NOT_A_NUMBER, id="NaN"),
    pytest.param(with_texts('{"name": -Infinity}'), "event", Reason.NOT_A_NUMBER, id="minus infinity"),
    pytest.param(
        with_texts('{"name":' + json.dumps("é" * 40 + CANARY, ensure_ascii=False) + ',"score": NaN}'),
        "event",
        Reason.NOT_A_NUMBER,
        id="NaN behind letters of several bytes",
    ),
    pytest.param(
        with_texts('{"name":' + ESCAPED + '}, "n": ' + "9" * 5000), "event", Reason.BAD_VALUE, id="huge number"
    ),
    pytest.param(nested(300), "event", Reason.TOO_DEEP, id="nested too deeply"),
    pytest.param(nested(200_000), "event", Reason.TOO_DEEP, id="nested absurdly deeply"),
    pytest.param(with_texts('{"name":"\\ud83d ' + CANARY + '"}'), "event", Reason.LONE_SURROGATE, id="high surrogate"),
    pytest.param(with_texts('{"name":"' + CANARY + '\\udc00"}'), "event", Reason.LONE_SURROGATE, id="low surrogate"),
    pytest.param(with_texts('{"name":"\\ud83d'), "event", Reason.LONE_SURROGATE, id="high surrogate at the end"),
    pytest.param(with_texts('{"\\ud83d":' + ESCAPED + "}"), "event", Reason.LONE_SURROGATE, id="surrogate in a name"),
    pytest.param(event({"name": CANARY + "\0"}), "attributes.name", Reason.NUL_CHARACTER, id="NUL in a text"),
    pytest.param(
        event(transactionContext={"transactionId": CANARY + "\0"}),
        "transactionContext.transactionId",
        Reason.NUL_CHARACTER,
        id="NUL in an id",
    ),
    pytest.param(
        event({CANARY + "\0": "a"}), "attributes.(unusual name)", Reason.NUL_CHARACTER, id="NUL in an attribute's name"
    ),
    pytest.param(b'"' + CANARY.encode() + b'"', "event", Reason.WRONG_TYPE, id="a string"),
    pytest.param(b"[" + event({"name": CANARY}) + b"]", "event", Reason.WRONG_TYPE, id="an array"),
    pytest.param(b"null", "event", Reason.WRONG_TYPE, id="null"),
    pytest.param(b"42", "event", Reason.WRONG_TYPE, id="a number"),
    pytest.param(event(transactionContext=None), "transactionContext", Reason.MISSING, id="no transaction context"),
    pytest.param(
        event(transactionContext={"id": CANARY}),
        "transactionContext.transactionId",
        Reason.MISSING,
        id="no transaction",
    ),
    pytest.param(
        event(transactionContext={"transactionId": ""}),
        "transactionContext.transactionId",
        Reason.EMPTY,
        id="empty transaction",
    ),
    pytest.param(
        event(transactionContext={"transactionId": 7}),
        "transactionContext.transactionId",
        Reason.WRONG_TYPE,
        id="transaction as a number",
    ),
    pytest.param(
        event(transactionContext={"transactionId": CANARY * 100}),
        "transactionContext.transactionId",
        Reason.TOO_LARGE,
        id="endless transaction",
    ),
    pytest.param(event(transactionContext=CANARY), "transactionContext", Reason.WRONG_TYPE, id="context as a string"),
    pytest.param(with_texts("null"), "attributes", Reason.WRONG_TYPE, id="attributes null"),
    pytest.param(event({}), "attributes", Reason.EMPTY, id="no attributes in the map"),
    pytest.param(
        b'{"transactionContext":{"transactionId":"t-1"}}', "attributes", Reason.MISSING, id="no attributes at all"
    ),
    pytest.param(with_texts("[" + ESCAPED + "]"), "attributes", Reason.WRONG_TYPE, id="attributes as an array"),
    pytest.param(event({"name": None}), "attributes.name", Reason.WRONG_TYPE, id="text null"),
    pytest.param(event({"name": 12}), "attributes.name", Reason.WRONG_TYPE, id="text as a number"),
    pytest.param(event({"name": [CANARY]}), "attributes.name", Reason.WRONG_TYPE, id="text as an array"),
    pytest.param(event({"name": {"en": CANARY}}), "attributes.name", Reason.WRONG_TYPE, id="text as an object"),
    pytest.param(
        event({CANARY: 1}), "attributes.(unusual name)", Reason.WRONG_TYPE, id="a text as an attribute's name"
    ),
    pytest.param(event({"": CANARY}), "attributes.(unusual name)", Reason.EMPTY, id="attribute without a name"),
    pytest.param(
        event({"n" * 257: CANARY}), "attributes.(unusual name)", Reason.TOO_LARGE, id="attribute with an endless name"
    ),
    pytest.param(event(eventType=CANARY), "eventType", Reason.BAD_VALUE, id="unknown kind"),
    pytest.param(event(eventType="listing_update"), "eventType", Reason.BAD_VALUE, id="kind in lower case"),
    pytest.param(event(eventType=1), "eventType", Reason.WRONG_TYPE, id="kind as a number"),
    pytest.param(event(listingId=42), "listingId", Reason.WRONG_TYPE, id="listing as a number"),
    pytest.param(event(bookingId=""), "bookingId", Reason.EMPTY, id="empty booking"),
    pytest.param(event(partnerId=[CANARY]), "partnerId", Reason.WRONG_TYPE, id="partner as an array"),
    pytest.param(event(locale=True), "locale", Reason.WRONG_TYPE, id="locale as a boolean"),
    pytest.param(event(eventTime=CANARY), "eventTime", Reason.BAD_VALUE, id="time that is none"),
    pytest.param(event(eventTime="2026-11-20T10:00:00"), "eventTime", Reason.BAD_VALUE, id="time without a zone"),
    pytest.param(event(eventTime="2026-02-30T10:00:00Z"), "eventTime", Reason.BAD_VALUE, id="day that does not exist"),
    pytest.param(event(eventTime="1763632800"), "eventTime", Reason.BAD_VALUE, id="seconds as text"),
    pytest.param(event(eventTime=1763632800), "eventTime", Reason.WRONG_TYPE, id="seconds since 1970"),
]


@pytest.mark.parametrize(("value", "field", "reason"), BAD)
def test_bad_input_is_refused_with_its_field_and_its_reason(value: bytes, field: str, reason: Reason) -> None:
    with pytest.raises(InvalidRecord) as caught:
        decode(value)
    assert (caught.value.field, caught.value.reason, caught.value.stage) == (field, reason, Stage.DECODE)


@pytest.mark.parametrize(("value", "field", "reason"), BAD)
def test_the_error_of_bad_input_quotes_none_of_it(value: bytes, field: str, reason: Reason) -> None:  # noqa: ARG001
    with pytest.raises(InvalidRecord) as caught:
        decode(value)
    error = caught.value
    told = f"{error!s} {error!r} {error.args} {error.__cause__}"
    assert not any(word in told for word in CANARY.split())
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
        pytest.param(with_texts('{"name":"\\ud83c\\udfd6 \\u0660"}'), id="surrogate pair"),
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


JSON = st.sampled_from(
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
