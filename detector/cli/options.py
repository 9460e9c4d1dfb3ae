"""Settings as flags: every command that needs some takes them under the same names."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from detector.settings import Settings, load_settings
from detector.settings.model import PASSED_ON, PREFIX

CLUSTER = ("bootstrap_servers", "kafka")
TOPICS = ("listing_topic", "booking_topic", "verdict_topic", "dead_letter_topic")
REGISTRY = ("schema_registry",)
LOGS = ("log_level", "log_format")
SECRET = ("api_keys",)
"""Not given as flags, which every user of the machine can see."""
_EXAMPLES = {
    "kafka": "security.protocol=SASL_SSL",
    "schema_registry": "url=https://registry:8081",
    "provider": "trt_fp16_enable=0",
}
ALL = tuple(name for name in Settings.model_fields if name not in SECRET)


def with_settings(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the named settings as flags; it receives them, with all others, as its `settings` argument."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def wrapped(**arguments: Any) -> Any:
            flags = {name: arguments.pop(name) for name in names}
            flags.update({name: _properties(name, flags.get(name)) for name in PASSED_ON})
            return command(settings=load_settings(**flags), **arguments)

        signature = inspect.signature(command)
        own = [each for name, each in signature.parameters.items() if name != "settings"]
        options = [_parameter(name, Settings.model_fields[name]) for name in names]
        wrapped.__signature__ = signature.replace(parameters=[*own, *options])  # type: ignore[attr-defined]
        return wrapped

    return decorate


def _parameter(name: str, field: FieldInfo) -> inspect.Parameter:
    repeated = name in PASSED_ON
    option = typer.Option(
        f"--{name.replace('_', '-')}",
        help=f"{field.description}{_default(field)} \\[{PREFIX}{name.upper()}{'__*' if repeated else ''}]",
        metavar="KEY=VALUE" if repeated else "VALUE",
        show_default=False,
        rich_help_panel="Settings",
    )
    kind = list[str] | None if repeated else str | None
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind, option])


def _default(field: FieldInfo) -> str:
    if field.default in (None, PydanticUndefined):
        return ""
    return f" Default: {getattr(field.default, 'value', field.default)}."


def _properties(name: str, pairs: list[str] | None) -> dict[str, str] | None:
    if not pairs:
        return None
    properties = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            flag = f"--{name.replace('_', '-')}"
            raise typer.BadParameter(f"{flag} takes KEY=VALUE, such as {flag} {_EXAMPLES[name]}")
        properties[key] = value
    return properties
