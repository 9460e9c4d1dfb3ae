"""Reads the settings and says, in a sentence each, what is wrong with them."""

import difflib
import os
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import SettingsError

from detector.errors import Misconfigured
from detector.settings.model import PASSED_ON, PREFIX, Settings

_OUTSIDE = ("DETECTOR_TEST_", "DETECTOR_KAFKA_JARS")
"""Names that belong to the test suite and to the local broker, not to a worker."""


def load_settings(env_file: Path = Path(".env"), **flags: Any) -> Settings:
    """Flags win over the environment, which wins over the file; flags that are None were not given.

    Raises `Misconfigured` naming each setting at fault; an unknown `DETECTOR_*` name is an error and the nearest known
    one is suggested. Values are never repeated in the message, as they may be secrets.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    problems = [_unknown(name) for name in _names(env_file) if not _is_known(name)]
    try:
        settings = Settings(_env_file=env_file, **given)
    except ValidationError as error:
        problems += [_misfit(each["loc"], each["msg"]) for each in error.errors(include_url=False)]
    except SettingsError:
        problems += [
            f"{PREFIX}{name.upper()} cannot be read: give each property a variable, {_written(name)}."
            for name in PASSED_ON
            if f"{PREFIX}{name.upper()}" in _names(env_file)
        ]
    if problems:
        raise Misconfigured("Settings do not fit: " + " ".join(dict.fromkeys(problems)))
    return settings


def _names(env_file: Path) -> list[str]:
    names = {name.upper() for name in [*os.environ, *dotenv_values(env_file)]}
    return sorted(name for name in names if name.startswith(PREFIX))


def _is_known(name: str) -> bool:
    field = name.removeprefix(PREFIX).lower().partition("__")
    nested = bool(field[1])
    return (field[0] in Settings.model_fields and nested == (field[0] in PASSED_ON)) or name.startswith(_OUTSIDE)


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.removeprefix(PREFIX).lower(), Settings.model_fields, n=1, cutoff=0.5)
    suggestion = f"did you mean {_written(near[0])}?" if near else "see `detector worker --help`."
    return f"{name} is not a setting; {suggestion}"


def _written(field: str) -> str:
    return f"{PREFIX}{field.upper()}" + ("__<PROPERTY>" if field in PASSED_ON else "")


def _misfit(location: tuple[int | str, ...], message: str) -> str:
    name = str(location[0]) if location else "settings"
    return f"{PREFIX}{name.upper()}: {message}."
