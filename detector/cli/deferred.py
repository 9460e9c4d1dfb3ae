"""Commands whose modules are imported when they are called: a worker need not wait for what the demo imports."""

from collections import UserDict
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup


class Place(NamedTuple):
    """Where a command is found: a function of the command's name, or, for a group of commands, its `app`."""

    module: str
    panel: str
    context_settings: Mapping[str, Any] | None = None


class Commands(UserDict[str, Any]):
    """Commands by name; each is imported the first time that somebody looks at it, its name alone is known before."""

    def __getitem__(self, name: str) -> Any:
        found = super().__getitem__(name)
        if isinstance(found, Place):
            self.data[name] = found = _loaded(name, found)
        return found


def group_of(places: Mapping[str, Place]) -> type[TyperGroup]:
    """A group with these commands, in this order, for `typer.Typer(cls=...)`."""

    class Group(TyperGroup):
        def __init__(self, **arguments: Any) -> None:
            super().__init__(**arguments)
            self.commands = Commands(places)

    return Group


def _loaded(name: str, place: Place) -> Any:
    module = import_module(place.module)
    holder = typer.Typer(rich_markup_mode="markdown", pretty_exceptions_enable=False, add_completion=False)
    holder.callback()(_nothing)  # with it even a single command stays one of a group
    if isinstance(group := getattr(module, "app", None), typer.Typer):
        holder.add_typer(group, name=name, rich_help_panel=place.panel)
    else:
        settings = dict(place.context_settings or {})
        holder.command(name, rich_help_panel=place.panel, context_settings=settings)(getattr(module, name))
    return typer.main.get_group(holder).commands[name]


def _nothing() -> None:
    pass
