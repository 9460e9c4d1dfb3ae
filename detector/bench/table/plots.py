"""The tables as a picture. Imports matplotlib, which is in the extra `bench`."""

from pathlib import Path

from detector.bench.article import REVIEWS_AFTER_SECONDS, REVIEWS_BEFORE_SECONDS
from detector.bench.pictures import COLOURS, panels, save
from detector.bench.table.figures import ARTICLE, Table

_OURS, _THEIRS, _TAIL, _ = COLOURS


def table_plot(table: Table, file: Path) -> None:
    """Average and tp99 of each model, and the seconds for many texts; raises `Misconfigured` if it cannot be written."""
    figure, ((left, right),) = panels(1, 2)
    rows = [ARTICLE, *table.rows]
    titles = [each.title for each in rows]
    left.barh(titles, [each.tp99 or 0 for each in rows], color=_TAIL, label="tp99")
    left.barh(titles, [each.average or 0 for each in rows], color=_OURS, label="average")
    left.set(title="one text of 512 tokens, ms")
    left.legend(fontsize="small", loc="upper left")
    taken = {
        "opinion mining, before": REVIEWS_BEFORE_SECONDS,
        "opinion mining, after": REVIEWS_AFTER_SECONDS,
        **{each.title: each.seconds for each in table.naive},
        "detector score": table.scored.seconds.median,
    }
    colours = [_THEIRS, _THEIRS, *(_OURS for _ in range(len(taken) - 2))]
    right.barh(list(taken), list(taken.values()), color=colours)
    right.set(title=f"{table.scored.texts:,} texts, s", xscale="log")
    for axes in (left, right):
        axes.invert_yaxis()
        axes.grid(alpha=0.3, axis="x")
    save(figure, file)
