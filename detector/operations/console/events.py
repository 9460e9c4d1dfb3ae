"""One record of an input topic."""

from detector.operations.cluster import Cluster
from detector.operations.console.connecting import REACH_SECONDS, consuming
from detector.operations.console.picking import pick
from detector.records import Position
from detector.settings import Settings


class KafkaEvents:
    """See `EventLog`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def read(self, position: Position) -> bytes | None:
        """The value that stands there; None if nothing does any more, or the topic is none of the inputs."""
        (topic, number), offset = position
        if topic not in (self._settings.listing_topic, self._settings.booking_topic):
            return None
        counts = Cluster(self._settings, REACH_SECONDS).topics()
        if number >= counts.get(topic, 0):
            return None
        with consuming(self._settings) as consumer:
            record = pick(consumer, topic, [(number, offset)]).get((number, offset))
        return None if record is None else record.value
