"""DistilBERT-base's shape with random weights, in every form in which somebody would serve it: for what the shape costs.

The bundle's graph is built and quantised by the functions that export a trained one. What it says means nothing.
"""

import sys
import warnings
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import onnx
import torch
from tokenizers import Tokenizer
from transformers import DistilBertConfig, DistilBertForSequenceClassification, DistilBertModel, PreTrainedTokenizerFast

from detector.model.manifest import MANIFEST_FILE, MODEL_FILE, TOKENIZER_FILE, Manifest, Thresholds, Training
from detector.training.encoders import load_encoder
from detector.training.examples import LABELS
from detector.training.export import feeds
from detector.training.graph import OPSET, build_graph
from detector.training.network import OWN_PADDING, LeakNetwork
from detector.training.quantize import is_narrow, observe, peaks, static_int8, tamed
from detector.training.recipe import RECIPES, Recipe
from detector.training.seeds import read_seeds
from detector.training.train import cutter
from detector.training.windows import hint_tokens

BUNDLE, PYTORCH, ONNX = "bundle", "pytorch", "fp32.onnx"
"""A bundle, a folder for `from_pretrained`, and the same classifier as PyTorch exports it to ONNX."""

_TOKENIZER = "all-MiniLM-L6-v2"
"""Whose vocabulary is BERT's, as DistilBERT-base's is."""
_CALIBRATED_ON = 32
"""Texts: ranges of random weights hardly vary."""


def make(folder: Path, window: int = 512, seed: int = 1, shape: dict[str, Any] | None = None) -> None:
    """Writes the three into `folder`; `shape`, in the words of DistilBERT's configuration, is the base's unless given."""
    torch.manual_seed(seed)
    tokenizer = load_encoder(_TOKENIZER)[1]
    config = DistilBertConfig(vocab_size=tokenizer.get_vocab_size(), attn_implementation="eager", **(shape or {}))
    _bundle(folder / BUNDLE, LeakNetwork(DistilBertModel(config)), tokenizer, window)
    classifier = DistilBertForSequenceClassification(config).eval()
    _export(classifier, folder / ONNX)
    classifier.save_pretrained(folder / PYTORCH)
    _as_transformers_has_it(tokenizer, window).save_pretrained(folder / PYTORCH)


def _bundle(folder: Path, network: LeakNetwork, tokenizer: Tokenizer, window: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    recipe = Recipe.read(RECIPES / "leaks.toml").model_copy(update={"window": window})
    seen = feeds(cutter(recipe, tokenizer).cut(read_seeds()[:_CALIBRATED_ON]))
    exact = build_graph(network.eval())
    tame = tamed(exact, peaks(exact, seen))
    int8 = static_int8(tame, observe(tame, seen))
    onnx.save(int8, folder / MODEL_FILE)
    tokenizer.save(str(folder / TOKENIZER_FILE))
    manifest = Manifest(
        modelCode="DistilBertBaseUntrained",
        modelVersion="1.0",
        refreshVersion=f"v{datetime.now(UTC):%Y%m%d}",
        files={name: sha256((folder / name).read_bytes()).hexdigest() for name in (MODEL_FILE, TOKENIZER_FILE)},
        labels=LABELS,
        window=window,
        overlap=recipe.overlap,
        paddingMultiple=OWN_PADDING,
        narrowSums=is_narrow(int8),
        hints=hint_tokens(tokenizer),
        thresholds=Thresholds(LISTING_UPDATE=0.5, BOOKING=0.5),
        training=Training(description="none: the weights are random", dataSha256=sha256().hexdigest()),
    )
    (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _export(classifier: DistilBertForSequenceClassification, file: Path) -> None:
    ids = torch.ones(1, OWN_PADDING, dtype=torch.long)
    names = ["input_ids", "attention_mask"]
    rows = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings():
        # Of what tracing might miss; that other lengths and batches run is seen by running them.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            classifier,
            (ids, torch.ones_like(ids)),
            file,
            dynamo=False,  # the newer exporter needs onnxscript
            opset_version=OPSET,
            input_names=names,
            output_names=["logits"],
            dynamic_axes={**dict.fromkeys(names, rows), "logits": {0: "batch"}},
        )


def _as_transformers_has_it(tokenizer: Tokenizer, window: int) -> PreTrainedTokenizerFast:
    special = {f"{name}_token": f"[{name.upper()}]" for name in ("cls", "sep", "pad", "unk", "mask")}
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=window,
        model_input_names=["input_ids", "attention_mask"],
        **special,
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]))
