"""The dashboard as Grafana reads it.

`python -m detector.monitoring.dashboard.grafana FILE` writes it anew; a test says when the file is not up to date.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from detector.monitoring.dashboard.panel import Panel
from detector.monitoring.dashboard.service import AT_A_GLANCE, KEEPING_UP, PROMISE
from detector.monitoring.dashboard.worker import TIME, TROUBLE, VERDICTS

ROWS = (AT_A_GLANCE, PROMISE, KEEPING_UP, TIME, TROUBLE, VERDICTS)
UID = "contact-leak-detector"
COLUMNS = 24
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_ALL = {"multi": True, "includeAll": True, "current": {"text": "All", "value": "$__all"}}


def rendered() -> str:
    """The file's text."""
    return json.dumps(dashboard(), indent=2) + "\n"


def dashboard() -> Mapping[str, Any]:
    """The whole dashboard."""
    return {
        "uid": UID,
        "title": "Contact-leak detector",
        "description": "Is the promise kept, do the workers keep up, is anything dying?",
        "tags": ["kafka", "contact-leak-detector"],
        "schemaVersion": 39,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "15s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "browser",
        "templating": {"list": list(_variables())},
        "links": [],
        "annotations": {"list": []},
        "panels": list(_panels()),
    }


def _variables() -> Iterator[Mapping[str, Any]]:
    yield {"name": "datasource", "label": "Source", "type": "datasource", "query": "prometheus"}
    info = "detector_worker_info"
    yield _variable("job", "Job", f"label_values({info}, job)")
    yield _variable("group", "Group", f'label_values({info}{{job="$job"}}, group)', **_ALL)
    yield _variable("instance", "Worker", f'label_values({info}{{job="$job", group=~"$group"}}, instance)', **_ALL)


def _variable(name: str, label: str, query: str, **more: Any) -> Mapping[str, Any]:
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": _SOURCE,
        "query": {"query": query, "refId": name},
        "definition": query,
        "refresh": 2,
        "sort": 1,
        **more,
    }


def _panels() -> Iterator[Mapping[str, Any]]:
    number = top = 0
    for row in ROWS:
        number += 1
        place = {"x": 0, "y": top, "w": COLUMNS, "h": 1}
        yield {"id": number, "type": "row", "title": row.title, "collapsed": False, "gridPos": place, "panels": []}
        top += 1
        left = 0
        for panel in row.panels:
            if left + panel.width > COLUMNS:
                left, top = 0, top + panel.height
            number += 1
            place = {"x": left, "y": top, "w": panel.width, "h": panel.height}
            yield {"id": number, "gridPos": place, **_panel(panel)}
            left += panel.width
        top += row.panels[-1].height


def _panel(panel: Panel) -> Mapping[str, Any]:
    steps = [{"value": value, "color": color} for value, color in panel.steps]
    if panel.limit is not None:
        steps = [{"value": None, "color": "transparent"}, {"value": panel.limit, "color": "red"}]
    defaults: dict[str, Any] = {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}}
    if panel.kind == "timeseries":
        defaults["min"] = 0
        defaults["custom"] = _drawing(panel)
    if panel.most is not None:
        defaults["max"] = panel.most
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.meaning,
        "datasource": _SOURCE,
        "targets": list(_targets(panel)),
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": _OPTIONS[panel.kind],
    }


def _targets(panel: Panel) -> Iterator[Mapping[str, Any]]:
    for letter, query in zip("ABCDEFGH", panel.queries, strict=False):
        yield {
            "refId": letter,
            "datasource": _SOURCE,
            "expr": query.expression,
            "legendFormat": query.legend or "__auto",
            "format": {"heatmap": "heatmap", "table": "table"}.get(panel.kind, "time_series"),
            "instant": panel.kind == "table",
            "range": panel.kind != "table",
        }


def _drawing(panel: Panel) -> Mapping[str, Any]:
    return {
        "drawStyle": "line",
        "lineWidth": 1,
        "fillOpacity": 30 if panel.stacked else 5,
        "showPoints": "never",
        "spanNulls": False,
        "stacking": {"mode": "normal" if panel.stacked else "none", "group": "A"},
        "thresholdsStyle": {"mode": "off" if panel.limit is None else "dashed"},
    }


_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "stat": {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "colorMode": "background",
        "graphMode": "area",
        "textMode": "value",
        "justifyMode": "center",
    },
    "timeseries": {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    "heatmap": {
        "calculate": False,
        "color": {"mode": "scheme", "scheme": "Oranges", "steps": 64},
        "yAxis": {"axisPlacement": "left"},
        "tooltip": {"mode": "single", "yHistogram": True},
        "cellGap": 1,
    },
    "table": {"showHeader": True, "cellHeight": "sm"},
}


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        path.write_text(rendered(), encoding="utf-8")
