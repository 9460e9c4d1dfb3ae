"""Pretrained encoders: two that come in packages, and any other from the model hub."""

from collections.abc import Callable, Mapping

from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModel, AutoTokenizer, DistilBertConfig, DistilBertModel
from transformers.models.bert.modeling_bert import BertModel

from detector.training.encoders.bert import from_bert
from detector.training.encoders.bge import bge_small
from detector.training.encoders.minilm import minilm

PACKAGED: Mapping[str, Callable[[], tuple[BertModel, Tokenizer]]] = {
    "all-MiniLM-L6-v2": minilm,
    "bge-small-en-v1.5": bge_small,
}
"""Encoders that need no model hub, by name."""


def load_encoder(name: str, layers: int | None = None) -> tuple[DistilBertModel, Tokenizer]:
    """A DistilBERT-shaped encoder and its tokenizer, which neither truncates nor pads.

    `layers` keeps so many of its layers, evenly spread from the first to the last, as DistilBERT was begun
    (Sanh et al. 2019).
    """
    encoder, tokenizer = _load(name)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return encoder if layers is None else thinned(encoder, layers), tokenizer


def thinned(encoder: DistilBertModel, layers: int) -> DistilBertModel:
    """The encoder with `layers` of its layers; asking for more than it has is a ValueError."""
    have = encoder.config.n_layers
    if layers == have:
        return encoder
    if not 1 <= layers <= have:
        raise ValueError(f"the encoder has {have} layers, not {layers}")
    kept = [round(i * (have - 1) / max(1, layers - 1)) for i in range(layers)]
    state = encoder.state_dict()
    chosen = {name: value for name, value in state.items() if not name.startswith("transformer.layer.")}
    for new, old in enumerate(kept):
        prefix = f"transformer.layer.{old}."
        chosen |= {
            f"transformer.layer.{new}.{name.removeprefix(prefix)}": value
            for name, value in state.items()
            if name.startswith(prefix)
        }
    config = DistilBertConfig(**{**encoder.config.to_dict(), "n_layers": layers, "attn_implementation": "eager"})
    thin = DistilBertModel(config)
    thin.load_state_dict(chosen)
    thin.train(mode=False)
    return thin


def _load(name: str) -> tuple[DistilBertModel, Tokenizer]:
    if name in PACKAGED:
        bert, tokenizer = PACKAGED[name]()
        return from_bert(bert), tokenizer
    tokenizer = Tokenizer.from_str(AutoTokenizer.from_pretrained(name).backend_tokenizer.to_str())
    if AutoConfig.from_pretrained(name).model_type == "distilbert":
        encoder: DistilBertModel = DistilBertModel.from_pretrained(name, attn_implementation="eager")
        return encoder, tokenizer
    return from_bert(AutoModel.from_pretrained(name)), tokenizer
