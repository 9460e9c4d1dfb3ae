"""The jar cache: filled once, whole or not at all, and replaceable by a folder of one's own."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest

from detector.brokers import FetchFailed, ToolMissing, jars
from detector.brokers.jars import JARS_VARIABLE, find_pom, kafka_jars
from detector.errors import Misconfigured

JAR = "kafka_2.13-4.3.0.jar"
FAKE_MAVEN = f"""#!/bin/sh
echo called >> "$CALLS"
for argument in "$@"; do
  case "$argument" in -DoutputDirectory=*) output="${{argument#*=}}" ;; esac
done
mkdir -p "$output" && touch "$output/{JAR}"
"""


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment with a Maven that makes one jar and notes each call, and a cache of its own."""
    monkeypatch.setattr(jars, "cache_folder", lambda: tmp_path / "cache")
    maven = tmp_path / "bin" / "mvn"
    maven.parent.mkdir()
    maven.write_text(FAKE_MAVEN)
    maven.chmod(0o755)
    return {"PATH": f"{maven.parent}:/usr/bin:/bin", "CALLS": str(tmp_path / "calls")}


def calls(env: dict[str, str]) -> int:
    """How often Maven ran."""
    file = Path(env["CALLS"])
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_a_fetch_happens_once(env: dict[str, str]) -> None:
    """The second caller finds the jars of the first, and the steps are reported, not printed."""
    said: list[str] = []
    folder = kafka_jars(None, env, said.append)
    assert [file.name for file in folder.iterdir()] == [JAR]
    assert kafka_jars(None, env, said.append) == folder
    assert calls(env) == 1
    assert len(said) == 2
    assert said[0].startswith("Fetching Apache Kafka")
    assert [file.name for file in folder.parent.iterdir() if file.is_dir()] == ["jars"]


def test_callers_at_once_share_one_fetch(env: dict[str, str]) -> None:
    """Whoever comes second waits."""
    with ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(lambda _: kafka_jars(None, env, lambda _: None), range(4)))
    assert len(folders) == 1
    assert calls(env) == 1


def test_a_named_folder_with_kafka_is_used_as_it_is(env: dict[str, str], tmp_path: Path) -> None:
    """The variable spares the fetch, an argument goes before it, and neither needs Maven."""
    for name in ("variable", "argument"):
        (tmp_path / name).mkdir()
        (tmp_path / name / JAR).touch()
    bare = {"PATH": "", JARS_VARIABLE: str(tmp_path / "variable")}
    assert kafka_jars(None, bare, lambda _: None) == tmp_path / "variable"
    assert kafka_jars(tmp_path / "argument", bare, lambda _: None) == tmp_path / "argument"


def test_a_named_folder_without_kafka_is_filled(env: dict[str, str], tmp_path: Path) -> None:
    """A missing or empty folder is filled; one with other things in it is left alone."""
    (tmp_path / "empty").mkdir()
    for name in ("missing", "empty"):
        assert (kafka_jars(tmp_path / name, env, lambda _: None) / JAR).exists()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").touch()
    with pytest.raises(Misconfigured, match=r"other: .*empty it, or let DETECTOR_KAFKA_JARS name another"):
        kafka_jars(tmp_path / "other", env, lambda _: None)
    assert [file.name for file in (tmp_path / "other").iterdir()] == ["notes.txt"]


def test_a_failed_fetch_leaves_nothing(env: dict[str, str], tmp_path: Path) -> None:
    """Maven's own words are in the error, and the next call tries again."""
    maven = tmp_path / "bin" / "mvn"
    maven.write_text("#!/bin/sh\necho 'Unknown host mirror'; exit 1\n")
    with pytest.raises(FetchFailed, match=r"(?s)ended with 1.*Check the network.*Unknown host mirror"):
        kafka_jars(None, env, lambda _: None)
    maven.write_text(FAKE_MAVEN)
    assert (kafka_jars(None, env, lambda _: None) / JAR).exists()


def test_without_maven(env: dict[str, str]) -> None:
    """The fetch is the one thing that needs it."""
    with pytest.raises(ToolMissing, match="No `mvn`"):
        kafka_jars(None, {"PATH": ""}, lambda _: None)


def test_the_pom_pins_what_it_fetches() -> None:
    """Every version in the pom is a number, so a cache named by its hash never goes stale."""
    namespace = "{http://maven.apache.org/POM/4.0.0}"
    versions = [element.text or "" for element in ElementTree.parse(find_pom()).iter(f"{namespace}version")]
    assert {"4.3.0", "1.7.36"} < set(versions)
    assert all(version.replace(".", "").isdigit() for version in versions)
