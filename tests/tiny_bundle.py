"""A bundle of a few kilobytes, for what needs a real ONNX Runtime and not a real model."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import Any

from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import WordPiece

LABELS = ("O", "phone", "email", "url")
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_NUMBERS = tuple(f"{number:02}" for number in range(100)) + tuple("0123456789")
_WORDS = ("ring", "me", "on", "the", "old", "harbour", "room", "quiet", "warm", "two", ".", ",", "-")
VOCABULARY = (*_SPECIAL, *_NUMBERS, *(f"##{number}" for number in _NUMBERS), *_WORDS)

MODEL = Path(__file__).parent / "data" / "tiny_model.onnx"
SEQUENCE_MODEL = MODEL.with_name("tiny_sequence_model.onnx")
Change = Callable[[dict[str, Any]], object]


def is_number(token: str) -> bool:
    """Whether the tiny model takes the token for a piece of a phone number."""
    return token.removeprefix("##").isdigit()


def write_tiny_bundle(folder: Path, change: Change = lambda _: None, model: Path = MODEL) -> Path:
    """The bundle; `change` alters its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    copyfile(model, folder / "model.onnx")
    _tokenizer().save(str(folder / "tokenizer.json"))
    manifest: dict[str, Any] = {
        "modelCode": "Tiny",
        "modelVersion": "1.0",
        "refreshVersion": "v20261121",
        "files": {name: sha256((folder / name).read_bytes()).hexdigest() for name in ("model.onnx", "tokenizer.json")},
        "labels": list(LABELS),
        "window": 64,
        "overlap": 16,
        "paddingMultiple": 16,
        "thresholds": {"LISTING_UPDATE": 0.5, "BOOKING": 0.5},
        "training": {"description": "made by hand", "dataSha256": "0" * 64},
    }
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _tokenizer() -> Tokenizer:
    vocabulary = {token: number for number, token in enumerate(VOCABULARY)}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens(list(_SPECIAL))
    return tokenizer
