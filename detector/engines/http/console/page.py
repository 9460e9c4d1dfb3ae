"""The page and what it is made of: the files of the folder `page`, by their exact names."""

from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from detector.engines.http.problems import Refused, plain

PAGE = "index.html"

_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "json": "application/json",
    "webmanifest": "application/manifest+json",
    "png": "image/png",
    "ico": "image/x-icon",
    "woff2": "font/woff2",
    "txt": "text/plain; charset=utf-8",
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Kept, and asked after each time: a page of one version never meets a script of another.
    "Cache-Control": "no-cache",
}


class Asset(NamedTuple):
    """A file as it is answered."""

    content: bytes
    media_type: str
    etag: str


def page_folder() -> Traversable:
    """Where the page's files are."""
    return files("detector.engines.http.console") / "page"


def assets_of(folder: Traversable) -> dict[str, Asset]:
    """The folder's own files whose ending is known, by name; none where there is no folder."""
    if not folder.is_dir():
        return {}
    return {
        each.name: _asset(each.read_bytes(), media_type)
        for each in folder.iterdir()
        if each.is_file() and (media_type := _TYPES.get(each.name.rpartition(".")[2])) is not None
    }


def page_router(folder: Traversable) -> APIRouter:
    """Open to everybody: there is nothing in it that is not in the package."""
    router = APIRouter(include_in_schema=False)
    assets = assets_of(folder)

    @router.get("/")
    async def page(request: Request) -> Response:
        return _answer(assets, PAGE, request)

    @router.get("/console/{asset}")
    async def part(asset: str, request: Request) -> Response:
        return _answer(assets, asset, request)

    return router


def _asset(content: bytes, media_type: str) -> Asset:
    return Asset(content, media_type, f'"{sha256(content).hexdigest()[:32]}"')


def _answer(assets: dict[str, Asset], name: str, request: Request) -> Response:
    asset = assets.get(name)
    if asset is None:
        raise Refused(plain(404))
    headers = {**_HEADERS, "ETag": asset.etag}
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if asset.etag in known:
        return Response(status_code=304, headers=headers)
    return Response(asset.content, media_type=asset.media_type, headers=headers)
