"""Libraries that only some commands need, and that are installed as extras."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from detector.errors import Misconfigured


def require(module: str, purpose: str, extra: str = "report") -> None:
    """Raises `Misconfigured`, with the way to install it, where a library is missing."""
    top = module.partition(".")[0]
    if find_spec(top) is None:
        raise Misconfigured(
            f"{purpose} needs {top}: install the extra with pip install 'contact-leak-detector[{extra}]'."
        )


def optional(module: str, purpose: str) -> Any:
    """The module, once it is known to be there."""
    require(module, purpose)
    return import_module(module)
