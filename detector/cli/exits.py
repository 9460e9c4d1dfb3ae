"""Exit codes: what a script or an orchestrator may conclude from how a command ended."""

from enum import IntEnum

from detector.errors import BrakePulled, DetectorError, Misconfigured, Superseded


class Exit(IntEnum):
    """0 is success; 1 a defect or a lost connection, worth a restart; the others want a person."""

    OK = 0
    FAILED = 1
    MISCONFIGURED = 2
    BRAKE = 3
    SUPERSEDED = 4
    CHECK_FAILED = 5


def exit_code(error: DetectorError) -> Exit:
    """The code for an error that ended a command."""
    match error:
        case Misconfigured():
            return Exit.MISCONFIGURED
        case BrakePulled():
            return Exit.BRAKE
        case Superseded():
            return Exit.SUPERSEDED
    return Exit.FAILED
