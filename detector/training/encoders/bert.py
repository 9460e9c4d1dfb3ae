"""A pretrained BERT encoder as a DistilBERT: the same hidden states from the smaller architecture.

BERT without its pooler, with the embedding of token type 0 added to every position's, is DistilBERT.
"""

import re
from typing import Any

from transformers import DistilBertConfig, DistilBertModel, PreTrainedModel

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
