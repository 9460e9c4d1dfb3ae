"""One run for windows that are alike: what comes while another waits for the same score waits with it."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Task = TypeVar("Task")


class Sharing(Generic[Task]):
    """Who waits for a score that another has asked for, by the key of the window (`ScoreCache.key`). Used by one thread."""

    def __init__(self) -> None:
        self._followers: dict[bytes, list[Task]] = {}

    def joins(self, key: bytes | None, task: Task) -> bool:
        """Whether such a window is on its way to the model; then the task waits for that one's score.

        Else the task itself is the one to ask, and others will follow it until `answered` or `let_go`. A window without a
        key shares with none.
        """
        if key is None:
            return False
        followers = self._followers.get(key)
        if followers is None:
            self._followers[key] = []
            return False
        followers.append(task)
        return True

    def answered(self, key: bytes | None) -> Sequence[Task]:
        """The score has come: who else waited for it, in the order in which they came."""
        return () if key is None else self._followers.pop(key, ())

    def let_go(self, key: bytes | None, wanted: Callable[[Task], bool]) -> bool:
        """Whether nobody wants the score any more but the one that asked for it; then it need not be asked for."""
        if key is None:
            return True
        if any(map(wanted, self._followers.get(key, ()))):
            return False
        self._followers.pop(key, None)
        return True
