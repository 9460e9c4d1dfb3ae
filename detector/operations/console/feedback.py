"""Writing what people say of verdicts."""

from threading import Event, Lock

from confluent_kafka import KafkaError, Message, Producer

from detector.engines.kafka.clients import common_config, refusals_named
from detector.errors import Misconfigured, Retry
from detector.feedback import Feedback
from detector.operations.cluster import QUIET, failure
from detector.settings import Settings

CONFIRMED_SECONDS = 4.0
"""Somebody waits for it."""


class KafkaFeedback:
    """See `FeedbackLog`. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: Producer | None = None
        self._lock = Lock()

    def write(self, feedback: Feedback) -> None:
        """Returns once all replicas in sync have it; raises `Retry` if that takes too long."""
        topic = self._settings.feedback_topic
        message = feedback.message
        told = _Told()
        producer = self._connected()
        producer.produce(topic, message.value, message.key, headers=list(message.headers), on_delivery=told)
        # The message's own time is over before this one: what is refused here is not written later.
        while not told.done.is_set():
            producer.poll(0.05)
        if told.error is not None:
            raise _named(told.error, topic)

    def _connected(self) -> Producer:
        with self._lock:
            if self._producer is None:
                config = {
                    **common_config(self._settings),
                    **QUIET,
                    "enable.idempotence": True,
                    "partitioner": "murmur2_random",
                    "linger.ms": 0,
                    "message.timeout.ms": int(CONFIRMED_SECONDS * 1000),
                }
                with refusals_named(self._settings):
                    self._producer = Producer(config)
            return self._producer


class _Told:
    """What became of one message."""

    def __init__(self) -> None:
        self.done = Event()
        self.error: KafkaError | None = None

    def __call__(self, error: KafkaError | None, _message: Message) -> None:
        self.error = error
        self.done.set()


def _named(error: KafkaError, topic: str) -> Exception:
    trouble = failure(error)
    if isinstance(trouble, Retry):
        return Retry(
            f"the cluster did not confirm it within {CONFIRMED_SECONDS:g} s ({error.name()}): send it again. Does the topic "
            f"{topic} exist (`detector topics create` makes it), is the cluster up?"
        )
    return trouble if isinstance(trouble, Misconfigured) else Retry(str(trouble))
