"""When a pattern is enough to be told: rules, and the one line they are written in."""

import re
from dataclasses import dataclass

from detector.offenders.times import HOUR_MS, KEPT_HOURS

DEFAULT_RULES = (
    "repeat: 3 violations on 2 listings in 24h; burst: 10 violations in 1h; persistent: 20 violations in 30d"
)
MOST_RULES = 20
MOST_VIOLATIONS = 100_000

_RULE = re.compile(
    r"(?P<name>[A-Za-z][A-Za-z0-9_-]{0,39}) *: *(?P<violations>[0-9]{1,9}) +violations?"
    r"(?: +on +(?P<listings>[0-9]{1,9}) +listings?)? +in +(?P<length>[0-9]{1,9}) *(?P<unit>[hd])"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """So many violations, on so many distinct listings, in one sliding window of whole hours."""

    name: str
    violations: int
    listings: int
    window_hours: int

    def __post_init__(self) -> None:
        if not 1 <= self.window_hours <= KEPT_HOURS:
            raise ValueError("its window must last between 1h and 30d")
        if not 1 <= self.violations <= MOST_VIOLATIONS:
            raise ValueError(f"it must ask for 1 to {MOST_VIOLATIONS} violations")
        if not 1 <= self.listings <= self.violations:
            raise ValueError("it must ask for at least 1 listing, and for no more listings than violations")

    @property
    def window_ms(self) -> int:
        """Length of the window."""
        return self.window_hours * HOUR_MS

    def __str__(self) -> str:
        """As it is written in the settings."""
        listings = f" on {self.listings} listings" if self.listings > 1 else ""
        return f"{self.name}: {self.violations} violations{listings} in {self.window_hours}h"


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
    """The rules, and for how long in event time a rule that was reported for an offender stays silent about it."""

    rules: tuple[Rule, ...]
    quiet_ms: int = 24 * HOUR_MS


def parse_rules(text: str) -> tuple[Rule, ...]:
    """Rules divided by semicolons: `repeat: 3 violations on 2 listings in 24h; burst: 10 violations in 1h`.

    Windows are hours (`h`) or days (`d`), at most 30d; without `on ... listings` one listing will do. Raises `ValueError`
    that says which rule is at fault and what is wrong with it.
    """
    parts = [part.strip() for part in text.split(";")]
    if len(parts) > 1 and not parts[-1]:
        parts.pop()
    if len(parts) > MOST_RULES:
        raise ValueError(f"there are {len(parts)} rules, at most {MOST_RULES} can be kept")
    rules = tuple(_parsed(number, part) for number, part in enumerate(parts, start=1))
    names = [rule.name for rule in rules]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise ValueError(f"rule {number + 1} ({name}) has the name of rule {names.index(name) + 1}")
    return rules


def _parsed(number: int, part: str) -> Rule:
    found = _RULE.fullmatch(" ".join(part.split()))
    if found is None:
        raise ValueError(
            f"rule {number} does not read like `repeat: 3 violations on 2 listings in 24h` (windows in h or d)"
        )
    hours = int(found["length"]) * (24 if found["unit"] == "d" else 1)
    try:
        return Rule(found["name"], int(found["violations"]), int(found["listings"] or 1), hours)
    except ValueError as error:
        raise ValueError(f"rule {number} ({found['name']}) does not fit: {error}") from None
