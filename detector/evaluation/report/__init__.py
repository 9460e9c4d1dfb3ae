"""The report for people: `REPORT.md` and its pictures. Needs the extra `report`."""

from detector.evaluation.report.write import write_report

__all__ = ["write_report"]
