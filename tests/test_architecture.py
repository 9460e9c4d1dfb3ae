"""Imports point one way: the core knows no engine, no model runtime, no clock and no environment."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "detector"

CORE = {
    "batching",
    "clock",
    "deadletters",
    "errors",
    "events",
    "feedback",
    "framing",
    "inline",
    "ledger",
    "observing",
    "offenders",
    "outcomes",
    "pipeline",
    "records",
    "scoring",
    "text",
    "timing",
    "traces",
    "verdicts",
    "windows",
    "wire",
}
CORE_LIBRARIES = {"jiter", "pydantic", "pydantic_core"}
IMPURE = {
    "asyncio",
    "concurrent",
    "http",
    "io",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "selectors",
    "shutil",
    "signal",
    "socket",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
}
IMPURE_CALLS = {"open", "input", "print", "datetime.now", "datetime.today", "datetime.utcnow", "date.today"}
TRAINING_ONLY = {"torch", "transformers", "onnx", "safetensors"}
EXTRAS = TRAINING_ONLY | {
    "fastapi",
    "faust",
    "httpx",
    "matplotlib",
    "openvino",
    "opentelemetry",
    "presidio_analyzer",
    "psutil",
    "quixstreams",
    "sklearn",
    "uvicorn",
}


def part_of(module: str) -> str:
    """`detector.events.model` belongs to the part `events`."""
    return module.split(".")[1] if "." in module else ""


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))}
CORE_MODULES = sorted(module for module in MODULES if part_of(module) in CORE)


def imports_of(module: str) -> Iterator[str]:
    """Everything a module imports, at any depth of its code, under its full name."""
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively, which this test cannot follow"
            assert node.module is not None
            # `from detector.x import y` may name the module x.y.
            yield from {
                f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in MODULES else node.module
                for alias in node.names
            }


def importers_of(library: str) -> set[str]:
    return {module for module in MODULES if any(name.split(".")[0] == library for name in imports_of(module))}


def test_every_part_of_the_core_is_looked_at() -> None:
    assert {part_of(module) for module in CORE_MODULES} == CORE


@pytest.mark.parametrize("module", CORE_MODULES)
def test_the_core_imports_the_standard_library_pydantic_and_itself(module: str) -> None:
    for name in imports_of(module):
        top = name.split(".")[0]
        if top == "detector":
            assert part_of(name) in CORE, f"{module} imports {name}"
        else:
            assert top in CORE_LIBRARIES | sys.stdlib_module_names, f"{module} imports {name}"


@pytest.mark.parametrize("module", [module for module in CORE_MODULES if module != "detector.clock"])
def test_the_core_reads_no_clock_and_does_no_input_or_output(module: str) -> None:
    imported = {name.split(".")[0] for name in imports_of(module)}
    assert not imported & IMPURE
    called = {ast.unparse(node.func) for node in ast.walk(MODULES[module]) if isinstance(node, ast.Call)}
    assert not called & IMPURE_CALLS


def test_parts_depend_on_each_other_in_one_direction() -> None:
    depends: dict[str, set[str]] = {}
    for module in MODULES:
        others = {part_of(name) for name in imports_of(module) if name.startswith("detector.")}
        depends.setdefault(part_of(module), set()).update(others - {part_of(module), ""})
    list(TopologicalSorter(depends).static_order())  # raises CycleError, which names the circle


def test_modules_depend_on_each_other_in_one_direction() -> None:
    depends = {
        module: {name for name in imports_of(module) if name in MODULES and name != module} for module in MODULES
    }
    list(TopologicalSorter(depends).static_order())


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("prometheus_client", ("detector.monitoring.", "detector.top.")),
        ("opentelemetry", ("detector.monitoring.tracing.",)),
        (
            "confluent_kafka",
            (
                "detector.engines.",
                "detector.brokers.",
                "detector.operations.",
                "detector.registry.",
                "detector.demo.",
                "detector.bench.",
                "detector.cli.",
            ),
        ),
        *(
            (library, ("detector.engines.", "detector.bench.peers.", "detector.cli."))
            for library in ("faust", "mode", "aiokafka")
        ),
        *((library, ("detector.engines.http.",)) for library in ("fastapi", "starlette", "uvicorn")),
        ("httpx", ("detector.bench.",)),
        ("httpx2", ("detector.registry.",)),
        (
            "onnxruntime",
            (
                "detector.model.backends.",
                "detector.training.",
                "detector.bench.peers.",
                "detector.bench.model.",
                "detector.cli.",
            ),
        ),
        ("openvino", ("detector.model.backends.", "detector.bench.model.")),
        (
            "tokenizers",
            (
                "detector.model.onnx_scorer",
                "detector.model.encoding",
                "detector.model.words",
                "detector.training.",
                "detector.bench.peers.",
            ),
        ),
        ("phonenumbers", ("detector.recognisers.",)),
        ("publicsuffixlist", ("detector.recognisers.",)),
        ("psutil", ("detector.bench.meter",)),
        ("typer", ("detector.cli.", "detector.training.")),
        (
            "structlog",
            (
                "detector.engines.",
                "detector.monitoring.logs",
                "detector.monitoring.tracing.export",
                "detector.operations.",
                "detector.cli.",
            ),
        ),
        *(
            (library, ("detector.training.", "detector.bench.peers.", "detector.bench.model."))
            for library in sorted(TRAINING_ONLY)
        ),
        *((library, ("detector.bench.peers.",)) for library in ("quixstreams", "tldextract")),
    ],
)
def test_a_library_is_known_in_its_own_corner_only(library: str, allowed: tuple[str, ...]) -> None:
    strangers = {
        module
        for module in importers_of(library)
        if not any(module == place or (place.endswith(".") and f"{module}.".startswith(place)) for place in allowed)
    }
    assert strangers == set()


@pytest.mark.parametrize("part", ["training", "bench", "top"])
def test_nobody_but_the_command_line_imports_what_does_not_serve(part: str) -> None:
    users = {
        module
        for module in MODULES
        if part_of(module) != part and any(part_of(name) == part for name in imports_of(module))
    }
    assert {part_of(module) for module in users} <= {"cli"}


def test_the_worker_imports_neither_training_nor_its_libraries() -> None:
    code = "import sys, detector.cli.worker; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stdout.split())
    assert "detector.engines.kafka.worker" in loaded
    assert not {name.split(".")[0] for name in loaded} & TRAINING_ONLY
    assert not {part_of(name) for name in loaded if name.startswith("detector.")} & {
        "training",
        "evaluation",
        "brokers",
        "bench",
    }


def test_the_command_line_starts_without_any_extra() -> None:
    code = (
        "import sys; from detector.cli.deferred import Commands; from detector.cli.main import COMMANDS;"
        "list(Commands(COMMANDS).values()); print(*sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert not {name.split(".")[0] for name in done.stdout.split()} & EXTRAS
