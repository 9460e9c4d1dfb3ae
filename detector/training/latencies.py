"""What sizes of network cost in one run: `python -m detector.training.latencies`.

Networks of the shipped width with so many layers, and one of the shipped layers and neurons; their weights are random,
which changes what they say and not how long it takes. In fp32 and in int8 as `export` makes it, by turns. The column beside
the study's.
"""

from collections.abc import Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import Annotated

import numpy as np
import onnx
import onnxruntime as ort
import torch
import typer
from transformers import DistilBertConfig

from detector.model.threads import usable_cpus
from detector.training.encoders import load_encoder
from detector.training.exact import empty_network
from detector.training.export import feeds
from detector.training.graph import build_graph
from detector.training.quantize import Feed, observe, peaks, static_int8, tamed
from detector.training.recipe import RECIPES, Recipe
from detector.training.seeds import read_seeds
from detector.training.train import cutter

LAYERS = (3, 4, 6, 12)
TOKENS = 512
_CALIBRATED_ON = 32
"""Texts: ranges of random weights hardly vary."""


def latencies(layers: Sequence[int], rounds: int, threads: int) -> Mapping[str, float]:
    """The median time in milliseconds of a run of 512 tokens, by size and form: `6 layers, int8` ...

    Besides the sizes asked for it has the shipped one, with as many neurons as the recipe leaves.
    """
    recipe = Recipe.read(RECIPES / "leaks.toml")
    encoder, tokenizer = load_encoder(recipe.student.encoder)
    sizes = {f"{number} layers": (number, encoder.config.hidden_dim) for number in layers}
    if recipe.further is not None and (left := recipe.further.neurons) is not None:
        own = recipe.student.layers or encoder.config.n_layers
        sizes[f"{own} layers of {left} neurons"] = own, left
    seen = feeds(cutter(recipe, tokenizer).cut(read_seeds()[:_CALIBRATED_ON]))
    sessions = {
        f"{name}, {form}": _session(graph, threads)
        for name, size in sizes.items()
        for form, graph in _graphs(encoder.config, *size, seen).items()
    }
    feed: Feed = {"input_ids": np.random.default_rng(1).integers(1000, 20_000, (1, TOKENS))}
    times: dict[str, list[float]] = {name: [] for name in sessions}
    for _ in range(rounds + 1):
        for name, session in sessions.items():
            start = perf_counter()
            session.run(None, feed)
            times[name].append(1000 * (perf_counter() - start))
    return {name: round(median(each[1:]), 1) for name, each in times.items()}


def _graphs(config: DistilBertConfig, layers: int, neurons: int, seen: Sequence[Feed]) -> Mapping[str, onnx.ModelProto]:
    torch.manual_seed(1)
    network = empty_network(config.vocab_size, TOKENS, config.dim, neurons, layers, config.n_heads)
    exact = build_graph(network.eval())
    tame = tamed(exact, peaks(exact, seen))
    return {"fp32": exact, "int8": static_int8(tame, observe(tame, seen))}


def _session(graph: onnx.ModelProto, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])


def main(
    layers: Annotated[list[int] | None, typer.Option(min=1, help="A size; may be given again.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Runs of each, by turns.")] = 15,
    threads: Annotated[int | None, typer.Option(min=1, help="By default as many as there are processors.")] = None,
) -> None:
    """Time one text of 512 tokens on each size."""
    for name, milliseconds in latencies(layers or LAYERS, rounds, threads or usable_cpus()).items():
        typer.echo(f"{name}: {milliseconds} ms")


if __name__ == "__main__":
    typer.run(main)
