"""What `docs/consuming-verdicts.md` shows, run as it stands there."""

import json
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Message

from detector.offenders import Escalation
from detector.outcomes import Outcome
from detector.verdicts import Label
from tests.brokers import SECONDS, Sent, committed_offsets, produce
from tests.brokers.fixtures import MakeTopic
from tests.docs.page import adapted, module_of, program_of
from tests.faust_limits.transactions import produce_transaction
from tests.samples import CLEAN, LEAK, PHONE, event, outcome_of, outcomes_of, record, verdict_of

PAGE = "consuming-verdicts.md"
SCHEMAS = Path(__file__).parents[2] / "schemas"
GONE = b"listing-0"
EVENTS = 120


@pytest.mark.kafka
def test_each_verdict_is_handled_once_though_it_is_written_twice_and_the_reader_is_killed(
    kafka: str, topics: MakeTopic, tmp_path: Path
) -> None:
    verdicts, escalations = topics("verdicts", partitions=1, cleanup_policy="compact"), topics("escalations")
    judged, taken_back, last, told = judgements(), leak(EVENTS + 1), leak(EVENTS + 2), escalation()
    produce_transaction(kafka, verdicts, written([taken_back]), take_back=True)
    produce(kafka, verdicts, written([*judged, *judged]))
    produce(kafka, escalations, [told, told])
    program = adapted(
        program_of(PAGE),
        **{
            "localhost:9092": kafka,
            '"verdicts"': f'"{verdicts}"',
            '"escalations"': f'"{escalations}"',
            # Who has this name takes over at once; else the broker waits for the killed one for its session's time.
            '"group.id": "trust-and-safety"': f'"group.id": "{verdicts}", "group.instance.id": "reader"',
        },
    )
    (tmp_path / "program.py").write_text(program)
    with reading(tmp_path):
        wait_for_commit(kafka, verdicts, verdicts, 10)
    with reading(tmp_path):
        # The repeats come before it in its partition, so they have been passed over once it is committed.
        ((_, offset),) = produce(kafka, verdicts, written([last]))
        wait_for_commit(kafka, verdicts, verdicts, offset + 1)
        wait_for_commit(kafka, verdicts, escalations, 2)
    fraud = [each for each in (*judged, last) if each.label is Label.FRAUD and each.key != GONE]
    assert cases(tmp_path) == Counter([*((each.key, each.value) for each in fraud), (told.key, told.value)])


@pytest.mark.kafka
def test_a_verdict_whose_handling_failed_is_handled_again(kafka: str, topics: MakeTopic, tmp_path: Path) -> None:
    page, topic = module_of(PAGE), topics("verdicts", partitions=1)
    produce(kafka, topic, written(judgements()[:2]))
    handled: list[int | None] = []

    def fail_at_the_second(store: sqlite3.Connection, message: Message) -> None:
        handled.append(message.offset())
        page.open_case(store, message)
        if len(handled) == 2:
            raise Failed

    def stop_at_the_second(store: sqlite3.Connection, message: Message) -> None:
        handled.append(message.offset())
        raise Stop

    with closing(page.open_store(tmp_path / "verdicts.sqlite3")) as store:
        with pytest.raises(Failed):
            page.follow({"bootstrap.servers": kafka, "group.id": topic}, [topic], store, fail_at_the_second)
        with pytest.raises(Stop):
            page.follow({"bootstrap.servers": kafka, "group.id": topic}, [topic], store, stop_at_the_second)
    assert handled == [0, 1, 1]


@pytest.mark.kafka
def test_a_verdict_is_passed_over_that_was_kept_before_its_offset_was_committed(
    kafka: str, topics: MakeTopic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, topic = module_of(PAGE), topics("verdicts", partitions=1)
    produce(kafka, topic, written(judgements()[:2]))
    handled: list[int | None] = []

    class Crashing(Consumer):
        def commit(self, *_: Any, **__: Any) -> Any:
            raise Stop

    def handle(store: sqlite3.Connection, message: Message) -> None:
        handled.append(message.offset())

    monkeypatch.setattr(page, "Consumer", Crashing)
    with closing(page.open_store(tmp_path / "verdicts.sqlite3")) as store:
        for _ in range(2):
            with pytest.raises(Stop):
                page.follow({"bootstrap.servers": kafka, "group.id": topic}, [topic], store, handle)
    assert handled == [0]


def test_the_newest_verdict_holds_until_the_listing_is_gone(tmp_path: Path) -> None:
    page = module_of(PAGE)
    first, second, gone = outcomes_of([record(event(), 0), record(event({"houseRules": LEAK}), 1), record(None, 2)])
    with closing(page.open_store(tmp_path / "verdicts.sqlite3")) as store:
        assert page.newest(store, "verdicts", first.key) is None
        for outcome in (first, second, first):
            page.is_new(store, message(outcome))
        assert page.newest(store, "verdicts", first.key) == json.loads(second.value or b"")
        page.is_new(store, message(gone))
        assert page.newest(store, "verdicts", first.key) is None


def test_an_id_is_known_until_it_is_forgotten(tmp_path: Path) -> None:
    page = module_of(PAGE)
    old, recent = (message(outcome) for outcome in outcomes_of([record(event(), 0), record(event(), 1)]))
    with closing(page.open_store(tmp_path / "verdicts.sqlite3")) as store:
        assert page.is_new(store, old)
        store.execute("UPDATE records SET at = datetime('now', '-91 days')")
        assert page.is_new(store, recent)
        assert not page.is_new(store, old)
        page.forget(store)
        assert page.is_new(store, old)
        assert not page.is_new(store, recent)


@pytest.mark.kafka
def test_evidence_is_cut_out_of_the_text_that_was_published(kafka: str, topics: MakeTopic) -> None:
    page, topic = module_of(PAGE), topics("listings", partitions=1)
    published = event(
        {"houseRules": f"\U0001f3e1 \U0001f468\u200d\U0001f469\u200d\U0001f467 \uff21 cafe\u0301. {LEAK}"}
    )
    produce(kafka, topic, [Sent(event(), b"another"), Sent(published, b"L-42")])
    verdict = verdict_of(published, offset=1).model_dump(mode="json", by_alias=True)
    verdict["source"]["topic"] = topic
    attributes = page.texts({"bootstrap.servers": kafka, "group.id": "never-joined"}, verdict["source"])
    assert page.passages(verdict, attributes) == [("phone", PHONE)]


@pytest.mark.kafka
def test_a_record_that_is_not_there_any_more_is_not_taken_for_another(kafka: str, topics: MakeTopic) -> None:
    page, topic = module_of(PAGE), topics("listings", partitions=1)
    produce_transaction(kafka, topic, [Sent(event())])
    produce(kafka, topic, [Sent(event())])
    source = {"topic": topic, "partition": 0, "offset": 1}  # where the transaction's marker is
    with pytest.raises(LookupError):
        page.texts({"bootstrap.servers": kafka, "group.id": "never-joined"}, source)


class Failed(Exception):
    """What goes wrong while a verdict is handled."""


class Stop(Exception):
    """Ends a reader that would go on for ever."""


def judgements() -> list[Outcome]:
    """Verdicts on 40 listings, every third a leak, and then the tombstone of one of them."""
    updates = [
        record(event({"houseRules": CLEAN if number % 3 else LEAK}), number, key=f"listing-{number % 40}".encode())
        for number in range(EVENTS)
    ]
    return outcomes_of([*updates, record(None, EVENTS, key=GONE)])


def leak(offset: int) -> Outcome:
    """The verdict on a leak at that offset."""
    return outcome_of(record(event({"houseRules": LEAK}), offset))


def written(outcomes: Sequence[Outcome]) -> list[Sent]:
    """The records as a worker writes them."""
    return [Sent(outcome.value, outcome.key, outcome.headers) for outcome in outcomes]


def escalation() -> Sent:
    """The example of the schema, as it is written."""
    example = json.loads((SCHEMAS / "escalation.v1.json").read_text())["examples"][0]
    told = Escalation.model_validate_json(json.dumps(example)).message
    return Sent(told.value, told.key, told.headers)


def message(outcome: Outcome) -> Message:
    """The outcome as a consumer gets it."""
    headers: Any = list(outcome.headers)
    return Message(topic="verdicts", key=outcome.key, value=outcome.value, headers=headers)


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """The program in a process of its own, killed at the end."""
    process = subprocess.Popen([sys.executable, "program.py"], cwd=folder)
    try:
        yield
        assert process.poll() is None, "the program ended by itself"
    finally:
        process.kill()
        process.wait(SECONDS)


def wait_for_commit(bootstrap: str, group: str, topic: str, count: int) -> None:
    """Until the group has committed so many of the topic's offsets."""
    deadline = time.monotonic() + SECONDS
    while sum(committed_offsets(bootstrap, group, topic).values()) < count:
        assert time.monotonic() < deadline, f"{count} offsets were not committed within {SECONDS:g} s"


def cases(folder: Path) -> Counter[tuple[bytes, bytes]]:
    """What was handled, and how often."""
    with closing(sqlite3.connect(folder / "verdicts.sqlite3")) as store:
        return Counter(store.execute("SELECT about, body FROM cases"))
