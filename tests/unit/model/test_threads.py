"""How many processors a container's process may use, read from files of a made-up machine."""

import os
from pathlib import Path

import pytest

from detector.model.threads import usable_cpus


@pytest.fixture(autouse=True)
def _eight_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(8)), raising=False)


def machine(folder: Path, own: str = "", **quotas: str) -> tuple[Path, Path]:
    """A cgroup tree; each quota is written to the group of that name, `_` for `/`, `root` for the top."""
    own_group = folder / "cgroup"
    own_group.write_text(own)
    tree = folder / "tree"
    tree.mkdir()
    for name, quota in quotas.items():
        group = tree if name == "root" else tree / name.replace("_", "/")
        group.mkdir(parents=True, exist_ok=True)
        (group / "cpu.max").write_text(quota + "\n")
    return tree, own_group


@pytest.mark.parametrize(
    ("own", "quotas", "expected"),
    [
        pytest.param("0::/\n", {}, 8, id="no limit but the affinity"),
        pytest.param("0::/\n", {"root": "200000 100000"}, 2, id="a container's own group"),
        pytest.param("0::/\n", {"root": "max 100000"}, 8, id="no quota"),
        pytest.param("0::/\n", {"root": "150000 100000"}, 1, id="one and a half is one"),
        pytest.param("0::/\n", {"root": "10000 100000"}, 1, id="never none"),
        pytest.param("0::/\n", {"root": "1600000 100000"}, 8, id="a quota above the affinity"),
        pytest.param("0::/pods/mine\n", {"pods_mine": "300000 100000"}, 3, id="a group below"),
        pytest.param(
            "0::/pods/mine\n", {"pods_mine": "max 100000", "pods": "400000 100000"}, 4, id="a quota further up"
        ),
        pytest.param(
            "0::/pods/mine\n", {"pods_mine": "500000 100000", "pods": "400000 100000"}, 4, id="the smallest of several"
        ),
        pytest.param("0::/pods/mine\n", {"pods_other": "100000 100000"}, 8, id="another's quota"),
        pytest.param("4:memory:/x\n1:cpu:/y\n", {}, 8, id="version 1 names only"),
        pytest.param("", {}, 8, id="no group named"),
    ],
)
def test_the_smallest_of_affinity_and_quotas_counts(
    own: str, quotas: dict[str, str], expected: int, tmp_path: Path
) -> None:
    assert usable_cpus(*machine(tmp_path, own, **quotas)) == expected


@pytest.mark.parametrize(
    ("quota", "period", "expected"),
    [
        pytest.param("250000", "100000", 2, id="quota"),
        pytest.param("-1", "100000", 8, id="no quota"),
        pytest.param("", "", 8, id="empty files"),
    ],
)
def test_quotas_of_version_1_count_too(quota: str, period: str, expected: int, tmp_path: Path) -> None:
    tree, own_group = machine(tmp_path, "2:cpu:/docker\n")
    (tree / "cpu").mkdir()
    (tree / "cpu" / "cpu.cfs_quota_us").write_text(quota)
    (tree / "cpu" / "cpu.cfs_period_us").write_text(period)
    assert usable_cpus(tree, own_group) == expected


def test_a_machine_without_cgroups_is_limited_by_affinity(tmp_path: Path) -> None:
    assert usable_cpus(tmp_path / "none", tmp_path / "none either") == 8


def test_the_machine_at_hand_has_at_least_one() -> None:
    assert 1 <= usable_cpus() <= 8
