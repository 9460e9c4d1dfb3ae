"""Events for integration tests."""

import json
from collections.abc import Iterable

from tests.brokers import Sent

LEAK = "Write to host@example.com before you book."
CLEAN = "Two bedrooms, a quiet street, ten minutes to the harbour."


def event(number: int, text: str | None = None) -> Sent:
    """A listing update or booking message; every fourth leaks an address unless a text is given."""
    said = text if text is not None else (LEAK if number % 4 == 0 else CLEAN)
    body = {"transactionContext": {"transactionId": str(number)}, "attributes": {"description": said}}
    return Sent(json.dumps(body).encode(), key=f"listing-{number % 97}".encode())


def events(numbers: Iterable[int]) -> list[Sent]:
    """One event per number, the number being its transaction id."""
    return [event(number) for number in numbers]
