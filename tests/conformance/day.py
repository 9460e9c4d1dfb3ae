"""A day's work of one worker: every kind of record, read once, and all that became of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.brokers import Read, Sent, committed_offsets, produce, read_committed
from tests.conformance.answers import Place, source
from tests.conformance.records import BOOKINGS, JUDGEABLE, LARGEST, LISTINGS, TOMBSTONES, VENOM
from tests.integration.verdicts import following
from tests.integration.workers import Stream, WorkerProcess, answered, running


@dataclass(frozen=True)
class Day:
    """What was sent and where it stood, what came out, and what the worker told of it."""

    sent: Mapping[Place, Sent]
    verdicts: list[Read]
    dead_letters: list[Read]
    committed: Mapping[str, int]
    """Records done with, by topic."""
    samples: Mapping[str, float]
    probes: Mapping[str, tuple[int, str]]
    worker: WorkerProcess
    exit_code: int

    def place_of(self, record: Sent) -> Place:
        """Where one of the records stood."""
        return next(place for place, each in self.sent.items() if each is record)

    def verdict_on(self, record: Sent) -> Read:
        """The one verdict on one of the records."""
        (verdict,) = (each for each in self.verdicts if source(each) == self.place_of(record))
        return verdict

    def dead_letter_of(self, record: Sent) -> Read:
        """The one dead letter that one of the records became."""
        (letter,) = (each for each in self.dead_letters if source(each) == self.place_of(record))
        return letter


def live_through_a_day(stream: Stream) -> Day:
    """Send every record, run one worker until it has dealt with them all, and stop it."""
    sent: dict[Place, Sent] = {}
    for topic, records in ((stream.listings, LISTINGS), (stream.bookings, BOOKINGS)):
        places = produce(stream.bootstrap, topic, records)
        sent |= {(topic, *place): record for place, record in zip(places, records, strict=True)}
    settings = {
        "WORKER_POISON": VENOM,
        "DETECTOR_MAX_EVENT_BYTES": str(LARGEST),
        "DETECTOR_LOG_LEVEL": "debug",
    }
    with following(stream) as verdicts, running(stream, **settings) as worker:
        verdicts.until(JUDGEABLE + TOMBSTONES)
        samples = worker.samples_when(lambda found: answered(found) >= len(sent))
        probes = {path: worker.ask(path) for path in ("/healthz", "/readyz")}
        exit_code = worker.terminate()
    return Day(
        sent,
        read_committed(stream.bootstrap, stream.verdicts),
        read_committed(stream.bootstrap, stream.dead_letters),
        {
            topic: sum(committed_offsets(stream.bootstrap, stream.group, topic).values())
            for topic in (stream.listings, stream.bookings)
        },
        samples,
        probes,
        worker,
        exit_code,
    )
