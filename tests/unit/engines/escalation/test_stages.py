"""What a stage does with one record, and in which order: nothing is remembered before its effect is confirmed."""

import asyncio
import json
from functools import partial
from typing import Any

import pytest
import structlog
from prometheus_client import CollectorRegistry

from detector.engines.escalation.book import Shelf, TableBook
from detector.engines.escalation.stages import Considering, Following, Outgoing
from detector.framing import frame_of, payload_of
from detector.monitoring.escalation_metrics import EscalationMetrics
from detector.offenders import EscalationPolicy, Sighting, parse_rules
from detector.records import Partition, Position, Record
from detector.verdicts import Verdict
from tests.unit.engines.escalation.rig import table
from tests.unit.offenders.sightings import DAY_MS, NOON, WHO, violation
from tests.unit.offenders.verdicts import verdict

CANARY = "0044 20 7946 0958"


class Broker:
    """Takes whatever is written, under the name of its topic or table, until it is told to refuse one of them."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Any]] = []
        self.refuses = ""

    def take(self, where: str, what: Any) -> None:
        if where == self.refuses:
            raise ConnectionError
        self.taken.append((where, what))

    async def send(self, outgoing: Outgoing) -> None:
        self.take(outgoing.topic, outgoing)

    async def log(self, name: str, _partition: int, key: Any, value: Any) -> None:
        self.take(name, (key, value))

    @property
    def order(self) -> list[str]:
        """Where things went, in order; empties the list."""
        order, self.taken = [where for where, _ in self.taken], []
        return order


class Stages:
    """Both stages over one broker, as one partition sees them."""

    def __init__(self) -> None:
        self.broker = Broker()
        self.registry = CollectorRegistry()
        self.metrics = metrics = EscalationMetrics(self.registry)
        self.trails, standings, panes = (
            Shelf(table(name).store, partial(self.broker.log, name), 0) for name in ("trails", "standings", "panes")
        )
        self.book = TableBook(standings, panes)
        self.following = Following(lambda _: self.trails, "sightings", self.broker.send, metrics)
        self.considering = self.considering_with(b"")

    def considering_with(self, frame: bytes) -> Considering:
        policy = EscalationPolicy(parse_rules("two: 2 violations in 24h"), DAY_MS)
        return Considering(lambda _: self.book, "escalations", policy, self.broker.send, self.metrics, frame)

    def follow(self, value: Verdict | bytes | None, key: bytes | None = b"L-1", timestamp_ms: int = NOON) -> None:
        if isinstance(value, Verdict):
            value = value.model_dump_json(by_alias=True, exclude_none=True).encode()
        asyncio.run(self.following.take(record(value, key, timestamp_ms)))

    def consider(self, value: Sighting | bytes) -> None:
        asyncio.run(self.considering.take(record(value if isinstance(value, bytes) else value.to_json(), b"who", NOON)))

    def counted(self, metric: str, result: str) -> float:
        return self.registry.get_sample_value(f"detector_{metric}_total", {"result": result}) or 0.0


def record(value: bytes | None, key: bytes | None, timestamp_ms: int) -> Record:
    return Record(Position(Partition("verdicts", 3), 17), key, value, (), timestamp_ms)


@pytest.fixture
def stages() -> Stages:
    return Stages()


def test_a_violation_is_sent_to_its_partner_before_it_is_remembered(stages: Stages) -> None:
    stages.follow(verdict(NOON))
    sent = stages.broker.taken[0][1]
    assert (sent.topic, sent.key) == ("sightings", b"partner/P-7")
    assert Sighting.from_json(sent.value).at_ms == NOON
    assert stages.broker.order == ["sightings", "trails"]
    assert stages.counted("followed_verdicts", "forwarded") == 1


def test_a_sighting_that_is_not_confirmed_is_not_remembered_so_it_is_sent_again(stages: Stages) -> None:
    stages.broker.refuses = "sightings"
    with pytest.raises(ConnectionError):
        stages.follow(verdict(NOON))
    assert stages.broker.order == []
    assert not stages.trails.entries
    stages.broker.refuses = ""
    stages.follow(verdict(NOON))
    assert stages.broker.order == ["sightings", "trails"]


def test_a_clean_verdict_is_forwarded_only_where_something_is_open(stages: Stages) -> None:
    stages.follow(verdict(NOON, fraud=False))
    assert stages.broker.order == ["trails"]
    assert stages.counted("followed_verdicts", "skipped") == 1
    stages.follow(verdict(NOON + 1))
    stages.follow(verdict(NOON + 2, fraud=False))
    assert stages.broker.order == ["sightings", "trails", "sightings", "trails"]


def test_a_tombstone_mends_with_the_time_of_its_record(stages: Stages) -> None:
    stages.follow(verdict(NOON))
    stages.follow(None, timestamp_ms=NOON + 5)
    mending = Sighting.from_json(stages.broker.taken[2][1].value)
    assert (mending.who, mending.violation, mending.at_ms) == ("partner/P-7", False, NOON + 5)


@pytest.mark.parametrize("key", [None, b"L-unknown"])
def test_a_tombstone_of_something_unknown_is_no_news(stages: Stages, key: bytes | None) -> None:
    stages.follow(None, key=key)
    assert stages.broker.order == []


def test_what_is_known_of_a_key_does_not_leak_into_another_whatever_bytes_they_are(stages: Stages) -> None:
    stages.follow(verdict(NOON, partner="P-1"), key=b"\xff")
    stages.follow(verdict(NOON, partner=None), key=b"\\xff")
    assert [sent.key for where, sent in stages.broker.taken if where == "sightings"] == [b"partner/P-1", b"listing/L-1"]


def test_a_verdict_without_a_key_is_counted_and_leaves_no_trail(stages: Stages) -> None:
    stages.follow(verdict(NOON), key=None)
    assert stages.broker.order == ["sightings"]


@pytest.mark.parametrize("value", [b"", b"hello", b"[]", f'{{"verdictId": "{CANARY}"}}'.encode(), b"\xff\xfe"])
def test_a_verdict_that_cannot_be_read_is_counted_and_named_by_its_position_alone(stages: Stages, value: bytes) -> None:
    with structlog.testing.capture_logs() as lines:
        stages.follow(value, key=CANARY.encode())
    assert stages.broker.order == []
    assert stages.counted("followed_verdicts", "unreadable") == 1
    (line,) = lines
    assert line == {
        "event": "verdict not readable, left alone",
        "topic": "verdicts",
        "partition": 3,
        "offset": 17,
        "log_level": "warning",
    }


def test_trails_of_30_quiet_days_are_forgotten_as_time_goes_on(stages: Stages) -> None:
    stages.follow(verdict(NOON), key=b"old")
    for number in range(3):
        stages.follow(verdict(NOON + 31 * DAY_MS + number), key=b"new")
    assert list(stages.trails.entries) == ["new"]
    assert ("trails", ("old", None)) in stages.broker.taken


def test_a_verdict_in_schema_registrys_wire_format_is_followed_like_a_plain_one(stages: Stages) -> None:
    plain = verdict(NOON).model_dump_json(by_alias=True, exclude_none=True).encode()
    stages.follow(frame_of(7) + plain)
    stages.follow(plain)
    first, again = (sent for where, sent in stages.broker.taken if where == "sightings")
    assert first == again


def test_the_frame_of_a_registry_stands_before_each_escalation(stages: Stages) -> None:
    stages.considering = stages.considering_with(frame_of(7))
    stages.consider(violation(NOON))
    stages.consider(violation(NOON + 1))
    (told,) = (sent for where, sent in stages.broker.taken if where == "escalations")
    assert told.value.startswith(frame_of(7))
    assert json.loads(payload_of(told.value))["partnerId"] == "P-7"


def test_an_escalation_is_confirmed_before_anything_is_written_down(stages: Stages) -> None:
    stages.consider(violation(NOON))
    assert stages.broker.order == ["standings", "panes"]
    stages.consider(violation(NOON + 1))
    told = json.loads(stages.broker.taken[0][1].value)
    assert (told["partnerId"], told["violations"]) == ("P-7", 2)
    assert stages.broker.order == ["escalations", "standings", "panes"]
    assert stages.registry.get_sample_value("detector_escalations_total", {"rule": "two"}) == 1


def test_a_crossing_whose_escalation_is_refused_is_told_under_the_same_id_when_it_comes_again(stages: Stages) -> None:
    stages.consider(violation(NOON))
    stages.broker.refuses = "escalations"
    with pytest.raises(ConnectionError):
        stages.consider(violation(NOON + 1))
    before = stages.book.standing(WHO)
    assert before is not None
    assert not before.reports
    stages.broker.refuses = ""
    stages.consider(violation(NOON + 1))
    assert [where for where, _ in stages.broker.taken][-3:] == ["escalations", "standings", "panes"]


def test_a_crash_between_escalation_and_table_tells_the_same_thing_twice() -> None:
    told = []
    for _ in range(2):
        stages = Stages()
        stages.consider(violation(NOON))
        stages.broker.refuses = "standings"
        with pytest.raises(ConnectionError):
            stages.consider(violation(NOON + 1))
        told += [sent for where, sent in stages.broker.taken if where == "escalations"]
    assert told[0] == told[1]


def test_a_repeated_sighting_changes_nothing(stages: Stages) -> None:
    stages.consider(violation(NOON))
    stages.consider(violation(NOON))
    assert stages.broker.order == ["standings", "panes"]
    assert (stages.counted("sightings", "counted"), stages.counted("sightings", "repeated")) == (1, 1)


def test_a_sighting_that_cannot_be_read_is_left_alone(stages: Stages) -> None:
    stages.consider(b"{}")
    assert stages.broker.order == []
    assert stages.counted("sightings", "unreadable") == 1


def test_offenders_of_30_quiet_days_are_forgotten_as_time_goes_on(stages: Stages) -> None:
    stages.consider(violation(NOON))
    for number in range(3):
        stages.consider(violation(NOON + 31 * DAY_MS + number, who="partner/P-8"))
    assert list(stages.book.offenders()) == ["partner/P-8"]
    assert ("standings", (WHO, None)) in stages.broker.taken
