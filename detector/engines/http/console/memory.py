"""The stream in memory: what the console needs where there is no Kafka, with topics of one partition each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from threading import Condition

from detector.clock import Clock
from detector.deadletters import original_headers, original_topic
from detector.engines.http.console.ports import (
    GONE,
    NO_HOME,
    Judged,
    Lag,
    Letters,
    Place,
    Ports,
    Returned,
    Skipped,
)
from detector.engines.http.console.reading import judged_of, letter_of
from detector.errors import Retry
from detector.feedback import Feedback
from detector.records import Headers, Partition, Position, Record
from detector.settings import Settings


class MemoryLog:
    """Topics that anybody may write to, from any thread. `reachable` false is a cluster that does not answer."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.inputs = (settings.listing_topic, settings.booking_topic)
        self.settings = settings
        self.clock = clock
        self.committed: dict[str, int] = {}
        """Input topic to the next offset that the workers read."""
        self.reachable = True
        self._records: dict[str, list[Record]] = defaultdict(list)
        self._changed = Condition()

    def append(
        self,
        topic: str,
        value: bytes | None,
        key: bytes | None = None,
        headers: Headers = (),
        timestamp_ms: int | None = None,
    ) -> Position:
        """Write a record; without a timestamp it has the clock's."""
        now_ms = round(self.clock.now().timestamp() * 1000)
        with self._changed:
            position = Position(Partition(topic, 0), len(self._records[topic]))
            written = now_ms if timestamp_ms is None else timestamp_ms
            self._records[topic].append(Record(position, key, value, tuple(headers), written))
            self._changed.notify_all()
            return position

    def records(self, topic: str) -> list[Record]:
        """All of a topic; raises `Retry` while it cannot be reached."""
        if not self.reachable:
            raise Retry("the stream in memory does not answer.")
        with self._changed:
            return list(self._records[topic])

    def wait(self, topic: str, offset: int, seconds: float) -> None:
        """Until there is a record at this offset, or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._records[topic]) > offset, seconds)

    @property
    def ports(self) -> Ports:
        """For a console."""
        return Ports(
            verdicts=MemoryVerdicts(self),
            lag=MemoryLag(self),
            events=MemoryEvents(self),
            dead_letters=MemoryDeadLetters(self),
            feedback=MemoryFeedback(self),
        )


class MemoryVerdicts:
    """See `VerdictStream`."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self._topic = log.settings.verdict_topic
        self._next = 0

    def open(self, most: int) -> list[Judged]:
        """The newest verdicts."""
        self._next = 0
        return self._come()[-most:]

    def read(self, seconds: float) -> list[Judged]:
        """What has come since. What was open once goes on by itself while nobody answers, as a client of Kafka does."""
        self._log.wait(self._topic, self._next, seconds)
        return self._come() if self._log.reachable else []

    def close(self) -> None:
        """Nothing to let go of."""

    def _come(self) -> list[Judged]:
        come = self._log.records(self._topic)[self._next :]
        self._next += len(come)
        return [judged for record in come if (judged := judged_of(record)) is not None]


class MemoryLag:
    """See `LagProbe`."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    def measure(self) -> Lag:
        """What stands behind the committed offsets."""
        waiting = [
            record
            for topic in self._log.inputs
            for record in self._log.records(topic)[self._log.committed.get(topic, 0) :]
        ]
        written = [record.timestamp_ms for record in waiting if record.timestamp_ms is not None]
        if not waiting:
            return Lag(0, 0.0)
        age = None if not written else max(0.0, self._log.clock.now().timestamp() - min(written) / 1000)
        return Lag(len(waiting), age)

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryEvents:
    """See `EventLog`."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    def read(self, position: Position) -> bytes | None:
        """The value that stands there."""
        (topic, partition), offset = position
        if topic not in self._log.inputs or partition != 0:
            return None
        records = self._log.records(topic)
        return records[offset].value if offset < len(records) else None


class MemoryDeadLetters:
    """See `DeadLetters`."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self._topic = log.settings.dead_letter_topic
        self._put_back: set[Place] = set()

    def newest(self, limit: int) -> Letters:
        """The newest first."""
        records = self._log.records(self._topic)
        letters = [letter_of(record) for record in reversed(records[-limit:])]
        known = [
            replace(each, replayed=True) if Place(0, each.position.offset) in self._put_back else each
            for each in letters
        ]
        return Letters(known, len(records))

    def put_back(self, places: Sequence[Place]) -> Returned:
        """All that are there and know where they came from."""
        records = {Place(0, record.position.offset): record for record in self._log.records(self._topic)}
        back, skipped = 0, []
        for place in dict.fromkeys(places):
            record = records.get(place)
            home = None if record is None else original_topic(record.headers)
            if record is None or home not in self._log.inputs:
                skipped.append(Skipped(place, GONE if record is None else NO_HOME))
                continue
            self._log.append(home, record.value, record.key, original_headers(record.headers))
            self._put_back.add(place)
            back += 1
        return Returned(back, skipped)


class MemoryFeedback:
    """See `FeedbackLog`."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    def write(self, feedback: Feedback) -> None:
        """Confirmed at once."""
        topic, message = self._log.settings.feedback_topic, feedback.message
        self._log.records(topic)
        self._log.append(topic, message.value, message.key, message.headers)
