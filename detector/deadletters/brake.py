"""The dead-letter brake: a bad deploy becomes lag, which waits, not a million dead letters, which must be replayed."""

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

from detector.errors import BrakePulled


@dataclass(frozen=True, slots=True)
class BrakePolicy:
    """When to stop: `consecutive` dead letters in a row, or more than `share` of the last `window` records.

    The share counts only once `window` records have been seen.
    """

    consecutive: int = 100
    share: float = 0.5
    window: int = 1000

    def __post_init__(self) -> None:
        if self.consecutive < 1 or self.window < 1 or not 0.0 < self.share <= 1.0:
            raise ValueError(f"{self} is no brake: counts start at 1 and the share lies in (0, 1]")


class BrakeFill(NamedTuple):
    """How near each limit of the brake is: 0 for no dead letters, 1 for pulled.

    The share is taken of the whole window from the first record on, so it never jumps.
    """

    consecutive: float
    share: float


class DeadLetterBrake:
    """Counts what becomes of records and raises `BrakePulled` when the policy says stop."""

    def __init__(self, policy: BrakePolicy) -> None:
        self._policy = policy
        self._in_a_row = 0
        self._recent: deque[bool] = deque(maxlen=policy.window)
        self._dead_recently = 0

    @property
    def fill(self) -> BrakeFill:
        """How near it is to being pulled."""
        return BrakeFill(
            min(1.0, self._in_a_row / self._policy.consecutive), min(1.0, self._share() / self._policy.share)
        )

    def count(self, *, dead: bool) -> None:
        """Take note of one settled record."""
        if len(self._recent) == self._policy.window:
            self._dead_recently -= self._recent[0]
        self._recent.append(dead)
        self._dead_recently += dead
        self._in_a_row = self._in_a_row + 1 if dead else 0
        if self._in_a_row >= self._policy.consecutive:
            raise BrakePulled(
                f"{self._in_a_row} records in a row could not be judged. Look at their {self._where()}; mend the "
                "producer or the model, then start again. Nothing is lost: what was not delivered is still lag."
            )
        if len(self._recent) == self._policy.window and self._share() > self._policy.share:
            raise BrakePulled(
                f"{self._share():.0%} of the last {self._policy.window} records could not be judged. Look at their "
                f"{self._where()}; mend the producer or the model, then start again. What was not delivered is still lag."
            )

    def _share(self) -> float:
        return self._dead_recently / self._policy.window

    @staticmethod
    def _where() -> str:
        return "__connect.errors.* headers on the dead-letter topic"
