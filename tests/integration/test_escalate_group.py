"""Two processes of `detector escalate` seen from outside: their view, their metrics, and one of them standing still."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from detector.engines.escalation.lookup import partition_of
from tests.brokers import produce
from tests.integration.escalators import Escalator, escalating, fresh_escalations, wait_until_counted
from tests.integration.verdict_samples import verdict
from tests.integration.workers import Stream

pytestmark = pytest.mark.kafka

PARTNERS = [f"P-{number}" for number in range(12)]
assert {partition_of(f"partner/{partner}", 3) for partner in PARTNERS} == {0, 1, 2}, "every partition has one"
HTML = "text/html,*/*;q=0.8"


@pytest.fixture(scope="module")
def stream(kafka: str) -> Stream:
    """Of twelve partners the first leaked once, the second twice ..., the last on as many listings."""
    stream = fresh_escalations(kafka, partitions=3)
    now = datetime.now(UTC)
    verdicts = [
        verdict(100 * number + time, f"L-{number}-{time}", now - timedelta(minutes=10 + time), partner=partner)
        for number, partner in enumerate(PARTNERS)
        for time in range(number + 1)
    ]
    produce(kafka, stream.verdicts, verdicts, partitioner="murmur2_random")
    return stream


@pytest.fixture(scope="module")
def pair(stream: Stream) -> Iterator[tuple[Escalator, Escalator]]:
    """Two processes that share the partitions and have counted everything."""
    with ExitStack() as ends:
        first = ends.enter_context(escalating(stream))
        second = ends.enter_context(escalating(stream))
        first.wait_for("tables recovered", lambda line: line is not first.wait_for("tables recovered"))
        wait_until_counted(stream)
        yield first, second


def counts(process: Escalator, window: str = "30d") -> dict[str, int]:
    """Partner to violations, in the order of the list, which has to be complete."""
    answer = process.partners(window)
    assert answer["complete"]
    return {each["partnerId"]: each["windows"][window]["violations"] for each in answer["partners"]}


def test_each_lists_the_partners_of_both_those_who_leaked_most_first(pair: tuple[Escalator, Escalator]) -> None:
    for process in pair:
        assert counts(process) == {partner: number + 1 for number, partner in reversed(list(enumerate(PARTNERS)))}
        assert list(counts(process)) == PARTNERS[::-1]


@pytest.mark.parametrize("partner", [PARTNERS[0], PARTNERS[5], PARTNERS[11]])
def test_each_shows_any_partner_whoever_keeps_it(pair: tuple[Escalator, Escalator], partner: str) -> None:
    violations = PARTNERS.index(partner) + 1
    for process in pair:
        status, body, headers = process.view(f"/partners/{partner}")
        assert (status, headers["Content-Type"]) == (200, "application/json; charset=utf-8")
        window = json.loads(body)["partner"]["windows"]["24h"]
        assert (window["violations"], window["listings"], window["open"]) == (violations,) * 3
        status, body, headers = process.view(f"/partners/{partner}", HTML)
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert f"Partner {partner}" in body


def test_nobody_knows_an_unknown_partner_and_nothing_else_is_served(pair: tuple[Escalator, Escalator]) -> None:
    for process in pair:
        for path in ("/partners/nobody", "/", "/table/trails", "/router/", "/graph"):
            assert process.view(path)[0] == 404


def test_together_they_own_and_count_everything_once(pair: tuple[Escalator, Escalator]) -> None:
    def together(name: str) -> float:
        return sum(process.samples().get(name, 0.0) for process in pair)

    expected = {
        "detector_assigned_partitions": 6.0,
        'detector_table_entries{table="standings"}': float(len(PARTNERS)),
        'detector_table_entries{table="trails"}': 78.0,
        'detector_escalations_total{rule="burst"}': 3.0,
        'detector_changelog_lag_records{role="active",table="panes"}': 0.0,
    }
    # Some are looked up once a second only.
    pair[0].samples_when(lambda _: {name: together(name) for name in expected} == expected)
    assert all(0 < process.samples()["detector_assigned_partitions"] < 6 for process in pair)
    assert all(process.samples()["detector_recovery_seconds"] > 0 for process in pair)
    assert all(process.ask(path) == (200, "ok\n") for process in pair for path in ("/healthz", "/readyz"))


def test_a_warm_copy_follows_what_the_other_counts(pair: tuple[Escalator, Escalator]) -> None:
    name = 'detector_changelog_lag_records{role="standby",table="standings"}'
    for process in pair:
        process.samples_when(lambda samples: samples.get(name) == 0)


def test_one_that_stood_still_is_missed_and_replaced_and_ends_when_it_wakes(
    stream: Stream, pair: tuple[Escalator, Escalator]
) -> None:
    sleeper, other = pair
    seen = len(other.lines)
    os.kill(sleeper.process.pid, signal.SIGSTOP)
    try:
        answer = other.partners()
        assert not answer["complete"]
        assert 0 < len(answer["partners"]) < len(PARTNERS)
        told = {each["partnerId"] for each in answer["partners"]}
        theirs = next(partner for partner in PARTNERS if partner not in told)
        assert other.view(f"/partners/{theirs}")[0] == 503
        other.wait_for("partitions assigned", lambda line: line["owned"] == 6 and line in other.lines[seen:])
        other.wait_for("tables recovered", lambda line: line in other.lines[seen:])
        assert len(counts(other)) == len(PARTNERS)
    finally:
        os.kill(sleeper.process.pid, signal.SIGCONT)
    assert sleeper.exit_code() == 1
    assert "stood still" in sleeper.said[-1]
