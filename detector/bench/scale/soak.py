"""What memory does in the long run, at full load."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from detector.bench.load import fill
from detector.bench.mixes import Mix, events
from detector.bench.progress import Steps
from detector.bench.scale.growth import Point, after, growth_share
from detector.bench.scale.plan import Plan
from detector.bench.stand import fresh_stream
from detector.bench.texts import Places
from detector.bench.trial import Trial

_CHUNK = 200
"""Events written when fewer than so many wait: the worker never has nothing to do, the backlog never grows."""
_READ_SECONDS = 0.1
_SAMPLE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Soaked:
    """`resident` is the memory in bytes by seconds since the worker was ready; `warm_up` the share left out of growth."""

    events: int
    seconds: float
    warm_up: float
    resident: Sequence[Point]

    @property
    def growth(self) -> float | None:
        """The share by which memory grew after the warm-up; None of too short a time."""
        return growth_share(after(self.resident, self.warm_up))


def measure_soak(
    plan: Plan,
    command: Sequence[str],
    variables: Mapping[str, str],
    places: Places,
    bootstrap: str,
    steps: Steps,
) -> Soaked:
    """One worker on the realistic mix that never has nothing to do."""
    steps.begin(f"{plan.soak_minutes:g} minutes at full load")
    source = events(Mix.REALISTIC, plan.seed, places)
    with fresh_stream(bootstrap) as settings, Trial(settings, command, variables) as trial:
        trial.ready()
        began = time.monotonic()
        sent = 0
        resident: list[Point] = []
        while (passed := time.monotonic() - began) < 60 * plan.soak_minutes:
            if sent - len(trial.reader.seen) < _CHUNK:
                fill(settings, islice(source, _CHUNK))
                sent += _CHUNK
            trial.reader.read(_READ_SECONDS)
            trial.attend()
            if not resident or passed >= resident[-1][0] + _SAMPLE_SECONDS:
                resident.append((passed, trial.resident_bytes()))
                steps.note(f"{passed:.0f} s, {sent} events")
        seconds, judged = time.monotonic() - began, len(trial.reader.seen)
        trial.until(sent)
        trial.end()
    steps.done()
    return Soaked(judged, seconds, plan.warm_up, resident)
