"""The console's service in this process: the real application, and a stream in memory that a test writes to."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

from detector.clock import SystemClock
from detector.contracts.messages import EVENT_FILE, VERDICT_FILE, json_schemas
from detector.deadletters import headers
from detector.engines.http.console.console import Console
from detector.engines.http.console.memory import MemoryLog
from detector.engines.http.service import HttpService, listening
from detector.feedback import Feedback
from detector.monitoring.health import Health
from detector.monitoring.http_metrics import HttpMetrics
from detector.monitoring.metrics import PrometheusObserver
from detector.outcomes import Destination
from detector.records import Record
from detector.scoring import KeywordScorer, Scorer
from detector.settings import Settings
from detector.verdicts import Verdict
from detector.wire import SOURCE_TIMESTAMP
from tests.samples import LEAK, event, outcomes_of

JOIN_SECONDS = 30.0


class Stream(MemoryLog):
    """A stream whose events are judged as they are written."""

    def __init__(self, settings: Settings, scorer: Scorer) -> None:
        super().__init__(settings, SystemClock())
        self._scorer = scorer

    def listing(self, text: str = LEAK, *, latency_ms: int = 40, **members: object) -> Verdict:
        """A listing of this text is written and judged."""
        given = {"listingId": "L-42", **members}
        return self.judge(self.inputs[0], event({"listingDescription": text}, **given), latency_ms)

    def message(self, text: str = LEAK, *, latency_ms: int = 40, **members: object) -> Verdict:
        """A message of this text is written and judged."""
        return self.judge(self.inputs[1], event({"guestMessage": text}, **{"bookingId": "B-7", **members}), latency_ms)

    def judge(self, topic: str, value: bytes, latency_ms: int = 40, at_ms: int | None = None) -> Verdict:
        """An event is written, and judged so much later; it ends now unless `at_ms` says when."""
        end = self._now_ms if at_ms is None else at_ms
        self._settle(topic, value, end - latency_ms, end)
        return Verdict.model_validate_json(self.records(self.settings.verdict_topic)[-1].value or b"")

    def broken(self, value: bytes = b"broken", at_ms: int | None = None) -> None:
        """What is no event is written, and becomes a dead letter."""
        end = self._now_ms if at_ms is None else at_ms
        self._settle(self.inputs[0], value, end, end)

    def tell(self, verdict: Verdict, latency_ms: int = 40) -> None:
        """A verdict alone is written."""
        written = [(SOURCE_TIMESTAMP, str(self._now_ms - latency_ms).encode())]
        self.append(
            self.settings.verdict_topic,
            verdict.model_dump_json(by_alias=True, exclude_none=True).encode(),
            headers=written,
        )

    def homeless(self, message: str, size: int = 300) -> None:
        """A dead letter is written that does not say where it came from."""
        told = [(headers.REASON, b"model-error"), (headers.STAGE, b"SCORE"), (headers.ERROR_MESSAGE, message.encode())]
        self.append(self.settings.dead_letter_topic, b"x" * size, headers=told)

    @property
    def opinions(self) -> list[Feedback]:
        """What was written to the feedback topic."""
        return [Feedback.model_validate_json(each.value or b"") for each in self.records(self.settings.feedback_topic)]

    def clear(self) -> None:
        """As if nothing had been written; what a feed has shown already, it keeps."""
        self.reachable = True
        self.committed.clear()
        self._records.clear()

    @property
    def _now_ms(self) -> int:
        return round(self.clock.now().timestamp() * 1000)

    def _settle(self, topic: str, value: bytes, written: int, told: int) -> None:
        position = self.append(topic, value, b"key", timestamp_ms=written)
        (outcome,) = outcomes_of([Record(position, b"key", value, (), written)], self._scorer)
        dead = outcome.destination is Destination.DEAD_LETTERS
        target = self.settings.dead_letter_topic if dead else self.settings.verdict_topic
        self.append(target, outcome.value, outcome.key, outcome.headers, told)
        self.committed[topic] = position.offset + 1


@dataclass(frozen=True)
class Service:
    """A service under test: its address, and the stream that it looks at."""

    url: str
    stream: Stream


@contextmanager
def console(scorer: Scorer | None = None, **settings: Any) -> Iterator[Service]:
    """The service with its console for as long as the block lasts."""
    given = Settings(**{"http_port": 0, "http_deadline_ms": 30_000, **settings})
    used = scorer or KeywordScorer()
    stream = Stream(given, used)
    with listening(given) as listener:
        service = _service(given, used, stream)
        # Not `run`, which turns the logging of the whole process to the service's own.
        thread = Thread(target=lambda: asyncio.run(service._serve(listener)), name="console under test")
        thread.start()
        try:
            yield Service(f"http://127.0.0.1:{listener.getsockname()[1]}", stream)
        finally:
            service.stop()
            thread.join(JOIN_SECONDS)
            assert not thread.is_alive(), "the service did not stop"


def _service(settings: Settings, scorer: Scorer, stream: Stream) -> HttpService:
    observer = PrometheusObserver()
    metrics, health = HttpMetrics(observer.registry), Health(stream.clock, conditions=())
    seen = Console(settings, stream.ports, stream.clock, scorer.card.identity)
    return HttpService(settings, scorer, observer, metrics, health, stream.clock, _schemas(), seen)


def _schemas() -> Mapping[str, Any]:
    files = json_schemas()
    return {"Event": files[EVENT_FILE], "Verdict": files[VERDICT_FILE]}
