"""The page and what it is made of: the files of the folder `page`, by their exact names."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from detector.engines.http.assets import answer, assets_of

PAGE = "index.html"


def page_folder() -> Traversable:
    """Where the page's files are."""
    return files("detector.engines.http.console") / "page"


def page_router(folder: Traversable) -> APIRouter:
    """Open to everybody: there is nothing in it that is not in the package."""
    router = APIRouter(include_in_schema=False)
    assets = assets_of(folder)

    @router.get("/")
    async def page(request: Request) -> Response:
        return answer(assets, PAGE, request)

    @router.get("/console/{asset}")
    async def part(asset: str, request: Request) -> Response:
        return answer(assets, asset, request)

    return router
