"""The Python on a page of the documentation, as one program."""

import re
from pathlib import Path
from types import ModuleType

DOCS = Path(__file__).parents[2] / "docs"

_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def program_of(page: str) -> str:
    """The page's blocks of Python, in their order."""
    return "\n\n".join(_PYTHON.findall((DOCS / page).read_text()))


def module_of(page: str) -> ModuleType:
    """The program as a module, which does nothing by itself."""
    module = ModuleType(page)
    exec(compile(program_of(page), page, "exec"), module.__dict__)
    return module


def adapted(program: str, **names: str) -> str:
    """The program with other names in the place of those it was written with, as a reader would put in."""
    for name, other in names.items():
        assert name in program, f"the page does not speak of {name}"
        program = program.replace(name, other)
    return program
