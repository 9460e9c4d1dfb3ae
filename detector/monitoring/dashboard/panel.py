"""What is said of a panel: the shape of the dashboard's entries."""

from typing import Literal, NamedTuple

Kind = Literal["stat", "timeseries", "heatmap", "table"]
GREEN, AMBER, RED = "green", "orange", "red"


class Query(NamedTuple):
    """A PromQL expression and what its series are called in the legend."""

    expression: str
    legend: str = ""


class Panel(NamedTuple):
    """One panel.

    `steps` colours a value from each threshold on; `limit` draws a line; width and height are of Grafana's 24 columns.
    """

    title: str
    meaning: str
    queries: tuple[Query, ...]
    unit: str = "short"
    kind: Kind = "timeseries"
    width: int = 8
    height: int = 8
    steps: tuple[tuple[float | None, str], ...] = ((None, GREEN),)
    limit: float | None = None
    most: float | None = None
    stacked: bool = False


class Row(NamedTuple):
    """A row and the question it answers."""

    title: str
    panels: tuple[Panel, ...]


def stat(title: str, meaning: str, expression: str, unit: str, *steps: tuple[float | None, str]) -> Panel:
    """One large figure of the top row."""
    return Panel(title, meaning, (Query(expression),), unit, "stat", 3, 5, steps or ((None, GREEN),))
