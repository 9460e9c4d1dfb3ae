"""What follows one event through the flow: made by whoever watches, carried by the core, which knows no tracing library."""

from typing import Protocol

from detector.records import Headers


class Trace(Protocol):
    """An event's place in a distributed trace."""

    @property
    def headers(self) -> Headers:
        """W3C trace context of this place, for the event's verdict: whoever reads it goes on from here."""

    @property
    def recorded_as(self) -> str | None:
        """The trace's id, 32 hexadecimal digits, if it is recorded; None of one that was not sampled."""
