"""With a Schema Registry: events are read framed and plain, verdicts are written in its wire format, whatever the engine."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.json_schema import JSONDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

from detector.framing import frame_of
from detector.registry.subjects import Subject, event_subject, verdict_subject
from detector.settings import Settings
from tests.brokers import Read, Sent, produce, read_committed
from tests.integration.events import LEAK, event
from tests.integration.verdicts import following
from tests.integration.workers import Stream, running
from tests.registry import LOGIN, StandIn, serving

pytestmark = pytest.mark.kafka

PASSWORD = LOGIN.partition(":")[2]


@pytest.fixture
def registry() -> Iterator[StandIn]:
    with serving(StandIn(login=LOGIN)) as stand_in:
        yield stand_in


def with_registry(stream: Stream, registry: StandIn) -> Stream:
    login = {"DETECTOR_SCHEMA_REGISTRY__BASIC_AUTH_USER_INFO": LOGIN}
    return replace(stream, settings={**stream.settings, **registry.settings, **login})


def subject_of(stream: Stream) -> Subject:
    return verdict_subject(Settings(verdict_topic=stream.verdicts))


def framed(schema_id: int, record: Sent) -> Sent:
    return replace(record, value=frame_of(schema_id) + (record.value or b""))


def transaction(verdict: Mapping[str, object]) -> object:
    context = verdict["transactionContext"]
    assert isinstance(context, dict)
    return context["transactionId"]


def header(record: Read, name: str) -> str | bytes | None:
    return dict(record.headers)[name]


def test_framed_and_plain_events_are_judged_and_verdicts_are_framed(stream: Stream, registry: StandIn) -> None:
    stream = with_registry(stream, registry)
    event_id = registry.put(event_subject(stream.listings))
    verdict_id = registry.put(subject_of(stream))
    named_in_a_header = replace(event(3, LEAK), headers=[("__value_schema_id", b"\x01" + bytes(16))])
    avro = Sent(frame_of(event_id) + b"\x06t-1\x24" + LEAK.encode(), b"avro")
    half = framed(event_id, Sent(b'{"attributes": {"description": "a"}}', b"half"))
    sent = [framed(event_id, event(1, LEAK)), event(2, LEAK), named_in_a_header, avro, half, Sent(None, b"gone")]
    produce(stream.bootstrap, stream.listings, sent)
    with following(stream) as verdicts, running(stream) as worker:
        verdicts.until(4)
        worker.samples_when(lambda samples: sum_of_dead_letters(samples) == 2)
        assert worker.terminate() == 0
    written = read_committed(stream.bootstrap, stream.verdicts)
    (tombstone,) = (each for each in written if each.key == b"gone")
    assert tombstone.value is None
    values = [each.value for each in written if each is not tombstone]
    assert all(value is not None and value.startswith(frame_of(verdict_id) + b"{") for value in values)
    assert sorted(str(transaction(each)) for each in deserialised(values, stream, registry)) == ["1", "2", "3"]
    letters = {each.key: each for each in read_committed(stream.bootstrap, stream.dead_letters)}
    assert {key: (each.value, header(each, "detector.reason")) for key, each in letters.items()} == {
        avro.key: (avro.value, b"wire-format"),
        half.key: (half.value, b"missing"),
    }
    assert b"JSON Schema, not Avro or Protobuf" in bytes_of(
        header(letters[avro.key], "__connect.errors.exception.message")
    )
    assert not any(PASSWORD in line or registry.url in line for line in worker.said)


def sum_of_dead_letters(samples: Mapping[str, float]) -> float:
    return sum(value for name, value in samples.items() if name.startswith("detector_dead_letters_total"))


def bytes_of(text: str | bytes | None) -> bytes:
    assert isinstance(text, bytes)
    return text


def deserialised(values: list[bytes | None], stream: Stream, registry: StandIn) -> list[Mapping[str, object]]:
    """As a consumer reads them: by the schema whose id stands in the frame, which the registry gives out."""
    with SchemaRegistryClient({"url": registry.url, "basic.auth.user.info": LOGIN}) as client:
        read = JSONDeserializer(None, schema_registry_client=client)
        found = [read(value, SerializationContext(stream.verdicts, MessageField.VALUE)) for value in values]
    assert "GET /schemas/ids/2" in registry.asked
    return [each for each in found if each is not None]
