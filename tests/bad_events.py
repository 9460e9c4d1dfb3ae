"""Every kind of bad event, with the member at fault and the reason; where it can, its text holds the canary."""

import json
from typing import Any

import pytest

from detector.errors import Reason
from detector.framing import frame_of
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
    pytest.param(frame_of(7) + event({"name": CANARY}), "event", Reason.WIRE_FORMAT, id="Schema Registry's frame"),
    pytest.param(b"\0" + CANARY.encode(), "event", Reason.WIRE_FORMAT, id="zero byte in front"),
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
