"""`detector escalate` on a real broker: what it counts is what the verdict topic says, whatever happens to its processes."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from detector.brokers import EmbeddedKafka
from tests.brokers import (
    SECONDS,
    Sent,
    committed_offsets,
    create_topics,
    produce,
    produce_with,
    read_committed,
)
from tests.integration.escalators import (
    Escalator,
    escalating,
    fresh_escalations,
    recount,
    sightings_of,
    told,
    wait_until_counted,
)
from tests.integration.verdict_samples import CANARY, untidy, verdict
from tests.integration.workers import Stream

pytestmark = pytest.mark.kafka


def deliver(stream: Stream, records: Sequence[Sent], *, aborted: Iterable[Sent] = ()) -> None:
    """As workers with exactly-once do: transactions, one of which is rolled back."""
    producer = Producer(
        {"bootstrap.servers": stream.bootstrap, "transactional.id": stream.verdicts, "partitioner": "murmur2_random"}
    )
    producer.init_transactions(SECONDS)
    for start in range(0, len(records), 250):
        producer.begin_transaction()
        produce_with(producer, stream.verdicts, aborted)
        producer.flush(SECONDS)
        producer.abort_transaction(SECONDS)
        producer.begin_transaction()
        produce_with(producer, stream.verdicts, records[start : start + 250])
        producer.commit_transaction(SECONDS)


def wait_until_considered(process: Escalator, sightings: int) -> None:
    """Returns once the process is done with so many."""
    process.samples_when(
        lambda samples: (
            sum(count for name, count in samples.items() if name.startswith("detector_sightings_total")) >= sightings
        )
    )


def escalations(stream: Stream) -> list[dict[str, Any]]:
    """What was told, repeats of the same included."""
    records = read_committed(stream.bootstrap, stream.settings["DETECTOR_ESCALATION_TOPIC"])
    found = [json.loads(record.value or b"") for record in records]
    ids = [dict(record.headers)["detector.escalation-id"] for record in records]
    assert ids == [each["escalationId"].encode() for each in found]
    return found


def check_escalations(found: Sequence[Mapping[str, Any]]) -> None:
    """Each says the same whenever it is repeated, is deserved, and keeps the quiet period to the one before."""
    by_id: dict[str, Mapping[str, Any]] = {}
    for each in found:
        assert by_id.setdefault(each["escalationId"], each) == each
        assert each["violations"] >= each["rule"]["violations"]
        assert each["listings"] >= each["rule"]["listings"]
        assert len(set(each["verdictIds"])) == min(each["violations"], 50)
    crossings = defaultdict(list)
    for each in by_id.values():
        crossings[each.get("partnerId"), each.get("listingId"), each["rule"]["name"]].append(each["at"])
    for times in crossings.values():
        moments = sorted(datetime.fromisoformat(time) for time in times)
        assert all(later - earlier >= timedelta(hours=24) for earlier, later in pairwise(moments))


@pytest.mark.parametrize("seed", [1])
def test_counts_equal_a_recount_after_kills_restarts_and_rebalances(kafka: str, seed: int) -> None:
    random = Random(seed)
    stream = fresh_escalations(kafka, partitions=3 + seed)
    records = untidy(seed, 2400)
    said: list[str] = []
    with ExitStack() as ends:
        deliver(stream, records[:800], aborted=untidy(seed + 100, 20))
        first = ends.enter_context(escalating(stream))
        wait_until_considered(first, random.randrange(50, 500))
        first.kill()
        second, third = (ends.enter_context(Escalator(stream)) for _ in range(2))
        for process in (second, third):
            process.wait_for("tables recovered")
        deliver(stream, records[800:1600])
        wait_until_considered(third, random.randrange(1, 200))
        killed, left = random.sample([second, third], 2)
        killed.kill()
        deliver(stream, records[1600:])
        fourth = ends.enter_context(escalating(stream))
        wait_until_considered(left, random.randrange(100, 400))
        assert left.terminate() == 0
        wait_until_counted(stream)
        answer = fourth.partners()
        assert answer["complete"]
        assert told(answer) == recount(kafka, stream.verdicts, datetime.fromisoformat(answer["at"]))
        assert len(told(answer)) > 25
        assert fourth.terminate() == 0
        said = [line for process in (first, second, third, fourth) for line in process.said]
    check_escalations(escalations(stream))
    assert not [line for line in said if CANARY in line or "partner/" in line or "P-1" in line]


def three_violations(partner: str = "P-1") -> list[Sent]:
    """What the rule `repeat` is crossed by."""
    now = datetime.now(UTC)
    return [
        verdict(number, f"L-{number}", now - timedelta(minutes=10 - number), partner=partner) for number in range(3)
    ]


def test_an_escalation_that_is_refused_ends_the_process_and_is_told_by_the_next(kafka: str) -> None:
    stream = fresh_escalations(kafka, partitions=1)
    topic = stream.settings["DETECTOR_ESCALATION_TOPIC"]
    configure(kafka, topic, "max.message.bytes", "200")
    produce(kafka, stream.verdicts, three_violations())
    with Escalator(stream) as process:
        assert process.exit_code() == 2
        assert "refuses a record for its size" in "".join(process.said)
    assert committed_offsets(kafka, stream.group, sightings_of(stream)).get(0, 0) < 3
    assert escalations(stream) == []
    configure(kafka, topic, "max.message.bytes", "1048588")
    with escalating(stream) as process:
        wait_until_counted(stream)
        (offender,) = process.partners()["partners"]
        assert offender["windows"]["24h"]["violations"] == 3
    (told_once,) = {each["escalationId"]: each for each in escalations(stream)}.values()
    assert (told_once["partnerId"], told_once["rule"]["name"], told_once["violations"]) == ("P-1", "repeat", 3)


def test_topics_that_do_not_fit_each_other_are_named(kafka: str) -> None:
    stream = fresh_escalations(kafka, partitions=2)
    create_topics(kafka, f"{stream.group}-trails-changelog", partitions=3)
    with Escalator(stream) as process:
        assert process.exit_code() == 2
        assert f"{stream.group}-trails-changelog has 3 partitions where 2 are needed" in process.said[-1]


def test_it_counts_on_the_embedded_broker_if_the_verdict_topic_fits() -> None:
    with EmbeddedKafka({"four": 4, "three": 3, "escalations": 1}) as broker:
        stream = Stream(broker.bootstrap, "", "", "four", "", "g", {"DETECTOR_ESCALATION_GROUP": "g"})
        produce(broker.bootstrap, "four", three_violations())
        with escalating(stream) as process:
            process.samples_when(lambda samples: samples.get('detector_escalations_total{rule="repeat"}') == 1)
            assert [each["partnerId"] for each in process.partners()["partners"]] == ["P-1"]
            assert process.terminate() == 0
        with Escalator(stream, extra={"DETECTOR_VERDICT_TOPIC": "three"}) as process:
            assert process.exit_code() == 2
            assert "an embedded broker gives each new topic 4 partitions" in process.said[-1]


def configure(bootstrap: str, topic: str, name: str, value: str) -> None:
    """Set one property of a topic."""
    entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.incremental_alter_configs([resource])[resource].result(SECONDS)
