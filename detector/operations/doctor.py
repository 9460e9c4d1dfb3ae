"""What may be wrong between this machine and a working detector, each with how to mend it."""

import socket
import time
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from confluent_kafka import KafkaException, Producer, TopicCollection
from confluent_kafka.admin import AclOperation, AdminClient

from detector.clock import SystemClock
from detector.engines.extras import require_faust
from detector.engines.kafka.clients import common_config
from detector.errors import DetectorError
from detector.events import Event, TransactionContext
from detector.inline import score_inline
from detector.model.threads import usable_cpus
from detector.operations.cluster import CALL_SECONDS, QUIET, Cluster
from detector.operations.topics import check_topics, topic_specs
from detector.pipeline import Pipeline
from detector.records import Partition, Position, Record
from detector.scoring import Scorer
from detector.settings import Delivery, Engine, Settings
from detector.verdicts import Label, Verdict

SENTENCE = "Ring me on 07700 900123 before you book."
"""A plain leak with a number from a range kept for fiction: any model that works calls it Fraud."""


class Health(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


class Finding(NamedTuple):
    """One line of the doctor's report."""

    subject: str
    health: Health
    detail: str


def examine(settings: Settings, load: Callable[[Settings], Scorer]) -> Iterator[Finding]:
    """Every finding as it is made; checks that need the cluster are left out when it does not answer."""
    yield _engine(settings)
    yield _threads(settings)
    yield from _model(settings, load)
    yield _port(settings)
    cluster = Cluster(settings)
    reached = _reached(cluster, settings)
    yield reached
    if reached.health is Health.FAIL:
        return
    yield from _topics(cluster, settings)
    yield from _permissions(cluster.client, settings)
    yield _group(cluster.client, settings)
    if settings.promise is Delivery.EXACTLY_ONCE:
        yield _transactions(settings)


def _engine(settings: Settings) -> Finding:
    try:
        if settings.engine is Engine.FAUST:
            require_faust("The engine faust")
            from detector.engines.faust.connection import faust_options  # noqa: PLC0415 - an extra

            faust_options(settings)
    except DetectorError as error:
        return Finding("engine", Health.FAIL, str(error))
    return Finding("engine", Health.OK, f"{settings.engine.value}, {settings.promise.value}")


def _threads(settings: Settings) -> Finding:
    usable, wanted = usable_cpus(), settings.threads
    if wanted is not None and wanted > usable:
        return Finding(
            "threads",
            Health.WARN,
            f"{wanted} threads on {usable} usable processors will be throttled: lower DETECTOR_THREADS",
        )
    return Finding("threads", Health.OK, f"{wanted or usable} for the model, {usable} processors usable")


def _model(settings: Settings, load: Callable[[Settings], Scorer]) -> Iterator[Finding]:
    start = time.monotonic()
    try:
        scorer = load(settings)
    except DetectorError as error:
        yield Finding("model", Health.FAIL, str(error))
        return
    yield Finding("model", Health.OK, f"{scorer.card.identity}, loaded and warm in {time.monotonic() - start:.2f} s")
    start = time.monotonic()
    verdict = _judge(settings, scorer)
    took = f"{(time.monotonic() - start) * 1000:.1f} ms"
    found = verdict is not None and verdict.score_details.label is Label.FRAUD
    detail = f"a sentence with a plain phone number is {'Fraud' if found else 'not seen as Fraud'} ({took})"
    yield Finding("judgement", Health.OK if found else Health.FAIL, detail)


def _judge(settings: Settings, scorer: Scorer) -> Verdict | None:
    clock = SystemClock()
    pipeline = Pipeline(scorer, settings.pipeline_policy, clock)
    event = Event(transaction_context=TransactionContext(transaction_id="doctor"), attributes={"text": SENTENCE})
    position = Position(Partition(settings.listing_topic, 0), 0)
    record = Record(position, b"doctor", event.model_dump_json(by_alias=True, exclude_none=True).encode())
    (outcome,) = score_inline(pipeline, scorer, clock, [record])
    return Verdict.model_validate_json(outcome.value or b"") if outcome.label else None


def _port(settings: Settings) -> Finding:
    where = f"{settings.metrics_host}:{settings.metrics_port}"
    family = socket.AF_INET6 if ":" in settings.metrics_host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((settings.metrics_host, settings.metrics_port))
        except OSError as error:
            return Finding(
                "metrics port", Health.WARN, f"{where} is taken ({error.strerror}): by a running worker, or set another"
            )
    return Finding("metrics port", Health.OK, f"{where} is free")


def _reached(cluster: Cluster, settings: Settings) -> Finding:
    start = time.monotonic()
    try:
        cluster.topics()
    except DetectorError as error:
        return Finding("cluster", Health.FAIL, str(error))
    return Finding(
        "cluster",
        Health.OK,
        f"{settings.bootstrap_servers} answers in {(time.monotonic() - start) * 1000:.0f} ms",
    )


def _topics(cluster: Cluster, settings: Settings) -> Iterator[Finding]:
    for state in check_topics(cluster, topic_specs(settings)):
        if state.troubles:
            missed = state.partitions is None and not state.spec.optional
            health = Health.FAIL if missed else Health.WARN
            yield Finding(f"topic {state.spec.name}", health, "; ".join(state.troubles))
        else:
            yield Finding(f"topic {state.spec.name}", Health.OK, f"{state.spec.role}, {state.partitions} partitions")


def _permissions(client: AdminClient, settings: Settings) -> Iterator[Finding]:
    needed = {
        settings.listing_topic: AclOperation.READ,
        settings.booking_topic: AclOperation.READ,
        settings.verdict_topic: AclOperation.WRITE,
        settings.dead_letter_topic: AclOperation.WRITE,
    }
    asked = client.describe_topics(
        TopicCollection(list(needed)), include_authorized_operations=True, request_timeout=CALL_SECONDS
    )
    for name, future in asked.items():
        try:
            allowed = future.result().authorized_operations
        except KafkaException as error:
            yield Finding(f"access to {name}", Health.WARN, f"cannot be asked for ({error.args[0].name()})")
            continue
        operation = needed[name]
        if allowed is not None and operation not in allowed:
            yield Finding(
                f"access to {name}",
                Health.FAIL,
                f"{operation.name} is not allowed: grant it to this worker's principal",
            )


def _group(client: AdminClient, settings: Settings) -> Finding:
    try:
        found = client.describe_consumer_groups([settings.group], request_timeout=CALL_SECONDS)[settings.group].result()
    except KafkaException as error:
        return Finding(f"group {settings.group}", Health.WARN, f"cannot be described ({error.args[0].name()})")
    state = found.state.name.lower().replace("_", " ")
    return Finding(f"group {settings.group}", Health.OK, f"{state}, {len(found.members)} members")


def _transactions(settings: Settings) -> Finding:
    producer = Producer({**common_config(settings), "transactional.id": f"{settings.group}-doctor", **QUIET})
    try:
        producer.init_transactions(CALL_SECONDS)
    except KafkaException as error:
        return Finding(
            "transactions",
            Health.FAIL,
            f"cannot be begun ({error.args[0].name()}): allow this principal to Write and Describe transactional ids "
            f"that start with {settings.group}-, or run with --delivery at-least-once",
        )
    return Finding("transactions", Health.OK, "can be begun: exactly-once is possible")
