"""The latencies as a picture. Imports matplotlib, which is in the extra `bench`."""

from collections.abc import Sequence
from pathlib import Path

from detector.bench.engines.figures import Row
from detector.bench.pictures import draw_latencies, panels, save


def latency_plot(rows: Sequence[Row], file: Path) -> None:
    """A panel for each model and rate: the share of events that had their verdict within a time, a line per variant.

    Raises `Misconfigured` if the file cannot be written.
    """
    models = list(dict.fromkeys(row.model for row in rows))
    rates = list(rows[0].at_rate)
    figure, grid = panels(len(models), len(rates))
    for line, model in zip(grid, models, strict=True):
        own = [row for row in rows if row.model is model]
        for axes, rate in zip(line, rates, strict=True):
            samples = {f"{row.title}, {row.variant.delivery}": row.at_rate[rate].samples_ms for row in own}
            draw_latencies(axes, f"model {model}, {rate:g} events/s", samples)
    grid[0][0].legend(fontsize="small", loc="upper left")
    save(figure, file)
