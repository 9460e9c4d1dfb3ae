"""How a verdict looks on a terminal: the decision in one line, the leaks in their category's colour."""

from collections.abc import Mapping

from rich.console import Group
from rich.text import Text

from detector.verdicts import Label, Verdict

CATEGORY_STYLES = {
    "phone": "black on bright_yellow",
    "email": "black on bright_cyan",
    "url": "black on bright_green",
    "social": "black on bright_magenta",
    "messenger": "black on orange1",
    "solicitation": "white on red",
}


def highlighted(verdict: Verdict, texts: Mapping[str, str]) -> Group:
    """A verdict, its attributes' texts, and the leaks in them in their category's colour."""
    parts = [headline(verdict)]
    for name, text in texts.items():
        marked = Text(printable(text))
        for evidence in verdict.score_details.evidence:
            if evidence.attribute == name:
                marked.stylize(CATEGORY_STYLES.get(evidence.category, "reverse"), evidence.start, evidence.end)
        parts.append(marked)
    return Group(*parts)


def headline(verdict: Verdict) -> Text:
    """Label, score, threshold, and what was found."""
    details = verdict.score_details
    fraud = details.label is Label.FRAUD
    line = Text()
    line.append(f"{details.label.value:<9}", "bold red" if fraud else "green")
    line.append(f"{verdict.probability_score:.4f}", "bold")
    line.append(f" (threshold {details.threshold:.2f})", "dim")
    for category in dict.fromkeys(each.category for each in details.evidence):
        line.append(" ")
        line.append(f" {category} ", CATEGORY_STYLES.get(category, "reverse"))
    return line


def printable(text: str) -> str:
    """The text with a dot for whatever would steer the terminal or stay unseen; offsets stay as they are."""
    return "".join(each if each.isprintable() or each == "\n" else " " if each.isspace() else "\u00b7" for each in text)
