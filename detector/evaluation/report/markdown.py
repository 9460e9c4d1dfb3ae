"""Markdown that a table or a quoted text needs."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from detector.evaluation.intervals import Interval

_MARKUP = re.compile(r"([\\`*_~|\[\]#])")


def table(header: Sequence[str], rows: Iterable[Sequence[object]], left: int = 1) -> str:
    """A table whose first `left` columns are text and the others numbers; None is shown as a dash."""
    marks = ["---" if column < left else "---:" for column in range(len(header))]
    lines = [header, marks, *(["-" if cell is None else str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def figure(value: float | None, interval: Interval | None = None) -> str | None:
    """Three digits and, behind them, the interval."""
    if value is None:
        return None
    return f"{value:.3f}" if interval is None else f"{value:.3f} ({interval.low:.3f} to {interval.high:.3f})"


def literal(text: str) -> str:
    """Any text as what it is, on one line: no character of it is read as markup."""
    return _MARKUP.sub(r"\\\1", escape(" ".join(text.split()), quote=False))


def picture(file: str, caption: str) -> str:
    """An image beside the document."""
    return f"![{caption}]({file})"
