"""Message text stays in the topics it belongs to: it is in no log, metric, error, repr or verdict."""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Thread

import pytest
import structlog
from prometheus_client import generate_latest

from detector.brokers import EmbeddedKafka
from detector.clock import SystemClock
from detector.deadletters import BrakePolicy
from detector.engines.kafka.run import Run
from detector.engines.kafka.worker import KafkaWorker
from detector.errors import InvalidRecord
from detector.events import decode
from detector.monitoring.health import Health
from detector.monitoring.metrics import PrometheusObserver
from detector.outcomes import Delivery, Destination
from detector.records import Record
from detector.scoring import KeywordScorer, Scorer, Window, WindowScore
from detector.settings import Settings
from detector.text import prepare
from tests.bad_events import BAD, CANARY
from tests.brokers import Read, Sent, produce, read_committed
from tests.samples import LISTINGS, event, outcome_of, outcomes_of, pipeline, record
from tests.unit.monitoring.tracing.traced import Traced

NAME = "giraffe, ask for me"
"""An attribute's name that is really a text: verdicts must repeat it, nobody else may."""

KEY = b"walrus-key"
HEADERS = [("ostrich-name", b"ostrich-value")]
SECRETS = (*CANARY.split()[:1], "900999", "giraffe", "walrus", "ostrich")
GOOD = event({NAME: CANARY, "name": f"write to {CANARY.replace(' ', '')}@example.com"})
VALUES = [pytest.param(GOOD, id="good"), *(pytest.param(row.values[0], id=row.id) for row in BAD)]


class Choking(KeywordScorer):
    """A model whose errors quote what they choked on."""

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        for window in windows:
            if "zebra" in window.text:  # type: ignore[attr-defined]
                raise RuntimeError(f"cannot score {window.text}")  # type: ignore[attr-defined]
        return super().score(windows)


class ChokingTokenizer(KeywordScorer):
    """The same, one step earlier."""

    def windows(self, text: str) -> list[Window]:  # type: ignore[override]
        if "zebra" in text:
            raise ValueError(f"cannot tokenize {text}")
        return list(super().windows(text))


SCORERS = [
    pytest.param(KeywordScorer(), id="sound model"),
    pytest.param(Choking(), id="model fails"),
    pytest.param(ChokingTokenizer(), id="tokenizer fails"),
]


def assert_silent(told: str) -> None:
    assert [secret for secret in SECRETS if secret in told] == []


def canary_record(value: bytes | None) -> Record:
    return record(value, key=KEY, headers=HEADERS, timestamp_ms=1_000)


def as_text(headers: Sequence[tuple[str, bytes | None]]) -> str:
    return " ".join(f"{name}={value!r}" for name, value in headers)


def test_the_good_event_is_one_and_a_leak() -> None:
    assert outcome_of(canary_record(GOOD)).label == "Fraud", "otherwise this file would prove nothing"


@pytest.mark.parametrize("scorer", SCORERS)
@pytest.mark.parametrize("value", VALUES)
def test_values_of_the_core_show_where_they_stand_and_nothing_they_say(value: bytes, scorer: Scorer) -> None:
    one = canary_record(value)
    flow = pipeline(scorer, brake=BrakePolicy(consecutive=100))
    outcomes = outcomes_of([one], scorer, flow)
    assert_silent(f"{one!r} {one} {outcomes!r} {Delivery(outcomes, {LISTINGS: 1})!r}")


def test_values_on_their_way_through_the_core_hide_their_text_too() -> None:
    decoded = decode(GOOD)
    prepared = prepare(CANARY)
    windows = KeywordScorer().windows(CANARY)
    assert_silent(f"{decoded!r} {decoded} {prepared!r} {windows!r} {KeywordScorer().score(windows)!r}")


@pytest.mark.parametrize("value", [row.values[0] for row in BAD], ids=[row.id for row in BAD])
def test_the_traceback_of_a_bad_event_quotes_none_of_it(value: bytes) -> None:
    with pytest.raises(InvalidRecord) as caught:
        decode(value)
    assert_silent("".join(traceback.format_exception_only(caught.value)))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("scorer", SCORERS)
@pytest.mark.parametrize("value", VALUES)
def test_a_dead_letter_keeps_its_record_and_its_reason_quotes_none_of_it(value: bytes, scorer: Scorer) -> None:
    outcome = outcome_of(canary_record(value), scorer)
    if outcome.destination is not Destination.DEAD_LETTERS:
        return
    assert (outcome.key, outcome.value) == (KEY, value)
    added = [(name, content) for name, content in outcome.headers if (name, content) not in HEADERS]
    assert len(added) == len(outcome.headers) - len(HEADERS)
    assert_silent(as_text(added))


def test_a_verdict_repeats_an_attributes_name_and_no_text() -> None:
    outcome = outcome_of(canary_record(GOOD))
    assert NAME.encode() in (outcome.value or b"")
    assert_silent((outcome.value or b"").decode().replace(NAME, "") + as_text(outcome.headers))


@pytest.mark.parametrize("scorer", SCORERS)
@pytest.mark.parametrize("value", VALUES)
def test_a_trace_says_nothing_of_a_text_a_key_or_a_header(value: bytes, scorer: Scorer) -> None:
    traced = Traced(scorer=scorer)
    traced.judge(canary_record(value))
    assert len(traced.spans) >= 2
    assert_silent("".join(span.to_json() for span in traced.spans))


@dataclass
class Watched:
    """What a worker said and wrote while it judged the canaries."""

    logs: str = ""
    metrics: str = ""
    verdicts: list[Read] = field(default_factory=list)
    dead_letters: list[Read] = field(default_factory=list)


class StopsAfter(PrometheusObserver):
    """Stops the worker once so many outcomes are delivered."""

    def __init__(self, expected: int) -> None:
        super().__init__()
        self.left = expected
        self.worker: KafkaWorker | None = None

    def delivered(self, delivery: Delivery, seconds: float, now: float) -> None:
        super().delivered(delivery, seconds, now)
        self.left -= len(delivery.outcomes)
        if self.left <= 0 and self.worker is not None:
            self.worker.stop()


def run_worker(values: Sequence[bytes | None], scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Run a worker on the embedded broker until every record has its outcome."""
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    topics = ("listing-updates", "bookings", "verdicts", "dead-letters")
    watched, clock = Watched(), SystemClock()
    with EmbeddedKafka(dict.fromkeys(topics, 1)) as broker, structlog.testing.capture_logs() as logs:
        produce(broker.bootstrap, topics[0], [Sent(value, KEY, HEADERS, partition=0) for value in values])
        settings = Settings(bootstrap_servers=broker.bootstrap, log_level="debug", shutdown_seconds=20)
        observer = StopsAfter(len(values))
        health = Health(clock)
        new_run = partial(Run, settings, "test-0", scorer, observer, health, clock)
        observer.worker = KafkaWorker(new_run, observer, health, clock)
        running = Thread(target=observer.worker.run, daemon=True)
        running.start()
        running.join(30)
        assert not running.is_alive(), "the worker did not end"
        watched.verdicts = read_committed(broker.bootstrap, "verdicts")
        watched.dead_letters = read_committed(broker.bootstrap, "dead-letters")
    watched.logs = repr(logs)
    watched.metrics = generate_latest(observer.registry).decode()
    return watched


@pytest.mark.parametrize("scorer", SCORERS)
def test_a_worker_neither_logs_nor_counts_what_a_text_says(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    values = [GOOD, *(row.values[0] for row in BAD), None]
    watched = run_worker(values, scorer, monkeypatch)
    assert len(watched.verdicts) + len(watched.dead_letters) == len(values)
    assert "partitions assigned" in watched.logs
    assert "detector_dead_letters_total{" in watched.metrics
    assert_silent(watched.logs)
    assert_silent(watched.metrics)
    for verdict in watched.verdicts:
        assert_silent((verdict.value or b"").decode().replace(NAME, ""))
    kept = {letter.value for letter in watched.dead_letters}
    assert kept >= {row.values[0] for row in BAD}
