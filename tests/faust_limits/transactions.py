"""Records in Kafka transactions, as a producer beside Faust writes them, and a Faust that reads the committed ones."""

import uuid
from collections.abc import Sequence

import aiokafka
from confluent_kafka import Producer
from faust.transport.drivers import aiokafka as driver

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


class _Thread(driver.AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: driver.Transport) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        return consumer


class _Consumer(driver.Consumer):
    def _new_consumer_thread(self) -> _Thread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class ReadCommitted(driver.Transport):
    """Faust's own driver but for the isolation level, which `exactly_once` alone would change."""

    Consumer = _Consumer
