"""Checks of the cluster: whether it answers, and whether it lets this worker do its work."""

import time
from collections.abc import Iterator, Set
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AclOperation, AdminClient

from detector.cli.cluster import ANSWER_SECONDS, Cluster
from detector.cli.findings import Finding, fail, ok, warn
from detector.cli.plan import compare, inputs, outputs
from detector.cli.topics import find_topics
from detector.errors import DetectorError
from detector.settings import Delivery, Settings

CONNECT_SECONDS = 5.0
TRANSACTION_SECONDS = 10.0
SLOW_SECONDS = 1.0


def check_cluster(settings: Settings) -> Iterator[Finding]:
    """Everything about the cluster, or that it does not answer."""
    cluster = Cluster(settings)
    start = time.perf_counter()
    try:
        metadata = cluster.metadata(CONNECT_SECONDS)
    except DetectorError as error:
        yield fail(f"cluster: {error}", "the checks of topics, rights and group wait for it")
        return
    seconds = time.perf_counter() - start
    said = f"cluster: {metadata.cluster_id or 'without a name'}, {len(metadata.brokers)} brokers, answers in {seconds * 1000:.0f} ms"
    yield ok(said) if seconds < SLOW_SECONDS else warn(said, "slow to answer: see DNS, network, TLS")
    yield from compare(settings, found := find_topics(cluster))
    yield from _topic_rights(cluster, set(found))
    yield from _group(cluster)
    if settings.delivery is Delivery.EXACTLY_ONCE:
        yield _transaction(cluster)


def _topic_rights(cluster: Cluster, there: Set[str]) -> Iterator[Finding]:
    settings = cluster.settings
    needs = {each.name: {AclOperation.READ, AclOperation.DESCRIBE} for each in inputs(settings)}
    needs |= {each.name: {AclOperation.WRITE, AclOperation.DESCRIBE} for each in outputs(settings)}
    needs = {name: operations for name, operations in needs.items() if name in there}
    if not needs:
        return
    futures = cluster.admin.describe_topics(
        TopicCollection(list(needs)), include_authorized_operations=True, request_timeout=ANSWER_SECONDS
    )
    for name, future in futures.items():
        yield _rights(f"topic {name}", "topic", name, needs[name], future)


def _group(cluster: Cluster) -> Iterator[Finding]:
    group = cluster.settings.group
    future = _describe_group(cluster.admin, group)
    yield _rights(f"group {group}", "group", group, {AclOperation.READ}, future)
    if future.exception() is not None:
        return
    found = future.result()
    state, members = found.state.name.lower().replace("_", " "), len(found.members)
    if members:
        yield ok(f"group {group}: {state}, {members} members")
    else:
        yield ok(f"group {group}: no worker runs")


def _describe_group(admin: AdminClient, group: str) -> "Future[Any]":
    (future,) = admin.describe_consumer_groups(
        [group], include_authorized_operations=True, request_timeout=ANSWER_SECONDS
    ).values()
    return future


def _rights(what: str, kind: str, name: str, needs: Set[AclOperation], future: "Future[Any]") -> Finding:
    error = future.exception(ANSWER_SECONDS + 1)
    if isinstance(error, KafkaException):
        return fail(f"{what}: cannot be described ({error.args[0].name()})", _allow(kind, name, needs))
    if error is not None:
        raise error
    # AclOperation compares, but does not hash, as enums do.
    allowed = {each.name for each in future.result().authorized_operations or []}
    if not allowed:
        return warn(f"{what}: the cluster does not say what this worker may do")
    wanted = {each.name for each in needs}
    if "ALL" in allowed or wanted <= allowed:
        return ok(f"{what}: may {_names(needs)}")
    missing = {each for each in needs if each.name not in allowed}
    return fail(f"{what}: may not {_names(missing)}", _allow(kind, name, missing))


def _transaction(cluster: Cluster) -> Finding:
    """A transaction without records, begun and aborted: what exactly-once delivery needs of the cluster."""
    name = f"{cluster.settings.group}-doctor"
    start = time.perf_counter()
    try:
        producer = cluster.writer(name)
        producer.init_transactions(TRANSACTION_SECONDS)
        producer.begin_transaction()
        producer.abort_transaction(TRANSACTION_SECONDS)
    except KafkaException as error:
        needs = {AclOperation.WRITE, AclOperation.DESCRIBE}
        return fail(
            f"transactions: refused ({error.args[0].name()})",
            f"{_allow('transactional-id', cluster.settings.group + '-', needs)} --resource-pattern-type prefixed, "
            "or --delivery at-least-once",
        )
    return ok(f"transactions: {name} begun and aborted in {(time.perf_counter() - start) * 1000:.0f} ms")


def _allow(kind: str, name: str, operations: Set[AclOperation]) -> str:
    flags = " ".join(f"--operation {each.name.capitalize()}" for each in sorted(operations, key=lambda each: each.name))
    return f"kafka-acls.sh --add --allow-principal User:WORKER {flags} --{kind} {name}"


def _names(operations: Set[AclOperation]) -> str:
    return " and ".join(sorted(each.name.lower() for each in operations))
