"""The README's tables of settings and metrics, generated from where both are defined.

`python -m detector.contracts.readme README.md` brings a README up to date; a test says when one is not.
"""

import re
import sys
from pathlib import Path

from pydantic_core import PydanticUndefined

from detector.monitoring.table import METRICS
from detector.settings import Settings
from detector.settings.model import PASSED_ON, PREFIX


def refreshed(readme: str) -> str:
    """The text with each table between its marks, `<!-- name -->` and `<!-- /name -->`, made anew."""
    for name, table in {"settings": settings_table(), "metrics": metrics_table()}.items():
        readme = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
            lambda marks, table=table: f"{marks[1]}{table}\n{marks[2]}",  # type: ignore[misc]
            readme,
            flags=re.DOTALL,
        )
    return readme


def settings_table() -> str:
    """One row per setting: variable, default, meaning."""
    rows = ["| Variable | Default | Meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        variable = f"{PREFIX}{name.upper()}" + ("__*" if name in PASSED_ON else "")
        default = field.default
        shown = "" if default in (None, PydanticUndefined) else f"`{getattr(default, 'value', default)}`"
        rows.append(f"| `{variable}` | {shown} | {field.description} |")
    return "\n".join(rows)


def metrics_table() -> str:
    """One row per metric: name as Prometheus shows it, type, labels, meaning."""
    rows = ["| Metric | Type | Labels | Meaning |", "|---|---|---|---|"]
    rows += [
        f"| `{metric.exposed_name}` | {metric.type} | {', '.join(metric.labels)} | {metric.help} |"
        for metric in METRICS
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        path.write_text(refreshed(path.read_text()))
