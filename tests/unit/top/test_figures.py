"""The figures of an interval, from what an observer was told, as it would be scraped."""

from collections.abc import Callable
from io import StringIO

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from rich.console import Console

from detector.deadletters import BrakeFill
from detector.monitoring.exposition import Change, parsed
from detector.monitoring.metrics import PrometheusObserver
from detector.observing import BatchScored, Lag
from detector.outcomes import Delivery
from detector.scoring import KeywordScorer
from detector.top.asking import Reading
from detector.top.figures import figures
from detector.top.view import lines, screen
from tests.samples import BOOKINGS, LEAK, LISTINGS, event, outcomes_of, record

SECONDS = 2.0


def interval(happens: Callable[[PrometheusObserver], None]) -> Change:
    """A worker before and after something happened to it within two seconds."""
    observer = PrometheusObserver(CollectorRegistry())
    observer.model(KeywordScorer().card)
    earlier = generate_latest(observer.registry).decode()
    happens(observer)
    return Change(parsed(earlier, 0.0), parsed(generate_latest(observer.registry).decode(), SECONDS))


def busy(observer: PrometheusObserver) -> None:
    """Three verdicts, one of them Fraud and one late, a tombstone, two dead letters, and all that goes with them."""
    records = [
        record(event({"name": LEAK}), 0, timestamp_ms=1_900),
        record(event(), 1, timestamp_ms=1_900),
        record(event(), 2, timestamp_ms=1_000),
        record(b"not json", 3, timestamp_ms=1_900),
        record(b"{}", 4, timestamp_ms=1_900),
        record(None, 5, timestamp_ms=1_900),
    ]
    observer.delivered(Delivery(outcomes_of(records), {LISTINGS: 6}), seconds=0.1, now=2.0)
    observer.refused()
    observer.scored(BatchScored(windows=3, tokens=75, padded_tokens=100, seconds=1.0, cleared=2, whole=1))
    observer.busy("read", 0.5)
    observer.lagging({LISTINGS: Lag(7, 3.0), BOOKINGS: Lag(5, 1.0)})
    observer.in_flight(11)
    observer.held_back(paused=True)
    observer.rebalanced(4)
    observer.lagging({LISTINGS: Lag(7, 3.0), BOOKINGS: Lag(5, 1.0)})
    observer.brake(BrakeFill(0.2, 0.6))


def idle(_: PrometheusObserver) -> None:
    """Nothing."""


def test_rates_are_per_second_and_shares_of_what_was_delivered() -> None:
    now = figures([interval(busy)])
    assert now.verdicts == 1.5
    assert now.fraud_share == pytest.approx(1 / 3)
    assert now.tombstones == 0.5
    assert now.dead_letters == {"not-json": 0.5, "missing": 0.5}
    assert now.rolled_back == 0.5
    assert now.tokens == 37.5
    assert now.inside_promise == pytest.approx(5 / 6)
    assert now.p99 is not None
    assert 0.25 < now.p99 <= 1.0


def test_gauges_are_as_they_are_now() -> None:
    now = figures([interval(busy)])
    assert (now.lag_records, now.lag_seconds, now.in_flight, now.paused) == (12, 3.0, 11, 1)
    assert (now.partitions, now.rebalances, now.brake) == (4, 1, 0.6)
    assert now.models == {"KeywordScorer 1.0 v20261121": 1}


def test_batches_and_time_at_work() -> None:
    now = figures([interval(busy)])
    assert now.batch_windows == 3
    assert now.padding == 0.25
    assert now.cleared == pytest.approx(2 / 3)
    assert now.utilisation["read"] == 0.25
    assert now.utilisation["score"] == 0.5


def test_of_several_workers_rates_add_up_and_utilisation_is_their_mean() -> None:
    now = figures([interval(busy), interval(idle)])
    assert now.verdicts == 1.5
    assert now.utilisation["score"] == 0.25
    assert now.models == {"KeywordScorer 1.0 v20261121": 2}


def test_of_an_idle_worker_nothing_is_made_up() -> None:
    now = figures([interval(idle)])
    assert (now.verdicts, now.dead_letters, now.lag_records) == (0, {}, 0)
    assert (now.fraud_share, now.p50, now.p99, now.inside_promise) == (None, None, None, None)
    assert (now.batch_windows, now.padding, now.cleared) == (None, None, None)


def test_each_line_for_scripts_is_a_name_and_a_number() -> None:
    told = dict(line.rsplit(" ", 1) for line in lines(figures([interval(busy)])))
    assert told["verdicts_per_second"] == "1.5"
    assert told["cleared_share"] == "0.666667"
    assert told['dead_letters_per_second{reason="not-json"}'] == "0.5"
    assert told['utilisation{part="score"}'] == "0.5"
    assert all(isinstance(float(value), float) for value in told.values())


def test_what_cannot_be_told_is_not_a_number() -> None:
    assert "latency_p99_seconds NaN" in list(lines(figures([interval(idle)])))


def shown(reading: Reading) -> str:
    console = Console(file=StringIO(), width=120)
    console.print(screen(reading))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_the_screen_says_what_an_on_call_engineer_asks() -> None:
    said = shown(Reading({"http://one:9464/metrics": interval(busy)}, {"http://two:9464/metrics": "does not answer"}))
    for expected in (
        "83.3% within 250 ms",
        "1.5/s, 33.3% Fraud",
        "12 records, the oldest in hand 3.0 s old; 11 in flight, 1 paused",
        "not-json 0.5/s",
        "brake at 60.0%",
        "66.7% cleared early",
        "25.0% padding",
        "score 50.0%",
        "KeywordScorer 1.0 v20261121 (1)",
        "http://one:9464/metrics",
        "http://two:9464/metrics does not answer",
    ):
        assert expected in said


def test_an_idle_worker_is_shown_without_figures_of_nothing() -> None:
    said = shown(Reading({"one": interval(idle)}, {}))
    assert "- within 250 ms, p50 -, p99 -" in said
    assert "nan" not in said.lower()


def test_while_nobody_answers_the_screen_says_so() -> None:
    assert "one does not answer" in shown(Reading({}, {"one": "does not answer"}))
