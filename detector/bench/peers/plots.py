"""The rates as a picture. Imports matplotlib, which is in the extra `bench`."""

from collections.abc import Sequence
from pathlib import Path

from detector.bench.peers.contenders import Race
from detector.bench.peers.figures import Row
from detector.bench.pictures import COLOURS, panels, save


def rate_plot(rows: Sequence[Row], file: Path) -> None:
    """A panel for each race, a bar for each contender with the spread of its rounds; ours stand out.

    Raises `Misconfigured` if the file cannot be written.
    """
    races = [race for race in Race if any(row.race is race for row in rows)]
    figure, grid = panels(1, len(races))
    for axes, race in zip(grid[0], races, strict=True):
        drawn = [(row, row.throughput) for row in reversed(rows) if row.race is race and row.throughput is not None]
        rates = [rate.median for _, rate in drawn]
        around = [[rate.median - rate.low for _, rate in drawn], [rate.high - rate.median for _, rate in drawn]]
        axes.barh(
            [row.contender.value for row, _ in drawn],
            rates,
            xerr=around,
            color=[COLOURS[0] if row.contender.ours else COLOURS[1] for row, _ in drawn],
        )
        axes.set_title(f"{race}, from a backlog")
        axes.set_xlabel("events per second")
    save(figure, file)
