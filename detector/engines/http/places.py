"""How much may be asked at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from detector.engines.http.problems import Refused, busy


class Places:
    """Places for so many events. A request holds one from its first byte on, and one for each of its events later."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0

    @contextmanager
    def held(self) -> Iterator[Callable[[int], None]]:
        """Holds one place; call what is given with the number of places that are wanted in its stead.

        Either raises `Refused` where there are not so many left.
        """
        mine = 0

        def hold(events: int) -> None:
            nonlocal mine
            if self._held - mine + events > self._most:
                raise Refused(busy())
            self._held += events - mine
            mine = events

        hold(1)
        try:
            yield hold
        finally:
            self._held -= mine
