"""Who is evaluated: anything that gives a text a probability and evidence. Here: a model bundle, as it serves."""

from collections.abc import Callable, Iterable, Sequence
from time import perf_counter
from typing import NamedTuple

from detector.evaluation.rows import Labelled
from detector.model.bundle import Bundle
from detector.model.onnx_scorer import OnnxScorer
from detector.scoring import Scorer, Span
from detector.text import prepare
from detector.verdicts import attribute_score

Judge = Callable[[str], tuple[float, Sequence[Span]]]
"""From an original text to its probability of a leak and its evidence, in code points of that text."""


class Judgement(NamedTuple):
    """What a judge said of a row, and the seconds it took."""

    row: Labelled
    probability: float
    spans: Sequence[Span]
    seconds: float


def judged(rows: Iterable[Labelled], judge: Judge) -> list[Judgement]:
    """One judgement per row, in order; each text is judged alone."""
    judgements = []
    for row in rows:
        begun = perf_counter()
        probability, spans = judge(row.text)
        judgements.append(Judgement(row, probability, spans, perf_counter() - begun))
    return judgements


def scorer_judge(scorer: Scorer) -> Judge:
    """Judges the way the pipeline does: prepare, window, score, aggregate."""

    def judge(text: str) -> tuple[float, Sequence[Span]]:
        prepared = prepare(text)
        score = attribute_score("text", prepared, scorer.score(scorer.windows(prepared.text)))
        return score.probability, score.spans

    return judge


def bundle_judge(bundle: Bundle, threads: int | None = None) -> Judge:
    """A bundle through ONNX Runtime; give `bundle.card.thresholds` to `evaluate`."""
    return scorer_judge(OnnxScorer(bundle, threads))
