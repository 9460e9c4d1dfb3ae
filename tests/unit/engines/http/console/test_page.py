"""The page's files, and nothing else, are served to everybody."""

from pathlib import Path

import pytest

from detector.engines.http.assets import assets_of
from detector.engines.http.console.page import page_folder, page_router
from tests.unit.engines.http.rig import Api, play


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page of three files, something beside it, and something below it."""
    page = tmp_path / "page"
    (page / "below").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html>")
    (page / "page.css").write_text("p {}")
    (page / "page.js").write_text("go()")
    for other in (page / "notes.py", page / ".hidden", page / "below" / "deep.js", tmp_path / "beside.js"):
        other.write_text("secret")
    return page


@pytest.mark.parametrize(
    ("path", "media_type", "content"),
    [
        ("/", "text/html; charset=utf-8", "<!doctype html>"),
        ("/console/page.css", "text/css; charset=utf-8", "p {}"),
        ("/console/page.js", "text/javascript; charset=utf-8", "go()"),
    ],
)
def test_each_file_comes_with_headers_that_keep_a_browser_to_it(
    folder: Path, path: str, media_type: str, content: str
) -> None:
    async def run() -> None:
        async with Api(routers=[page_router(folder)], api_keys="a-key-of-the-test-suite") as api:
            answer = await api.client.get(path)
            assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, content, media_type)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cache-control"] == "no-cache"

    play(run())


@pytest.mark.parametrize(
    "path",
    [
        "/console/",
        "/console/none.js",
        "/console/PAGE.JS",
        "/console/page",
        "/console/.hidden",
        "/console/notes.py",
        "/console/deep.js",
        "/console/below/deep.js",
        "/console/below%2Fdeep.js",
        "/console/..%2Fbeside.js",
        "/console/%2e%2e%2fbeside.js",
        "/index.html",
    ],
)
def test_nothing_else_is_served(folder: Path, path: str) -> None:
    async def run() -> None:
        async with Api(routers=[page_router(folder)]) as api:
            answer = await api.client.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
            assert "secret" not in answer.text

    play(run())


def test_a_file_that_did_not_change_is_not_sent_again(folder: Path) -> None:
    async def run() -> None:
        async with Api(routers=[page_router(folder)]) as api:
            etag = (await api.client.get("/console/page.js")).headers["etag"]
            for known in (etag, f"W/{etag}", f'"other", {etag}'):
                again = await api.client.get("/console/page.js", headers={"If-None-Match": known})
                assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
            other = await api.client.get("/console/page.css", headers={"If-None-Match": etag})
            assert other.status_code == 200

    play(run())


def test_without_a_page_there_is_none(tmp_path: Path) -> None:
    async def run() -> None:
        async with Api(routers=[page_router(tmp_path / "nowhere")]) as api:
            assert (await api.client.get("/")).status_code == 404

    play(run())


def test_the_page_is_part_of_the_package_and_no_part_of_the_document() -> None:
    async def run() -> None:
        async with Api(routers=[page_router(page_folder())]) as api:
            assert (await api.client.get("/")).status_code == 200
            paths = (await api.client.get("/openapi.json")).json()["paths"]
            assert not [path for path in paths if path == "/" or path.startswith("/console")]

    assert assets_of(page_folder()).keys() >= {"index.html"}
    play(run())
