"""The contracts on disk."""

import json
from pathlib import Path
from typing import Any

from detector.contracts.asyncapi import ASYNCAPI_FILE, asyncapi
from detector.contracts.messages import json_schemas


def write_schemas(folder: Path) -> list[Path]:
    """Write every file, the folder included; returns them in the order of their names. Same models, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in _contents().items():
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    return paths


def stale_schemas(folder: Path) -> list[Path]:
    """The files that are missing or not what the models say now."""
    return [folder / name for name, content in _contents().items() if _bytes_of(folder / name) != content]


def _contents() -> dict[str, bytes]:
    documents: dict[str, Any] = {**json_schemas(), ASYNCAPI_FILE: asyncapi()}
    return {
        name: (json.dumps(documents[name], indent=2, ensure_ascii=False) + "\n").encode() for name in sorted(documents)
    }


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
