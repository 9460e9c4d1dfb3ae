"""The share of events in time by load, as a picture. Imports matplotlib, which is in the extra `bench`."""

from collections.abc import Sequence
from pathlib import Path

from detector.bench.pictures import COLOURS, panels, save
from detector.bench.schedule.figures import Row

_MARKS = "osd^vx+"


def share_plot(rows: Sequence[Row], file: Path) -> None:
    """A point for each rule under each load; raises `Misconfigured` if the file cannot be written."""
    figure, ((axes,),) = panels(1, 1)
    figure.set_size_inches(9.0, 4.5)
    loads = list(dict.fromkeys(row.load for row in rows))
    for number, rule in enumerate(dict.fromkeys(row.rule for row in rows)):
        own = [row for row in rows if row.rule is rule and row.in_time is not None]
        axes.plot(
            [row.in_time.median for row in own if row.in_time is not None],
            [loads.index(row.load) for row in own],
            _MARKS[number % len(_MARKS)],
            label=rule,
            color=COLOURS[number % len(COLOURS)],
        )
    axes.set(xlabel="share of events scored within 250 ms", xlim=(-0.02, 1.02))
    axes.set_yticks(range(len(loads)), [load.title for load in loads])
    axes.invert_yaxis()
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    save(figure, file)
