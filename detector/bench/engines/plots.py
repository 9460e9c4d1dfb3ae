"""The latencies as a picture. Imports matplotlib, which is in the extra `bench`."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from detector.bench.engines.figures import Row
from detector.demo.statistics import PROMISE_MS
from detector.errors import Misconfigured

_COLOURS = ("#1f5fa8", "#7fb59a", "#c8402f", "#d9a441")
_PANEL_INCHES = (5.0, 3.6)


def latency_plot(rows: Sequence[Row], file: Path) -> None:
    """A panel for each model and rate: the share of events that had their verdict within a time, a line per variant.

    Raises `Misconfigured` if the file cannot be written.
    """
    models = list(dict.fromkeys(row.model for row in rows))
    rates = list(rows[0].at_rate)
    width, height = _PANEL_INCHES
    figure = Figure(figsize=(width * len(rates), height * len(models)), layout="constrained")
    panels = figure.subplots(len(models), len(rates), squeeze=False)
    for line, model in zip(panels, models, strict=True):
        for axes, rate in zip(line, rates, strict=True):
            axes.set(
                title=f"model {model}, {rate:g} events/s", xlabel="ms from intended send to verdict", ylabel="share"
            )
            _draw(axes, [row for row in rows if row.model is model], rate)
    panels[0][0].legend(fontsize="small")
    try:
        figure.savefig(file, dpi=120, format="png", metadata={"Software": None})
    except OSError as error:
        raise Misconfigured(
            f"{file} cannot be written ({error.strerror}): name a file in a folder that exists."
        ) from None


def _draw(axes: Axes, rows: Sequence[Row], rate: float) -> None:
    for number, row in enumerate(rows):
        label = f"{row.title}, {row.variant.delivery}"
        axes.ecdf(row.at_rate[rate].samples_ms, label=label, color=_COLOURS[number % len(_COLOURS)])
    axes.axvline(PROMISE_MS, color="#777777", linestyle=":", label=f"the promise, {PROMISE_MS:g} ms")
    axes.set(xscale="log", ylim=(0, 1.01))
    axes.grid(alpha=0.3)
