"""ONNX Runtime as tutorials show it: a session with default options, batches of fixed size, padded to their longest text.

The model is the shipped one. Its graph takes no mask, it knows padding by its id.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from detector.bench.peers.loop import run_loop
from detector.bench.peers.shipped import bundle

BATCH, WAIT_SECONDS = 32, 0.1
MOST_TOKENS = 512


def padded_judge(bundle: Path) -> Callable[[Sequence[str]], Sequence[float]]:
    """The probability that each text leaks, cut at 512 tokens."""
    tokenizer = Tokenizer.from_file(str(bundle / "tokenizer.json"))
    tokenizer.enable_truncation(MOST_TOKENS)
    tokenizer.enable_padding()
    session = onnxruntime.InferenceSession(str(bundle / "model.onnx"))

    def judge(texts: Sequence[str]) -> Sequence[float]:
        ids = np.array([encoding.ids for encoding in tokenizer.encode_batch(list(texts))], dtype=np.int64)
        (logits,) = session.run(["logits"], {"input_ids": ids})
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return [float(leak) for leak in powers[:, 1] / powers.sum(axis=1)]

    return judge


if __name__ == "__main__":
    run_loop(padded_judge(bundle()), BATCH, WAIT_SECONDS)
