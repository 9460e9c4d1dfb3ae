"""Prometheus' own programs."""

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def promtool() -> str:
    """The path of promtool."""
    return program("promtool")


@pytest.fixture(scope="session")
def prometheus() -> str:
    """The path of Prometheus."""
    return program("prometheus")


def program(name: str) -> str:
    """A program of Debian's package `prometheus`; without it a test is skipped, or fails where `CI` is `true`."""
    if path := shutil.which(name):
        return path
    reason = f"No {name}: install Debian's package `prometheus`, or put the program on the PATH."
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
