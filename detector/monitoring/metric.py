"""What is said of a metric: the shape of the table's entries."""

from typing import Literal, NamedTuple


class Metric(NamedTuple):
    """One metric; counters are exposed with `_total` behind the name."""

    name: str
    type: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def exposed_name(self) -> str:
        """The name to query in Prometheus."""
        return f"{self.name}_total" if self.type == "counter" else self.name
