"""Quix Streams hosting the shipped model, or, with --json-only, only reading and writing JSON.

`StreamingDataFrame.apply`, as its tutorials have it. --exactly-once is its `processing_guarantee`; --commit-every is its
option of that name, without which it commits every five seconds and shows verdicts no sooner.
"""

import argparse
from collections.abc import Callable
from typing import Any

from quixstreams import Application

from detector.bench.peers.events import answer, text_in
from detector.bench.peers.shipped import ShippedModel
from detector.settings import load_settings

Judge = Callable[[dict[str, Any]], dict[str, Any]]


def with_model() -> Judge:
    """An event's answer by the shipped model."""
    model = ShippedModel()
    return lambda event: answer(*model.scores([text_in(event)]))


def without_model() -> Judge:
    """An event's answer at no cost."""
    return lambda _event: answer(0.0)


def run_quix(judge: Judge, commit_every: int, *, exactly_once: bool) -> None:
    """Runs until SIGTERM."""
    settings = load_settings()
    application = Application(
        broker_address=settings.bootstrap_servers,
        consumer_group=settings.group,
        auto_offset_reset="earliest",
        processing_guarantee="exactly-once" if exactly_once else "at-least-once",
        commit_every=commit_every,
        loglevel="WARNING",
    )
    verdicts = application.topic(settings.verdict_topic, key_serializer="bytes", value_serializer="json")
    for name in (settings.listing_topic, settings.booking_topic):
        events = application.topic(name, key_deserializer="bytes", value_deserializer="json")
        application.dataframe(events).apply(judge).to_topic(verdicts)
    application.run()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--exactly-once", action="store_true")
    parser.add_argument("--json-only", action="store_true")
    parser.add_argument("--commit-every", type=int, default=0)
    given = parser.parse_args()
    run_quix(without_model() if given.json_only else with_model(), given.commit_every, exactly_once=given.exactly_once)
