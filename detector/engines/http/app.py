"""The application: everything that can be asked, in one place."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from detector import __version__
from detector.clock import Clock
from detector.engines.http import problems
from detector.engines.http.document import DocumentedApi
from detector.engines.http.judge import Judge
from detector.engines.http.keys import guards
from detector.engines.http.probes import health_router, metrics_router
from detector.engines.http.reference import reference_router
from detector.engines.http.scoring import scoring_router
from detector.engines.http.watch import Watch
from detector.monitoring.health import Health
from detector.monitoring.http_metrics import HttpMetrics
from detector.settings import Settings

_DESCRIPTION = """Judges listing updates and booking messages for leaked direct-contact details: a phone number, an
e-mail address, a link, a handle, or a hint to book elsewhere, however disguised."""


def make_app(
    settings: Settings,
    judge: Judge,
    health: Health,
    metrics: HttpMetrics,
    clock: Clock,
    *,
    schemas: Mapping[str, Any],
    routers: Sequence[APIRouter] = (),
) -> DocumentedApi:
    """The application. `schemas` are JSON Schemas of `Event` and `Verdict`, for its document.

    `routers` are whatever else is to be asked; give those `guards(settings.api_keys)` that not everybody may ask.
    """
    # FastAPI's own pages load scripts from elsewhere, which a closed network has no way to: see `reference`.
    app = DocumentedApi(
        schemas,
        title="Contact leak detector",
        version=__version__,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    dependencies = guards(settings.api_keys)
    app.include_router(scoring_router(judge, settings, dependencies))
    app.include_router(health_router(health))
    app.include_router(metrics_router(metrics, dependencies))
    app.include_router(reference_router())
    for router in routers:
        app.include_router(router)
    app.add_middleware(Watch, metrics=metrics, clock=clock)
    app.add_exception_handler(problems.Refused, _refused)
    app.add_exception_handler(HTTPException, _plainly)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(Exception, _broken)
    return app


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, problems.Refused)
    return _response(error)


async def _plainly(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _response(problems.Refused(problems.plain(error.status_code), error.headers))


async def _unfit(_request: Request, _error: Exception) -> Response:
    """FastAPI's own answer would repeat what was sent."""
    return _response(problems.Refused(problems.plain(422)))


async def _broken(_request: Request, _error: Exception) -> Response:
    return _response(problems.Refused(problems.plain(500, "Something broke. It is in the log.")))


def _response(refused: problems.Refused) -> Response:
    problem = refused.problem
    return Response(problem.as_json(), problem.status, refused.headers, problems.MEDIA_TYPE)
