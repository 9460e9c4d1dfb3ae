"""The verdict topic, followed from its newest records on."""

from confluent_kafka import Consumer, Message

from detector.engines.http.console.ports import Judged
from detector.engines.http.console.reading import judged_of
from detector.engines.kafka.reader import as_record
from detector.operations.cluster import Cluster
from detector.operations.console.connecting import REACH_SECONDS, failures_named, is_end, make_consumer
from detector.operations.console.newest import AT_ONCE, read_newest
from detector.settings import Settings

QUEUED = 5000
QUEUED_KBYTES = 16 * 1024


class KafkaVerdicts:
    """See `VerdictStream`. Tombstones, and what is no verdict, are passed over."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._consumer: Consumer | None = None

    def open(self, most: int) -> list[Judged]:
        """The newest verdicts, at most so many, the oldest of them first."""
        self.close()
        partitions = Cluster(self._settings, REACH_SECONDS).partitions(self._settings.verdict_topic)
        consumer = make_consumer(
            self._settings, queued_min_messages=QUEUED, queued_max_messages_kbytes=QUEUED_KBYTES, fetch_wait_max_ms=500
        )
        try:
            with failures_named():
                newest, _ = read_newest(consumer, self._settings.verdict_topic, partitions, most, _with_value)
        except BaseException:
            consumer.close()
            raise
        self._consumer = consumer
        return _readable(newest)

    def read(self, seconds: float) -> list[Judged]:
        """What has come since; waits so long for the first."""
        assert self._consumer is not None, "open comes first"
        with failures_named():
            first = self._consumer.poll(seconds)
            if first is None:
                return []
            messages = [first, *self._consumer.consume(AT_ONCE, 0)]
            return _readable([each for each in messages if not is_end(each) and each.error() is None])

    def close(self) -> None:
        """Let go of the connection."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None


def _with_value(message: Message) -> Message | None:
    return message if message.value() is not None else None


def _readable(messages: list[Message]) -> list[Judged]:
    return [judged for message in messages if (judged := judged_of(as_record(message))) is not None]
