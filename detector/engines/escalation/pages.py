"""The view as plain HTML: no script, nothing fetched from elsewhere, everything that came in escaped."""

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from detector.engines.escalation.answers import OneOffender, TopList
from detector.engines.escalation.ranking import WINDOW_HOURS
from detector.offenders import Kind, Profile

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}caption{text-align:left;font-weight:bold}"
    "th,td{padding:.25rem .75rem;border-bottom:1px solid #767676;text-align:right}"
    "th:first-child,td:last-child{text-align:left}"
)
_COUNTS = ("Violations", "Open", "Listings", "Highest score", "Categories")


def top_page(top: TopList) -> str:
    """The list, with links to the other windows."""
    notice = (
        "" if top.complete else '<p role="status">Incomplete: not every worker answered. Ask again in a moment.</p>'
    )
    if not top.partners:
        return _page("Repeat offenders", f"{_windows(top.window)}{notice}<p>No violations in this window.</p>")
    rows = [
        f'<tr><th scope="row">{_link(offender)}</th>{_counts(offender, top.window)}</tr>' for offender in top.partners
    ]
    caption = f"Most violations in the {escape(top.window)} before {_time(top)}"
    return _page("Repeat offenders", f"{_windows(top.window)}{notice}{_table(caption, 'Offender', _COUNTS, rows)}")


def offender_page(answer: OneOffender) -> str:
    """One offender: its windows, and what was told of it."""
    offender = answer.partner
    windows = [f'<tr><th scope="row">{escape(name)}</th>{_counts(offender, name)}</tr>' for name in offender.windows]
    told = [
        f'<tr><th scope="row">{escape(report.rule)}</th><td>{report.violations}</td><td>{report.listings}</td>'
        f"<td>{escape(report.at.isoformat())}</td></tr>"
        for report in offender.reports
    ]
    newest = f"<p>Newest event: {escape(offender.newest.isoformat())}</p>"
    counted = _table(f"Windows that end at {_time(answer)}", "Window", _COUNTS, windows)
    heads = ("Violations", "Listings", "Crossed at")
    reports = _table("Newest escalation of each rule", "Rule", heads, told) if told else "<p>Never escalated.</p>"
    back = '<p><a href="/partners">All offenders</a></p>'
    return _page(f"{offender.offender.value.capitalize()} {_identity(offender)}", newest + counted + reports + back)


def message_page(title: str, text: str) -> str:
    """A page that says why there is no other."""
    return _page(title, f'<p>{escape(text)}</p><p><a href="/partners">All offenders</a></p>')


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )


def _windows(current: str) -> str:
    links = [
        f'<li><a href="/partners?window={name}"{" aria-current=page" if name == current else ""}>{name}</a></li>'
        for name in WINDOW_HOURS
    ]
    return f'<nav aria-label="Window"><ul>{"".join(links)}</ul></nav>'


def _table(caption: str, first: str, heads: Iterable[str], rows: Iterable[str]) -> str:
    columns = "".join(f'<th scope="col">{head}</th>' for head in (first, *heads))
    return f"<table><caption>{caption}</caption><thead><tr>{columns}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _counts(offender: Profile, window: str) -> str:
    counted = offender.windows[window]
    categories = ", ".join(f"{escape(name)} {count}" for name, count in counted.categories.items())
    cells = (counted.violations, counted.open, counted.listings, f"{counted.highest_score:.3f}", categories)
    return "".join(f"<td>{cell}</td>" for cell in cells)


def _link(offender: Profile) -> str:
    identity = _identity(offender)
    kind = "" if offender.offender is Kind.PARTNER else f"{offender.offender.value} "
    return f'{kind}<a href="/{offender.offender.value}s/{quote(identity, safe="")}">{escape(identity)}</a>'


def _identity(offender: Profile) -> str:
    return offender.partner_id or offender.listing_id or ""


def _time(answer: TopList | OneOffender) -> str:
    return escape(answer.at.isoformat(timespec="seconds"))
