"""The model's thread at its end."""

import asyncio
from threading import Event

from detector.clock import SystemClock
from detector.engines.feed import ModelFeed
from detector.monitoring.health import Health
from tests.samples import event, pipeline, record
from tests.unit.engines.http.rig import PATIENCE, HeldScorer


def test_a_closed_feed_can_wait_for_the_batch_that_the_model_still_reads() -> None:
    async def run() -> None:
        scorer, clock = HeldScorer(), SystemClock()
        flow = pipeline(scorer)
        feed = ModelFeed(scorer, flow, Health(clock), clock, lambda: None)
        scorer.go.clear()
        flow.push(record(event()))
        feed.feed()
        assert await asyncio.to_thread(scorer.reading.wait, PATIENCE)
        feed.close()
        feed.join(0.01)
        assert feed._model.is_alive()
        scorer.go.set()
        feed.join(PATIENCE)
        assert not feed._model.is_alive()

    asyncio.run(run())


def test_a_feed_that_never_had_a_batch_has_nothing_to_wait_for() -> None:
    clock = SystemClock()
    feed = ModelFeed(HeldScorer(), pipeline(), Health(clock), clock, Event().set)
    feed.close()
    feed.join(PATIENCE)
