"""Ways to int8, side by side: `python -m detector.training.compare [--corpus FILE]`.

For each way the size, the milliseconds at four shapes, the flips and gaps against fp32 on held-out texts, and the
largest change of a logit between a window alone and the same window among 31 others.
"""

import logging
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Annotated

import numpy as np
import onnx
import onnxruntime as ort
import torch
import typer
from rich.console import Console
from rich.table import Table

from detector.training.compose import Composer
from detector.training.data import Data, gather
from detector.training.encoders import load_encoder
from detector.training.export import feeds, parity
from detector.training.graph import build_graph
from detector.training.network import LeakNetwork
from detector.training.quantize import Feed, block_int8, observe, peaks, static_int8, tamed
from detector.training.recipe import RECIPES, Recipe
from detector.training.train import cutter

# A text of 512 tokens is three windows of 192.
SHAPES = ((1, 32), (1, 192), (3, 192), (16, 32))
_HELD_CLEAN = 400


def compare(
    checkpoint: Annotated[Path, typer.Argument(help="A student's, as training leaves it.")] = Path(
        "runs/distilbert-leaks/student.pt"
    ),
    corpus: Annotated[list[Path] | None, typer.Option(help="As given to the training run.")] = None,
    threads: int = 2,
) -> None:
    """Print the table for the network of a training checkpoint."""
    logging.getLogger("onnxruntime").setLevel(logging.WARNING)
    recipe = Recipe.read(RECIPES / "leaks.toml")
    encoder, tokenizer = load_encoder(recipe.student.encoder, recipe.student.layers)
    network = LeakNetwork(encoder)
    network.load_state_dict(torch.load(checkpoint, weights_only=True, map_location="cpu")["network"])
    network.train(mode=False)
    data: Data = gather(recipe, corpus or [])
    cuts = cutter(recipe, tokenizer)
    exact = build_graph(network)
    seen = feeds(cuts.cut(Composer(data.seeds, data.corpora, recipe).compose(300, 1)))
    held = cuts.cut([*data.dev_seeds, *data.dev_clean[:_HELD_CLEAN]])
    tame = tamed(exact, peaks(exact, seen))
    ways = {
        "fp32 fused": exact,
        "static QDQ": static_int8(exact, observe(exact, seen)),
        "static QDQ, outliers tamed": static_int8(tame, observe(tame, seen)),
        **{f"MatMulNBits {block}": block_int8(exact, block) for block in (32, 128)},
    }
    shapes = (f"{rows}x{tokens} ms" for rows, tokens in SHAPES)
    table = Table("way", "MB", *shapes, "flips", "gap mean", "gap p99", "variance with mates")
    for name, model in ways.items():
        numbers = parity(exact, model, held)
        times = (f"{1000 * _seconds(model, rows, tokens, threads):.1f}" for rows, tokens in SHAPES)
        gaps = (f"{numbers[f'probability_gap_{which}']:.4f}" for which in ("mean", "p99"))
        size = f"{len(model.SerializeToString()) / 1e6:.1f}"
        table.add_row(name, size, *times, f"{numbers['flips']:.2%}", *gaps, f"{_variance(model, threads):.1e}")
    Console(width=150).print(table)


def _session(model: onnx.ModelProto, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def _random_feed(rows: int, tokens: int) -> Feed:
    ids = np.random.default_rng(1).integers(1000, 20_000, (rows, tokens))
    return {"input_ids": ids}


def _seconds(model: onnx.ModelProto, rows: int, tokens: int, threads: int) -> float:
    session, feed, times = _session(model, threads), _random_feed(rows, tokens), []
    for _ in range(15):
        start = perf_counter()
        session.run(None, feed)
        times.append(perf_counter() - start)
    return median(times[5:])


def _variance(model: onnx.ModelProto, threads: int) -> float:
    session, feed = _session(model, threads), _random_feed(32, 96)
    together = session.run(["logits"], feed)[0]
    alone = (session.run(["logits"], {k: v[row : row + 1] for k, v in feed.items()})[0][0] for row in range(32))
    return float(max(np.abs(one - all_).max() for one, all_ in zip(alone, together, strict=True)))


if __name__ == "__main__":
    typer.run(compare)
