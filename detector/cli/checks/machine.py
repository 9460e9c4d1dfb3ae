"""Checks of the machine and the model: nothing here needs a cluster."""

import os
import socket
import time
from collections.abc import Callable, Iterator

from detector.cli.findings import Finding, fail, ok, warn
from detector.errors import Misconfigured
from detector.events import EventKind
from detector.model.threads import usable_cpus
from detector.scoring import Scorer
from detector.settings import Settings
from detector.text import prepare

LEAK = "Call the owner directly on 07700 900123 and skip the booking fee."
CLEAN = "Two quiet rooms near the old harbour, breakfast included."


def check_settings(settings: Settings) -> Iterator[Finding]:
    """They were read, or no check would run; here is what the others rest on."""
    passed = f", {len(settings.kafka)} librdkafka properties" if settings.kafka else ""
    yield ok(
        f"settings: cluster {settings.bootstrap_servers}, group {settings.group}, {settings.delivery.value}{passed}"
    )


def check_model(settings: Settings, load: Callable[[Settings], Scorer]) -> Iterator[Finding]:
    """Hashes and shapes (loading checks them), how long the start takes, and two sentences with known answers."""
    start = time.perf_counter()
    try:
        scorer = load(settings)
    except Misconfigured as error:
        yield fail(f"model: {error}", "name a whole bundle with --bundle, or run `detector train`")
        return
    yield ok(f"model: {scorer.card.identity}, hashes and shapes fit, loaded and warm in {_ms(start)}")
    start = time.perf_counter()
    leak, clean = (_probability(scorer, text) for text in (LEAK, CLEAN))
    threshold = scorer.card.thresholds[EventKind.LISTING_UPDATE]
    said = f"model: a leak scores {leak:.4f}, a clean sentence {clean:.4f}, threshold {threshold:.2f}, both in {_ms(start)}"
    if clean < threshold <= leak:
        yield ok(said)
    else:
        yield fail(f"{said}: it cannot tell them apart", "the bundle is not fit to serve; take another one")


def check_threads(settings: Settings) -> Iterator[Finding]:
    """More threads than processors slow the model down, and a container has fewer than its machine."""
    usable, machine = usable_cpus(), os.cpu_count() or 1
    limits = f"{usable} usable of the machine's {machine}" if usable < machine else f"{usable} processors"
    if settings.threads is None:
        yield ok(f"threads: {usable} for the model ({limits})")
    elif settings.threads <= usable:
        yield ok(f"threads: {settings.threads} for the model as set ({limits})")
    else:
        yield warn(f"threads: {settings.threads} set, but {limits}", f"--threads {usable}, or leave it out")


def check_port(settings: Settings) -> Iterator[Finding]:
    """Whether /metrics could be served."""
    host, port = settings.metrics_host, settings.metrics_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            yield warn(
                f"metrics: {host}:{port} is not free ({error.strerror})",
                "fine if this is a running worker's; else set --metrics-port, 0 picks a free one",
            )
            return
    yield ok(f"metrics: {host}:{port} is free" if port else "metrics: a free port will be picked")


def _probability(scorer: Scorer, text: str) -> float:
    return max(score.probability for score in scorer.score(scorer.windows(prepare(text).text)))


def _ms(start: float) -> str:
    return f"{(time.perf_counter() - start) * 1000:.0f} ms"
