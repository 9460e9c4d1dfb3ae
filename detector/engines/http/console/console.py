"""The console put together."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter

from detector.clock import Clock
from detector.engines.http.console.about import about_router
from detector.engines.http.console.answers import Calls
from detector.engines.http.console.events import events_router
from detector.engines.http.console.feed import Feed
from detector.engines.http.console.letters import Replay, letters_router
from detector.engines.http.console.opinions import Opinion, opinions_router
from detector.engines.http.console.page import page_folder, page_router
from detector.engines.http.console.ports import Ports
from detector.engines.http.console.stream import feed_router
from detector.engines.http.keys import guards
from detector.settings import Settings


class Console:
    """One per service; `routers` are for the application. `model` is the identity of the model that judges what is tried."""

    def __init__(self, settings: Settings, ports: Ports, clock: Clock, model: str) -> None:
        self._feed = Feed(ports.verdicts, ports.lag, clock)
        self._calls = Calls()
        keys = guards(settings.api_keys)
        self.routers: Sequence[APIRouter] = (
            page_router(page_folder()),
            about_router(settings, model, keys),
            feed_router(self._feed, keys),
            events_router(ports.events, settings, self._calls, keys),
            letters_router(ports.dead_letters, settings, self._calls, keys),
            opinions_router(ports.feedback, settings, clock, self._calls, keys),
        )

    @property
    def schemas(self) -> Mapping[str, Any]:
        """JSON Schemas of the bodies that it reads itself, for the application's document."""
        return {model.__name__: model.model_json_schema() for model in (Opinion, Replay)}

    async def close(self) -> None:
        """End every feed at once, so that no open page keeps the service from stopping."""
        await self._feed.close()
        self._calls.close()
