"""The contracts as files for others: JSON Schemas of the messages and an AsyncAPI document of the topics.

Generated from the pydantic models, which are the one source; `schemas/` in the repository is what this package writes.
"""

from detector.contracts.asyncapi import asyncapi
from detector.contracts.files import stale_schemas, write_schemas
from detector.contracts.messages import json_schemas

__all__ = ["asyncapi", "json_schemas", "stale_schemas", "write_schemas"]
