"""Whether a consumer that lost its partitions will get any again."""

from collections.abc import Callable

from detector.clock import Clock
from detector.errors import Restart

ASK_AFTER_SECONDS = 10.0
"""A rebalance takes a moment, during which it is normal to own nothing."""
ASK_EVERY_SECONDS = 2.0
GIVE_UP_AFTER_SECONDS = 15.0
"""How long the group's coordinator may leave every question unanswered."""


class Membership:
    """Raises `Restart` when a consumer without partitions cannot reach its group's coordinator any more.

    A broker that shuts down may answer that the cluster has no brokers. librdkafka (2.16) then forgets the only one it
    knew and finds no other, for ever, whatever `metadata.recovery.strategy` says. Only a new client finds the cluster
    again. A member that rightly owns nothing, because the others own all, has a coordinator that answers.
    """

    def __init__(self, clock: Clock, coordinator_answers: Callable[[], bool]) -> None:
        self._clock = clock
        self._coordinator_answers = coordinator_answers
        self._absent_since: float | None = clock.monotonic()
        self._unanswered_since: float | None = None
        self._ask_at = 0.0

    def joined(self) -> None:
        """Partitions were assigned."""
        self._absent_since = self._unanswered_since = None

    def lost(self) -> None:
        """The partitions are gone, and not because the group asked for them."""
        if self._absent_since is None:
            self._absent_since = self._clock.monotonic()

    def check(self) -> None:
        """Ask the coordinator, if it is time to."""
        now = self._clock.monotonic()
        if self._absent_since is None or now < max(self._absent_since + ASK_AFTER_SECONDS, self._ask_at):
            return
        self._ask_at = now + ASK_EVERY_SECONDS
        if self._coordinator_answers():
            self._unanswered_since = None
        elif self._unanswered_since is None:
            self._unanswered_since = now
        elif now - self._unanswered_since >= GIVE_UP_AFTER_SECONDS:
            raise Restart("the group's coordinator does not answer this client any more: a new client may find it.")
