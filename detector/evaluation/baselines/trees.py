"""What a team would try before a language model: undo disguise, TF-IDF, gradient-boosted trees."""

import re
from collections.abc import Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Self

import numpy as np

from detector.errors import Misconfigured
from detector.evaluation.extras import optional
from detector.scoring import Span
from detector.text import prepare

FEATURES = 2000
"""N-grams that the trees see: those that tell leaks apart best by the chi-squared test."""

_TREES = {"max_iter": 150, "learning_rate": 0.15, "max_leaf_nodes": 15, "max_bins": 32, "early_stopping": False}
"""Few bins: most features are 0 in most texts, and the default of 255 takes twice as long."""

_PURPOSE = "the TF-IDF baseline"
_UNREADABLE = (OSError, EOFError, LookupError, ValueError, UnpicklingError, AttributeError, ImportError)
"""What loading a file that is none of ours raises, as the pickle module's documentation warns."""

_DIGITS = re.compile(r"[0-9](?:[^\w\n]{0,3}[0-9])*")


class Trees:
    """A fitted classifier of whole texts; it shows no evidence.

    `fit` with the texts that the model learns from, `save`, and give the file to `detector evaluate --trees`.
    """

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[bool], seed: int = 0) -> Self:
        """Learns from original texts and whether each leaks; the same texts and seed give the same trees."""
        pipeline = _pipeline(seed)
        pipeline.fit([shaped(text) for text in texts], list(labels))
        return cls(pipeline)

    @classmethod
    def load(cls, path: Path) -> Self:
        """What `save` wrote. The file is a pickle, which runs code: open only what you wrote yourself."""
        joblib = optional("joblib", _PURPOSE)
        optional("sklearn", _PURPOSE)
        try:
            pipeline = joblib.load(path)
        except _UNREADABLE as error:
            problem = type(error).__name__
            raise Misconfigured(
                f"{path} holds no trees that can be read ({problem}). Fit and save them anew."
            ) from None
        return cls(pipeline)

    def save(self, path: Path) -> None:
        """Writes the trees, to be loaded under the same version of scikit-learn."""
        optional("joblib", _PURPOSE).dump(self._pipeline, path, compress=3)

    def judge(self, text: str) -> tuple[float, Sequence[Span]]:
        """A `Judge`: the trees' probability of a leak, without evidence."""
        return float(self._pipeline.predict_proba([shaped(text)])[0, 1]), ()


def shaped(text: str) -> str:
    """The prepared text with each run of digits as its first digit and its length: ` 0_digits_11 `.

    A number is never the same twice, so its shape is all that can be learned from it.
    """

    def shape(run: re.Match[str]) -> str:
        return f" {run[0][0]}_digits_{sum(map(str.isdigit, run[0]))} "

    return _DIGITS.sub(shape, prepare(text).text).lower()


def dense(matrix: Any) -> Any:
    """The trees take no sparse matrix. Public, since a saved file names it."""
    return matrix.toarray()


def _pipeline(seed: int) -> Any:
    """Words and pairs of words, and pieces of 2 to 4 characters, in one space; the best features, made dense, to trees."""
    text, selection, ensemble, preprocessing, pipelines = (
        optional(f"sklearn.{part}", _PURPOSE)
        for part in ("feature_extraction.text", "feature_selection", "ensemble", "preprocessing", "pipeline")
    )
    words = text.TfidfVectorizer(ngram_range=(1, 2), min_df=2, token_pattern=r"\w+|@", dtype=np.float32)  # noqa: S106 - a pattern
    pieces = text.TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), min_df=3, max_features=200_000, dtype=np.float32
    )
    return pipelines.Pipeline(
        [
            ("n-grams", pipelines.FeatureUnion([("words", words), ("pieces", pieces)])),
            ("best", selection.SelectKBest(selection.chi2, k=FEATURES)),
            ("dense", preprocessing.FunctionTransformer(dense, accept_sparse=True)),
            ("trees", ensemble.HistGradientBoostingClassifier(**_TREES, random_state=seed)),
        ]
    )
