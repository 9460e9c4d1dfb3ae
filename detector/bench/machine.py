"""What the figures were taken on: a figure without its machine says nothing."""

import os
import platform
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import confluent_kafka

from detector import __version__
from detector.model.threads import usable_cpus

FLAGS = (
    "avx2",
    "avx512f",
    "avx512_vnni",
    "avx512_bf16",
    "avx_vnni",
    "amx_int8",
    "amx_bf16",
    "asimddp",
    "i8mm",
    "sve",
)
"""Instruction sets on which an int8 model's speed depends, as Linux names them (x86 and Arm)."""

_LIBRARIES = (
    "confluent-kafka",
    "faust-streaming",
    "aiokafka",
    "onnxruntime",
    "openvino",
    "tokenizers",
    "numpy",
    "pydantic",
    "psutil",
)
_CPUINFO = Path("/proc/cpuinfo")
_GIT_SECONDS = 5.0


def machine_facts() -> dict[str, Any]:
    """Processor, its flags that matter, usable cores, memory, system, and how busy it is (load of the last minute)."""
    text = _CPUINFO.read_text() if _CPUINFO.exists() else ""
    name, flags = processor(text)
    return {
        "cpu": name or platform.processor() or platform.machine(),
        "flags": flags,
        "cores": usable_cpus(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
        "load": round(os.getloadavg()[0], 2),
    }


def processor(cpuinfo: str) -> tuple[str | None, list[str]]:
    """Model name and those of `FLAGS` that it has, from the text of /proc/cpuinfo."""
    lines = [line.partition(":") for line in cpuinfo.splitlines()]
    facts = {name.strip().lower(): value.strip() for name, _, value in reversed(lines)}
    present = f"{facts.get('flags', '')} {facts.get('features', '')}".split()
    return facts.get("model name"), [flag for flag in FLAGS if flag in present]


def library_versions() -> dict[str, str]:
    """Python, this package, and the libraries that the figures depend on, as far as they are installed."""
    return {
        "python": platform.python_version(),
        "detector": __version__,
        "librdkafka": confluent_kafka.libversion()[0],
        **dict(_installed()),
    }


def _installed() -> Iterator[tuple[str, str]]:
    for name in _LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def git_commit(folder: Path = Path(__file__).parents[2]) -> str | None:
    """The commit that is checked out, with `-dirty` where files differ from it; None outside a checkout."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_GIT_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
