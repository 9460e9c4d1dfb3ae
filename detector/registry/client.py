"""The registry, asked over Confluent's client; what it refuses is told as one of our errors."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx2
from confluent_kafka.schema_registry import (
    ConfigCompatibilityLevel,
    Schema,
    SchemaRegistryClient,
    SchemaRegistryError,
    ServerConfig,
)
from confluent_kafka.schema_registry.error import OAuthTokenError

from detector.errors import Misconfigured, Retry
from detector.registry.subjects import Mode, Subject
from detector.settings import Settings

ANSWER_SECONDS = 5.0
INCOMPATIBLE = 409

_NO_REGISTRY = (
    "what answers is no Schema Registry, or does not take the request ({}): is DETECTOR_SCHEMA_REGISTRY__URL right, its "
    "path included?"
)
_LOGIN = (401, 403)
_PASSES = (408, 429)
_MISSING = (40400, 40401, 40402, 40403, 40408)
"""The registry's own codes for a subject, version, schema or subject's mode that is not there; 40400 is the mock's."""
_NUMBERS = (
    "timeout",
    "max.retries",
    "retries.wait.ms",
    "retries.max.wait.ms",
    "cache.capacity",
    "cache.latest.ttl.sec",
)

_OF_NUMBERS, _OF_NAMES = "numbers are needed for", "Unrecognized properties"


class Registered(NamedTuple):
    """What the registry has: the id is the frame's."""

    schema_id: int
    version: int | None


class Refused(Misconfigured):
    """The registry takes no schema that breaks the subject's mode: mend the schema, or give the topic a new name."""


class Registry:
    """A Schema Registry, and a connection to it while the context lasts.

    Methods raise `Retry` if it cannot be reached, `Misconfigured` if it refuses.
    """

    def __init__(self, settings: Settings) -> None:
        if not settings.schema_registry:
            raise Misconfigured("no Schema Registry is set: DETECTOR_SCHEMA_REGISTRY__URL says where it is.")
        try:
            self._client = SchemaRegistryClient.new_client(_configuration(settings))
        except (ValueError, TypeError, OSError) as error:
            raise Misconfigured(
                f"Confluent's registry client does not take its settings ({_safe(error)}): mend "
                "DETECTOR_SCHEMA_REGISTRY__* or --schema-registry."
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def find(self, subject: Subject) -> Registered | None:
        """The very schema under the very subject; None if it is not there."""
        with _refusals_named():
            found = _or_none(self._client.lookup_schema, subject.name, _schema(subject), normalize_schemas=True)
        return found and Registered(found.schema_id, found.version)

    def has_versions(self, subject: Subject) -> bool:
        """Whether any schema stands under the subject."""
        with _refusals_named():
            return bool(_or_none(self._client.get_versions, subject.name))

    def mode_of(self, subject: Subject) -> str | None:
        """The subject's own mode; None where the registry's default holds."""
        with _refusals_named():
            found = _or_none(self._client.get_config, subject.name)
        return None if found is None or found.compatibility_level is None else str(found.compatibility_level)

    def set_mode(self, subject: Subject, mode: Mode) -> None:
        """Give the subject a mode of its own."""
        with _refusals_named():
            self._client.set_config(subject.name, ServerConfig(compatibility=ConfigCompatibilityLevel(mode.value)))

    def takes(self, subject: Subject) -> bool:
        """Whether the schema keeps the subject's mode against what stands there."""
        with _refusals_named():
            return self._client.test_compatibility_all_versions(subject.name, _schema(subject), normalize=True)

    def register(self, subject: Subject) -> Registered:
        """Put the schema under its subject; raises `Refused` if it breaks the subject's mode."""
        with _refusals_named():
            self._client.register_schema(subject.name, _schema(subject), normalize_schemas=True)
        found = self.find(subject)
        if found is None:
            raise Retry(f"the Schema Registry does not show yet what was registered under {subject.name}.")
        return found


def _configuration(settings: Settings) -> dict[str, Any]:
    given = {name: value.get_secret_value() for name, value in settings.schema_registry.items()}
    try:
        numbers = {name: float(value) for name, value in given.items() if name in _NUMBERS}
    except ValueError:
        raise ValueError(f"{_OF_NUMBERS} {', '.join(_NUMBERS)}") from None
    # Whoever waits for the registry has a patience of its own, and can be told to stop.
    return {"timeout": ANSWER_SECONDS, "max.retries": 0, **given, **numbers}


def _schema(subject: Subject) -> Schema:
    return Schema(subject.schema, "JSON")


def _or_none(ask: Any, *arguments: Any, **options: Any) -> Any:
    try:
        return ask(*arguments, **options)
    except SchemaRegistryError as error:
        if error.error_code in _MISSING:
            return None
        raise


@contextmanager
def _refusals_named() -> Iterator[None]:
    """Errors of the client, by what to do next. None of its words tell the address or the login."""
    try:
        yield
    except SchemaRegistryError as error:
        raise _named(error) from None
    except (httpx2.TransportError, OAuthTokenError) as error:
        raise Retry(f"the Schema Registry does not answer ({type(error).__name__}).") from None
    except json.JSONDecodeError:
        raise Misconfigured(_NO_REGISTRY.format("what it says is not JSON")) from None


def _named(error: SchemaRegistryError) -> Misconfigured | Retry:
    status, code = error.http_status_code, error.error_code
    if status in _LOGIN:
        return Misconfigured(
            f"the Schema Registry refuses this login (HTTP {status}): mend "
            "DETECTOR_SCHEMA_REGISTRY__BASIC_AUTH_USER_INFO, or grant it the subjects."
        )
    if status >= 500 or status in _PASSES:
        return Retry(f"the Schema Registry failed (HTTP {status}, code {code}).")
    if status == INCOMPATIBLE:
        return Refused(str(error.error_message))
    return Misconfigured(_NO_REGISTRY.format(f"HTTP {status}, code {code}"))


def _safe(error: Exception) -> str:
    """The client's words where they are about names; what it says of a value could tell a secret."""
    return str(error) if str(error).startswith((_OF_NAMES, _OF_NUMBERS)) else type(error).__name__
