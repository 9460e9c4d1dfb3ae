"""`detector bench` on a real broker, with numbers so small that they say nothing: what is tested is that it measures."""

import json
import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import psutil
import pytest
from confluent_kafka.admin import AdminClient

from detector.bench.engines.variants import Variant
from detector.bench.load import OpenLoop, fill
from detector.bench.messages import messages
from detector.bench.reader import VerdictReader
from detector.bench.stand import broker, fresh_stream
from detector.errors import DetectorError
from detector.operations.topics import topic_specs
from detector.operations.worker_process import WorkerFailed
from detector.settings import Settings
from tests.brokers import Sent, produce, read_committed
from tests.integration.benches import bench, ended
from tests.integration.workers import SECONDS

pytestmark = pytest.mark.kafka

TINY = ("--rounds", "1", "--samples", "10", "--seconds", "0", "--rate", "50", "--backlog", "200", "--words", "5")


def has_worker(bench: int) -> bool:
    # Short-lived children may be gone before they are looked at.
    with suppress(psutil.Error):
        return any("worker" in each.cmdline() for each in psutil.Process(bench).children())
    return False


def figures(kafka: str, folder: Path, *variants: Variant) -> Mapping[str, Any]:
    """The JSON file of a tiny run without a model."""
    file = folder / "engines.json"
    only = [argument for variant in variants for argument in ("--only", variant)]
    with bench("engines", "--bootstrap", kafka, "--model", "none", *only, *TINY, "--json", str(file)) as process:
        code, output, errors = ended(process)
    assert code == 0, errors
    assert "model: none" in output
    found: Mapping[str, Any] = json.loads(file.read_text())
    return found


def assert_measured(row: Mapping[str, Any]) -> None:
    """Every figure is there, and none is impossible."""
    paced = row["at_rate"]["50"]
    assert row["events"] == 200 + 25 + 10
    assert paced["samples"] == 10
    assert 0 < paced["p50_ms"] <= paced["p99_ms"] < 1000 * SECONDS
    assert paced["cpu_ms_per_event"]["median"] >= 0
    assert row["peak_rss_mib"]["median"] > 10


def test_the_kafka_engine_is_measured_with_both_guarantees(kafka: str, tmp_path: Path) -> None:
    result = figures(kafka, tmp_path, Variant.KAFKA_EXACTLY_ONCE, Variant.KAFKA_AT_LEAST_ONCE)
    exactly, at_least = result["figures"]
    assert (exactly["engine"], exactly["guarantee"], exactly["repeated"]) == ("kafka", "exactly-once", 0)
    assert (at_least["engine"], at_least["guarantee"]) == ("kafka", "at-least-once")
    for row in (exactly, at_least):
        assert_measured(row)
    assert [bar["met"] for bar in result["bars"]] == [True]
    assert result["machine"]["cores"] >= 1
    assert "confluent-kafka" in result["versions"]
    assert result["options"]["backlog"]["none"] == 200


def test_the_faust_engine_is_measured_with_its_own_batcher_and_with_fausts(kafka: str, tmp_path: Path) -> None:
    pytest.importorskip("faust")
    result = figures(kafka, tmp_path, Variant.FAUST, Variant.FAUST_TAKE)
    assert [(row["engine"], row["guarantee"]) for row in result["figures"]] == [("faust", "at-least-once")] * 2
    for row in result["figures"]:
        assert_measured(row)


def test_a_worker_that_cannot_start_ends_the_bench_with_what_it_said(kafka: str, tmp_path: Path) -> None:
    arguments = ("--bootstrap", kafka, "--model", "shipped", "--only", Variant.KAFKA_EXACTLY_ONCE, *TINY)
    with bench("engines", *arguments, "--bundle", str(tmp_path / "nothing")) as process:
        code, _, errors = ended(process)
    assert code == 1
    assert "the worker ended with exit code 2" in errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_an_interrupt_in_mid_work_ends_it_in_order_and_leaves_no_process(kafka: str, number: signal.Signals) -> None:
    # At this rate it would take minutes.
    slow = ("--rate", "1", "--samples", "300", "--rounds", "1", "--backlog", "50")
    with bench(
        "engines", "--bootstrap", kafka, "--model", "none", "--only", Variant.KAFKA_EXACTLY_ONCE, *slow
    ) as process:
        while not has_worker(process.pid):
            assert process.poll() is None
        if number is signal.SIGINT:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        code, output, errors = ended(process)
    assert code == 130, errors
    assert "Traceback" not in errors
    assert output == ""


def test_every_run_has_topics_of_its_own_and_deletes_those_alone(kafka: str) -> None:
    with broker(kafka, lambda _: None) as address:
        assert address == kafka
        with fresh_stream(address) as first, fresh_stream(address) as second:
            names = {spec.name for settings in (first, second) for spec in topic_specs(settings)}
            # The user's topics bear the names that are set by default.
            assert not names & {spec.name for spec in topic_specs(Settings.model_construct())}
            assert len(names) == 2 * len(topic_specs(first))
            assert names <= topics(kafka)
            assert first.group != second.group
    # A broker may list for a moment what it has deleted.
    give_up = time.monotonic() + SECONDS
    while left := names & topics(kafka):
        assert time.monotonic() < give_up, f"{left} are left"


def topics(kafka: str) -> set[str]:
    return set(AdminClient({"bootstrap.servers": kafka}).list_topics(timeout=SECONDS).topics)


def test_a_backlog_is_all_there_before_the_worker_starts(kafka: str) -> None:
    events = list(islice(messages(seed=1, words=5), 50))
    with fresh_stream(kafka) as settings:
        fill(settings, events)
        records = read_committed(kafka, settings.booking_topic)
    assert {record.key for record in records} == {event.key for event in events}


def test_events_bear_the_times_at_which_they_should_have_been_sent(kafka: str) -> None:
    events = list(islice(messages(seed=1, words=5), 5))
    due = [0.0, 0.005, 0.005, 0.1, 0.15]
    with fresh_stream(kafka) as settings:
        with OpenLoop(settings, events, due) as load:
            load.wait()
        records = {record.key: record.timestamp_ms for record in read_committed(kafka, settings.booking_topic)}
    times = [records[event.key] for event in events]
    for at, seconds in zip(times, due, strict=True):
        assert at - times[0] == pytest.approx(1000 * seconds, abs=1)
    assert len(load.late_seconds) == 5
    assert min(load.late_seconds) >= 0


def test_the_reader_keeps_when_an_events_first_verdict_was_seen_and_counts_the_others(kafka: str) -> None:
    with fresh_stream(kafka) as settings, VerdictReader(settings) as reader:
        produce(kafka, settings.verdict_topic, [Sent(b"{}", b"one"), Sent(b"{}", b"two")])
        reader.until(2, lambda: None, patience=SECONDS)
        seen = dict(reader.seen)
        produce(kafka, settings.verdict_topic, [Sent(b"{}", b"one"), Sent(b"{}", b"three")])
        reader.until(3, lambda: None, patience=SECONDS)
        reader.rest()
    assert reader.repeated == 1
    assert {key: reader.seen[key] for key in seen} == seen
    assert seen.keys() == {b"one", b"two"}


def test_events_without_a_verdict_are_given_up_and_counted(kafka: str) -> None:
    with (
        fresh_stream(kafka) as settings,
        VerdictReader(settings) as reader,
        pytest.raises(WorkerFailed, match="3 events have no verdict"),
    ):
        reader.until(3, lambda: None, patience=0.2)


def test_a_dead_letter_ends_the_bench(kafka: str) -> None:
    with fresh_stream(kafka) as settings, VerdictReader(settings) as reader:
        produce(kafka, settings.dead_letter_topic, [Sent(b"x", b"one")])
        with pytest.raises(DetectorError, match="dead letter"):
            reader.until(1, lambda: None, patience=SECONDS)
