"""The feed as a browser gets it."""

import asyncio
from collections.abc import Callable

from starlette.types import Message, Scope

from tests.unit.engines.http.console.rig import ConsoleApi, Told, judge, numbers, pulses, told_in
from tests.unit.engines.http.rig import PATIENCE, play


class Browser:
    """Asks for the feed as a server hands such a request on, until it has seen enough and goes."""

    def __init__(self, api: ConsoleApi) -> None:
        self.api = api
        self.start: Message = {}
        self.told: list[Told] = []
        self.gone = asyncio.Event()
        self._asked = False

    async def look(self, enough: Callable[[list[Told]], bool]) -> None:
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/v1/console/feed",
            "raw_path": b"/v1/console/feed",
            "query_string": b"",
            "root_path": "",
            "headers": [],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
        }

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.start = message
            self.told += told_in(message.get("body", b""))
            if enough(self.told):
                self.gone.set()

        async with asyncio.timeout(PATIENCE):
            await self.api.app(scope, self._receive, send)

    async def _receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}


def test_a_browser_gets_server_sent_events_until_it_goes() -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            judge(api.log, 1)
            browser = Browser(api)
            await browser.look(lambda told: numbers(told) == [1] and bool(pulses(told, connected=True)))
            headers = dict(browser.start["headers"])
            assert browser.start["status"] == 200
            assert headers[b"content-type"].startswith(b"text/event-stream")
            assert headers[b"cache-control"] == b"no-store"
            assert headers[b"x-accel-buffering"] == b"no"
            assert not api.console._feed._viewers

    play(run())


def test_a_feed_counts_as_answered_once_it_has_begun() -> None:
    async def run() -> None:
        async with ConsoleApi() as api:
            counted: list[float] = []
            labels = {"route": "/v1/console/feed", "status": "200"}

            def enough(told: list[Told]) -> bool:
                counted.append(api.metric("detector_http_requests_total", **labels))
                counted.append(api.metric("detector_http_in_flight_requests"))
                return bool(told)

            await Browser(api).look(enough)
            assert counted[-2:] == [1, 0]
            assert api.metric("detector_http_requests_total", **labels) == 1
            assert api.metric("detector_http_in_flight_requests") == 0

    play(run())
