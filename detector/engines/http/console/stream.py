"""`GET /v1/console/feed`: verdicts as they come, as Server-Sent Events."""

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from detector.engines.http.console.answers import PREFIX, TAG, refusals
from detector.engines.http.console.feed import Feed
from detector.engines.http.console.viewer import Viewer

_DESCRIPTION = """Never ends by itself. `verdict` carries a verdict with its record's place and time, the newest of before
first; `pulse` says every two seconds how things stand; `gap` how many verdicts a slow reader has missed."""


_EVENTS: dict[str, Any] = {"content": {"text/event-stream": {"schema": {"type": "string"}}}}


def feed_router(feed: Feed, dependencies: list[Any]) -> APIRouter:
    """Whoever looks keeps a connection."""
    router = APIRouter(prefix=PREFIX, tags=[TAG], dependencies=dependencies)

    @router.get(
        "/feed",
        summary="Verdicts as they come",
        description=_DESCRIPTION,
        operation_id="consoleFeed",
        response_class=Response,
        responses={
            200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
            **refusals(503, guarded=bool(dependencies)),
        },
    )
    async def follow() -> Response:
        return _Live(feed)

    return router


class _Live(Response):
    """Looks for as long as the connection lasts, however it ends."""

    def __init__(self, feed: Feed) -> None:
        super().__init__()
        self._feed = feed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._feed.viewing() as viewer:
            # A proxy that collects answers before it hands them on would hold the feed back.
            headers = {"X-Accel-Buffering": "no"}
            await EventSourceResponse(_glances(viewer), headers=headers)(scope, receive, send)


async def _glances(viewer: Viewer) -> AsyncIterator[bytes]:
    while (chunk := await viewer.next()) is not None:
        yield chunk
