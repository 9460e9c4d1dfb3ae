"""What writers and readers of two versions make of each other.

They use Confluent's own serializer and deserializer, over its in-memory registry, which compares nothing.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient, header_schema_id_serializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.serialization import MessageField, SerializationContext, SerializationError

from detector.errors import InvalidRecord
from detector.events import decode
from detector.framing import frame_of, payload_of
from detector.registry.subjects import Subject
from detector.verdicts import Verdict
from tests.samples import LEAK, event, verdict_of
from tests.unit.registry.changes import EVENTS, VERDICTS, Change, add_optional, next_version, remove_required, retype


def context_of(subject: Subject) -> SerializationContext:
    return SerializationContext(subject.name.removesuffix("-value"), MessageField.VALUE)


@pytest.fixture
def client() -> Iterator[SchemaRegistryClient]:
    with SchemaRegistryClient.new_client({"url": "mock://"}) as mock:
        yield mock


def written(client: SchemaRegistryClient, subject: Subject, document: Any) -> bytes:
    """What a producer writes that has generated its code from this version."""
    value = JSONSerializer(subject.schema, client)(document, context_of(subject))
    assert isinstance(value, bytes)
    return value


def read(client: SchemaRegistryClient, subject: Subject, value: bytes) -> Any:
    """What a consumer reads that has generated its code from this version; raises what does not fit it."""
    return JSONDeserializer(subject.schema, schema_registry_client=client)(value, context_of(subject))


def test_an_event_of_either_version_is_read_by_a_worker_of_either(client: SchemaRegistryClient) -> None:
    second = next_version(EVENTS, add_optional)
    old = json.loads(event({"name": LEAK}, listingId="L-1"))
    new = {**old, "newMember": "later"}
    for value in (written(client, EVENTS, old), written(client, second, old), written(client, second, new)):
        assert decode(value, framed=True) == decode(json.dumps(old).encode())


def test_a_worker_reads_confluents_frame_and_a_consumer_ours(client: SchemaRegistryClient) -> None:
    verdict = verdict_of(event({"name": LEAK})).model_dump_json(by_alias=True, exclude_none=True).encode()
    theirs = written(client, VERDICTS, json.loads(verdict))
    schema_id = client.get_latest_version(VERDICTS.name).schema_id
    assert schema_id is not None
    assert theirs[:5] == frame_of(schema_id)
    assert read(client, VERDICTS, frame_of(schema_id) + verdict) == json.loads(verdict)
    assert Verdict.model_validate_json(payload_of(theirs)) == Verdict.model_validate_json(verdict)


def test_an_event_whose_schema_is_named_in_a_header_is_plain_json(client: SchemaRegistryClient) -> None:
    headers: list[tuple[str, str | bytes | None]] = []
    serializer = JSONSerializer(EVENTS.schema, client, conf={"schema.id.serializer": header_schema_id_serializer})
    context = SerializationContext("listing-updates", MessageField.VALUE, headers)
    value = serializer(json.loads(event({"name": LEAK})), context)
    assert headers[0][0] == "__value_schema_id"
    assert value is not None
    assert decode(value, framed=True) == decode(value) == decode(event({"name": LEAK}))


def test_a_verdict_that_has_gained_a_member_is_read_by_consumers_of_both_versions(client: SchemaRegistryClient) -> None:
    second = next_version(VERDICTS, add_optional)
    old = json.loads(verdict_of(event()).model_dump_json(by_alias=True, exclude_none=True))
    new = {**old, "newMember": "later"}
    for reader in (VERDICTS, second):
        assert read(client, reader, written(client, VERDICTS, old)) == old
        assert read(client, reader, written(client, second, new)) == new


@pytest.mark.parametrize("change", [remove_required, retype])
def test_what_the_verdicts_mode_forbids_is_what_a_consumer_would_choke_on(
    change: Change, client: SchemaRegistryClient
) -> None:
    second = next_version(VERDICTS, change)
    old = json.loads(verdict_of(event(listingId="L-1")).model_dump_json(by_alias=True, exclude_none=True))
    new = (
        {name: member for name, member in old.items() if name != "modelCode"}
        if change is remove_required
        else {
            **old,
            "listingId": 42,
        }
    )
    with pytest.raises(SerializationError):
        read(client, VERDICTS, written(client, second, new))


@pytest.mark.parametrize(("change", "member"), [(remove_required, "transactionContext"), (retype, "listingId")])
def test_what_the_events_mode_forbids_is_what_a_worker_would_choke_on(
    change: Change, member: str, client: SchemaRegistryClient
) -> None:
    document = json.loads(event(listingId="L-1"))
    document = {name: value for name, value in document.items() if name != member}
    if change is retype:
        document[member] = 42
    with pytest.raises(InvalidRecord, match=member):
        decode(written(client, next_version(EVENTS, change), document), framed=True)


def test_a_producers_serializer_refuses_a_misspelled_member(client: SchemaRegistryClient) -> None:
    with pytest.raises(SerializationError):
        written(client, EVENTS, json.loads(event(listingID="L-1")))
