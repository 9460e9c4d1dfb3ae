"""Faust's Kafka driver with three settings that it does not let an application choose."""

from typing import Any

import aiokafka
from faust.transport.drivers import aiokafka as driver

FETCH_WAIT_MS = 100
"""How long a broker may hold a fetch that finds nothing; the driver says 1500, which a stopping consumer waits out."""


class _ConsumerThread(driver.AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: driver.Transport) -> aiokafka.AIOKafkaConsumer:
        # The driver fixes both when it makes the consumer, which reads them when it starts.
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"  # noqa: SLF001
        consumer._fetch_max_wait_ms = getattr(self.app, "fetch_wait_ms", FETCH_WAIT_MS)  # noqa: SLF001
        return consumer


class _Consumer(driver.Consumer):
    def _new_consumer_thread(self) -> _ConsumerThread:
        return _ConsumerThread(self, loop=self.loop, beacon=self.beacon)


class _Producer(driver.Producer):
    def _settings_extra(self) -> dict[str, Any]:
        return {"acks": "all", "enable_idempotence": True}


class CommittedTransport(driver.Transport):
    """Reads only what producers committed, writes without repeating or reordering a record when it tries again.

    Faust grants both to applications with `processing_guarantee="exactly_once"` alone, which loses more than it keeps.
    """

    Consumer = _Consumer
    Producer = _Producer
