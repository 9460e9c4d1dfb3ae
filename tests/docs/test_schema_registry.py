"""What `docs/schema-registry.md` shows and says, run and compared."""

import json
import re
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from confluent_kafka import Consumer, Message
from confluent_kafka.serialization import SerializationError

from detector.framing import id_in, payload_of
from detector.registry.subjects import subjects
from detector.settings import Settings
from tests.brokers import SECONDS, Sent, produce, read_committed
from tests.docs.page import DOCS, module_of
from tests.integration.workers import fresh_stream, running
from tests.registry import StandIn, serving
from tests.samples import LEAK, event, outcome_of, record

PAGE = "schema-registry.md"
EVENT: dict[str, Any] = json.loads(event({"name": LEAK}, listingId="L-42"))


class Impatient(Consumer):
    """Waits for ever for no record."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__(dict(config))
        self._deadline = time.monotonic() + SECONDS

    def poll(self, timeout: float = -1) -> Message | None:
        assert time.monotonic() < self._deadline, f"no verdict within {SECONDS:g} s"
        return super().poll(timeout)


@pytest.mark.kafka
def test_an_event_goes_in_and_its_verdict_comes_out_as_the_page_shows(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, stream = module_of(PAGE), fresh_stream(kafka)
    monkeypatch.setattr(page, "Consumer", Impatient)
    before = outcome_of(record(event({"name": LEAK}, transactionContext={"transactionId": "before"})))
    produce(kafka, stream.verdicts, [Sent(before.value, b"L-1"), Sent(None, b"L-2")])
    with serving(StandIn()) as registry:
        stream = replace(stream, settings=registry.settings)
        topics = Settings(listing_topic=stream.listings, booking_topic=stream.bookings, verdict_topic=stream.verdicts)
        for subject in subjects(topics):
            registry.put(subject)
        page.publish({"bootstrap.servers": kafka}, {"url": registry.url}, stream.listings, b"L-42", EVENT)
        reading = {"bootstrap.servers": kafka, "group.id": stream.group + "-reader", "auto.offset.reset": "earliest"}
        found: dict[bytes, Any] = {}
        with running(stream), closing(page.verdicts(reading, {"url": registry.url}, stream.verdicts)) as verdicts:
            while b"L-42" not in found or len(found) < 3:
                key, verdict = next(verdicts)
                found[key] = verdict
    (sent,) = read_committed(kafka, stream.listings)
    assert id_in(sent.value or b"") == 1
    assert json.loads(payload_of(sent.value or b"")) == EVENT
    assert found[b"L-2"] is None
    assert found[b"L-1"]["transactionContext"] == {"transactionId": "before"}
    assert found[b"L-42"]["scoreDetails"]["label"] == "Fraud"


def test_the_producer_of_the_page_refuses_a_misspelled_member() -> None:
    with serving(StandIn()) as registry:
        for subject in subjects(Settings()):
            registry.put(subject)
        with pytest.raises(SerializationError):
            module_of(PAGE).publish({}, {"url": registry.url}, "bookings", b"k", {**EVENT, "listingID": "L-42"})


def test_the_page_names_every_subject_with_its_mode() -> None:
    text = (DOCS / PAGE).read_text()
    for subject in subjects(Settings()):
        assert re.search(rf"^\| .*`{subject.name}`.* \| `{subject.mode}` \|", text, re.MULTILINE)
