"""Files that are answered as they are: by their exact names, kept by browsers, asked after each time."""

from collections.abc import Mapping
from hashlib import sha256
from importlib.resources.abc import Traversable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from detector.engines.http.problems import Refused, plain

STRICT = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
"""The content security policy of a page that loads nothing from elsewhere and runs nothing that stands in it."""

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


def assets_of(folder: Traversable) -> dict[str, Asset]:
    """The folder's own files whose ending is known, by name; none where there is no folder."""
    if not folder.is_dir():
        return {}
    return {
        each.name: _asset(each.read_bytes(), media_type)
        for each in folder.iterdir()
        if each.is_file() and (media_type := _TYPES.get(each.name.rpartition(".")[2])) is not None
    }


def answer(assets: Mapping[str, Asset], name: str, request: Request, policy: str = STRICT) -> Response:
    """The file under the content security policy, or 304 where the browser has it; raises `Refused` for an unknown name."""
    asset = assets.get(name)
    if asset is None:
        raise Refused(plain(404))
    headers = {**_HEADERS, "Content-Security-Policy": policy, "ETag": asset.etag}
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if asset.etag in known:
        return Response(status_code=304, headers=headers)
    return Response(asset.content, media_type=asset.media_type, headers=headers)


def _asset(content: bytes, media_type: str) -> Asset:
    return Asset(content, media_type, f'"{sha256(content).hexdigest()[:32]}"')
