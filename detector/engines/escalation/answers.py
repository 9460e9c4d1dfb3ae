"""What the view of offenders answers, as JSON."""

from pydantic import AwareDatetime, Field

from detector.events.model import WireModel
from detector.offenders import Profile


class TopList(WireModel):
    """Offenders, those with the most violations in the window first."""

    at: AwareDatetime = Field(description="The moment at which the windows end.")
    window: str
    complete: bool = Field(description="False if a worker of the group did not tell of its offenders.")
    partners: list[Profile]


class OneOffender(WireModel):
    """One offender."""

    at: AwareDatetime = Field(description="The moment at which the windows end.")
    partner: Profile


class Refusal(WireModel):
    """Why there is no other answer."""

    error: str
