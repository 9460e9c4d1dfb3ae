"""A bundle that does not fit is refused at start, with a sentence that says what and how to mend it."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from detector.errors import Misconfigured
from detector.events import EventKind
from detector.model.bundle import find_bundle, load_bundle

Change = Callable[[dict[str, Any]], object]


def write_bundle(folder: Path, change: Change = lambda _: None) -> Path:
    """A bundle of two small files; `change` alters its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"model.onnx": b"weights", "tokenizer.json": b"words"}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    manifest: dict[str, Any] = {
        "modelCode": "Test",
        "modelVersion": "1.0",
        "refreshVersion": "v20261120",
        "files": {name: sha256(content).hexdigest() for name, content in files.items()},
        "labels": ["O", "phone"],
        "window": 64,
        "overlap": 16,
        "thresholds": {"LISTING_UPDATE": 0.62, "BOOKING": 0.58},
        "training": {"description": "made up", "dataSha256": "0" * 64},
    }
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_sound_bundle_is_loaded_and_says_who_judges(tmp_path: Path) -> None:
    bundle = load_bundle(write_bundle(tmp_path))
    assert bundle.card.identity == "Test/1.0/v20261120"
    assert bundle.card.thresholds == {EventKind.LISTING_UPDATE: 0.62, EventKind.BOOKING: 0.58}
    assert bundle.model_file.read_bytes() == b"weights"
    assert bundle.tokenizer_file.read_bytes() == b"words"


def test_a_folder_without_a_manifest_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"has no manifest.json: it is not a model bundle"):
        load_bundle(tmp_path)


def test_a_manifest_that_is_not_json_is_told(tmp_path: Path) -> None:
    (write_bundle(tmp_path) / "manifest.json").write_bytes(b"\xff{")
    with pytest.raises(Misconfigured, match=r"manifest.json, as a whole: Invalid JSON.*Export the bundle anew"):
        load_bundle(tmp_path)


def put(name: str, value: object) -> Change:
    return lambda manifest: manifest.__setitem__(name, value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(lambda manifest: manifest.pop("window"), "window: Field required", id="member missing"),
        pytest.param(put("treshold", 0.5), "treshold: Extra inputs are not permitted", id="unknown member"),
        pytest.param(put("format", 2), "format: Input should be 1", id="a later format"),
        pytest.param(put("refreshVersion", "2026"), "refreshVersion: .*pattern", id="refresh version in another form"),
        pytest.param(put("window", 4), "window: .*greater than or equal to 8", id="window too short"),
        pytest.param(put("overlap", 62), "as a whole: .*no step forward", id="overlap as long as the window"),
        pytest.param(put("labels", ["phone", "O"]), "as a whole: .*not with 'O'", id="labels in another order"),
        pytest.param(
            put("files", {"model.onnx": "0" * 64}), "as a whole: .*lacks the hash of tokenizer.json", id="hash missing"
        ),
        pytest.param(
            put("files", {"model.onnx": "abc", "tokenizer.json": "0" * 64}), "files.model.onnx: .*pattern", id="no hash"
        ),
        pytest.param(
            put("thresholds", {"LISTING_UPDATE": 0.5}),
            "thresholds.BOOKING: Field required",
            id="kind without threshold",
        ),
        pytest.param(
            put("thresholds", {"LISTING_UPDATE": 1.5, "BOOKING": 0.5}), "thresholds.LISTING_UPDATE: .*less", id="over 1"
        ),
        pytest.param(put("calibration", {"temperature": 0}), "calibration.temperature: .*greater", id="temperature 0"),
    ],
)
def test_a_manifest_that_does_not_fit_is_told_by_member(change: Change, told: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=f"manifest.json, {told}"):
        load_bundle(write_bundle(tmp_path, change))


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_that_is_missing_is_named(name: str, tmp_path: Path) -> None:
    (write_bundle(tmp_path) / name).unlink()
    with pytest.raises(Misconfigured, match=rf"{name} is missing: the bundle is incomplete"):
        load_bundle(tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_that_is_not_the_one_the_manifest_vouches_for_is_named(name: str, tmp_path: Path) -> None:
    with (write_bundle(tmp_path) / name).open("ab") as opened:
        opened.write(b"!")
    with pytest.raises(Misconfigured, match=rf"{name} has SHA-256 \w+..., the manifest says .*changed or damaged"):
        load_bundle(tmp_path)


def test_the_one_bundle_in_the_first_folder_that_has_any_is_found(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    bundle = write_bundle(second / "leaks")
    assert find_bundle([tmp_path / "nowhere", first, second]) == bundle


def test_two_bundles_must_be_told_apart_by_the_operator(tmp_path: Path) -> None:
    write_bundle(tmp_path / "old")
    write_bundle(tmp_path / "new")
    with pytest.raises(Misconfigured, match=r"several bundles \(new, old\): name one with DETECTOR_BUNDLE"):
        find_bundle([tmp_path])


def test_no_bundle_at_all_is_told_with_the_places_that_were_searched(tmp_path: Path) -> None:
    with pytest.raises(
        Misconfigured, match=r"no model bundle under .*/a or .*/b: name its folder with DETECTOR_BUNDLE"
    ):
        find_bundle([tmp_path / "a", tmp_path / "b"])
