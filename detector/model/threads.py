"""How many processors this process may use: in a container that is less than the machine has."""

import os
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")
_OWN_GROUP = Path("/proc/self/cgroup")


def usable_cpus(cgroups: Path = _CGROUPS, own_group: Path = _OWN_GROUP) -> int:
    """The smaller of the scheduler's affinity and the CPU quota of every cgroup above this process; at least 1.

    A quota of 1.5 counts as 1: a second thread would be throttled for half of every period.
    """
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    quotas = [_quota_v2(group) for group in _groups(cgroups, own_group)]
    quotas.append(_quota_v1(cgroups / "cpu"))
    return max(1, min([affinity, *(int(quota) for quota in quotas if quota is not None)]))


def _groups(cgroups: Path, own_group: Path) -> list[Path]:
    """The process's own cgroup (version 2) and all above it."""
    lines = _read(own_group).splitlines()
    own = next((line.removeprefix("0::").strip("/") for line in lines if line.startswith("0::")), "")
    here = cgroups / own
    return [here, *(parent for parent in here.parents if parent.is_relative_to(cgroups))]


def _quota_v2(group: Path) -> float | None:
    """`cpu.max` holds "<quota> <period>" in microseconds, or "max" (kernel documentation, cgroup-v2)."""
    match _read(group / "cpu.max").split():
        case [quota, period] if quota != "max":
            return float(quota) / float(period)
    return None


def _quota_v1(group: Path) -> float | None:
    quota, period = _read(group / "cpu.cfs_quota_us"), _read(group / "cpu.cfs_period_us")
    if not quota.strip() or not period.strip() or int(quota) <= 0:
        return None
    return int(quota) / int(period)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
