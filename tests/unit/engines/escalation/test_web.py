"""The view over HTTP, on Faust's web server without a broker."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

import faust
import pytest
from aiohttp import ClientSession

from detector.engines.escalation.web import QuietWeb, add_pages
from detector.errors import Misconfigured
from tests.integration.escalators import free_port
from tests.unit.engines.escalation.fake_group import Network

Scenario = Callable[[ClientSession], Awaitable[None]]


class App(faust.App):
    def _new_web(self) -> QuietWeb:
        return QuietWeb(self)


def server(app: App) -> QuietWeb:
    assert isinstance(app.web, QuietWeb)
    return app.web


def served(network: Network, scenario: Scenario) -> None:
    """Ask the pages of a network's first process."""

    async def run() -> None:
        port = free_port()
        app = App("test", autodiscover=False, web_bind="127.0.0.1", web_port=port)
        add_pages(app, network.one.lookup)
        web = server(app)
        web.init_server()
        await web.start_server()
        async with ClientSession(f"http://127.0.0.1:{port}") as client:
            await scenario(client)
        await web.stop_server()

    asyncio.run(run())


@pytest.fixture
def network() -> Network:
    network = Network()
    for number in range(4):
        network.count(f"partner/P-{number}", number + 1)
    return network


JSON = {"Accept": "*/*"}
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    "path", ["/partners", "/partners?window=24h", "/partners/P-3", "/partners/nobody", "/listings/x"]
)
def test_people_get_a_page_and_programs_json(network: Network, path: str) -> None:
    async def scenario(client: ClientSession) -> None:
        page = await client.get(path, headers=HTML)
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        plain = await client.get(path, headers=JSON)
        suffixed = await client.get(path.replace("?", ".json?") if "?" in path else f"{path}.json", headers=HTML)
        for answer in (plain, suffixed):
            assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
            assert answer.status == page.status
            json.loads(await answer.text())

    served(network, scenario)


def test_every_answer_forbids_scripts_and_is_not_kept(network: Network) -> None:
    async def scenario(client: ClientSession) -> None:
        for path in ("/partners", "/partners/P-3", "/partners/nobody", "/partners?window=2h"):
            headers = (await client.get(path, headers=HTML)).headers
            assert headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "no-store"

    served(network, scenario)


def test_what_is_not_there_or_not_now_or_not_a_window_has_its_own_status(network: Network) -> None:
    async def scenario(client: ClientSession) -> None:
        assert (await client.get("/partners/P-3")).status == 200
        assert (await client.get("/partners/nobody")).status == 404
        answer = await client.get("/partners?window=<b>", headers=HTML)
        assert answer.status == 400
        assert "<b>" not in await answer.text()
        network.one.is_ready = False
        for path in ("/partners", "/partners/P-0"):
            answer = await client.get(path)
            assert answer.status == 503
            assert "Ask again in a moment" in await answer.text()

    served(network, scenario)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/table/",
        "/table/trails",
        "/router/",
        "/router/trails/x/",
        "/graph",
        "/performance/",
        "/metrics",
        "/partners/",
    ],
)
def test_there_are_no_other_pages(network: Network, path: str) -> None:
    async def scenario(client: ClientSession) -> None:
        assert (await client.get(path)).status == 404

    served(network, scenario)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed(network: Network, method: str) -> None:
    async def scenario(client: ClientSession) -> None:
        for path in ("/partners", "/partners/P-3"):
            assert (await client.request(method, path)).status == 405

    served(network, scenario)


def test_an_id_that_was_asked_for_is_in_no_log_line(network: Network, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(client: ClientSession) -> None:
        with caplog.at_level(logging.DEBUG):
            for path in ("/partners/0044-20-7946", "/listings/0044-20-7946", "/nothing/0044-20-7946"):
                await client.get(path)

    served(network, scenario)
    assert not [each for each in caplog.records if each.name != "asyncio" and "7946" in each.getMessage()]


def test_an_address_in_use_is_an_error_of_the_settings() -> None:
    async def run() -> None:
        taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = taken.sockets[0].getsockname()[1]
        app = App("test", autodiscover=False, web_bind="127.0.0.1", web_port=port)
        async with taken:
            with pytest.raises(Misconfigured, match=f"cannot listen on 127.0.0.1:{port}"):
                await server(app).start_server()
        await server(app).stop_server()

    asyncio.run(run())
