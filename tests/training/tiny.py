"""A network of a few thousand weights and a tokenizer of a few words, so that training tests take seconds."""

import string
from collections.abc import Sequence
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from transformers import DistilBertConfig, DistilBertModel

from detector.training.examples import Example, Mark
from detector.training.network import LeakNetwork, joint_loss, pad
from detector.training.recipe import Ablation, Rates, Recipe, Stage
from detector.training.train import cutter
from detector.training.trainer import Loss, Trainer
from detector.training.windows import Cutter, Window

RATES = Rates(encoder=2e-3, head=2e-3, warmup=0.05, weight_decay=0.0)
RECIPE = Recipe(
    name="tiny",
    seed=5,
    window=32,
    overlap=8,
    tokens_per_batch=512,
    held_out_seeds=0.1,
    held_out_corpora=0.1,
    student=Stage(encoder="none", rounds=1, examples=64, rates=RATES),
    ablation=Ablation(hints=False),
)


def tokenizer() -> Tokenizer:
    """Every letter and digit, alone and as a continuation."""
    characters = string.ascii_lowercase + string.digits + string.punctuation
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "call", "room", "me", *characters, *(f"##{c}" for c in characters)]
    made = Tokenizer(WordPiece({token: i for i, token in enumerate(tokens)}, unk_token="[UNK]"))
    made.normalizer = BertNormalizer()
    made.pre_tokenizer = BertPreTokenizer()
    return made


def network(seed: int = 0, layers: int = 2) -> LeakNetwork:
    """So many layers, 32 wide, drawn from the seed."""
    torch.manual_seed(seed)
    shape: dict[str, Any] = {
        "n_layers": layers,
        "n_heads": 2,
        "dim": 32,
        "hidden_dim": 64,
        "max_position_embeddings": 64,
    }
    config = DistilBertConfig(vocab_size=tokenizer().get_vocab_size(), attention_dropout=0.0, **shape)
    return LeakNetwork(DistilBertModel(config))


def examples(count: int = 24) -> list[Example]:
    """Texts with a number to call and texts with a room number."""
    made = []
    for i in range(count):
        number = f"{i % 7}{i % 5}{i % 3}"
        if i % 2:
            made.append(Example("listing", "en", f"call me {number}", (Mark(8, 11, "phone", "P01"),), voice=f"v{i}"))
        else:
            made.append(Example("message", "en", f"room {number}", voice=f"v{i}"))
    return made


def cut() -> Cutter:
    """How the tiny recipe cuts texts."""
    return cutter(RECIPE, tokenizer())


def trainer_of(each: LeakNetwork, identity: str = "tiny", *, autocast: bool = False) -> Trainer:
    """A trainer for a tiny network."""
    return Trainer(each, RATES, {"name": identity}, RECIPE.seed, autocast=autocast)


def loss_of(each: LeakNetwork, windows: Sequence[Window]) -> Loss:
    """The loss of both heads over the windows."""
    batch = pad(windows)
    return lambda: joint_loss(each(batch["input_ids"], batch["attention_mask"]), batch, 1.0)
