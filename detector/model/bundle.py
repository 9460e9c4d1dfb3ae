"""A bundle on disk: `model.onnx`, perhaps in pieces too, `tokenizer.json` and a manifest that vouches for all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from detector.errors import Misconfigured
from detector.events import EventKind
from detector.model.manifest import MANIFEST_FILE, MODEL_FILE, TOKENIZER_FILE, Manifest
from detector.scoring import ModelCard


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose files are what its manifest says."""

    path: Path
    manifest: Manifest

    @property
    def model_file(self) -> Path:
        """The ONNX graph with its weights."""
        return self.path / MODEL_FILE

    @property
    def stage_files(self) -> tuple[Path, ...]:
        """Of a bundle with a first stage: the graph up to each look, and the rest. The layers stand in `model_file`."""
        stage = self.manifest.firstStage
        return tuple(self.path / name for name in stage.files) if stage else ()

    @property
    def tokenizer_file(self) -> Path:
        """The tokenizer, in the format of the `tokenizers` library."""
        return self.path / TOKENIZER_FILE

    def at(self, thresholds: Mapping[EventKind, float]) -> Self:
        """The same bundle at other thresholds; a kind that is not named keeps its own."""
        changed = self.manifest.thresholds.model_copy(update={kind.value: each for kind, each in thresholds.items()})
        return replace(self, manifest=self.manifest.model_copy(update={"thresholds": changed}))

    @property
    def card(self) -> ModelCard:
        """The identity that verdicts carry."""
        manifest = self.manifest
        return ModelCard(
            code=manifest.modelCode,
            version=manifest.modelVersion,
            refresh=manifest.refreshVersion,
            thresholds={kind: getattr(manifest.thresholds, kind.value) for kind in EventKind},
        )


def find_bundle(roots: list[Path]) -> Path:
    """The one bundle under the first root that has any; raises `Misconfigured` for none or several."""
    for root in roots:
        found = sorted(manifest.parent for manifest in root.glob(f"*/{MANIFEST_FILE}"))
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(path.name for path in found)
            raise Misconfigured(f"{root} holds several bundles ({names}): name one with DETECTOR_BUNDLE.")
    places = " or ".join(str(root) for root in roots)
    raise Misconfigured(f"no model bundle under {places}: name its folder with DETECTOR_BUNDLE.")


def load_bundle(path: Path) -> Bundle:
    """Read the manifest and check every file against it; raises `Misconfigured` for whatever does not fit."""
    try:
        manifest = Manifest.model_validate_json((path / MANIFEST_FILE).read_bytes())
    except FileNotFoundError:
        raise Misconfigured(f"{path} has no {MANIFEST_FILE}: it is not a model bundle.") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "as a whole"
        raise Misconfigured(f"{path / MANIFEST_FILE}, {where}: {first['msg']}. Export the bundle anew.") from None
    for name, expected in manifest.files.items():
        _check_hash(path / name, expected)
    return Bundle(path, manifest)


def _check_hash(file: Path, expected: str) -> None:
    try:
        with file.open("rb") as opened:
            actual = file_digest(opened, "sha256").hexdigest()
    except FileNotFoundError:
        raise Misconfigured(f"{file} is missing: the bundle is incomplete. Fetch or export it again.") from None
    if actual != expected:
        raise Misconfigured(
            f"{file} has SHA-256 {actual[:12]}..., the manifest says {expected[:12]}...: the file was changed or "
            "damaged. Fetch or export the bundle again."
        )
