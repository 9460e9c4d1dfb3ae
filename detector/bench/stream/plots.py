"""The latencies as a picture. Imports matplotlib, which is in the extra `bench`."""

from collections.abc import Sequence
from pathlib import Path

from detector.bench.pictures import draw_latencies, panels, save
from detector.bench.stream.figures import Row


def latency_plot(rows: Sequence[Row], file: Path) -> None:
    """A panel for each mix and rate, a line for each guarantee, variant and kind of arrivals.

    Raises `Misconfigured` if the file cannot be written.
    """
    mixes = list(dict.fromkeys(row.subject.mix for row in rows))
    rates = list(dict.fromkeys(rate for rate, _ in rows[0].at))
    figure, grid = panels(len(mixes), len(rates))
    for line, mix in zip(grid, mixes, strict=True):
        own = [row for row in rows if row.subject.mix is mix]
        for axes, rate in zip(line, rates, strict=True):
            samples = {
                ", ".join(filter(None, (row.subject.delivery, row.variant, arrivals))): at.samples_ms
                for row in own
                for (each, arrivals), at in row.at.items()
                if each == rate
            }
            draw_latencies(axes, f"{mix}, {rate:g} events/s", samples)
    grid[0][0].legend(fontsize="small", loc="upper left")
    save(figure, file)
