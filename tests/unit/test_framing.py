"""Schema Registry's wire format: put on, taken off, and never taken for plain JSON."""

import json

import pytest
from confluent_kafka.schema_registry.serde import SchemaId
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import InvalidRecord, Reason
from detector.events import decode
from detector.framing import MOST_ID, frame_of, id_in, is_framed, json_of, payload_of
from tests.bad_events import BAD, CANARY
from tests.samples import event

IDS = st.integers(0, MOST_ID)


@given(IDS)
def test_a_frame_is_what_confluents_own_serializer_writes(schema_id: int) -> None:
    assert frame_of(schema_id) == SchemaId("JSON", schema_id).id_to_bytes()


@given(IDS, st.binary())
def test_what_is_framed_comes_out_as_it_went_in(schema_id: int, payload: bytes) -> None:
    framed = frame_of(schema_id) + payload
    assert is_framed(framed)
    assert id_in(framed) == schema_id
    assert payload_of(framed) == payload


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_json_is_taken_for_a_frame(document: object) -> None:
    plain = json.dumps(document, ensure_ascii=False).encode()
    assert not is_framed(plain)
    assert id_in(plain) is None
    assert payload_of(plain) == json_of(plain) == plain


@given(IDS)
def test_an_event_is_the_same_framed_and_plain(schema_id: int) -> None:
    plain = event({"name": "Ring 07700 900123"}, listingId="L-1")
    assert decode(frame_of(schema_id) + plain, framed=True) == decode(plain, framed=True) == decode(plain)


@pytest.mark.parametrize("blank", [b" ", b"\t", b"\r\n"])
def test_blanks_before_the_json_are_json_too(blank: bytes) -> None:
    assert decode(frame_of(7) + blank + event(), framed=True) == decode(event())


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00\x0a\x03t-1\x12\x12" + CANARY.encode(), id="Protobuf"),
        pytest.param(b"\x06t-1\x24" + CANARY.encode(), id="Avro"),
        pytest.param(b"\x22" + CANARY[:17].encode(), id="Avro that begins like a JSON string"),
        pytest.param(frame_of(7) + event({"name": CANARY}), id="a frame in a frame"),
        pytest.param(event({"name": CANARY}).decode().encode("utf-16"), id="UTF-16"),
    ],
)
def test_a_frame_around_anything_but_json_says_which_serializer_to_use(payload: bytes) -> None:
    with pytest.raises(InvalidRecord, match="serialised with JSON Schema, not Avro or Protobuf") as caught:
        decode(frame_of(7) + payload, framed=True)
    assert caught.value.reason is Reason.WIRE_FORMAT
    assert not any(word in str(caught.value) for word in CANARY.split())


@pytest.mark.parametrize("cut", range(1, 5))
def test_a_frame_that_ends_early_is_refused(cut: int) -> None:
    with pytest.raises(InvalidRecord) as caught:
        decode(frame_of(7)[:cut], framed=True)
    assert id_in(frame_of(7)[:cut]) is None
    assert caught.value.reason is Reason.WIRE_FORMAT


def test_a_frame_without_a_registry_says_what_to_set() -> None:
    with pytest.raises(InvalidRecord, match="set DETECTOR_SCHEMA_REGISTRY__URL") as caught:
        decode(frame_of(7) + event())
    assert caught.value.reason is Reason.WIRE_FORMAT


@pytest.mark.parametrize(("value", "field", "reason"), [row for row in BAD if row.values[0][:1] in (b"{", b"[")])
def test_bad_json_in_a_frame_is_told_as_it_is_without(value: bytes, field: str, reason: Reason) -> None:
    with pytest.raises(InvalidRecord) as plain:
        decode(value)
    with pytest.raises(InvalidRecord) as framed:
        decode(frame_of(7) + value, framed=True)
    assert (framed.value.field, framed.value.reason) == (field, reason)
    assert str(framed.value) == str(plain.value)


def test_the_limit_counts_the_frame() -> None:
    value = frame_of(7) + event()
    assert decode(value, len(value), framed=True) == decode(event())
    with pytest.raises(InvalidRecord) as caught:
        decode(value, len(value) - 1, framed=True)
    assert caught.value.reason is Reason.TOO_LARGE
