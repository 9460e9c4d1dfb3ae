"""`detector replay`: put dead letters back to the topics they came from."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated

import typer
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from rich.console import Console

from detector.cli.cluster import ANSWER_SECONDS, Cluster, raise_for
from detector.cli.options import CLUSTER, TOPICS, with_settings
from detector.deadletters import original_headers, original_topic
from detector.deadletters.headers import REASON
from detector.engines.kafka.failures import stop_reason
from detector.engines.kafka.reader import as_record
from detector.engines.kafka.sinks import as_offsets
from detector.errors import Misconfigured, Reason, Retry
from detector.records import Partition, Record
from detector.settings import Settings

TRANSACTION_RECORDS = 500
TRANSACTION_SECONDS = 30.0


@dataclass(slots=True)
class Tally:
    """What became of the dead letters that were read."""

    replayed: Counter[str] = field(default_factory=Counter)
    other_reason: int = 0
    homeless: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Which dead letters go back: those with this reason, if one is given, from these topics."""

    reason: Reason | None
    topics: frozenset[str]

    def home_of(self, letter: Record, tally: Tally) -> str | None:
        """The topic to put a dead letter back to, or None; the tally hears why."""
        topic, reason = original_topic(letter.headers), reason_of(letter)
        if self.reason is not None and reason != self.reason.value:
            tally.other_reason += 1
            return None
        if topic not in self.topics:
            tally.homeless += 1
            return None
        tally.replayed[reason] += 1
        return topic


@with_settings(*CLUSTER, *TOPICS, "group")
def replay(  # noqa: PLR0913 - each is a flag
    settings: Settings,
    *,
    limit: Annotated[int | None, typer.Option(min=1, help="Put back so many at most.")] = None,
    reason: Annotated[Reason | None, typer.Option(help="Only dead letters with this reason.")] = None,
    replay_group: Annotated[
        str | None,
        typer.Option(
            help="Group that remembers how far replays got. Default: GROUP-replay, with --reason GROUP-replay-REASON."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count; write and commit nothing.")] = False,
) -> None:
    """Put dead letters back to the topics they came from, to be judged again.

    Key, value and the producer's own headers are as they were; the headers that told the failure are gone and the
    timestamp is new. What is put back and how far the replay got are committed in one transaction, so a replay that is
    stopped and run again puts nothing back twice. It ends at what is the topic's end when it starts. Each --reason
    remembers its own progress.

        detector replay --dry-run
        detector replay --reason model-error

    Ends with 0, with 1 if the cluster does not answer, with 2 if it refuses.
    """
    cluster = Cluster(settings)
    cluster.partitions(settings.dead_letter_topic)
    group = replay_group or "-".join([settings.group, "replay", *([reason.value] if reason else [])])
    choice = Choice(reason, frozenset({settings.listing_topic, settings.booking_topic}))
    producer = None if dry_run else cluster.writer(group)
    try:
        tally = put_back(cluster, producer, group, choice, limit)
    except KafkaException as error:
        cause: KafkaError = error.args[0]
        raise stop_reason(cause) or Retry(
            f"the replay was interrupted ({cause.name()}); run it again, it goes on where it was."
        ) from None
    _tell(tally, dry_run=dry_run)


def put_back(cluster: Cluster, producer: Producer | None, group: str, choice: Choice, limit: int | None) -> Tally:
    """Replay from where the group got to up to the present end; without a producer only count."""
    if producer is not None:
        # First of all: it settles what an earlier replay left open, so that the offsets read next are final.
        producer.init_transactions(TRANSACTION_SECONDS)
    reader = cluster.reader(**{"group.id": group, "enable.partition.eof": True})
    tally = Tally()
    try:
        ends = _begin(
            reader, cluster.settings.dead_letter_topic, cluster.partitions(cluster.settings.dead_letter_topic)
        )
        while ends and (limit is None or tally.replayed.total() < limit):
            most = TRANSACTION_RECORDS if limit is None else min(TRANSACTION_RECORDS, limit - tally.replayed.total())
            letters = list(_take(reader, ends, most))
            homes = [(letter, choice.home_of(letter, tally)) for letter in letters]
            if producer is not None and letters:
                _commit(producer, reader, [(letter, home) for letter, home in homes if home], _next_offsets(letters))
    finally:
        reader.close()
    return tally


def _begin(reader: Consumer, topic: str, partitions: list[int]) -> dict[int, int]:
    """Start where the group got to; the end of every partition that has anything left."""
    places = reader.committed([TopicPartition(topic, number) for number in partitions], timeout=ANSWER_SECONDS)
    ends: dict[int, int] = {}
    starts = []
    for place in places:
        low, high = reader.get_watermark_offsets(TopicPartition(topic, place.partition), timeout=ANSWER_SECONDS)
        place.offset = max(low, place.offset)
        if place.offset < high:
            ends[place.partition] = high
            starts.append(place)
    reader.assign(starts)
    return ends


def _take(reader: Consumer, ends: dict[int, int], most: int) -> Iterator[Record]:
    """Up to so many records; a partition that has come to its end leaves `ends`."""
    taken = 0
    while ends and taken < most:
        message = reader.poll(ANSWER_SECONDS)
        if message is None:
            raise Retry(
                "the dead letters were not read to their end in time; run the replay again, it goes on where it was."
            )
        error, partition = message.error(), message.partition() or 0
        if error is not None:
            if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001
                ends.pop(partition, None)
            else:
                raise_for(error)
            continue
        record = as_record(message)
        if partition not in ends or record.position.offset >= ends[partition]:
            ends.pop(partition, None)
            continue
        if record.position.offset + 1 >= ends[partition]:
            del ends[partition]
        taken += 1
        yield record


def _commit(
    producer: Producer, reader: Consumer, letters: list[tuple[Record, str]], offsets: Mapping[Partition, int]
) -> None:
    producer.begin_transaction()
    try:
        for letter, topic in letters:
            _queue(producer, topic, letter)
        producer.send_offsets_to_transaction(as_offsets(offsets), reader.consumer_group_metadata(), TRANSACTION_SECONDS)
        producer.commit_transaction(TRANSACTION_SECONDS)
    except KafkaException as error:
        if not error.args[0].fatal():
            producer.abort_transaction(TRANSACTION_SECONDS)
        if error.args[0].code() == KafkaError.MSG_SIZE_TOO_LARGE:
            raise Misconfigured(
                "a dead letter is larger than its input topic allows: raise max.message.bytes there."
            ) from None
        raise


def _queue(producer: Producer, topic: str, letter: Record) -> None:
    while True:
        try:
            return producer.produce(topic, letter.value, letter.key, headers=original_headers(letter.headers))
        except BufferError:
            producer.poll(ANSWER_SECONDS)


def _next_offsets(letters: list[Record]) -> dict[Partition, int]:
    return {letter.position.partition: letter.position.offset + 1 for letter in letters}


def reason_of(letter: Record) -> str:
    """The reason that the worker wrote beside a dead letter."""
    return (dict(letter.headers).get(REASON) or b"unknown").decode(errors="replace")


def _tell(tally: Tally, *, dry_run: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    total = tally.replayed.total()
    console.print(f"{total} dead letters {'would be' if dry_run else 'were'} put back" + (":" if total else "."))
    for reason, count in tally.replayed.most_common():
        console.print(f"  {count:>6}  {reason}")
    if tally.other_reason:
        console.print(f"{tally.other_reason} with another reason were passed by.")
    if tally.homeless:
        console.print(f"{tally.homeless} came from no input topic of these settings and were passed by.")
