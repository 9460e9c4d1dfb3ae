"""What a verdict says of one offender: a violation, or that violations were mended."""

from pydantic import Field

from detector.events.model import WireModel
from detector.verdicts.model import Probability


class Sighting(WireModel):
    """One step between the two stages: read by listing, counted by offender. Its key is `who`.

    A violation (`violation` true) has all members. A mending says that what stood under `subject` is clean or gone:
    its violations up to and including `at_ms` are closed. Ids are a record's contents and stay out of `repr`.
    """

    who: str = Field(repr=False, description="`partner/<id>`, or `listing/<id>` where no partner is known.")
    subject: str = Field(repr=False, description="The verdict's key: what a later verdict can mend.")
    at_ms: int = Field(ge=0, description="Event time, milliseconds since 1970.")
    violation: bool
    verdict_id: str = Field(default="", repr=False)
    listing: str = Field(default="", repr=False, description="The listing that leaked, for counting distinct ones.")
    score: Probability = 0.0
    categories: list[str] = Field(default=[], description="Distinct categories of the evidence, sorted.")

    def to_json(self) -> bytes:
        """Compact, members in a fixed order: equal sightings are equal bytes."""
        return self.model_dump_json(by_alias=True).encode()

    @classmethod
    def from_json(cls, value: bytes) -> "Sighting":
        """Raises pydantic's `ValidationError`, which repeats no contents."""
        return cls.model_validate_json(value)
