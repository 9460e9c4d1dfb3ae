"""Who is counted: a partner, or the listing itself where no partner is known.

Both kinds have ids of their own, which may be equal, so a name carries its kind: `partner/P-7`, `listing/L-42`.
"""

from enum import StrEnum
from hashlib import sha256

LONGEST_ID = 256
"""Characters of an id that are kept as they are: what an event may have."""


class Kind(StrEnum):
    """Whose violations are counted together."""

    PARTNER = "partner"
    LISTING = "listing"


def who_is(partner_id: str | None, listing: str) -> str:
    """The name under which violations are counted."""
    return f"{Kind.LISTING}/{listing}" if partner_id is None else f"{Kind.PARTNER}/{partner_id}"


def kind_and_id(who: str) -> tuple[Kind, str]:
    """What `who_is` joined. Raises `ValueError` if the text is not such a name."""
    kind, slash, identity = who.partition("/")
    if not slash or kind not in list(Kind):
        raise ValueError("is not a name such as partner/P-7 or listing/L-42")
    return Kind(kind), identity


def bounded(identity: str) -> str:
    """The id, or its SHA-256 in hex where it is longer than an event may make it: state stays small."""
    if len(identity) <= LONGEST_ID:
        return identity
    return sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
