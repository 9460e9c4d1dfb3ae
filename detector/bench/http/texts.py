"""Texts that are as long for the model as the article's were."""

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator

from detector.bench.messages import ATTRIBUTE, messages


def listings(seed: int, tokens: int, measure: Callable[[str], int]) -> Iterator[bytes]:
    """Listing updates whose one text has so many tokens by `measure`, or as few less as whole words allow.

    No two are alike, and the same seed gives the same.
    """
    for number, message in enumerate(messages(seed, 2 * tokens)):
        words = json.loads(message.value)["attributes"][ATTRIBUTE].split()
        fitting = bisect_right(range(1, len(words) + 1), tokens, key=lambda count: measure(" ".join(words[:count])))
        identity = f"listing-{seed}-{number}"
        event = {
            "transactionContext": {"transactionId": identity},
            "attributes": {"listingDescription": " ".join(words[:fitting])},
            "eventType": "LISTING_UPDATE",
            "listingId": identity,
        }
        yield json.dumps(event).encode()
