"""The look before the first layer: a small network of its own over the tokens, and how it learns from the whole model."""

import re
from collections.abc import Sequence

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from torch import Tensor, nn

from detector.model.first_stage import LOOK
from detector.training.first.look import batches
from detector.training.graph import OPSET
from detector.training.network import OWN_PADDING, pad
from detector.training.nodes import WORD_SCALES, WORDS, Nodes
from detector.training.recipe import Glancing
from detector.training.windows import Window, special_id

SPANS = ((5, 1), (3, 3))
"""Of each convolution how many tokens it reads and how far apart they stand: together eleven in a row."""

_CALLED = 0.5
"""By how much the whole model's probability of what is as good as called lies above that of what is plain."""

_TOKENS = 4096
"""Of one batch, about."""

_WARM_UP = 0.1
_SPREAD = 0.3
"""Standard deviation of the word vectors at the start."""


class Glance(nn.Module):
    """A logit for each window from its tokens `[rows, tokens]`, for about a fortieth of the model's work.

    Convolutions see which words stand together; what counts is the strongest and the mean of each of their features.
    """

    def __init__(self, vectors: Tensor, plan: Glancing) -> None:
        super().__init__()
        self.words = nn.Embedding.from_pretrained(vectors, freeze=False, padding_idx=0)
        sizes = [vectors.shape[1], *[plan.features] * (len(SPANS) - 1)]
        self.near = nn.ModuleList(
            nn.Conv1d(size, plan.features, read, dilation=apart, padding=apart * (read // 2))
            for size, (read, apart) in zip(sizes, SPANS, strict=True)
        )
        self.hidden = nn.Linear(2 * plan.features, 64)
        self.out = nn.Linear(64, 1)
        self.dropout = nn.Dropout(plan.dropout)

    def forward(self, ids: Tensor) -> Tensor:
        """Logits `[rows, 1]`."""
        seen = self.dropout(self.words(ids)).transpose(1, 2)
        for number, convolution in enumerate(self.near):
            further = torch.relu(convolution(seen))
            seen = seen + further if number else further
        pooled = torch.cat([seen.amax(dim=2), seen.mean(dim=2)], dim=1)
        return self.out(torch.relu(self.hidden(self.dropout(pooled))))


def word_vectors(model: onnx.ModelProto, width: int) -> Tensor:
    """`[words, width]`: the model's own word vectors along the directions in which they differ most; padding is zero."""
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    rows, scales = (numpy_helper.to_array(weights[name]).astype(np.float32) for name in (WORDS, WORD_SCALES))
    rows = rows * scales
    along, strength, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    vectors = along[:, :width] * strength[:width]
    vectors *= _SPREAD / vectors.std()
    vectors[0] = 0.0
    return torch.from_numpy(np.ascontiguousarray(vectors, np.float32))


def wanted(whole: float, floor: float) -> float:
    """What a glance is to say, 0 to 1, of a window to which the whole model gives the probability `whole`.

    That has a floor, the probability of plain windows, since its calibration leaves none quite without doubt. A network
    that learned the floor would have plain windows and hard leaks side by side just above it; so the floor is 0 here and
    what is called is 1.
    """
    return min(max((whole - floor) / _CALLED, 0.0), 1.0)


def glanced(
    windows: Sequence[Window],
    targets: Sequence[float],
    vectors: Tensor,
    tokenizer: Tokenizer,
    plan: Glancing,
    seed: int,
) -> Glance:
    """The network that says of each window what it is to say, its target.

    Words are hidden from it as it learns, so that no leak hangs on one alone; hints and separators are not.
    """
    torch.manual_seed(seed)
    glance = Glance(vectors, plan)
    taught = list(zip(windows, targets, strict=True))
    rounds = [list(batches(taught, _padded, _TOKENS, seed + number)) for number in range(plan.rounds)]
    optimizer, schedule = _schedule(glance, plan, sum(map(len, rounds)))
    hides = hideable(tokenizer)
    unknown = special_id(tokenizer, "[UNK]")
    for batch in (batch for each in rounds for batch in each):
        ids = pad([window for window, _ in batch], OWN_PADDING)["input_ids"]
        hidden = (torch.rand(ids.shape) < plan.hidden) & hides[ids]
        target = torch.tensor([[target] for _, target in batch])
        loss = nn.functional.binary_cross_entropy_with_logits(
            glance(ids.masked_fill(hidden, unknown)), target, weight=1 + (plan.heed - 1) * target
        )
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(glance.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return glance.eval()


def _schedule(
    glance: Glance, plan: Glancing, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """Word vectors move slowly, so that words which few texts have stay beside those that they resemble."""
    others = [value for name, value in glance.named_parameters() if not name.startswith("words")]
    rates = [plan.rate, plan.rate * plan.words]
    groups = [
        {"params": parameters, "lr": rate}
        for parameters, rate in zip((others, [glance.words.weight]), rates, strict=True)
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps, pct_start=_WARM_UP)


def hideable(tokenizer: Tokenizer) -> Tensor:
    """By token: whether it is a word, or a part of one. Separators and hints are not: `[SEP]`, `[unused0]` and so on."""
    vocabulary: dict[str, int] = tokenizer.get_vocab()
    table = torch.ones(max(vocabulary.values()) + 1, dtype=torch.bool)
    table[[number for word, number in vocabulary.items() if re.fullmatch(r"\[.+\]", word)]] = False
    return table


def _padded(taught: tuple[Window, float]) -> int:
    return -(-len(taught[0].ids) // OWN_PADDING) * OWN_PADDING


def glance_graph(glance: Glance, entering: onnx.ValueInfoProto) -> onnx.ModelProto:
    """`Glance.forward` as a graph of the model's own input, with its word vectors in int8."""
    state = {name: tensor.detach().float().numpy() for name, tensor in glance.state_dict().items()}
    graph = Nodes()
    seen = graph.node("Transpose", [graph.words(state["words.weight"])], "columns", perm=[0, 2, 1])
    for number, (read, apart) in enumerate(SPANS):
        weights = [graph.weight(f"near.{number}.{part}", state[f"near.{number}.{part}"]) for part in ("weight", "bias")]
        pads = [apart * (read // 2)] * 2
        near = graph.node("Conv", [seen, *weights], f"near_{number}", kernel_shape=[read], dilations=[apart], pads=pads)
        further = graph.node("Relu", [near], f"further_{number}")
        seen = graph.node("Add", [seen, further], f"seen_{number}") if number else further
    axis = graph.weight("axis", np.array([2], np.int64))
    pooled = [graph.node(kind, [seen, axis], kind, keepdims=0) for kind in ("ReduceMax", "ReduceMean")]
    both = graph.node("Concat", pooled, "pooled", axis=-1)
    judged = graph.node("Relu", [graph.linear(both, "hidden", state["hidden.weight"], state["hidden.bias"])], "judged")
    graph.linear(judged, LOOK, state["out.weight"], state["out.bias"])
    output = helper.make_tensor_value_info(LOOK, TensorProto.FLOAT, ["batch", 1])
    made = helper.make_graph(graph.nodes, "glance", [entering], [output], graph.weights)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
