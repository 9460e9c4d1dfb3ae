"""The dashboard as it is deployed."""

import json
from typing import Any

from tests.monitoring.rules import ROOT

FILE = ROOT / "deploy" / "grafana" / "dashboards" / "detector.json"
DASHBOARD: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
PANELS: list[dict[str, Any]] = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS: dict[str, str] = {
    f"{panel['title']} {target['refId']}": target["expr"] for panel in PANELS for target in panel["targets"]
}
