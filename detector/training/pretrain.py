"""Continued pretraining: the encoder guesses masked tokens of the corpora, to learn their language and languages."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import DistilBertModel

from detector.text import prepare
from detector.training.batches import PADDING
from detector.training.examples import Example
from detector.training.loop import run
from detector.training.recipe import Pretraining, Recipe
from detector.training.trainer import Trainer
from detector.training.windows import special_id

_SPECIAL = ("[PAD]", "[CLS]", "[SEP]")
_LENGTH = 126
"""Tokens a window holds beside its special ones; leaks are judged in windows of about this length too."""

_KEPT, _SWAPPED = 0.1, 0.1
"""Of the tokens to guess, how many stay as they are and how many become another: BERT's (Devlin et al. 2019)."""

_BATCH = 48

Ids = tuple[int, ...]


class MaskedTokens(nn.Module):
    """An encoder with BERT's head for masked tokens, its output tied to the word embeddings."""

    def __init__(self, encoder: DistilBertModel) -> None:
        super().__init__()
        width = encoder.config.dim
        self.encoder = encoder
        self.dense = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(encoder.config.vocab_size))

    def forward(self, ids: Tensor, guessed: Tensor, truth: Tensor) -> Tensor:
        """The mean loss of the `guessed` tokens, a mask over `ids` `[batch, tokens]`; 0 is padding."""
        states = self.encoder(input_ids=ids, attention_mask=(ids > 0).long()).last_hidden_state[guessed]
        states = self.norm(nn.functional.gelu(self.dense(states)))
        logits = nn.functional.linear(states, self.encoder.embeddings.word_embeddings.weight, self.bias)
        return nn.functional.cross_entropy(logits.float(), truth[guessed])


def pretrain(
    encoder: DistilBertModel,
    tokenizer: Tokenizer,
    texts: Sequence[Example],
    recipe: Recipe,
    path: Path,
    device: str = "cpu",
    *,
    resume: bool,
) -> None:
    """Trains `encoder` in place on `texts`, by the recipe's [pretraining]."""
    plan = recipe.pretraining
    if plan is None:
        return
    torch.manual_seed(recipe.seed)
    network = MaskedTokens(encoder)
    identity = {"pretraining": plan.model_dump(), "encoder": recipe.student.encoder}
    trainer = Trainer(network, plan.rates, identity, recipe.seed, device)
    special = torch.tensor([special_id(tokenizer, token) for token in _SPECIAL], device=device)
    mask, words = special_id(tokenizer, "[MASK]"), tokenizer.get_vocab_size()

    def loss(windows: Sequence[Ids]) -> Tensor:
        truth = _padded(windows).to(device)
        ids, guessed = hide(truth, special, mask, words, plan.masked)
        answer: Tensor = network(ids, guessed, truth)
        return answer

    run(trainer, 1, lambda _: _batches(texts, tokenizer, plan, recipe.seed), loss, path, resume=resume)


def hide(truth: Tensor, special: Tensor, mask: int, words: int, share: float) -> tuple[Tensor, Tensor]:
    """The ids with a share of them masked, kept or swapped, and where; at least one, special tokens never."""
    chances = torch.rand(truth.shape, device=truth.device).masked_fill(torch.isin(truth, special), 2.0)
    guessed = chances < max(share, float(chances.min()) + 1e-9)
    fate = torch.rand(truth.shape, device=truth.device)
    ids = torch.where(guessed & (fate >= _KEPT + _SWAPPED), mask, truth)
    other = torch.randint(int(special.max()) + 1, words, truth.shape, device=truth.device)
    return torch.where(guessed & (fate < _SWAPPED), other, ids), guessed


def _batches(texts: Sequence[Example], tokenizer: Tokenizer, plan: Pretraining, seed: int) -> list[list[Ids]]:
    """Windows of texts drawn by language until the plan's tokens are used up, in batches of like length."""
    rng = Random(seed)
    counts = Counter(text.lang for text in texts)
    weights = [counts[text.lang] ** (plan.flattening - 1) for text in texts]
    cls, sep = special_id(tokenizer, "[CLS]"), special_id(tokenizer, "[SEP]")
    windows: list[Ids] = []
    spent = 0
    while spent < plan.tokens:
        drawn = rng.choices(texts, weights, k=256)
        for encoding in tokenizer.encode_batch([prepare(d.text).text for d in drawn], add_special_tokens=False):
            start = rng.randrange(max(1, len(encoding.ids) - _LENGTH))
            windows.append((cls, *encoding.ids[start : start + _LENGTH], sep))
            spent += len(windows[-1])
    windows.sort(key=len)
    batches = [windows[start : start + _BATCH] for start in range(0, len(windows), _BATCH)]
    rng.shuffle(batches)
    return batches


def _padded(windows: Sequence[Ids]) -> Tensor:
    length = -(-max(map(len, windows)) // PADDING) * PADDING
    return torch.tensor([[*window, *[0] * (length - len(window))] for window in windows])
