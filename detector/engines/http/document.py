"""The OpenAPI document: what FastAPI knows of the routes, with the contracts' own schemas."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from detector.engines.http.problems import Problem

_DEFINITIONS, _COMPONENTS = "#/$defs/", "#/components/schemas/"
_NOT_HERE = ("$schema", "$id", "$defs")


class DocumentedApi(FastAPI):
    """An application whose document has the schemas that it is given, `Problem`, and what those use."""

    def __init__(self, schemas: Mapping[str, Any], **options: Any) -> None:
        super().__init__(**options)
        self._schemas = {**schemas, "Problem": Problem.model_json_schema()}

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if not self.openapi_schema:
            document = super().openapi()
            document.setdefault("components", {}).setdefault("schemas", {}).update(_components(self._schemas))
            self.openapi_schema = document
        return self.openapi_schema


def _components(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """What each schema defines for itself stands beside it, as references in the document expect."""
    found: dict[str, Any] = {}
    for name, schema in schemas.items():
        moved = json.loads(json.dumps(schema).replace(_DEFINITIONS, _COMPONENTS))
        found |= moved.get("$defs", {})
        found[name] = {member: value for member, value in moved.items() if member not in _NOT_HERE}
    return found
