"""Asking workers for their metrics."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from detector.clock import Clock
from detector.errors import Misconfigured
from detector.monitoring.exposition import Change, Scrape, parsed

PATIENCE_SECONDS = 3.0


class Reading(NamedTuple):
    """What came of asking each worker: its change since it was last asked, or why there is none."""

    changes: Mapping[str, Change]
    troubles: Mapping[str, str]


class Workers:
    """The endpoints to ask, and what each said last."""

    def __init__(self, urls: Sequence[str], clock: Clock) -> None:
        self._urls = [endpoint(url) for url in urls]
        self._clock = clock
        self._last: dict[str, Scrape] = {}

    def ask(self) -> Reading:
        """Ask all of them at the same time."""
        changes: dict[str, Change] = {}
        troubles: dict[str, str] = {}
        with ThreadPoolExecutor(len(self._urls)) as pool:
            for url, answer in zip(self._urls, pool.map(self._scrape, self._urls), strict=True):
                earlier = self._last.pop(url, None)
                if isinstance(answer, str):
                    troubles[url] = answer
                    continue
                self._last[url] = answer
                if earlier is None:
                    troubles[url] = "answers for the first time"
                else:
                    changes[url] = Change(earlier, answer)
        return Reading(changes, troubles)

    def _scrape(self, url: str) -> Scrape | str:
        try:
            with urlopen(url, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - `endpoint` lets http and https alone through
                text = answer.read().decode()
            return parsed(text, self._clock.monotonic())
        except URLError as error:
            return f"does not answer ({error.reason})"
        except OSError as error:
            return f"does not answer ({error.strerror or error})"
        except ValueError:
            return "does not speak Prometheus' text format"


def endpoint(url: str) -> str:
    """`host:port` is enough. Raises `Misconfigured` for what is no web address."""
    full = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(full)
        fits = parts.scheme in {"http", "https"} and parts.hostname is not None and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise Misconfigured(f"{url} is no address of a worker: give one like http://localhost:9464.")
    return full if parts.path.strip("/") else f"{full.rstrip('/')}/metrics"
