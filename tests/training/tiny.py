"""A network of a few thousand weights and a tokenizer of a few words, so that training tests take seconds."""

import string
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from transformers import DistilBertConfig, DistilBertModel

from detector.training.examples import Example, Mark
from detector.training.network import LeakNetwork
from detector.training.recipe import Recipe

RECIPE = Recipe(
    name="tiny",
    seed=5,
    encoder="none",
    window=32,
    overlap=8,
    rounds=1,
    examples=64,
    tokens_per_batch=512,
    learning_rate=2e-3,
    head_rate=2e-3,
    warmup=0.05,
    weight_decay=0.0,
    dropout=0.1,
    token_weight=1.0,
    held_out_seeds=0.1,
    held_out_corpora=0.1,
)


def tokenizer() -> Tokenizer:
    """Every letter and digit, alone and as a continuation."""
    characters = string.ascii_lowercase + string.digits + string.punctuation
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "call", "room", "me", *characters, *(f"##{c}" for c in characters)]
    made = Tokenizer(WordPiece({token: i for i, token in enumerate(tokens)}, unk_token="[UNK]"))
    made.normalizer = BertNormalizer()
    made.pre_tokenizer = BertPreTokenizer()
    return made


def network(seed: int = 0) -> LeakNetwork:
    """Two layers, 32 wide, drawn from the seed."""
    torch.manual_seed(seed)
    shape: dict[str, Any] = {"n_layers": 2, "n_heads": 2, "dim": 32, "hidden_dim": 64, "max_position_embeddings": 64}
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
