"""The look at the first layers' states: a small network, and how it learns what the whole model would say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from detector.training.first.reading import Reading
from detector.training.recipe import FirstLayers

Weights = Mapping[str, NDArray[np.float32]]
"""`Look`'s parameters by name, as PyTorch lays them out: `[outputs, inputs]`."""

_TOKENS = 2048
"""Of one batch, about."""

Each = TypeVar("Each")


class Look(nn.Module):
    """A logit for each window from its states `[rows, tokens, width]`.

    Every token is looked at by itself; what counts is the strongest of them, their mean, and the first token's summary.
    """

    def __init__(self, width: int, features: int = 96) -> None:
        super().__init__()
        self.tokens = nn.Linear(width, features)
        self.first = nn.Linear(width, features)
        self.hidden = nn.Linear(3 * features, 64)
        self.out = nn.Linear(64, 1)

    def forward(self, states: Tensor) -> Tensor:
        """Logits `[rows, 1]`."""
        seen = nn.functional.gelu(self.tokens(states))
        together = torch.cat([self.first(states[:, 0]), seen.amax(dim=1), seen.mean(dim=1)], dim=-1)
        return self.out(nn.functional.gelu(self.hidden(together)))


def learnt(windows: Sequence[Reading], place: int, plan: FirstLayers, seed: int) -> Look:
    """The look at the readings' states at `place` that gives the whole model's probabilities, as near as its layers allow.

    Cross-entropy to soft labels, so its logit is that probability's, and no calibration has to follow.
    """
    torch.manual_seed(seed)
    look = Look(windows[0].states[place].shape[1])
    optimizer = torch.optim.AdamW(look.parameters(), lr=plan.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, plan.rounds)
    for round_ in range(plan.rounds):
        for batch in batches(windows, _length, _TOKENS, seed + round_):
            wanted = torch.tensor([[window.whole] for window in batch])
            loss = nn.functional.binary_cross_entropy_with_logits(look(_stacked(batch, place)), wanted)
            optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            optimizer.step()
        schedule.step()
    return look.eval()


def weights_of(look: Look) -> Weights:
    """What `split` writes into the graph."""
    return {name: value.detach().numpy() for name, value in look.state_dict().items()}


def batches(windows: Sequence[Each], length_of: Callable[[Each], int], tokens: int, seed: int) -> Iterator[list[Each]]:
    """All windows, each batch of one length and of at most about so many tokens, in an order of the seed's."""
    generator = np.random.default_rng(seed)
    shuffled = [windows[index] for index in generator.permutation(len(windows))]
    alike = groupby(sorted(shuffled, key=length_of), length_of)
    made = [
        group[start : start + size]
        for length, group in ((length, list(group)) for length, group in alike)
        for size in [max(1, tokens // length)]
        for start in range(0, len(group), size)
    ]
    for index in generator.permutation(len(made)):
        yield made[index]


def _stacked(windows: Sequence[Reading], place: int) -> Tensor:
    return torch.from_numpy(np.stack([window.states[place] for window in windows]).astype(np.float32))


def _length(window: Reading) -> int:
    return len(window.states[0])
