"""Around every request: its metrics, and the headers that every answer has."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from detector.clock import Clock
from detector.monitoring.http_metrics import HttpMetrics

NO_ROUTE = "none"
"""The label of a path that is not served: as asked for it could be anything."""

_STREAM = b"text/event-stream"
_HEADERS = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))


class Watch:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, metrics: HttpMetrics, clock: Clock) -> None:
        self._app = app
        self._metrics = metrics
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What the server calls."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        counted = False

        def count() -> None:
            nonlocal counted
            if not counted:
                route = getattr(scope.get("route"), "path", NO_ROUTE)
                self._metrics.ended(route, status, self._clock.monotonic() - start)
            counted = True

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                named = {name.lower(): value for name, value in message["headers"]}
                message["headers"] = [*message["headers"], *(each for each in _HEADERS if each[0] not in named)]
                if named.get(b"content-type", b"").startswith(_STREAM):
                    count()  # how long somebody looks at it is not how long it took
            await send(message)

        start = self._clock.monotonic()
        self._metrics.began()
        try:
            await self._app(scope, receive, answer)
        finally:
            count()
