"""The engine alone: a scorer that costs nothing, events of 300 bytes, a backlog worked off as fast as it goes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from detector.bench.life import Life
from detector.bench.live import Course, live
from detector.bench.messages import sized_messages
from detector.bench.parts import PARTS
from detector.bench.progress import Steps
from detector.bench.report import Bar, Surroundings
from detector.bench.samples import Spread
from detector.bench.stand import broker
from detector.bench.stream.plan import DELIVERIES
from detector.bench.tables import bar_table, cell, number, side_by_side, surroundings_lines
from detector.settings import Delivery
from detector.settings.model import PREFIX

_MIB = 2**20
_NAMES = (
    "repeated",
    "events/s, backlog",
    "CPU, µs per event",
    "peak RSS, MiB",
    *(f"{part}, µs per event" for part in PARTS),
    "prepare, ns per byte",
)
_READING = (
    "Events per second from the first verdict seen by a read-committed consumer to the last, of a backlog that was "
    "there before the worker started. Broker and reader share the machine. The parts are time that passed, so they hold "
    "what each waited for a processor and for Python's lock; deliver holds the broker's answers, for many events at once."
)


@dataclass(frozen=True, slots=True)
class EnginePlan:
    """`backlog` is in events, `size` in bytes of an event."""

    deliveries: Sequence[Delivery] = DELIVERIES
    rounds: int = 3
    backlog: int = 200_000
    size: int = 300
    seed: int = 1

    def as_json(self) -> dict[str, Any]:
        """The options, ready for `json.dumps`."""
        return asdict(self)


ENGINE_FULL, ENGINE_QUICK = EnginePlan(), EnginePlan(rounds=1, backlog=60_000)
Lives = Sequence[tuple[Delivery, Life]]


def measure_engine(
    plan: EnginePlan, command: Sequence[str], variables: Mapping[str, str], bootstrap: str | None
) -> Lives:
    """Both guarantees by turns; `command` starts a worker with the scorer that costs nothing."""
    turns = [(number, delivery) for number in range(plan.rounds) for delivery in plan.deliveries]
    lives = []
    with Steps(len(turns)) as steps:
        steps.begin("broker")
        with broker(bootstrap, steps.note) as address:
            for round_, delivery in turns:
                steps.begin(f"round {round_ + 1}, {delivery}")
                course = Course(sized_messages(plan.seed + round_, plan.size), plan.backlog)
                own = {**variables, f"{PREFIX}DELIVERY": delivery.value}
                lives.append((delivery, live(address, command, own, course, steps.note)))
                steps.done()
    return lives


def engine_json(lives: Lives) -> list[dict[str, Any]]:
    """A row for each guarantee, ready for `json.dumps`."""
    return [
        {
            "guarantee": delivery,
            "events": sum(life.events for life in own),
            "repeated": sum(life.repeated for life in own),
            "events_per_second": _json(_rates(own)),
            "cpu_us_per_event": _json(_cpu_us(own)),
            "peak_rss_mib": _json(_peaks(own)),
            "parts_us_per_event": {part: _json(_part(own, part)) for part in PARTS},
        }
        for delivery, own in _by_delivery(lives)
    ]


def show_engine(plan: EnginePlan, lives: Lives, bars: Sequence[Bar], where: Surroundings, console: Console) -> None:
    """Prints the machine, the table and the bars."""
    for line in surroundings_lines(where):
        console.print(line)
    columns = [(delivery.value, _cells(own, plan.size)) for delivery, own in _by_delivery(lives)]
    console.print(side_by_side(f"no model, events of {plan.size} bytes", _NAMES, columns))
    console.print(Text(_READING, "dim"))
    console.print(bar_table(bars))


def _by_delivery(lives: Lives) -> Iterator[tuple[Delivery, Sequence[Life]]]:
    for delivery in dict.fromkeys(each for each, _ in lives):
        yield delivery, [life for each, life in lives if each is delivery]


def _cells(lives: Sequence[Life], size: int) -> Iterator[Text]:
    events = sum(life.events for life in lives)
    yield Text.assemble(number(sum(life.repeated for life in lives)), (f" of {events:,}", "dim"))
    yield from (cell(_rates(lives)), cell(_cpu_us(lives)), cell(_peaks(lives)))
    yield from (cell(_part(lives, part)) for part in PARTS)
    yield cell(_part(lives, "prepare", 1000 / size))


def _part(lives: Sequence[Life], part: str, scale: float = 1.0) -> Spread | None:
    return Spread.of([scale * life.parts_us[part] for life in lives if part in life.parts_us])


def _rates(lives: Sequence[Life]) -> Spread | None:
    return Spread.of([rate for life in lives if (rate := life.drained.rate) is not None])


def _cpu_us(lives: Sequence[Life]) -> Spread | None:
    return Spread.of([1000 * each for life in lives if (each := life.drained.cpu_ms) is not None])


def _peaks(lives: Sequence[Life]) -> Spread | None:
    return Spread.of([life.peak_bytes / _MIB for life in lives])


def _json(spread: Spread | None) -> dict[str, float | None] | None:
    return None if spread is None else spread.as_json()
