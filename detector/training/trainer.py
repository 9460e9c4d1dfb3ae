"""One optimiser over one network: a step, and a state to resume from that leads to the same weights."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from detector.training.network import LeakNetwork, joint_loss, pad
from detector.training.recipe import Recipe
from detector.training.windows import Window


class Trainer:
    """Steps a network through batches; the same code on CPU and GPU, in bf16 where `autocast` is on."""

    def __init__(self, network: LeakNetwork, recipe: Recipe, device: str = "cpu", *, autocast: bool = True) -> None:
        self.network = network.to(device)
        self.recipe = recipe
        self.device = device
        self.steps = 0
        self._autocast = autocast
        self._optimizer = torch.optim.AdamW(self._groups(), betas=(0.9, 0.98), eps=1e-6, fused=True)

    def step(self, windows: Sequence[Window], progress: float) -> float:
        """One update at `progress` (0 to 1) of the run; gives the loss. Dropout depends on seed and step alone."""
        torch.manual_seed(self.recipe.seed * 1_000_003 + self.steps)
        self.network.train()
        scale = self._schedule(progress)
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * scale
        batch = {name: tensor.to(self.device) for name, tensor in pad(windows).items()}
        with torch.autocast(self.device, torch.bfloat16, enabled=self._autocast):
            logits, token_logits = self.network(batch["input_ids"], batch["attention_mask"])
        loss = joint_loss(logits, token_logits, batch, self.recipe.token_weight)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self.steps += 1
        return float(loss.detach())

    def save(self, path: Path, place: tuple[int, int]) -> None:
        """Writes all state and the place (round, batch) to go on from; a crash leaves the older file whole."""
        state = {
            "network": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "steps": self.steps,
            "place": place,
            "recipe": self.recipe.as_dict(),
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def load(self, path: Path) -> tuple[int, int]:
        """Takes up saved state and gives the place to go on from; state of another recipe is a ValueError."""
        state: dict[str, Any] = torch.load(path, map_location=self.device, weights_only=True)
        if state["recipe"] != self.recipe.as_dict():
            raise ValueError(f"{path.name} belongs to another recipe; start afresh with --fresh")
        self.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.steps = state["steps"]
        round_, batch = state["place"]
        return round_, batch

    def _schedule(self, progress: float) -> float:
        warmup = max(self.recipe.warmup, 1e-9)
        return min(progress / warmup, max(0.0, 1 - progress) / (1 - warmup), 1.0) if progress > 0 else 1e-3

    def _groups(self) -> list[dict[str, Any]]:
        groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
        for name, parameter in self.network.named_parameters():
            groups.setdefault((name.startswith("encoder."), parameter.ndim > 1), []).append(parameter)
        return [
            {
                "params": parameters,
                "peak": self.recipe.learning_rate if encoder else self.recipe.head_rate,
                "lr": 0.0,
                "weight_decay": self.recipe.weight_decay if matrix else 0.0,
            }
            for (encoder, matrix), parameters in groups.items()
        ]
