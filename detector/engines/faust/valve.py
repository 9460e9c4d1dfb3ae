"""Faust's valve before the queues of its agents and tables, without the leak."""

from mode.utils.queues import FlowControlEvent


class SteadyFlow(FlowControlEvent):
    """Opens without emptying the queues behind it.

    Faust opens the valve several times while tables recover, and each time throws away what has come through since the
    last. So it loses events that were fetched after partitions were resumed and before it was done, and changes that
    were meant for warm copies. What is stale is thrown away when partitions are revoked, and then only.
    """

    def resume(self) -> None:
        """Let events through."""
        self._suspend.clear()
        self._resume.set()
