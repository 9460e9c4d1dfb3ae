"""Events: the contract of the input topics, and the one pass from bytes to an event."""

from detector.events.decode import DEFAULT_MAX_BYTES, decode
from detector.events.model import Event, EventKind, TransactionContext

__all__ = ["DEFAULT_MAX_BYTES", "Event", "EventKind", "TransactionContext", "decode"]
