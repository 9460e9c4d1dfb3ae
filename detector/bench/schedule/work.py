"""What has to be read: the realistic mix as windows, and when its events come."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from random import Random

from detector.bench.arrivals import due_times
from detector.bench.messages import Message
from detector.bench.schedule.plan import Load, Plan, Where
from detector.bench.schedule.simulate import Event, Piece
from detector.events import DEFAULT_MAX_BYTES, decode
from detector.scoring import Window
from detector.text import prepare

OVERDUE_SECONDS = 60.0
"""How old the events of a backlog are."""

Windows = Callable[[str], Sequence[Window]]


def pieces(messages: Iterator[Message], count: int, windows: Windows) -> list[Sequence[Piece]]:
    """The windows of so many events; a text that came before has none, as its scores are kept."""
    known: set[str] = set()
    return [tuple(_new(message, windows, known)) for message in islice(messages, count)]


def _new(message: Message, windows: Windows, known: set[str]) -> Iterator[Piece]:
    for text in decode(message.value, DEFAULT_MAX_BYTES).attributes.values():
        if text not in known:
            known.add(text)
            yield from (Piece(len(each.ids), each.padded) for each in windows(prepare(text).text))


def arriving(plan: Plan, load: Load, work: Sequence[Sequence[Piece]], alone: Callable[[Piece], float]) -> list[Event]:
    """When the work comes under the load; `alone` is what the model takes for a window run by itself, in seconds."""
    mean = sum(alone(piece) for each in work for piece in each) / len(work)
    behind = min(round(load.backlog / mean), len(work) // 2)
    random = Random(plan.seed)
    times = due_times(load.arrivals, load.share / mean, len(work) - behind, plan.seed)
    written = [-OVERDUE_SECONDS] * behind + times
    return [
        Event(max(0.0, time), time, number if load.where is Where.HTTP else random.randrange(plan.partitions), each)
        for number, (time, each) in enumerate(zip(written, work, strict=True))
    ]
