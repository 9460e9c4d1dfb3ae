"""What the command does before it measures."""

import subprocess
import sys

import pytest

from detector.bench.engines.plan import FULL, Plan
from detector.bench.engines.variants import Variant
from detector.cli import bench
from detector.errors import Misconfigured
from detector.evaluation.extras import require


@pytest.fixture
def _no_faust(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "find_spec", lambda _name: None)


@pytest.mark.usefixtures("_no_faust")
def test_without_faust_its_variants_are_left_out_and_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    possible = bench._possible(FULL, chosen=False)
    assert possible.variants == (Variant.KAFKA_EXACTLY_ONCE, Variant.KAFKA_AT_LEAST_ONCE)
    assert "left out" in capsys.readouterr().err


@pytest.mark.usefixtures("_no_faust")
def test_asked_for_by_name_a_missing_faust_is_an_error() -> None:
    with pytest.raises(Misconfigured, match=r"contact-leak-detector\[faust\]"):
        bench._possible(Plan(variants=(Variant.FAUST,)), chosen=True)


@pytest.mark.usefixtures("_no_faust")
def test_kafka_alone_does_without_it() -> None:
    plan = Plan(variants=(Variant.KAFKA_EXACTLY_ONCE,))
    assert bench._possible(plan, chosen=True) == plan


def test_a_missing_library_names_the_extra_it_comes_with() -> None:
    with pytest.raises(Misconfigured, match=r"contact-leak-detector\[bench\]"):
        require("no_such_library", "the bench", extra="bench")


@pytest.mark.parametrize("library", ["psutil", "matplotlib", "httpx", "fastapi", "uvicorn"])
def test_the_other_commands_start_without_the_libraries_of_the_bench(library: str) -> None:
    code = (
        f"import sys; sys.modules[{library!r}] = None;"
        "from detector.cli.deferred import Commands; from detector.cli.main import COMMANDS;"
        "list(Commands(COMMANDS).values())"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
