"""What the tests of the page have in common."""

import json

from playwright.sync_api import Page, Route

KEY = "a-key-of-the-test-suite"
EVIL = "<img src=x onerror=document.title='owned'>"
"""What would run in a page that took it for markup."""


def refuse(page: Page, path: str, status: int, title: str, detail: str) -> None:
    """From now on the page is refused what it asks for there."""
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail})

    def answer(route: Route) -> None:
        route.fulfill(status=status, content_type="application/problem+json", body=body)

    page.route(path, answer)
