"""The event a listing or booking service publishes."""

import re
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError


class EventKind(StrEnum):
    """What an event is about; an event without `eventType` takes the kind of its topic."""

    LISTING_UPDATE = "LISTING_UPDATE"
    BOOKING = "BOOKING"

    @property
    def segment(self) -> Literal["SUPPLY", "BOOKING"]:
        """The `modelSegment` that verdicts on this kind carry."""
        return "SUPPLY" if self is EventKind.LISTING_UPDATE else "BOOKING"


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("nul_character", "contains a NUL character")
    return text


def _only_text(value: Any) -> Any:
    # In lax mode pydantic reads a number as seconds since 1970; the contract is ISO 8601 text alone.
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "is not a string")
    return value


def _only_iso_text(value: Any) -> Any:
    # A string of digits would pass as seconds since 1970 as well.
    if not re.match(r"\d{4}-\d\d-\d\d", _only_text(value)):
        raise PydanticCustomError("datetime_parsing", "is not an ISO 8601 date and time")
    return value


Text = Annotated[str, AfterValidator(_without_nul)]
Name = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(_without_nul)]
Time = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_only_iso_text)]
Kind = Annotated[EventKind, Field(strict=False), BeforeValidator(_only_text)]


class WireModel(BaseModel):
    """Base of what travels as JSON: camelCase on the wire, strict types, unknown members ignored."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="ignore",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
    )


class TransactionContext(WireModel):
    """What ties a verdict to the request that asked for it."""

    transaction_id: Name = Field(description="The producer's id of this update; a verdict repeats it.")


class Event(WireModel):
    """A listing update or a booking message whose texts are to be judged.

    `attributes` maps an attribute's name (`listingDescription`, `guestMessage`, ...) to its text; it has at least one
    entry, and a text may be empty. The texts stay out of `repr`.
    """

    transaction_context: TransactionContext
    attributes: dict[Name, Text] = Field(
        min_length=1, repr=False, description="Attribute name to text; at least one, texts may be empty."
    )
    event_type: Kind | None = Field(default=None, description="Defaults to the kind of the topic.")
    listing_id: Name | None = None
    booking_id: Name | None = None
    partner_id: Name | None = None
    event_time: Time | None = Field(default=None, description="ISO 8601 with a zone: when the text was written.")
    locale: Name | None = None
