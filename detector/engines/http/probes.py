"""`/healthz`, `/readyz` and `/metrics`, as a worker has them on its own port."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from detector.monitoring.health import Health
from detector.monitoring.http_metrics import HttpMetrics

_TEXT = {"content": {"text/plain": {"schema": {"type": "string"}}}}


def health_router(health: Health) -> APIRouter:
    """Open to every probe."""
    router = APIRouter(tags=["operation"], default_response_class=PlainTextResponse)

    @router.get(
        "/healthz",
        summary="Alive: every loop has turned lately",
        responses={200: _TEXT, 503: {"description": "A loop is stuck: restart the process.", **_TEXT}},
    )
    async def healthz() -> Response:
        return _answer(health.stuck(), "stuck")

    @router.get(
        "/readyz",
        summary="Ready: the model is warm, and the process is not stopping",
        responses={200: _TEXT, 503: {"description": "Send requests elsewhere.", **_TEXT}},
    )
    async def readyz() -> Response:
        return _answer(health.missing(), "waiting for")

    return router


def metrics_router(metrics: HttpMetrics, dependencies: list[Any]) -> APIRouter:
    """For Prometheus, which can send a key."""
    router = APIRouter(tags=["operation"], dependencies=dependencies)

    @router.get(
        "/metrics", summary="Metrics in Prometheus' text format", response_class=Response, responses={200: _TEXT}
    )
    async def exposed(request: Request) -> Response:
        content_type, content = metrics.exposed(request.headers.get("accept", ""))
        return Response(content, headers={"Content-Type": content_type})

    return router


def _answer(troubles: list[str], prefix: str) -> Response:
    if not troubles:
        return PlainTextResponse("ok\n")
    return PlainTextResponse(f"{prefix}: {', '.join(troubles)}\n", 503)
