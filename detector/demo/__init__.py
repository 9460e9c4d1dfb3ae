"""The events that `detector demo` plays: `events.jsonl`, written for it; every name and number in them is invented.

A line is an event as it is, or an envelope around one: `value` (an event; null is a tombstone) or `raw` (any text, sent as
it is), and, if wanted, `topic`, `key`, and `expect` - Fraud, NonFraud, dead-letter or tombstone.
"""

from importlib.resources import files


def bundled_events() -> list[bytes]:
    """The lines of the bundled file."""
    return files(__name__).joinpath("events.jsonl").read_bytes().splitlines()
