"""One browser for all, and pages in it that are watched for what no page of ours may do."""

import itertools
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect, sync_playwright

from tests.browser.rig import Service, console

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_MS = 30_000
_VISITS = itertools.count()
REFUSED_ON_PURPOSE = "Failed to load resource"
"""How the browser itself remarks on an answer that is an error; what the page makes of it a test says."""


class Look(Protocol):
    """Opens the console's page; with `options`, in a window of its own."""

    def __call__(self, view: str = "try", *, at: Service | None = None, url: str = "", **options: Any) -> Page: ...


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; without it a test is skipped, or fails where `CI` is `true`."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    reason = "No Chromium: install Debian's package `chromium`, or put the program on the PATH."
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Headless; its own sandbox needs rights that a container does not give, and it only meets our page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def window(browser: Browser) -> Page:
    """Where most tests look at the page, one after the other: to open another takes longer than most of them."""
    return _new_page(browser)


@pytest.fixture(scope="package")
def shared_service() -> Iterator[Service]:
    """One for all tests that leave no trace in it."""
    with console(console_texts=True) as service:
        yield service


@pytest.fixture
def service(shared_service: Service) -> Service:
    """The shared one, looking at a stream that is empty yet."""
    shared_service.stream.clear()
    return shared_service


@pytest.fixture
def own_service() -> Iterator[Service]:
    """One whose feed nobody has seen."""
    with console(console_texts=True) as service:
        yield service


@dataclass
class _Watch:
    """What a page did: whom it asked, and what the browser complained about."""

    page: Page
    origin: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def begin(self) -> None:
        self.page.on("request", self._asked)
        self.page.on("pageerror", self._broke)
        self.page.on("console", self._heard)

    def end(self) -> None:
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.evaluate("() => { sessionStorage.clear(); localStorage.clear(); }")
        self.page.remove_listener("request", self._asked)
        self.page.remove_listener("pageerror", self._broke)
        self.page.remove_listener("console", self._heard)

    def check(self) -> None:
        assert self.complaints == []
        assert self.asked, "a page was loaded"
        assert [url for url in self.asked if not url.startswith(f"{self.origin}/")] == []

    def _asked(self, request: Request) -> None:
        # The page that is left may still look for a service that is gone.
        if request.is_navigation_request() or request.frame.url.startswith(self.origin):
            self.asked.append(request.url)

    def _broke(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(REFUSED_ON_PURPOSE):
            self.complaints.append(message.text)


@pytest.fixture
def look(browser: Browser, window: Page, request: pytest.FixtureRequest) -> Iterator[Look]:
    """Opens the console, and at the end checks that it asked nobody but its service, and that no error was told.

    What the Content-Security-Policy keeps a page from is such an error.
    """
    watches: list[_Watch] = []

    def opened(view: str = "try", *, at: Service | None = None, url: str = "", **options: Any) -> Page:
        origin = url or (at or request.getfixturevalue("service")).url
        page = _new_page(browser, **options) if options else window
        watches.append(_Watch(page, origin))
        watches[-1].begin()
        # Another query is another document; to go by way of an empty one would start a process anew.
        page.goto(f"{origin}/?{next(_VISITS)}#{view}")
        return page

    yield opened
    for watch in watches:
        watch.end()
        if watch.page is not window:
            watch.page.context.close()
    for watch in watches:
        watch.check()


def _new_page(browser: Browser, **options: Any) -> Page:
    context = browser.new_context(**{"reduced_motion": "reduce", "timezone_id": "UTC", **options})
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()
