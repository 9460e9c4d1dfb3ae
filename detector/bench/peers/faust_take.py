"""Faust hosting the shipped model in an agent that takes events by `Stream.take`, as its guide shows for batches."""

import asyncio
import sys
from typing import Any

import faust

from detector.bench.peers.events import answer, key_of, text_in
from detector.bench.peers.shipped import ShippedModel
from detector.settings import load_settings

BATCH, WITHIN_SECONDS = 32, 0.1


def make_app() -> faust.App:
    """The app of this environment's settings."""
    settings = load_settings()
    app = faust.App(
        settings.group, broker=f"kafka://{settings.bootstrap_servers}", web_enabled=False, topic_disable_leader=True
    )
    events = app.topic(settings.listing_topic, settings.booking_topic, value_serializer="json")
    verdicts = app.topic(settings.verdict_topic, value_serializer="json")
    model = ShippedModel()

    @app.agent(events)
    async def judge(stream: Any) -> None:
        async for batch in stream.take(BATCH, within=WITHIN_SECONDS):
            # In a thread, as the loop must go on meanwhile.
            scores = await asyncio.to_thread(model.scores, [text_in(event) for event in batch])
            for event, score in zip(batch, scores, strict=True):
                await verdicts.send(key=key_of(event), value=answer(score))

    return app


if __name__ == "__main__":
    sys.argv[1:] = ["worker", "--loglevel", "warn"]
    make_app().main()
