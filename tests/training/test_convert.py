"""The converted encoder is the pretrained one: the same hidden states."""

import pytest
import torch
from transformers import AutoModel

from detector.training.convert import load_encoder, packaged_folder

TEXTS = ("hello", "Call +1 202-555-0143, or write anna[at]example[dot]com!", "你好 мир ñandú 🙂", "word " * 500)


@pytest.fixture(scope="module")
def pair() -> tuple[torch.nn.Module, torch.nn.Module]:
    encoder, _ = load_encoder()
    original = AutoModel.from_pretrained(str(packaged_folder()))
    return encoder.train(mode=False), original.train(mode=False)


@pytest.mark.parametrize("text", TEXTS)
def test_hidden_states_agree_to_1e_5(pair: tuple[torch.nn.Module, torch.nn.Module], text: str) -> None:
    _, tokenizer = load_encoder()
    ids = torch.tensor([tokenizer.encode(text).ids])
    with torch.no_grad():
        ours, theirs = (model(input_ids=ids).last_hidden_state for model in pair)
    assert (ours - theirs).abs().max() < 1e-5


def test_the_tokenizer_neither_truncates_nor_pads() -> None:
    _, tokenizer = load_encoder()
    assert len(tokenizer.encode("word " * 900).ids) == 902
    assert len(tokenizer.encode("word").ids) == 3
