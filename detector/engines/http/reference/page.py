"""The page and what it is made of."""

from importlib.resources import files

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from detector.engines.http.assets import STRICT, answer, assets_of

PAGE = "index.html"
_SWAGGER = ("swagger-ui-bundle.js", "swagger-ui.css")

_POLICY = f"{STRICT}; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
"""Swagger UI writes styles into its elements and draws small pictures out of data."""


def reference_router() -> APIRouter:
    """Open to everybody, as is the document that it shows; what it sends needs the key that is put in there."""
    router = APIRouter(include_in_schema=False)
    swagger = assets_of(files("fastapi_offline") / "static")
    assets = {**{name: swagger[name] for name in _SWAGGER}, **assets_of(files("detector.engines.http.reference"))}

    @router.get("/docs")
    async def page(request: Request) -> Response:
        return answer(assets, PAGE, request, _POLICY)

    @router.get("/docs/{asset}")
    async def part(asset: str, request: Request) -> Response:
        return answer(assets, asset, request, _POLICY)

    return router
