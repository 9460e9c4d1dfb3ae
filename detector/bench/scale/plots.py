"""How costs grow, as a picture. Imports matplotlib, which is in the extra `bench`."""

from pathlib import Path

from matplotlib.axes import Axes

from detector.bench.pictures import COLOURS, panels, save
from detector.bench.scale.figures import backlog_lines
from detector.bench.scale.run import Measured

_MIB = 2**20


def growth_plot(measured: Measured, file: Path) -> None:
    """A panel for each part that grows: length and backlog on logarithmic axes, memory over time.

    Raises `Misconfigured` if the file cannot be written.
    """
    draw = [
        drawing
        for drawing, taken in (
            (_length, measured.lengths),
            (_backlog, measured.backlogs),
            (_memory, measured.soaked),
        )
        if taken
    ]
    figure, grid = panels(1, max(len(draw), 1))
    for axes, drawing in zip(grid[0], draw, strict=False):
        drawing(axes, measured)
        axes.grid(alpha=0.3)
    save(figure, file)


def _length(axes: Axes, measured: Measured) -> None:
    words = [each.words for each in measured.lengths]
    axes.plot(words, [each.cpu for each in measured.lengths], "o-", color=COLOURS[0], label="processor time")
    axes.plot(words, [each.latency for each in measured.lengths], "s-", color=COLOURS[2], label="latency")
    axes.set(title="a text alone", xlabel="words", ylabel="ms", xscale="log", yscale="log")
    axes.legend(fontsize="small", loc="upper left")


def _backlog(axes: Axes, measured: Measured) -> None:
    known = [(line.varied[0], line.cpu_ms.median) for line in backlog_lines(measured) if line.cpu_ms is not None]
    axes.plot([events for events, _ in known], [ms for _, ms in known], "o-", color=COLOURS[0])
    axes.set(title="a backlog, no model", xlabel="events", ylabel="ms of processor time per event", xscale="log")
    axes.set_ylim(bottom=0)


def _memory(axes: Axes, measured: Measured) -> None:
    assert measured.soaked is not None
    minutes = [at / 60 for at, _ in measured.soaked.resident]
    axes.plot(minutes, [size / _MIB for _, size in measured.soaked.resident], color=COLOURS[0])
    axes.set(title="memory at full load", xlabel="minutes", ylabel="RSS, MiB")
    axes.set_ylim(bottom=0)
