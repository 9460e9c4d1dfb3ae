"""The latencies as a picture. Imports matplotlib, which is in the extra `bench`."""

from collections.abc import Sequence
from pathlib import Path

from detector.bench.article import ARTICLE_TOKENS
from detector.bench.model.candidates import Model
from detector.bench.model.figures import Floor, Row
from detector.bench.pictures import panels, save


def latency_plot(rows: Sequence[Row], floor: Floor | None, file: Path) -> None:
    """A panel for each model with one text of 512 tokens, a bar for each candidate; ours stand out, the floor is a line.

    Raises `Misconfigured` if the file cannot be written.
    """
    drawn = [row for row in rows if row.size == (ARTICLE_TOKENS, 1)]
    models = [model for model in Model if any(row.subject.model is model for row in drawn)]
    figure, grid = panels(1, len(models))
    for axes, model in zip(grid[0], models, strict=True):
        own = [row for row in reversed(drawn) if row.subject.model is model]
        times = [row.wall_ms for row in own]
        axes.barh(
            [row.subject.candidate.value for row in own],
            [time.median for time in times],
            xerr=[[time.median - time.low for time in times], [time.high - time.median for time in times]],
            color=["tab:blue" if row.subject.candidate.backend is not None else "tab:gray" for row in own],
        )
        axes.set(title=f"{model}, one text of {ARTICLE_TOKENS} tokens", xlabel="ms")
        if model is Model.BASE and floor is not None:
            axes.axvline(floor.floor_ms.median, color="tab:red", label=f"floor, {floor.floor_ms.median:.0f} ms")
            axes.legend(fontsize="small", loc="upper left")
    save(figure, file)
