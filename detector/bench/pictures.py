"""Pictures of what was measured. Imports matplotlib, which is in the extra `bench`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from detector.demo.statistics import PROMISE_MS
from detector.errors import Misconfigured

COLOURS = ("#1f5fa8", "#7fb59a", "#c8402f", "#d9a441")
PANEL_INCHES = (5.0, 3.6)


def panels(lines: int, columns: int) -> tuple[Figure, Sequence[Sequence[Axes]]]:
    """An empty picture with so many panels."""
    width, height = PANEL_INCHES
    figure = Figure(figsize=(width * columns, height * lines), layout="constrained")
    return figure, [list(line) for line in figure.subplots(lines, columns, squeeze=False)]


def draw_latencies(axes: Axes, title: str, samples_ms: Mapping[str, Sequence[float]]) -> None:
    """The share of events that had their verdict within a time, a line for each name, and the promise."""
    axes.set(title=title, xlabel="ms from intended send to verdict", ylabel="share")
    for number, (label, samples) in enumerate(samples_ms.items()):
        axes.ecdf(samples, label=label, color=COLOURS[number % len(COLOURS)])
    axes.axvline(PROMISE_MS, color="#777777", linestyle=":", label=f"the promise, {PROMISE_MS:g} ms")
    axes.set(xscale="log", ylim=(0, 1.01))
    axes.grid(alpha=0.3)


def save(figure: Figure, file: Path) -> None:
    """As PNG; raises `Misconfigured` if the file cannot be written."""
    try:
        figure.savefig(file, dpi=120, format="png", metadata={"Software": None})
    except OSError as error:
        raise Misconfigured(
            f"{file} cannot be written ({error.strerror}): name a file in a folder that exists."
        ) from None
