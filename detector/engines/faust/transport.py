"""Faust's Kafka driver with three settings that it does not let an application choose, and with all its steps back."""

from collections.abc import Mapping
from typing import Any

import aiokafka
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

FETCH_WAIT_MS = 100
"""How long a broker may hold a fetch that finds nothing; the driver says 1500, which a stopping consumer waits out."""


class CommittedThread(driver.AIOKafkaConsumerThread):
    """The thread in which the consumer runs."""

    def _create_worker_consumer(self, transport: driver.Transport) -> aiokafka.AIOKafkaConsumer:
        # The driver fixes both when it makes the consumer, which reads them when it starts.
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"  # noqa: SLF001
        consumer._fetch_max_wait_ms = getattr(self.app, "fetch_wait_ms", FETCH_WAIT_MS)  # noqa: SLF001
        return consumer

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Step back to what comes next, also where nothing is committed yet: aiokafka stays where it is there.

        Faust throws away what it fetched in a rebalance, and has nothing but this to have it read again.
        """
        committed: Mapping[TP, int] = await self.call_thread(self._seek_to_committed)
        return committed

    async def _seek_to_committed(self) -> Mapping[TP, int | None]:
        consumer = self._ensure_consumer()
        committed: Mapping[TP, int | None] = await consumer.seek_to_committed()
        # Changelogs are never committed; where they are read from is for the tables to say.
        fresh = [tp for tp, offset in committed.items() if not offset and self.app.topics.acks_enabled_for(tp.topic)]
        if fresh and self.app.conf.consumer_auto_offset_reset == "earliest":
            await consumer.seek_to_beginning(*fresh)
        return committed


class CommittedConsumer(driver.Consumer):
    """Reads only what producers committed."""

    def _new_consumer_thread(self) -> CommittedThread:
        return CommittedThread(self, loop=self.loop, beacon=self.beacon)


class _NoKey(bytes):
    """Stands for a key that is not there."""


NO_KEY = _NoKey()
"""The key to send a record with that has neither key nor value; aiokafka refuses two Nones, though Kafka takes them."""


def _as_key(key: bytes) -> bytes | None:
    return None if isinstance(key, _NoKey) else key


class _Producer(driver.Producer):
    def _settings_extra(self) -> dict[str, Any]:
        return {"acks": "all", "enable_idempotence": True, "key_serializer": _as_key}


class CommittedTransport(driver.Transport):
    """Reads only what producers committed, writes without repeating or reordering a record when it tries again.

    Faust grants both to applications with `processing_guarantee="exactly_once"` alone, which loses more than it keeps.
    """

    Consumer = CommittedConsumer
    Producer = _Producer
