"""Repeat offenders in the demo: `detector escalate` in a process of its own, what it tells, and what it should tell."""

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from confluent_kafka import Consumer, TopicPartition

from detector.demo.board import Answered
from detector.framing import payload_of
from detector.offenders import Escalation, EscalationPolicy, MemoryBook, Trail, consider, follow
from detector.operations.cluster import Cluster
from detector.operations.reading import reading_config
from detector.operations.worker_process import Worker
from detector.settings import Settings
from detector.settings.model import PREFIX

ESCALATE = (sys.executable, "-m", "detector", "escalate")


class Recount:
    """What `detector escalate` has to tell of the verdicts that were seen, counted here in memory."""

    def __init__(self, policy: EscalationPolicy) -> None:
        self._policy = policy
        self._book = MemoryBook()
        self._trails: dict[bytes | None, Trail] = {}
        self.expected: set[str] = set()
        """Offender and rule of every crossing, as `told` writes them."""

    def count(self, answered: Answered) -> None:
        """One more verdict; tombstones and dead letters do not count."""
        if (verdict := answered.answer.verdict) is None:
            return
        key = answered.step.key
        followed = follow(self._trails.get(key), verdict, key)
        if followed.trail is not None:
            self._trails[key] = followed.trail
        for sighting in followed.sightings:
            change = consider(self._book, sighting, self._policy)
            self.expected.update(map(told, change.escalations))
            change.apply(self._book)


def told(escalation: Escalation) -> str:
    """Whom an escalation is about and why, on one line."""
    return f"{escalation.partner_id or escalation.listing_id} {escalation.rule.name}"


class Offenders:
    """Runs `detector escalate` while its context is entered and reads what it tells."""

    def __init__(self, settings: Settings, fetch: Mapping[str, str], environment: Mapping[str, str]) -> None:
        extra = {
            **environment,
            f"{PREFIX}ESCALATION_GROUP": f"{settings.group}-escalations",
            f"{PREFIX}ESCALATION_PORT": "0",
        }
        self._worker = Worker(ESCALATE, settings, fetch, extra)
        self._consumer = Consumer({**reading_config(settings, f"{settings.group}-escalations-watcher"), **fetch})
        topic = settings.escalation_topic
        self._consumer.assign([TopicPartition(topic, number, 0) for number in Cluster(settings).partitions(topic)])
        self._open = ExitStack()
        self.recount = Recount(settings.escalation_policy)
        self.seen: list[Escalation] = []

    def __enter__(self) -> Self:
        self._open.callback(self._consumer.close)
        self._open.enter_context(self._worker)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    @property
    def complete(self) -> bool:
        """Whether all was told that should be."""
        return self.recount.expected <= set(map(told, self.seen))

    def next(self, seconds: float) -> Escalation | None:
        """The next escalation, if one comes within so many seconds. Raises `WorkerFailed` if nobody is left to tell."""
        self._worker.check()
        message = self._consumer.poll(seconds)
        if message is None or message.error() is not None:
            return None
        escalation = Escalation.model_validate_json(payload_of(message.value() or b""))
        self.seen.append(escalation)
        return escalation

    def stop(self) -> None:
        """SIGTERM; raises `WorkerFailed` if the process does not then end in order."""
        self._worker.stop()
