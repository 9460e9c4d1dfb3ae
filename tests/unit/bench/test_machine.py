"""What the figures were taken on."""

import subprocess
from pathlib import Path

import pytest

from detector import __version__
from detector.bench.machine import git_commit, library_versions, machine_facts, processor

X86 = """processor\t: 0
model name\t: Example 9000
flags\t\t: fpu avx2 avx512f sse4_2 avx512_vnni

processor\t: 1
model name\t: Example 9000
flags\t\t: fpu avx2 avx512f sse4_2 avx512_vnni
"""
ARM = "processor\t: 0\nFeatures\t: fp asimd asimddp sve i8mm\n"


@pytest.mark.parametrize(
    ("cpuinfo", "name", "flags"),
    [
        (X86, "Example 9000", ["avx2", "avx512f", "avx512_vnni"]),
        (ARM, None, ["asimddp", "i8mm", "sve"]),
        ("", None, []),
    ],
    ids=["x86", "arm", "unknown"],
)
def test_the_processor_is_known_by_its_name_and_the_flags_that_matter(
    cpuinfo: str, name: str | None, flags: list[str]
) -> None:
    assert processor(cpuinfo) == (name, flags)


def test_the_facts_name_neither_the_host_nor_a_path() -> None:
    facts = machine_facts()
    assert set(facts) == {"cpu", "flags", "cores", "memory_gib", "system", "load"}
    assert facts["cores"] >= 1
    assert facts["memory_gib"] > 0
    assert "/" not in facts["system"]


def test_versions_are_of_what_is_installed() -> None:
    versions = library_versions()
    assert versions["detector"] == __version__
    assert {"python", "librdkafka", "confluent-kafka", "onnxruntime"} <= set(versions)
    assert all(versions.values())


def test_the_commit_says_when_files_differ_from_it_and_there_is_none_outside_a_checkout(tmp_path: Path) -> None:
    assert git_commit(tmp_path) is None

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.com", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    git("init")
    (tmp_path / "file").write_text("one")
    git("add", "file")
    git("commit", "--message", "one")
    head = git("rev-parse", "HEAD")
    assert git_commit(tmp_path) == head
    (tmp_path / "file").write_text("two")
    assert git_commit(tmp_path) == f"{head}-dirty"
