"""A bundle for GPUs, from one that is made for CPUs: `python -m detector.training.half BUNDLE FOLDER`.

CUDA has no int8 products, it would write each weight out as a float in every run. So here they are written out once, in
fp16, and products' inputs are no longer rounded; inputs and outputs of the graph stay as they are.
"""

from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import Annotated

import onnx
import typer
from onnxruntime.transformers.float16 import convert_float_to_float16

from detector.model.bundle import Bundle, load_bundle
from detector.model.manifest import MANIFEST_FILE, MODEL_FILE, TOKENIZER_FILE, Manifest
from detector.training.exact import exact_graph

MARK = "-fp16"
"""What the model's version ends on: its scores differ from the int8 model's, so its verdicts have ids of their own."""


def half(bundle: Bundle, folder: Path) -> Manifest:
    """Writes the bundle in fp16 into `folder` and gives its manifest; calibration and thresholds stay."""
    folder.mkdir(parents=True, exist_ok=True)
    graph = exact_graph(onnx.load(bundle.model_file))
    onnx.save(convert_float_to_float16(graph, keep_io_types=True), folder / MODEL_FILE)
    copyfile(bundle.tokenizer_file, folder / TOKENIZER_FILE)
    changed = {
        "modelVersion": f"{bundle.manifest.modelVersion}{MARK}",
        "files": {name: sha256((folder / name).read_bytes()).hexdigest() for name in (MODEL_FILE, TOKENIZER_FILE)},
        "narrowSums": False,
        "firstStage": None,
    }
    manifest = Manifest.model_validate({**bundle.manifest.model_dump(), **changed})
    (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return manifest


def main(
    bundle: Annotated[Path, typer.Argument(help="The bundle's folder.")],
    folder: Annotated[Path, typer.Argument(help="Where to write the bundle in fp16.")],
) -> None:
    """Write a bundle in fp16, for DETECTOR_BACKEND=cuda."""
    manifest = half(load_bundle(bundle), folder)
    typer.echo(f"{manifest.modelCode} {manifest.modelVersion} in {folder}")


if __name__ == "__main__":
    typer.run(main)
