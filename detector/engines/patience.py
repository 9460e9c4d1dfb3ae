"""How long and at what pace work that may succeed later is tried again."""

from threading import Event

from tenacity import Retrying, retry_if_exception_type, stop_when_event_set, wait_random_exponential
from tenacity.nap import sleep_using_event

from detector.errors import Retry

LONGEST_WAIT_SECONDS = 2.0


def patiently(stopping: Event) -> Retrying:
    """Tries again what raises `Retry`, ever more slowly, until `stopping` is set; then the last `Retry` comes through."""
    return Retrying(
        retry=retry_if_exception_type(Retry),
        wait=wait_random_exponential(multiplier=0.1, max=LONGEST_WAIT_SECONDS),
        stop=stop_when_event_set(stopping),
        sleep=sleep_using_event(stopping),
        reraise=True,
    )
