"""The read-only view on Faust's web server: `/partners`, `/partners/{id}`, `/listings/{id}`, as HTML or JSON."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any

import faust
from aiohttp import ClientError, ClientTimeout
from aiohttp.web import Request, Response
from faust.web.drivers import aiohttp as driver
from faust.web.views import View

from detector.engines.escalation import pages
from detector.engines.escalation.answers import OneOffender, Refusal, TopList
from detector.engines.escalation.lookup import ALONE, Lookup
from detector.engines.escalation.ranking import WINDOW_HOURS
from detector.errors import Misconfigured, Retry
from detector.events.model import WireModel
from detector.offenders import Kind

PEER_SECONDS = 2.0
"""How long another process may take to answer."""
JSON_SUFFIX = ".json"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class QuietWeb(driver.Web):
    """Faust's server without the pages that Faust adds: they show tables, topics and addresses to whoever asks."""

    default_blueprints = ()
    production_blueprints = ()
    debug_blueprints = ()
    optional_blueprints = ()

    async def start_server(self) -> None:
        """Raises `Misconfigured` if the address cannot be had."""
        try:
            await super().start_server()
        except OSError as error:
            conf = self.app.conf
            raise Misconfigured(
                f"cannot listen on {conf.web_bind}:{conf.web_port} ({error.strerror}): set DETECTOR_ESCALATION_HOST and "
                "DETECTOR_ESCALATION_PORT to a free address, port 0 picks one."
            ) from None


class FaustGroup:
    """What Faust knows of the processes of its group; see `lookup.Group`."""

    def __init__(self, app: faust.App, sightings: str) -> None:
        self._app = app
        self._sightings = sightings

    @property
    def is_ready(self) -> bool:
        """Whether the tables are recovered."""
        return bool(self._app.tables.actives_ready) and not self._app.should_stop

    def owned(self) -> set[int]:
        """See `Group`."""
        return {tp.partition for tp in self._app.assignor.assigned_actives() if tp.topic == self._sightings}

    def others(self) -> Mapping[str, Collection[int]]:
        """See `Group`."""
        own = str(self._app.conf.canonical_url).rstrip("/")
        everybody = self._app.router.external_topics_metadata()
        owned = {address.rstrip("/"): topics.get(self._sightings, ()) for address, topics in everybody.items()}
        return {address: partitions for address, partitions in owned.items() if partitions and address != own}

    async def fetch(self, url: str) -> tuple[int, bytes]:
        """See `Group`."""
        timeout = ClientTimeout(total=PEER_SECONDS)
        try:
            async with self._app.http_client.get(url, timeout=timeout, allow_redirects=False) as answer:
                return answer.status, await answer.read()
        except (ClientError, TimeoutError, OSError):
            raise Retry("another worker does not answer") from None


def add_pages(app: faust.App, lookup: Lookup) -> None:
    """Serve the view."""

    class TopView(View):
        async def get(self, request: Request, **_: Any) -> Any:
            return await _top(request, lookup)

    for path in ("/partners", f"/partners{JSON_SUFFIX}"):
        app.page(path, name=path)(TopView)
    for kind in Kind:
        app.page(f"/{kind.value}s/{{identity}}", name=kind.value)(_offender_view(kind, lookup))


def _offender_view(kind: Kind, lookup: Lookup) -> type[View]:
    class OffenderView(View):
        async def get(self, request: Request, identity: str = "", **_: Any) -> Any:
            return await _one(request, lookup, kind, identity.removesuffix(JSON_SUFFIX))

    return OffenderView


async def _top(request: Request, lookup: Lookup) -> Response:
    window = request.query.get("window", "30d")
    if window not in WINDOW_HOURS:
        return _refusal(request, HTTPStatus.BAD_REQUEST, f"The window is one of {', '.join(WINDOW_HOURS)}.")
    try:
        return _answer(request, await lookup.top(window, alone=ALONE in request.query))
    except Retry as reason:
        return _refusal(request, HTTPStatus.SERVICE_UNAVAILABLE, f"Ask again in a moment: {reason}.")


async def _one(request: Request, lookup: Lookup, kind: Kind, identity: str) -> Response:
    try:
        found = await lookup.one(kind, identity, alone=ALONE in request.query)
    except Retry as reason:
        return _refusal(request, HTTPStatus.SERVICE_UNAVAILABLE, f"Ask again in a moment: {reason}.")
    if found is None:
        return _refusal(request, HTTPStatus.NOT_FOUND, "Nothing is kept of this id.")
    return _answer(request, found)


def _answer(request: Request, found: TopList | OneOffender) -> Response:
    if not _wants_html(request):
        return _json(HTTPStatus.OK, found)
    return _html(HTTPStatus.OK, pages.top_page(found) if isinstance(found, TopList) else pages.offender_page(found))


def _refusal(request: Request, status: HTTPStatus, why: str) -> Response:
    if _wants_html(request):
        return _html(status, pages.message_page(status.phrase, why))
    return _json(status, Refusal(error=why))


def _wants_html(request: Request) -> bool:
    return not request.path.endswith(JSON_SUFFIX) and "text/html" in request.headers.get("Accept", "")


def _json(status: HTTPStatus, answer: WireModel) -> Response:
    body = answer.model_dump_json(by_alias=True, exclude_none=True)
    return Response(text=body, content_type="application/json", status=status, headers=_HEADERS)


def _html(status: HTTPStatus, page: str) -> Response:
    return Response(text=page, content_type="text/html", status=status, headers=_HEADERS)
