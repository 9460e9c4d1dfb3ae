"""Transformers' `pipeline` in a plain consumer loop.

One text at a time: its documentation says not to batch on a CPU, nor where latency counts. The network is of the shipped
model's shape, or with --base of DistilBERT-base's, which a hub would offer, in PyTorch's own precision; its weights are
random, which changes what it says and not how long it takes.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from transformers import DistilBertConfig, DistilBertForSequenceClassification, PreTrainedTokenizerFast, pipeline

from detector.bench.peers.loop import run_loop
from detector.bench.peers.shipped import bundle

MOST_TOKENS = 512
SHAPE = {"dim": 384, "hidden_dim": 512, "n_layers": 6, "n_heads": 12, "max_position_embeddings": MOST_TOKENS}
"""Of the shipped model's encoder."""
BASE_SHAPE = {**SHAPE, "dim": 768, "hidden_dim": 3072}
"""Of DistilBERT-base's."""
LEAK = "LABEL_1"


def pipeline_judge(folder: Path, shape: Mapping[str, int] = SHAPE) -> Callable[[Sequence[str]], Sequence[float]]:
    """The probability that each text leaks, cut at 512 tokens; the tokenizer is the bundle's."""
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"),
        model_max_length=MOST_TOKENS,
        **{f"{name}_token": f"[{name.upper()}]" for name in ("cls", "sep", "pad", "unk", "mask")},
        model_input_names=["input_ids", "attention_mask"],
    )
    model = DistilBertForSequenceClassification(DistilBertConfig(vocab_size=len(tokenizer), **shape))
    classify = pipeline("text-classification", model=model.eval(), tokenizer=tokenizer, device="cpu")

    def judge(texts: Sequence[str]) -> Sequence[float]:
        said = [classify(text, truncation=True)[0] for text in texts]
        return [float(each["score"] if each["label"] == LEAK else 1 - each["score"]) for each in said]

    return judge


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", action="store_true")
    run_loop(pipeline_judge(bundle(), BASE_SHAPE if parser.parse_args().base else SHAPE))
