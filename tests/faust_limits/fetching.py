"""A fetch that comes back while the flow is closed, as happens in a rebalance, but always."""

import asyncio
from collections.abc import Callable
from typing import Any

import faust
import pytest
from aiokafka.consumer.fetcher import Fetcher
from faust.transport.consumer import Consumer

from tests.brokers import SECONDS


async def fetch_while_closed(app: faust.App, bring: Callable[[], None]) -> None:
    """Close the flow of a running app while it waits for records, `bring` them, open it once they are thrown away."""
    loop = asyncio.get_running_loop()
    waiting, thrown_away = asyncio.Event(), asyncio.Event()
    fetch, seek = Fetcher.fetched_records, Consumer.perform_seek

    async def fetch_patiently(self: Fetcher, partitions: Any, timeout: float, max_records: int | None) -> Any:  # noqa: ASYNC109 - its signature
        loop.call_soon_threadsafe(waiting.set)
        return await fetch(self, partitions, SECONDS, max_records)

    async def step_back(self: Consumer) -> None:
        await seek(self)
        thrown_away.set()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Fetcher, "fetched_records", fetch_patiently)
        patch.setattr(Consumer, "perform_seek", step_back)
        await asyncio.wait_for(waiting.wait(), SECONDS)
        app.consumer.stop_flow()
        bring()
        await asyncio.wait_for(thrown_away.wait(), SECONDS)
    app.consumer.resume_flow()
