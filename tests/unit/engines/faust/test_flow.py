"""What the flow admits, acknowledges, repeats and forgets."""

import asyncio
from collections.abc import Sequence

import pytest

from detector.deadletters import BrakePolicy
from detector.errors import BrakePulled, Misconfigured, Reason, Retry
from detector.observing import Lag
from detector.outcomes import Destination
from detector.records import Position
from detector.scoring import KeywordScorer, Window, WindowScore
from tests.unit.engines.faust.rig import FIRST, PATIENCE, SECOND, HeldScorer, Rig, held, play


def metric(rig: Rig, name: str, **labels: str) -> float | None:
    return rig.observer.registry.get_sample_value(name, labels)


def test_a_record_is_acknowledged_only_once_its_outcome_is_confirmed() -> None:
    async def run() -> None:
        async with Rig() as rig:
            rig.broker.go.clear()
            await rig.admit(0)
            await asyncio.wait_for(rig.broker.asked.wait(), PATIENCE)
            assert rig.acknowledged == []
            rig.broker.go.set()
            await rig.until_acknowledged(1)
            assert [outcome.position for outcome in rig.broker.written] == [Position(FIRST, 0)]

    play(run())


def test_records_are_acknowledged_in_the_order_read_though_a_later_one_is_settled_first() -> None:
    async def run() -> None:
        scorer = HeldScorer()
        async with Rig(scorer=scorer) as rig:
            with held(scorer):
                await rig.admit(0)
                await rig.admit(1, value=b"not json")
                await rig.admit(0, partition=SECOND, value=b"not json")
                await rig.until_acknowledged(1)
                assert rig.acknowledged == [Position(SECOND, 0)]
            await rig.until_acknowledged(3)
            assert rig.acknowledged[1:] == [Position(FIRST, 0), Position(FIRST, 1)]

    play(run())


def test_while_the_flow_is_closed_nothing_is_admitted() -> None:
    async def run() -> None:
        async with Rig() as rig:
            assert await rig.flow.hand_over(rig.in_good_time())
            await rig.admit(0)
            rig.flow.reopen(1)
            await rig.admit(1)
            await rig.until_acknowledged(1)
            assert rig.acknowledged == [Position(FIRST, 1)]

    play(run())


def test_a_full_room_holds_records_back_until_one_is_delivered() -> None:
    async def run() -> None:
        async with Rig(records=2) as rig:
            rig.broker.go.clear()
            await rig.admit(0, 1)
            third = asyncio.ensure_future(rig.admit(2))
            await asyncio.wait_for(rig.broker.asked.wait(), PATIENCE)
            assert not third.done()
            assert metric(rig, "detector_reading_paused") == 1.0
            rig.broker.go.set()
            await rig.until_acknowledged(3)
            assert third.done()
            assert metric(rig, "detector_reading_paused") == 0.0

    play(run())


def test_what_is_in_flight_is_ended_before_partitions_are_handed_over() -> None:
    async def run() -> None:
        scorer = HeldScorer()
        async with Rig(scorer=scorer) as rig:
            with held(scorer):
                await rig.admit(0, 1, 2)
                handing = asyncio.ensure_future(rig.flow.hand_over(rig.in_good_time()))
                await asyncio.sleep(0)
                assert not handing.done()
            assert await handing
            assert rig.acknowledged == [Position(FIRST, offset) for offset in range(3)]

    play(run())


def test_what_is_not_done_by_the_deadline_is_forgotten_and_judged_afresh_when_read_again() -> None:
    async def run() -> None:
        scorer = HeldScorer()
        async with Rig(scorer=scorer, records=3) as rig:
            with held(scorer):
                await rig.admit(0, 1, 2)
                assert not await rig.flow.hand_over(rig.in_no_time())
            assert rig.acknowledged == []
            assert not rig.flow.next_offsets
            rig.flow.reopen(1)
            await rig.admit(0, 1, 2)  # there is room: the forgotten ones have left it
            await rig.until_acknowledged(3)
            assert [outcome.position.offset for outcome in rig.broker.written] == [0, 1, 2]

    play(run())


def test_an_unconfirmed_delivery_is_written_again_and_acknowledged_once() -> None:
    async def run() -> None:
        async with Rig() as rig:
            rig.broker.errors = [Retry("the broker is away"), Retry("the broker is away")]
            await rig.admit(0)
            await rig.until_acknowledged(1)
            assert rig.acknowledged == [Position(FIRST, 0)]
            assert metric(rig, "detector_deliveries_total", result="rolled-back") == 2.0
            assert metric(rig, "detector_deliveries_total", result="committed") == 1.0

    play(run())


def test_an_error_that_no_repetition_mends_ends_the_flow_with_nothing_acknowledged() -> None:
    async def run() -> None:
        async with Rig() as rig:
            rig.broker.errors = [Misconfigured("a topic refuses a record")]
            await rig.admit(0)
            with pytest.raises(Misconfigured, match="refuses"):
                await asyncio.wait_for(rig.running, PATIENCE)
            assert rig.acknowledged == []

    play(run())


def test_the_brake_ends_the_flow_where_the_record_was_bad() -> None:
    async def run() -> None:
        async with Rig(brake=BrakePolicy(consecutive=3, share=1.0, window=1000)) as rig:
            with pytest.raises(BrakePulled):
                await rig.admit(0, 1, 2, value=b"not json")

    play(run())


def test_the_brake_ends_the_flow_where_the_model_failed() -> None:
    class Broken(KeywordScorer):
        def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
            raise RuntimeError("cannot")

    async def run() -> None:
        async with Rig(brake=BrakePolicy(consecutive=1, share=1.0, window=1000), scorer=Broken()) as rig:
            await rig.admit(0)
            with pytest.raises(BrakePulled):
                await asyncio.wait_for(rig.running, PATIENCE)

    play(run())


def test_a_text_that_breaks_the_model_is_the_only_one_of_its_batch_to_die() -> None:
    class Choosy(KeywordScorer):
        def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
            if any("venom" in getattr(window, "text", "") for window in windows):
                raise RuntimeError("poisoned")
            return super().score(windows)

    async def run() -> None:
        async with Rig(scorer=Choosy()) as rig:
            await rig.admit(0, 1)
            await rig.admit(2, value=b'{"transactionContext": {"transactionId": "1"}, "attributes": {"name": "venom"}}')
            await rig.admit(3)
            await rig.until_acknowledged(4)
            letters = [each for each in rig.broker.written if each.destination is Destination.DEAD_LETTERS]
            assert [(each.position.offset, each.reason) for each in letters] == [(2, Reason.MODEL_ERROR)]

    play(run())


def test_a_model_that_is_away_for_a_moment_is_asked_again() -> None:
    class Away(KeywordScorer):
        calls = 0

        def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
            self.calls += 1
            if self.calls == 1:
                raise Retry("the model is away")
            return super().score(windows)

    async def run() -> None:
        async with Rig(scorer=Away()) as rig:
            await rig.admit(0)
            await rig.until_acknowledged(1)
            assert rig.broker.written[0].destination is Destination.VERDICTS

    play(run())


def test_the_next_offset_of_a_partition_is_the_one_after_the_last_settled() -> None:
    async def run() -> None:
        async with Rig() as rig:
            await rig.admit(7, 8)
            await rig.until_acknowledged(2)
            assert rig.flow.next_offsets == {FIRST: 9}

    play(run())


def test_what_is_read_and_not_confirmed_is_behind_and_grows_older() -> None:
    async def run() -> None:
        async with Rig() as rig:
            rig.broker.go.clear()
            await rig.admit(7, 8)
            rig.clock.advance(2.0)
            assert rig.flow.lag({FIRST: 10}) == {FIRST: Lag(3, 2.0)}
            rig.broker.go.set()
            await rig.until_acknowledged(2)
            assert rig.flow.lag({FIRST: 10}) == {FIRST: Lag(1, 0.0)}

    play(run())


def test_how_near_the_brake_is_shows_before_it_is_pulled() -> None:
    async def run() -> None:
        async with Rig(brake=BrakePolicy(consecutive=4, share=1.0, window=1000)) as rig:
            await rig.admit(0, value=b"not json")
            await rig.until_acknowledged(1)
            assert metric(rig, "detector_brake_fill_ratio", limit="consecutive") == 0.25

    play(run())
