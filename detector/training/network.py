"""The network: one encoder pass, a head that judges the window and a head that names each token's class."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from transformers import DistilBertModel

from detector.training.batches import PADDING
from detector.training.examples import LABELS
from detector.training.windows import IGNORE, Window

OWN_PADDING = 16
"""The manifest's paddingMultiple."""


class LeakNetwork(nn.Module):
    """A DistilBERT encoder with a sequence head (clean, leak) and a token head (`LABELS`).

    The sequence head reads `[CLS]` beside the strongest value of every feature over the tokens, so that one short
    leak in a long text is not averaged away.
    """

    def __init__(self, encoder: DistilBertModel, dropout: float = 0.1) -> None:
        super().__init__()
        width = encoder.config.dim
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(2 * width, width)
        self.sequence = nn.Linear(width, 2)
        self.token = nn.Linear(width, len(LABELS))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Logits `[batch, 2]` and token logits `[batch, tokens, len(LABELS)]`."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        states = self.dropout(states)
        padding = (1.0 - attention_mask.unsqueeze(-1).to(states.dtype)) * -1e4
        pooled = torch.cat([states[:, 0], (states + padding).amax(dim=1)], dim=-1)
        judged = self.dropout(nn.functional.gelu(self.hidden(pooled)))
        return self.sequence(judged), self.token(states)


def pad(windows: Sequence[Window], multiple: int = PADDING) -> dict[str, Tensor]:
    """The windows as one batch, padded on the right to a common length.

    A window sees its own padding, up to the next multiple of `OWN_PADDING`, and none that its batch mates need: so the
    served model, which pads just so and batches equal lengths alone, can do without a mask.
    """
    longest = max(len(window.ids) for window in windows)
    length = _up(longest, multiple)

    def rows(values: Sequence[Sequence[int]], filler: int) -> Tensor:
        return torch.tensor([[*row, *[filler] * (length - len(row))] for row in values], dtype=torch.long)

    return {
        "input_ids": rows([window.ids for window in windows], 0),
        "attention_mask": rows([[1] * min(_up(len(window.ids), OWN_PADDING), length) for window in windows], 0),
        "tags": rows([window.tags for window in windows], IGNORE),
        "labels": torch.tensor([window.label for window in windows], dtype=torch.long),
    }


def joint_loss(answers: tuple[Tensor, Tensor], batch: dict[str, Tensor], token_weight: float) -> Tensor:
    """Cross-entropy of both heads; undecided windows and tokens without a label count in neither."""
    logits, token_logits = answers
    loss = logits.float().sum() * 0.0
    if bool((batch["tags"] != IGNORE).any()):
        loss = token_weight * nn.functional.cross_entropy(
            token_logits.float().flatten(0, 1), batch["tags"].flatten(), ignore_index=IGNORE
        )
    if bool((batch["labels"] != IGNORE).any()):
        loss = loss + nn.functional.cross_entropy(logits.float(), batch["labels"], ignore_index=IGNORE)
    return loss


def taught_loss(
    answers: tuple[Tensor, Tensor], lesson: tuple[Tensor, Tensor], tags: Tensor, temperature: float
) -> Tensor:
    """How far the student's answers are from the teacher's in both heads; special tokens do not count.

    Kullback-Leibler divergence at a temperature, whose square keeps the gradients as large as the labels' (Hinton et
    al. 2015).
    """
    shown = tags != IGNORE
    pairs = ((answers[0], lesson[0]), (answers[1][shown], lesson[1][shown]))
    losses = [
        nn.functional.kl_div(
            nn.functional.log_softmax(mine.float() / temperature, dim=-1),
            nn.functional.log_softmax(theirs.float() / temperature, dim=-1),
            log_target=True,
            reduction="batchmean",
        )
        for mine, theirs in pairs
    ]
    return sum(losses, torch.zeros(())) * temperature**2


def _up(length: int, multiple: int) -> int:
    return -(-length // multiple) * multiple
