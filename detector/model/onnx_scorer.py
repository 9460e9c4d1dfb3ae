"""The scorer that serves: a tokenizer and the bundle's graph, in three phases - encode, run, decode."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from detector.errors import Misconfigured
from detector.model.backends import ON_GPU, Backend, BackendName, open_backend
from detector.model.bundle import Bundle
from detector.model.encoding import TextEncoder, load_tokenizer
from detector.model.evidence import Floats, recognised, softmax, spans_of, with_recognised
from detector.model.first_stage import ENTERING, FirstLook, FirstLooks, Together
from detector.model.manifest import FirstStage
from detector.model.threads import usable_cpus
from detector.scoring import ModelCard, Span, Window, WindowScore
from detector.windows import spans

IDS, MASK = "input_ids", "attention_mask"
LEAK_LOGITS, TOKEN_LOGITS = "logits", "token_logits"
SPECIAL_TOKENS = 2
"""[CLS] before and [SEP] after every window."""


class OnnxScorer:
    """Judges windows with a bundle's model.

    Only windows of the same padded length share a run, and a window is padded by its own length alone, so its score
    does not depend on what else is in the batch. `threads` defaults to the processors this process may use; `backend` is
    named, or one that is open already; `options` are for OpenVINO, or for the execution provider of a backend on a GPU.
    With `first_stage` a bundle that has one clears by it, on a named backend of the CPU: a GPU reads the whole model in
    less than it takes to look twice.
    """

    def __init__(
        self,
        bundle: Bundle,
        threads: int | None = None,
        backend: BackendName | Backend = BackendName.ONNXRUNTIME,
        options: Mapping[str, str] | None = None,
        *,
        first_stage: bool = True,
    ) -> None:
        manifest = bundle.manifest
        self.card: ModelCard = bundle.card
        self.threads = threads or usable_cpus()
        self._manifest = manifest
        tokenizer = load_tokenizer(bundle)
        self._encoder = _encoder(tokenizer, bundle)
        self._cls = _special_id(tokenizer, "[CLS]", bundle)
        self._sep = _special_id(tokenizer, "[SEP]", bundle)
        self._pad = _special_id(tokenizer, "[PAD]", bundle)
        self._continues_word = _continuations(tokenizer)
        self._first: FirstLooks | None = None
        if not isinstance(backend, BackendName):
            reads = self._backend = backend
        elif manifest.firstStage is None or not first_stage or backend in ON_GPU:
            reads = self._backend = self._opened(backend, bundle, bundle.model_file, options)
        else:
            graphs = [self._opened(backend, bundle, file, options) for file in bundle.stage_files]
            reads = graphs[0]
            self._first, self._backend = _in_stages(graphs, bundle, manifest.firstStage)
        self._integer, self._masked = _check_inputs(reads, bundle)
        self._outputs = _check_outputs(self._backend, bundle)
        self._warm_up()

    def windows(self, text: str) -> Sequence[Window]:
        """Encode a text once and cut its tokens into windows."""
        ids, offsets, findings = self._encoder.encode(text)
        size = self._manifest.window - SPECIAL_TOKENS
        return [
            Window(
                [self._cls, *ids[first:last], self._sep],
                offsets[first:last],
                self._padded(last - first),
                recognised(findings, offsets[first:last]),
            )
            for first, last in spans(len(ids), size, self._manifest.overlap)
        ]

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        """Run the model on the windows of each padded length together and put the scores back in order."""
        order = sorted(range(len(windows)), key=lambda index: windows[index].padded)
        alike = groupby(order, lambda index: windows[index].padded)
        groups: Sequence[Together] = [self._together(list(group), windows) for _, group in alike]
        scores: dict[int, WindowScore] = {}
        if self._first is not None:
            scores, groups = self._first.sieve(groups)
        answers = self._backend.run_all(self._outputs, [group.feed for group in groups])
        for group, answer in zip(groups, answers, strict=True):
            scores.update(zip(group.places, self._decode(group.windows, answer), strict=True))
        return [scores[index] for index in range(len(windows))]

    def _together(self, places: Sequence[int], windows: Sequence[Window]) -> Together:
        alike = [windows[place] for place in places]
        return Together(places, alike, self._feed(alike))

    def _opened(self, name: BackendName, bundle: Bundle, graph: Path, options: Mapping[str, str] | None) -> Backend:
        return open_backend(
            name,
            graph,
            self.threads,
            longest=bundle.manifest.window,
            narrow_sums=bundle.manifest.narrowSums,
            options=options,
        )

    def _padded(self, tokens: int) -> int:
        multiple = self._manifest.paddingMultiple
        return min(-(-(tokens + SPECIAL_TOKENS) // multiple) * multiple, self._manifest.window)

    def _feed(self, windows: Sequence[Window]) -> dict[str, NDArray[Any]]:
        ids = np.full((len(windows), windows[0].padded), self._pad, dtype=self._integer)
        for row, window in enumerate(windows):
            ids[row, : len(window.ids)] = window.ids
        feed = {IDS: ids}
        if self._masked:
            feed[MASK] = (ids != self._pad).astype(self._integer)
        return feed

    def _decode(self, windows: Sequence[Window], outputs: list[Any]) -> list[WindowScore]:
        calibration = self._manifest.calibration
        margins = (outputs[0][:, 1] - outputs[0][:, 0]).astype(np.float64)
        probabilities = _sigmoid(margins / calibration.temperature + calibration.bias)
        if len(outputs) == 1:
            return [WindowScore(float(probability)) for probability in probabilities]
        tokens: Floats = softmax(outputs[1])
        return [
            WindowScore(float(probability), self._spans(window, row))
            for window, probability, row in zip(windows, probabilities, tokens, strict=True)
        ]

    def _spans(self, window: Window, row: Floats) -> tuple[Span, ...]:
        """Of the tokens that stand in the text, hints left out."""
        places = [place for place, (start, end) in enumerate(window.offsets) if end > start]
        offsets = [window.offsets[place] for place in places]
        inner = np.asarray(places, dtype=np.intp) + 1
        continues = self._continues_word[np.asarray(window.ids)[inner]]
        manifest = self._manifest
        found = spans_of(row[inner], offsets, continues, manifest.labels, manifest.evidenceThreshold)
        return with_recognised(found, window.recognised)

    def _warm_up(self) -> None:
        """Read the shortest and the longest window once to the end, so that the first event does not pay for it."""
        for words in (1, self._manifest.window):
            group = self._together([0], self.windows("warm " * words)[:1])
            if self._first is not None:
                group = self._first.passed_on(group)
            self._decode(group.windows, self._backend.run(self._outputs, group.feed))


def _in_stages(graphs: Sequence[Backend], bundle: Bundle, stage: FirstStage) -> tuple[FirstLooks, Backend]:
    """The looks of a bundle, and what reads on where none of them clears."""
    for look, graph, file in zip(stage.looks, graphs[1:], bundle.stage_files[1:], strict=True):
        wanted = {ENTERING} if look.layers else set(graphs[0].inputs)
        if set(graph.inputs) != wanted:
            raise _does_not_fit(bundle, f"is followed by a {file.name} that takes no {' nor '.join(sorted(wanted))}")
    *looking, rest = graphs
    lowest = min(bundle.card.thresholds.values())
    looks = [FirstLook(graph, look, lowest) for graph, look in zip(looking, stage.looks, strict=True)]
    return FirstLooks(looks), rest


def _encoder(tokenizer: Tokenizer, bundle: Bundle) -> TextEncoder:
    try:
        return TextEncoder(tokenizer, bundle.manifest.hints)
    except ValueError as error:
        raise Misconfigured(f"{bundle.tokenizer_file}: {error}. Export the bundle anew.") from None


def _special_id(tokenizer: Tokenizer, token: str, bundle: Bundle) -> int:
    found = tokenizer.token_to_id(token)
    if found is None:
        raise Misconfigured(f"{bundle.tokenizer_file} has no token {token}. Export the bundle anew.")
    return int(found)


def _continuations(tokenizer: Tokenizer) -> NDArray[np.bool_]:
    """By token id: whether it continues a word (WordPiece writes such tokens with ##)."""
    vocabulary = tokenizer.get_vocab()
    continues = np.zeros(max(vocabulary.values()) + 1, dtype=np.bool_)
    continues[[number for token, number in vocabulary.items() if token.startswith("##")]] = True
    return continues


def _check_inputs(backend: Backend, bundle: Bundle) -> tuple[type[np.integer[Any]], bool]:
    """The integer type of the inputs, and whether the model takes a mask; one that takes none sees its own padding."""
    inputs = backend.inputs
    if set(inputs) not in ({IDS}, {IDS, MASK}):
        raise _does_not_fit(bundle, f"takes {sorted(inputs)}, not {IDS} with or without {MASK}")
    (integer, *others) = set(inputs.values())
    if integer is None or others:
        raise _does_not_fit(bundle, "takes inputs that are not of one integer type")
    return integer, MASK in inputs


def _check_outputs(backend: Backend, bundle: Bundle) -> list[str]:
    """The outputs to ask for: the leak logits, and the token logits where the bundle has them."""
    widths = backend.outputs
    if widths.get(LEAK_LOGITS) != 2:
        raise _does_not_fit(bundle, f"gives no {LEAK_LOGITS} of width 2")
    labels = len(bundle.manifest.labels)
    if widths.get(TOKEN_LOGITS, 0) != labels:
        raise _does_not_fit(bundle, f"gives {widths.get(TOKEN_LOGITS, 0)} token labels, the manifest {labels}")
    return [LEAK_LOGITS, TOKEN_LOGITS] if labels else [LEAK_LOGITS]


def _does_not_fit(bundle: Bundle, what: str) -> Misconfigured:
    return Misconfigured(f"{bundle.model_file} {what}. Export the bundle anew.")


def _sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -60.0, 60.0))), dtype=np.float64)
