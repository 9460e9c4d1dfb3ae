"""The pipeline: records go in, deliveries come out; whoever drives it runs the model and writes the outcomes.

    push -> (decode, prepare, window) -> next_batch -> [the model] -> complete -> (aggregate, verdict) -> take

It knows no Kafka, no ONNX and no clock of its own, so every engine drives the same one: a worker from its threads,
`score_inline` in one loop, a test by hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from detector.batching import BatchPolicy, MicroBatcher, Waiting
from detector.clock import Clock
from detector.deadletters import BrakeFill, BrakePolicy, DeadLetterBrake
from detector.errors import InvalidRecord, Reason, Stage
from detector.events import DEFAULT_MAX_BYTES, Event, EventKind, decode
from detector.ledger import Entry, Ledger
from detector.observing import (
    BatchScored,
    EventJudged,
    EventRejected,
    NullObserver,
    Observer,
    StageTimed,
    WindowsRecalled,
)
from detector.outcomes import Delivery
from detector.records import Partition, Record
from detector.scoring import ModelFailure, ScoreCache, Scored, Scorer, Sharing, Window, WindowScore, moved
from detector.text import Prepared, prepare
from detector.traces import Trace
from detector.verdicts import attribute_score, reach_verdict
from detector.wire import dead_letter_outcome, tombstone_outcome, verdict_outcome

PROMISE_SECONDS = 0.250


@dataclass(frozen=True, slots=True)
class PipelinePolicy:
    """How the pipeline treats its input: the kind of event each topic holds, limits, batches, and the brake.

    With `reads_frames` events may stand in Schema Registry's wire format; `verdict_frame` is what stands before the JSON
    of each verdict. `cache_windows` is how many windows' scores are kept for when the same text comes again. An event is
    due `promise` seconds after its record's timestamp; the most urgent is scored first. The engine has the model read up
    to `readers` batches at a time.
    """

    kinds: Mapping[str, EventKind]
    max_event_bytes: int = DEFAULT_MAX_BYTES
    batch: BatchPolicy = field(default_factory=BatchPolicy)
    brake: BrakePolicy = field(default_factory=BrakePolicy)
    reads_frames: bool = False
    verdict_frame: bytes = b""
    cache_windows: int = 0
    promise: float = PROMISE_SECONDS
    readers: int = 1


@dataclass(slots=True)
class _Attribute:
    name: str
    prepared: Prepared
    windows: Sequence[Window]
    scores: list[WindowScore] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Judgement:
    """An event on its way to a verdict."""

    entry: Entry
    record: Record
    event: Event
    kind: EventKind
    attributes: list[_Attribute]
    open_windows: int


class _Task(NamedTuple):
    judgement: _Judgement
    attribute: _Attribute
    window: Window
    key: bytes | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows for the model, shortest first; hand it back to `Pipeline.complete` with one result per window."""

    waiting: Sequence[Waiting[_Task]]

    @property
    def windows(self) -> list[Window]:
        """What `Scorer.score` is to be called with."""
        return [waiting.item.window for waiting in self.waiting]

    @property
    def traces(self) -> list[Trace]:
        """Those of the windows' events that somebody follows."""
        return [trace for waiting in self.waiting if (trace := waiting.item.judgement.entry.trace) is not None]


class Pipeline:
    """Everything between a record and its outcome but the model's run. Used by one thread at a time."""

    def __init__(self, scorer: Scorer, policy: PipelinePolicy, clock: Clock, observer: Observer | None = None) -> None:
        self._scorer = scorer
        self._policy = policy
        self._clock = clock
        self._observer = observer or NullObserver()
        self._ledger = Ledger()
        self._batcher: MicroBatcher[_Task] = MicroBatcher(policy.batch)
        self._brake = DeadLetterBrake(policy.brake)
        self._cache = ScoreCache(policy.cache_windows)
        self._sharing: Sharing[_Task] = Sharing()

    @property
    def in_flight(self) -> int:
        """Records pushed and neither taken nor forgotten."""
        return len(self._ledger)

    @property
    def brake_fill(self) -> BrakeFill:
        """How near the dead-letter brake is to being pulled."""
        return self._brake.fill

    def push(self, record: Record) -> None:
        """Take in a record. Bad input becomes a dead letter; raises `BrakePulled` when there is too much of it."""
        entry = self._ledger.open(record.position, record.size)
        entry.trace = self._observer.follow(record)
        kind = self._policy.kinds[record.position.partition.topic]
        try:
            if record.value is None:
                self._settle_tombstone(entry, record, kind)
            else:
                self._admit(entry, record, record.value, kind)
        except InvalidRecord as error:
            self._reject(entry, record, kind, error)

    def next_batch(self, *, idle: bool) -> Batch | None:
        """What the model should read next; `idle` says that it is free. None: nothing, or nothing yet."""
        now = self._clock.monotonic()
        waiting = self._batcher.take(now, idle=idle)
        for one in waiting:
            self._observer.timed(StageTimed("wait", now - one.since, one.item.judgement.entry.trace))
        return Batch(waiting) if waiting else None

    def wait(self) -> float | None:
        """Seconds until `next_batch(idle=False)` may give something although nothing new is pushed; None: never."""
        return self._batcher.wait(self._clock.monotonic())

    def complete(self, batch: Batch, results: Sequence[Scored], seconds: float) -> None:
        """Take back a scored batch; `seconds` is the model's time. Raises `BrakePulled` like `push`."""
        windows = batch.windows
        tokens = sum(len(window.offsets) for window in windows)
        padded = sum(window.padded for window in windows)
        self._batcher.scored(batch.waiting, seconds, self._clock.monotonic())
        answers = [result for result in results if isinstance(result, WindowScore)]
        cleared = sum(answer.cleared for answer in answers)
        whole, readers = len(answers) - cleared, self._policy.readers
        self._observer.scored(BatchScored(len(windows), tokens, padded, seconds, batch.traces, cleared, whole, readers))
        for waiting, result in zip(batch.waiting, results, strict=True):
            self._answer(waiting.item, result)

    def take(self, limit: int = 10_000) -> Delivery:
        """What may be written and committed now; it may be empty."""
        return self._ledger.take(limit)

    def forget(self, partitions: Iterable[Partition]) -> list[Entry]:
        """Drop the records of partitions that are no longer this worker's; results that still come are ignored."""
        dropped = self._ledger.forget(partitions)
        for entry in dropped:
            if entry.trace is not None:
                self._observer.dropped(entry.trace)
        self._batcher.forget(self._is_unwanted)
        return dropped

    def _is_unwanted(self, task: _Task) -> bool:
        return task.judgement.entry.dropped and self._sharing.let_go(
            task.key, lambda follower: not follower.judgement.entry.dropped
        )

    def _admit(self, entry: Entry, record: Record, value: bytes, topic_kind: EventKind) -> None:
        start = self._clock.monotonic()
        event = decode(value, self._policy.max_event_bytes, framed=self._policy.reads_frames)
        decoded = self._clock.monotonic()
        self._observer.timed(StageTimed("decode", decoded - start, entry.trace))
        attributes = [self._prepared(name, text) for name, text in event.attributes.items()]
        now = self._clock.monotonic()
        self._observer.timed(StageTimed("prepare", now - decoded, entry.trace))
        judgement = _Judgement(
            entry,
            record,
            event,
            event.event_type or topic_kind,
            attributes,
            sum(len(attribute.windows) for attribute in attributes),
        )
        if not judgement.open_windows:
            self._conclude(judgement)
        self._hand_on(judgement, now - self._age(record) + self._policy.promise, now)

    def _hand_on(self, judgement: _Judgement, deadline: float, now: float) -> None:
        """Put the windows in line for the model, but for those whose score is known or on its way."""
        known: list[tuple[_Task, WindowScore]] = []
        new = 0
        for attribute in judgement.attributes:
            for window in attribute.windows:
                key = self._cache.key(window)
                task = _Task(judgement, attribute, window, key)
                score = None if key is None else self._cache.get(key, window)
                if score is not None:
                    known.append((task, score))
                elif not self._sharing.joins(key, task):
                    self._batcher.add(task, length=window.padded, deadline=deadline, now=now)
                    new += 1
        if self._policy.cache_windows:
            self._observer.recalled(WindowsRecalled(judgement.open_windows - new, new))
        for task, score in known:
            self._add_result(task, score)

    def _prepared(self, name: str, text: str) -> _Attribute:
        prepared = prepare(text)
        try:
            windows = self._scorer.windows(prepared.text)
        except Exception as error:  # noqa: BLE001 - a tokenizer in native code raises what it likes; keep the record
            raise _model_error(Stage.PREPARE, type(error).__name__) from None
        return _Attribute(name, prepared, windows)

    def _age(self, record: Record) -> float:
        """Seconds since it was written; none for one that a producer's clock puts into the future."""
        written = record.timestamp_ms
        return 0.0 if written is None else max(0.0, self._clock.now().timestamp() - written / 1000)

    def _answer(self, task: _Task, result: Scored) -> None:
        """The model has read the task's window: also for those who follow it, whatever became of the task's own event."""
        if task.key is not None and isinstance(result, WindowScore):
            self._cache.put(task.key, task.window, result)
        followers = self._sharing.answered(task.key)
        self._add_result(task, result)
        for follower in followers:
            self._add_result(follower, _as_of(follower.window, task.window, result))

    def _add_result(self, task: _Task, result: Scored) -> None:
        judgement = task.judgement
        if judgement.entry.dropped or judgement.entry.outcome is not None:
            return
        if isinstance(result, ModelFailure):
            error = _model_error(Stage.SCORE, result.error)
            self._reject(judgement.entry, judgement.record, judgement.kind, error)
            return
        task.attribute.scores.append(result)
        judgement.open_windows -= 1
        if not judgement.open_windows:
            self._conclude(judgement)

    def _conclude(self, judgement: _Judgement) -> None:
        start = self._clock.monotonic()
        scores = [attribute_score(each.name, each.prepared, each.scores) for each in judgement.attributes]
        verdict = reach_verdict(
            judgement.event,
            judgement.kind,
            scores,
            self._scorer.card,
            judgement.record.position,
            self._clock.now(),
        )
        trace = judgement.entry.trace
        judgement.entry.outcome = verdict_outcome(
            verdict, judgement.record, judgement.kind, trace, self._policy.verdict_frame
        )
        self._observer.timed(StageTimed("aggregate", self._clock.monotonic() - start, trace))
        self._observer.judged(EventJudged(judgement.kind, verdict.label, verdict.probability, trace))
        self._brake.count(dead=False)

    def _settle_tombstone(self, entry: Entry, record: Record, kind: EventKind) -> None:
        if record.key is None:
            raise InvalidRecord(
                Stage.DECODE, Reason.NO_KEY, "record", "has neither a key nor a value: nothing to take back"
            )
        entry.outcome = tombstone_outcome(record, kind, self._scorer.card, entry.trace)
        self._brake.count(dead=False)

    def _reject(self, entry: Entry, record: Record, kind: EventKind, error: InvalidRecord) -> None:
        entry.outcome = dead_letter_outcome(record, kind, error, entry.trace)
        self._observer.rejected(EventRejected(kind, error.stage, error.reason, entry.trace))
        self._brake.count(dead=True)


def _as_of(window: Window, read: Window, result: Scored) -> Scored:
    """What was said of the window that was read, as it is of another like it."""
    return moved(result, window.offsets[0][0] - read.offsets[0][0]) if isinstance(result, WindowScore) else result


def _model_error(stage: Stage, error: str) -> InvalidRecord:
    return InvalidRecord(stage, Reason.MODEL_ERROR, "attributes", f"the model failed on this text ({error})")
