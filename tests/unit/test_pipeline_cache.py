"""A text that comes again is not read by the model again, and its verdict is the same."""

import zlib
from collections.abc import Sequence
from dataclasses import replace

import pytest

from detector.clock import ManualClock
from detector.observing import BatchScored, WindowsRecalled
from detector.pipeline import Pipeline, PipelinePolicy
from detector.records import Partition
from detector.scoring import KeywordScorer, ModelFailure, Scored, Window, WindowScore, score_each
from detector.scoring.keyword import KeywordWindow
from detector.verdicts import Verdict
from tests.fakes import Watching
from tests.samples import BOOKINGS, CLEAN, KINDS, LEAK, LISTINGS, event, record


class Counting(KeywordScorer):
    """Gives its windows token ids, as a real model does, and counts those it reads."""

    def __init__(self) -> None:
        super().__init__(size=8, overlap=2)
        self.read = 0

    def windows(self, text: str) -> Sequence[KeywordWindow]:
        return [replace(each, ids=[zlib.crc32(each.text.encode())]) for each in super().windows(text)]

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        self.read += len(windows)
        return super().score(windows)


class Bench:
    def __init__(self, cache_windows: int = 100) -> None:
        self.scorer = Counting()
        self.watching = Watching()
        policy = PipelinePolicy(KINDS, cache_windows=cache_windows)
        self.flow = Pipeline(self.scorer, policy, ManualClock(), self.watching)
        self.offset = 0

    def push(self, text: str, partition: Partition = LISTINGS) -> None:
        self.flow.push(record(event({"listingDescription": text}), self.offset, partition=partition))
        self.offset += 1

    def run(self) -> None:
        while batch := self.flow.next_batch(idle=True):
            self.flow.complete(batch, score_each(self.scorer, batch.windows), 0.001)

    def judge(self, text: str, partition: Partition = LISTINGS) -> Verdict:
        self.push(text, partition)
        self.run()
        (outcome,) = self.flow.take().outcomes
        assert outcome.value is not None
        return Verdict.model_validate_json(outcome.value)

    @property
    def recalled(self) -> list[WindowsRecalled]:
        return [fact for fact in self.watching.facts if isinstance(fact, WindowsRecalled)]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_the_second_time_the_model_is_not_asked_and_the_verdict_says_the_same(bench: Bench) -> None:
    first = bench.judge(LEAK)
    read = bench.scorer.read
    second = bench.judge(LEAK)
    assert bench.scorer.read == read
    assert second.score_details == first.score_details
    assert second.score_details.evidence
    assert second.verdict_id != first.verdict_id
    assert bench.recalled == [WindowsRecalled(0, read), WindowsRecalled(read, 0)]


def test_a_known_text_has_its_verdict_without_waiting_for_the_model(bench: Bench) -> None:
    bench.judge(LEAK)
    bench.push(LEAK)
    assert bench.flow.next_batch(idle=True) is None
    assert len(bench.flow.take().outcomes) == 1


def test_a_window_that_the_first_layers_cleared_is_told_once_however_often_it_comes(bench: Bench) -> None:
    def read() -> None:
        batch = bench.flow.next_batch(idle=True)
        assert batch is not None
        bench.flow.complete(batch, [WindowScore(0.001, cleared_after=2)], 0.001)

    bench.push(CLEAN)
    bench.push(CLEAN)
    read()
    bench.push(CLEAN)
    assert len(bench.flow.take().outcomes) == 3
    told = [(fact.cleared, fact.whole) for fact in bench.watching.facts if isinstance(fact, BatchScored)]
    assert told == [(1, 0)]


def test_a_booking_with_a_listings_text_is_known_and_judged_as_a_booking(bench: Bench) -> None:
    bench.judge(LEAK)
    read = bench.scorer.read
    assert bench.judge(LEAK, BOOKINGS).model_segment == "BOOKING"
    assert bench.scorer.read == read


def test_of_a_text_that_grew_only_the_new_windows_are_read(bench: Bench) -> None:
    bench.judge(" ".join(f"word{n}" for n in range(14)))
    bench.scorer.read = 0
    bench.judge(" ".join(f"word{n}" for n in range(20)))
    assert bench.recalled[-1] == WindowsRecalled(known=2, new=1)
    assert bench.scorer.read == 1


def test_what_the_model_could_not_score_is_asked_again(bench: Bench) -> None:
    bench.push(CLEAN)
    batch = bench.flow.next_batch(idle=True)
    assert batch is not None
    failed: list[Scored] = [ModelFailure("Broken") for _ in batch.windows]
    bench.flow.complete(batch, failed, 0.001)
    bench.flow.take()
    assert not bench.judge(CLEAN).score_details.evidence
    assert bench.scorer.read == len(batch.windows)


def test_with_no_room_every_text_is_read_and_nothing_is_told() -> None:
    bench = Bench(cache_windows=0)
    bench.judge(LEAK)
    read = bench.scorer.read
    bench.judge(LEAK)
    assert bench.scorer.read == 2 * read
    assert bench.recalled == []


def test_a_text_that_comes_again_before_it_is_read_waits_for_the_same_run(bench: Bench) -> None:
    for partition in (LISTINGS, LISTINGS, BOOKINGS):
        bench.push(LEAK, partition)
    read = sum(fact.new for fact in bench.recalled)
    bench.run()
    assert bench.scorer.read == read
    assert [fact.known for fact in bench.recalled] == [0, read, read]
    details = [Verdict.model_validate_json(each.value or b"").score_details for each in bench.flow.take().outcomes]
    assert len(details) == 3
    assert details[0].evidence
    assert [each.evidence for each in details] == [details[0].evidence] * 3


def test_a_passage_that_comes_again_elsewhere_is_marked_where_it_stands() -> None:
    """Its window is on its way to the model as part of another text, in which it stands further on."""
    bench = Bench()
    passage = "write to ines@example.com or ring her tonight please"
    lead = "one two three four five six "
    bench.push(lead + passage)
    bench.push(passage)
    assert bench.recalled[-1] == WindowsRecalled(known=1, new=0)
    bench.run()
    for text, outcome in zip((lead + passage, passage), bench.flow.take().outcomes, strict=True):
        (evidence,) = Verdict.model_validate_json(outcome.value or b"").score_details.evidence
        assert text[evidence.start : evidence.end] == "ines@example.com"


def test_while_it_is_at_the_model_others_still_join(bench: Bench) -> None:
    bench.push(LEAK)
    batch = bench.flow.next_batch(idle=True)
    assert batch is not None
    bench.push(LEAK)
    assert bench.flow.next_batch(idle=True) is None
    bench.flow.complete(batch, score_each(bench.scorer, batch.windows), 0.001)
    assert len(bench.flow.take().outcomes) == 2


def test_who_follows_a_window_that_cannot_be_scored_is_rejected_with_it_and_the_next_asks_again(bench: Bench) -> None:
    bench.push(CLEAN)
    bench.push(CLEAN)
    batch = bench.flow.next_batch(idle=True)
    assert batch is not None
    bench.flow.complete(batch, [ModelFailure("Broken") for _ in batch.windows], 0.001)
    assert [outcome.label for outcome in bench.flow.take().outcomes] == [None, None]
    assert not bench.judge(CLEAN).score_details.evidence


def test_who_follows_a_window_whose_event_went_away_still_has_its_verdict(bench: Bench) -> None:
    bench.push(LEAK, LISTINGS)
    bench.push(LEAK, BOOKINGS)
    bench.flow.forget([LISTINGS])
    bench.run()
    (outcome,) = bench.flow.take().outcomes
    assert outcome.position.partition == BOOKINGS


def test_a_window_that_nobody_waits_for_is_not_read_and_the_next_like_it_asks_anew(bench: Bench) -> None:
    bench.push(LEAK, LISTINGS)
    bench.push(LEAK, LISTINGS)
    bench.flow.forget([LISTINGS])
    assert bench.flow.next_batch(idle=True) is None
    assert bench.judge(LEAK, BOOKINGS).score_details.evidence


def test_an_event_that_went_away_while_the_model_read_it_leaves_what_was_said_to_others(bench: Bench) -> None:
    bench.push(LEAK, LISTINGS)
    batch = bench.flow.next_batch(idle=True)
    assert batch is not None
    bench.push(LEAK, BOOKINGS)
    bench.flow.forget([LISTINGS])
    bench.flow.complete(batch, score_each(bench.scorer, batch.windows), 0.001)
    (outcome,) = bench.flow.take().outcomes
    assert outcome.position.partition == BOOKINGS
