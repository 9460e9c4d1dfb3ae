"""The API to read and to try, from nowhere but here."""

import asyncio
import re

from tests.unit.engines.http.rig import Api

REFERENCE = re.compile(r'(?:src|href)="([^"]*)"')


def get(*paths: str) -> list[tuple[int, str, str, str]]:
    async def run() -> list[tuple[int, str, str, str]]:
        async with Api() as api:
            found = [await api.client.get(path) for path in paths]
            return [
                (
                    each.status_code,
                    each.headers["content-type"],
                    each.headers.get("content-security-policy", ""),
                    each.text,
                )
                for each in found
            ]

    return asyncio.run(run())


def test_the_page_takes_all_it_needs_from_its_own_service() -> None:
    ((status, kind, _policy, page),) = get("/docs")
    assert (status, kind) == (200, "text/html; charset=utf-8")
    parts = [part for part in REFERENCE.findall(page) if not part.startswith("data:")]
    assert "/docs/swagger-ui-bundle.js" in parts
    assert [answer[0] for answer in get(*parts)] == [200] * len(parts)


def test_no_script_stands_in_the_page_and_none_may_come_from_elsewhere() -> None:
    ((_, _, policy, page),) = get("/docs")
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "unsafe-eval" not in policy


def test_nothing_else_of_the_package_is_served() -> None:
    for status, kind, _, text in get("/docs/redoc.standalone.js", "/docs/page.py", "/docs/..%2fapp.py"):
        assert (status, kind) == (404, "application/problem+json")
        assert "def " not in text


def test_the_page_is_no_part_of_the_document() -> None:
    ((_, _, _, document),) = get("/openapi.json")
    assert "/docs" not in document
