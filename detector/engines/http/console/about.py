"""`GET /v1/console`: what a page has to know first."""

from typing import Any

from fastapi import APIRouter

from detector import __version__
from detector.engines.http.console.answers import PREFIX, TAG, refusals
from detector.events.model import WireModel
from detector.feedback import FeedbackReason
from detector.settings import Settings
from detector.verdicts import CATEGORIES

PROMISE_MS = 250


class Model(WireModel):
    """Which model judges here; the workers' stands in each verdict."""

    identity: str


class Topics(WireModel):
    """Their names."""

    verdicts: str
    dead_letters: str
    feedback: str


class About(WireModel):
    """The console and what it looks at."""

    version: str
    model: Model
    texts: bool
    key_needed: bool
    topics: Topics
    promise_ms: int
    categories: list[str]
    reasons: list[FeedbackReason]


def about_router(settings: Settings, model: str, dependencies: list[Any]) -> APIRouter:
    """Behind the key as the rest: that it is refused tells the page that one is needed."""
    router = APIRouter(prefix=PREFIX, tags=[TAG], dependencies=dependencies)
    told = About(
        version=__version__,
        model=Model(identity=model),
        texts=settings.console_texts,
        key_needed=bool(settings.api_keys),
        topics=Topics(
            verdicts=settings.verdict_topic,
            dead_letters=settings.dead_letter_topic,
            feedback=settings.feedback_topic,
        ),
        promise_ms=PROMISE_MS,
        categories=list(CATEGORIES),
        reasons=list(FeedbackReason),
    )

    @router.get(
        "",
        summary="What the console looks at",
        operation_id="console",
        responses=refusals(guarded=bool(dependencies)),
    )
    async def about() -> About:
        return told

    return router
