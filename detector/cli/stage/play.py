"""The play itself: records out at their moments, answers in as they come."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Message, Producer, TopicPartition
from pydantic import ValidationError

from detector.cli.cluster import Cluster, raise_for
from detector.cli.pacing import Pace
from detector.cli.stage.child import WorkerProcess
from detector.cli.stage.script import Act
from detector.cli.stage.tally import Answer, Seen, Tally
from detector.clock import SystemClock
from detector.deadletters.headers import OFFSET, PARTITION, REASON, TOPIC
from detector.engines.kafka.reader import as_record
from detector.errors import Retry
from detector.records import Partition, Position, Record
from detector.settings import Settings
from detector.verdicts import Verdict
from detector.wire import SOURCE

TURN_SECONDS = 0.05
PATIENCE_SECONDS = 60.0
"""How long nothing may come back before the play is given up."""


class Play:
    """Plays a script against a worker that has joined its group. One thread does it all, so the times it takes are true."""

    def __init__(self, cluster: Cluster, worker: WorkerProcess, tally: Tally, show: Callable[[Seen], None]) -> None:
        self._worker = worker
        self._tally = tally
        self._show = show
        self._settings = cluster.settings
        self._producer: Producer = cluster.writer()
        self._reader = _reader(cluster)
        self._refused: list[KafkaError] = []

    def run(self, script: Sequence[Act], rate: float | None) -> None:
        """Returns when every act has its answer; raises if the worker dies or nothing comes any more."""
        pace, played, progress = Pace(SystemClock(), rate), 0, time.monotonic()
        try:
            while not self._tally.is_complete:
                self._worker.check()
                while played < len(script) and pace.wait(played) == 0.0:
                    self._send(script[played], pace.moment(played))
                    played += 1
                self._producer.poll(0)
                if self._refused:
                    raise Retry(f"the broker took a record in with an error ({self._refused[0].name()}).")
                before = self._tally.answered
                self._listen(min(pace.wait(played), TURN_SECONDS) if played < len(script) else TURN_SECONDS)
                now = time.monotonic()
                progress = now if played < len(script) or self._tally.answered > before else progress
                if now - progress > PATIENCE_SECONDS:
                    raise Retry(
                        f"{self._tally.expected - self._tally.answered} events have had no answer for a minute."
                    )
        finally:
            self._reader.close()

    def _send(self, act: Act, intended: float) -> None:
        heard = partial(self._heard, act, intended)
        while True:
            try:
                return self._producer.produce(act.topic, act.value, act.key, on_delivery=heard)
            except BufferError:
                self._producer.poll(TURN_SECONDS)

    def _heard(self, act: Act, intended: float, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self._refused.append(error)
            return
        for seen in self._tally.sent(as_record(message).position, act, intended):
            self._show(seen)

    def _listen(self, seconds: float) -> None:
        first = self._reader.poll(seconds)
        if first is None:
            return
        messages = [first, *self._reader.consume(100, 0)]
        now = time.monotonic()
        for answer in self._answers(messages, now):
            for seen in self._tally.answer(answer):
                self._show(seen)

    def _answers(self, messages: Sequence[Message], now: float) -> Iterator[Answer]:
        for message in messages:
            error = message.error()
            if error is not None:
                raise_for(error)
                continue
            answer = answer_of(as_record(message), self._settings, now)
            if answer is not None:
                yield answer


def answer_of(record: Record, settings: Settings, now: float) -> Answer | None:
    """What an output record says of an input record; None for what no worker of ours wrote."""
    headers = {name: (value or b"").decode(errors="replace") for name, value in record.headers}
    if record.position.partition.topic == settings.dead_letter_topic:
        place = (headers.get(TOPIC), headers.get(PARTITION), headers.get(OFFSET))
        position = _position(*place)
        return position and Answer(position, now, reason=headers.get(REASON, "unknown"))
    position = _position(*headers.get(SOURCE, "").rsplit("/", 2))
    if position is None or record.value is None:
        return position and Answer(position, now)
    try:
        return Answer(position, now, Verdict.model_validate_json(record.value))
    except ValidationError:
        return None


def _position(*place: str | None) -> Position | None:
    match place:
        case (str(topic), str(partition), str(offset)) if partition.isdecimal() and offset.isdecimal():
            return Position(Partition(topic, int(partition)), int(offset))
    return None


def _reader(cluster: Cluster) -> Consumer:
    settings = cluster.settings
    places = [
        TopicPartition(topic, number, OFFSET_BEGINNING)
        for topic in (settings.verdict_topic, settings.dead_letter_topic)
        for number in cluster.partitions(topic)
    ]
    reader = cluster.reader(**{"group.id": f"{settings.group}-audience", "fetch.wait.max.ms": 10})
    reader.assign(places)
    return reader
