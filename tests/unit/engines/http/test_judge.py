"""How the judge drives the pipeline."""

import asyncio
from collections.abc import Sequence

import pytest

from detector.outcomes import Destination
from detector.scoring import Window, WindowScore
from tests.unit.engines.http.rig import PATIENCE, Api, HeldScorer, about, held, play, until_reading


def test_what_is_given_up_while_the_model_is_busy_is_never_read_by_it() -> None:
    async def run() -> None:
        async with Api() as api:
            assert isinstance(api.scorer, HeldScorer)
            with held(api.scorer):
                first = asyncio.ensure_future(api.judge.judge([about(0)], PATIENCE))
                await api.observer.until_handed_on(1)
                second = asyncio.ensure_future(api.judge.judge([about(1)], PATIENCE))
                await api.observer.until_handed_on(2)
                assert await api.judge.judge([about(2), about(3)], 0.02) == [None, None]
                await api.observer.until_in_flight(2)
            assert [(await each)[0] is not None for each in (first, second)] == [True, True]
            assert sum(api.scorer.batches) == 2

    play(run())


def test_who_gives_up_takes_nothing_from_another_who_waits_for_the_same() -> None:
    async def run() -> None:
        async with Api() as api:
            with held(api.scorer):
                patient = asyncio.ensure_future(api.judge.judge([about(1)], PATIENCE))
                assert await api.judge.judge([about(1)], 0.02) == [None]
            ((outcome,),) = await asyncio.gather(patient)
            assert outcome is not None
            assert outcome.destination is Destination.VERDICTS

    play(run())


def test_who_is_cancelled_leaves_nothing_behind() -> None:
    async def run() -> None:
        async with Api() as api:
            with held(api.scorer):
                asking = asyncio.ensure_future(api.judge.judge([about(1), about(2)], PATIENCE))
                await until_reading(api.scorer)
                asking.cancel()
                await asyncio.wait({asking})
                await api.observer.until_in_flight(0)

    play(run())


def test_an_event_without_a_word_needs_no_model() -> None:
    async def run() -> None:
        async with Api() as api:
            with held(api.scorer):
                (outcome,) = await api.judge.judge([about(1, "")], PATIENCE)
            assert outcome is not None
            assert outcome.score == 0.0

    play(run())


def test_a_defect_of_the_scorer_ends_the_judge() -> None:
    class Short(HeldScorer):
        def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
            return []

    async def run() -> None:
        async with Api(Short()) as api:
            asking = asyncio.ensure_future(api.judge.judge([about(1)], PATIENCE))
            with pytest.raises(AssertionError):
                await asyncio.wait_for(api.running, PATIENCE)
            asking.cancel()

    play(run())
