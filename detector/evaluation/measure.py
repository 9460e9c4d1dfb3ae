"""From judgements to numbers: one pass over labelled rows, counted as a whole and by group."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from detector.evaluation.judging import Judge, Judgement, judged
from detector.evaluation.rows import Labelled
from detector.events import EventKind


@dataclass(slots=True)
class Scores:
    """A two-by-two table and what follows from it; a ratio without a denominator is None."""

    true_positives: int = 0
    false_positives: int = 0
    false_negatives: int = 0
    true_negatives: int = 0

    def add(self, *, leak: bool, called: bool) -> None:
        """Counts one text."""
        self.true_positives += leak and called
        self.false_positives += called and not leak
        self.false_negatives += leak and not called
        self.true_negatives += not leak and not called

    @property
    def total(self) -> int:
        """Texts counted."""
        return self.true_positives + self.false_positives + self.false_negatives + self.true_negatives

    @property
    def precision(self) -> float | None:
        """Share of the called texts that leak."""
        return _ratio(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float | None:
        """Share of the leaking texts that were called."""
        return _ratio(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        hits = 2 * self.true_positives
        return _ratio(hits, hits + self.false_positives + self.false_negatives)

    @property
    def false_alarms(self) -> float | None:
        """Share of the clean texts that were called."""
        return _ratio(self.false_positives, self.false_positives + self.true_negatives)


@dataclass(slots=True)
class Report:
    """All the numbers of one run. `missed` and `alarmed` are row numbers from 0, never texts."""

    overall: Scores = field(default_factory=Scores)
    by_language: dict[str, Scores] = field(default_factory=lambda: defaultdict(Scores))
    by_category: dict[str, Scores] = field(default_factory=lambda: defaultdict(Scores))
    by_family: dict[str, Scores] = field(default_factory=lambda: defaultdict(Scores))
    by_kind: dict[str, Scores] = field(default_factory=lambda: defaultdict(Scores))
    evidence_iou: float | None = None
    category_accuracy: float | None = None
    missed: list[int] = field(default_factory=list)
    alarmed: list[int] = field(default_factory=list)


def evaluate(rows: Iterable[Labelled], judge: Judge, thresholds: Mapping[EventKind, float]) -> Report:
    """Judges every row and counts; see `count`."""
    return count(judged(rows, judge), thresholds)


def count(judgements: Iterable[Judgement], thresholds: Mapping[EventKind, float]) -> Report:
    """The numbers of judgements; a text is called a leak from its kind's threshold on.

    A text that leaks in several ways counts in the group of each. Evidence overlap is, for each leaking row with
    spans, the characters both sides mark over those either marks, averaged; a missed row counts 0. Category accuracy is
    over the leaking rows that were called with evidence.
    """
    report = Report()
    overlaps: list[float] = []
    named: list[bool] = []
    for number, judgement in enumerate(judgements):
        row, spans = judgement.row, judgement.spans
        called = is_called(judgement, thresholds)
        for table in _tables(report, row):
            table.add(leak=row.leak, called=called)
        if row.leak != called:
            (report.missed if row.leak else report.alarmed).append(number)
        if row.leak and row.spans:
            overlaps.append(shown_overlap(judgement, thresholds))
        if row.leak and called and spans:
            named.append(not {span.category for span in spans}.isdisjoint(row.category))
    report.evidence_iou = _ratio(sum(overlaps), len(overlaps))
    report.category_accuracy = _ratio(sum(named), len(named))
    return report


def is_called(judgement: Judgement, thresholds: Mapping[EventKind, float]) -> bool:
    """Whether the text is called a leak."""
    return judgement.probability >= thresholds[judgement.row.kind]


def shown_overlap(judgement: Judgement, thresholds: Mapping[EventKind, float]) -> float:
    """How well a verdict's evidence overlaps the marked leaks; a text that is not called shows none."""
    if not is_called(judgement, thresholds):
        return 0.0
    return overlap(judgement.row.spans, [(span.start, span.end) for span in judgement.spans])


def overlap(truth: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]]) -> float:
    """Intersection over union of the characters that two sets of spans cover; 1 when both cover none."""
    marked = {index for start, end in truth for index in range(start, end)}
    shown = {index for start, end in found for index in range(start, end)}
    return len(marked & shown) / len(marked | shown) if marked | shown else 1.0


def _tables(report: Report, row: Labelled) -> Iterator[Scores]:
    yield report.overall
    yield report.by_kind[row.kind.value]
    yield report.by_language[row.lang]
    yield from (report.by_category[name] for name in row.category)
    yield from (report.by_family[name] for name in row.family)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
