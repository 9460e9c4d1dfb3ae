"""One optimiser over one network: a step, and a state to resume from that leads to the same weights."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from detector.training.recipe import Rates

Loss = Callable[[], Tensor]


def halves(device: str) -> bool:
    """Whether bf16 is faster than fp32: a processor below AVX-512 has no such products, PyTorch would imitate them."""
    return device != "cpu" or torch.backends.cpu.get_cpu_capability().startswith("AVX512")


class Trainer:
    """Steps a network along its losses; the same code on CPU and GPU, in bf16 where `autocast` says so, or else `halves`.

    `identity` says what is being trained; saved state of another identity is refused. Parameters whose name starts
    with "encoder." learn at the encoder's rate, all others at the head's.
    """

    def __init__(
        self,
        network: nn.Module,
        rates: Rates,
        identity: dict[str, Any],
        seed: int = 0,
        device: str = "cpu",
        *,
        autocast: bool | None = None,
    ) -> None:
        self.network = network.to(device)
        self.device = device
        self.steps = 0
        self._identity = identity
        self._rates = rates
        self._seed = seed
        self._autocast = halves(device) if autocast is None else autocast
        self._optimizer = torch.optim.AdamW(self._groups(), betas=(0.9, 0.98), eps=1e-6, fused=True)

    def step(self, loss: Loss, progress: float) -> float:
        """One update at `progress` (0 to 1) of the run; gives the loss. What is random in it hangs on seed and step."""
        torch.manual_seed(self._seed * 1_000_003 + self.steps)
        self.network.train()
        scale = self._schedule(progress)
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * scale
        with torch.autocast(self.device, torch.bfloat16, enabled=self._autocast):
            value = loss()
        torch.autograd.backward(value)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self.steps += 1
        return float(value.detach())

    def save(self, path: Path, place: tuple[int, int]) -> None:
        """Writes all state and the place (round, batch) to go on from; a crash leaves the older file whole."""
        state = {
            "network": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "steps": self.steps,
            "place": place,
            "identity": self._identity,
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def load(self, path: Path) -> tuple[int, int]:
        """Takes up saved state and gives the place to go on from; state of another identity is a ValueError."""
        state: dict[str, Any] = torch.load(path, map_location=self.device, weights_only=True)
        if state["identity"] != self._identity:
            raise ValueError(f"{path.name} belongs to another recipe; start afresh with --fresh")
        self.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.steps = state["steps"]
        round_, batch = state["place"]
        return round_, batch

    def _schedule(self, progress: float) -> float:
        warmup = max(self._rates.warmup, 1e-9)
        return min(progress / warmup, max(0.0, 1 - progress) / (1 - warmup), 1.0) if progress > 0 else 1e-3

    def _groups(self) -> list[dict[str, Any]]:
        groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
        for name, parameter in self.network.named_parameters():
            groups.setdefault((name.startswith("encoder."), parameter.ndim > 1), []).append(parameter)
        return [
            {
                "params": parameters,
                "peak": self._rates.encoder if encoder else self._rates.head,
                "lr": 0.0,
                "weight_decay": self._rates.weight_decay if matrix else 0.0,
            }
            for (encoder, matrix), parameters in groups.items()
        ]
