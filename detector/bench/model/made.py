"""The models of DistilBERT-base's shape: made once by what exports a trained one, then kept in the user's cache."""

import shutil
import subprocess
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import platformdirs
from filelock import FileLock
from rich.console import Console

from detector.bench.interpreters import libraries
from detector.bench.model.candidates import MAKES_BASE, TRAIN, Model
from detector.errors import Misconfigured

BUNDLE, PYTORCH, ONNX = "bundle", "pytorch", "fp32.onnx"
"""What a folder holds: a bundle, a folder for Transformers' `from_pretrained`, and what PyTorch exports to ONNX."""

_MAKER = "detector.training.untrained"
_SOURCES = ("untrained.py", "graph.py", "quantize.py", "network.py", "export.py")
_TRAINING = Path(__file__).resolve().parents[2] / "training"
_VERSIONS = (
    "import sys; from importlib.metadata import version; print(*(n + version(n) for n in sys.argv[1:]), sep='-')"
)


def base_models(pythons: Sequence[Path], cache: Path | None = None) -> Path | None:
    """The folder of the three, made now if it was not yet.

    It is made anew for other versions of PyTorch, Transformers or ONNX, and when the code that makes it has changed.
    Without a Python that has those libraries, what was made by this code before is taken, and None where there is none.
    """
    kept = (cache or platformdirs.user_cache_path("contact-leak-detector")) / "bench" / "distilbert-base"
    needed = {*MAKES_BASE, "detector"}
    maker = next((python for python in pythons if libraries(python, needed) == needed), None)
    if maker is None:
        return next(iter(sorted(kept.glob(f"{_code()}-*"), reverse=True)), None)
    folder = kept / f"{_code()}-{_versions(maker)}"
    kept.mkdir(parents=True, exist_ok=True)
    with FileLock(kept / "lock"):
        if not folder.exists():
            Console(stderr=True).print(f"making the models of {Model.BASE}'s shape, once; that takes a minute")
            _make(maker, folder)
            _remove_others(folder)
    return folder


def bundle_in(folder: Path, model: Model) -> Path:
    """The bundle of a model that is in `folder`."""
    return folder / BUNDLE if model is Model.BASE else folder


def keep(folder: Path, models: Path | None) -> None:
    """Copies the bundle to `folder`, where a worker can be pointed at it; raises `Misconfigured` where that is not to be."""
    if models is None:
        raise Misconfigured(f"The bundle cannot be made here: it needs PyTorch, install it with {TRAIN}.")
    if folder.exists() and any(folder.iterdir()):
        raise Misconfigured(f"{folder} is not empty: name a new folder.")
    shutil.copytree(models / BUNDLE, folder, dirs_exist_ok=True)


def _make(python: Path, folder: Path) -> None:
    half = folder.with_name(f"{folder.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    done = subprocess.run([python, "-m", _MAKER, half], capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        raise Misconfigured(f"The models of DistilBERT-base's shape could not be made: {''.join(last)}")
    half.rename(folder)


def _remove_others(folder: Path) -> None:
    """What other code or versions made: more than half a gigabyte each."""
    for other in folder.parent.iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)


def _code() -> str:
    digest = sha256()
    for name in _SOURCES:
        digest.update((_TRAINING / name).read_bytes())
    return digest.hexdigest()[:12]


def _versions(python: Path) -> str:
    done = subprocess.run([python, "-c", _VERSIONS, *MAKES_BASE], capture_output=True, text=True, check=True)
    return done.stdout.strip()
