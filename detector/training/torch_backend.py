"""A network in PyTorch as a backend: what a graph is measured against."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from detector.training.examples import LABELS
from detector.training.network import LeakNetwork


class TorchBackend:
    """See `detector.model.backends.Backend`; one network, in fp32 on the CPU, with so many threads of this process."""

    def __init__(self, network: LeakNetwork, threads: int) -> None:
        torch.set_num_threads(threads)
        self._network = network.float().eval()

    @property
    def inputs(self) -> Mapping[str, type[np.integer[Any]] | None]:
        """See `Backend`."""
        return {"input_ids": np.int64}

    @property
    def outputs(self) -> Mapping[str, int]:
        """See `Backend`."""
        return {"logits": 2, "token_logits": len(LABELS)}

    def run(self, outputs: Sequence[str], feed: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """See `Backend`."""
        ids = torch.from_numpy(feed["input_ids"])
        with torch.inference_mode():
            # A window sees its own padding: it learned to.
            said = dict(zip(self.outputs, self._network(ids, torch.ones_like(ids)), strict=True))
        return [said[name].numpy() for name in outputs]

    def run_all(self, outputs: Sequence[str], feeds: Sequence[Mapping[str, NDArray[Any]]]) -> list[list[NDArray[Any]]]:
        """See `Backend`."""
        return [self.run(outputs, feed) for feed in feeds]


def bytes_of(network: LeakNetwork) -> int:
    """What its weights take."""
    return sum(each.numel() * each.element_size() for each in network.parameters())
