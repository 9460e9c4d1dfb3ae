"""A Kafka look-alike inside this process: librdkafka's mock cluster, for the demo and for quick tests."""

import ctypes
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from detector.brokers.librdkafka import PRODUCER, Library, load
from detector.errors import Misconfigured

_ERROR_BYTES = 512


class EmbeddedKafka:
    """A mock cluster that lives from entry to exit; any Kafka client, of any process, may join at `bootstrap`.

    `topics` maps names to partition counts; any other topic springs up with four partitions when a client first asks for it.

    It proves no delivery guarantee. A transaction's offsets are accepted and not stored, so a restarted consumer
    starts over; aborted and unfinished records are shown to read-committed readers. It keeps 5 MiB or 100,000
    records per partition, has no admin API, compaction or access control, and forgets everything on exit.
    """

    def __init__(self, topics: Mapping[str, int] | None = None, *, brokers: int = 1) -> None:
        self._topics, self._brokers = topics or {}, brokers
        self._library: Library | None = None
        self._handle = self._cluster = 0
        self.bootstrap = ""
        """`host:port`, comma-separated; empty before entry."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the brokers; they answer when this returns. `Misconfigured` if this librdkafka has no mock cluster."""
        self._library = library = load()
        self._handle = self._new_handle(library)
        self._cluster = library.rd_kafka_mock_cluster_new(self._handle, self._brokers)
        if not self._cluster:
            self.stop()
            raise Misconfigured("librdkafka could not start its mock cluster; is the loopback interface up?")
        # The default of 3 s would be the first thing a viewer of the demo waits for.
        library.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, 0)
        self.bootstrap = library.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()
        for name, partitions in self._topics.items():
            self.create_topic(name, partitions)

    def stop(self) -> None:
        """Ends the brokers. Close clients first: they would go on trying to reconnect."""
        library, self._library = self._library, None
        if library is None:
            return
        if self._cluster:
            library.rd_kafka_mock_cluster_destroy(self._cluster)
        library.rd_kafka_destroy(self._handle)
        self._handle = self._cluster = 0
        self.bootstrap = ""

    def create_topic(self, name: str, partitions: int) -> None:
        """Adds a topic; `ValueError` if it is there already."""
        code = self._running().rd_kafka_mock_topic_create(self._cluster, name.encode(), partitions, self._brokers)
        if code != 0:
            raise ValueError(f"topic {name!r} with {partitions} partitions was refused with Kafka error {code}")

    def fail_next(self, api_key: int, errors: Sequence[int]) -> None:
        """Answers the next requests of a kind (a Kafka API key) with these error codes, in turn.

        The codes are `KafkaError` constants; `KafkaError._TRANSPORT` cuts the connection instead of answering.
        """
        codes = (ctypes.c_int * len(errors))(*errors)
        self._running().rd_kafka_mock_push_request_errors_array(self._cluster, api_key, len(errors), codes)

    def _running(self) -> Library:
        if self._library is None:
            raise RuntimeError("the embedded broker is not started; use it within its `with` block")
        return self._library

    @staticmethod
    def _new_handle(library: Library) -> int:
        conf = library.rd_kafka_conf_new()
        problem = ctypes.create_string_buffer(_ERROR_BYTES)
        # Without this the handle, which never connects anywhere, complains of having no bootstrap servers.
        library.rd_kafka_conf_set(conf, b"log_level", b"0", problem, _ERROR_BYTES)
        handle = library.rd_kafka_new(PRODUCER, conf, problem, _ERROR_BYTES)
        if not handle:
            library.rd_kafka_conf_destroy(conf)
            raise Misconfigured(f"librdkafka gave no handle for the embedded broker: {problem.value.decode()}")
        return int(handle)
