"""Records in Kafka transactions, as the other engine writes them."""

import uuid
from collections.abc import Sequence

from confluent_kafka import Producer

from tests.brokers import SECONDS, Sent, produce_with


def produce_transaction(bootstrap: str, topic: str, records: Sequence[Sent], *, take_back: bool = False) -> None:
    """The records in one transaction, committed or taken back; its marker takes one more offset of each partition."""
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": uuid.uuid4().hex})
    producer.init_transactions(SECONDS)
    producer.begin_transaction()
    produce_with(producer, topic, records)
    if take_back:
        assert producer.flush(SECONDS) == 0, "what was never written cannot be taken back"
        producer.abort_transaction(SECONDS)
    else:
        producer.commit_transaction(SECONDS)
