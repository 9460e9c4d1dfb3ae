"""Names of workers: stable, unique on a host, and free again when their holder is gone."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from detector.engines.kafka.instance import instance_name

HOST = socket.gethostname()
HOLDER = """
import sys
from pathlib import Path
from detector.engines.kafka.instance import instance_name
with instance_name("leaks", None, Path(sys.argv[1])) as name:
    print(name, flush=True)
    sys.stdin.read()
"""


def test_a_chosen_name_is_taken_at_its_word(tmp_path: Path) -> None:
    with instance_name("leaks", "pod-7", tmp_path) as name:
        assert name == "pod-7"
    assert not list(tmp_path.iterdir())


def test_the_default_is_the_host_and_the_first_slot_that_nobody_holds(tmp_path: Path) -> None:
    with instance_name("leaks", None, tmp_path) as first, instance_name("leaks", None, tmp_path) as second:
        assert (first, second) == (f"{HOST}-0", f"{HOST}-1")
    with instance_name("leaks", None, tmp_path) as again:
        assert again == f"{HOST}-0"


def test_a_freed_slot_is_taken_before_a_new_one(tmp_path: Path) -> None:
    first = instance_name("leaks", None, tmp_path)
    first.__enter__()
    with instance_name("leaks", None, tmp_path):
        first.__exit__(None, None, None)
        with instance_name("leaks", None, tmp_path) as name:
            assert name == f"{HOST}-0"


def test_groups_do_not_share_slots_whatever_their_names(tmp_path: Path) -> None:
    with instance_name("leaks/eu west", None, tmp_path) as one, instance_name("leaks", None, tmp_path) as other:
        assert one == other == f"{HOST}-0"


def test_the_slot_of_a_killed_worker_is_free_at_once(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == f"{HOST}-0"
        with instance_name("leaks", None, tmp_path) as name:
            assert name == f"{HOST}-1"
        holder.kill()
        holder.wait()
    with instance_name("leaks", None, tmp_path) as name:
        assert name == f"{HOST}-0"


def test_where_no_lock_can_be_written_the_host_names_its_only_worker(tmp_path: Path) -> None:
    not_a_folder = tmp_path / "file"
    not_a_folder.write_text("")
    with instance_name("leaks", None, not_a_folder) as name:
        assert name == f"{HOST}-0"


def test_an_error_inside_the_block_frees_the_slot_and_passes_on(tmp_path: Path) -> None:
    def fail() -> None:
        with instance_name("leaks", None, tmp_path):
            raise LookupError("inside")

    with pytest.raises(LookupError, match="inside"):
        fail()
    with instance_name("leaks", None, tmp_path) as name:
        assert name == f"{HOST}-0"
