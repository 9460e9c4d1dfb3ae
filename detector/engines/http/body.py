"""From a request's body to the bytes of its events."""

import asyncio
import re
from http import HTTPStatus
from json import JSONDecoder

from starlette.requests import Request

from detector.engines.http.problems import Refused, plain, too_large, too_many

BODY_SECONDS = 5.0
"""How long a body may take to arrive."""

_BLANK = re.compile(r"[ \t\r\n]*")
_LENIENT = JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)
"""Only finds where a value ends; what it lets pass is for `detector.events.decode` to refuse."""


async def read_body(request: Request, limit: int) -> bytes:
    """The body of a request; raises `Refused` if it is not JSON by its own word, too large or too slow.

    What is left unread the server reads and drops: to close the connection instead would cut the answer off, too.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        problem = plain(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the header Content-Type: application/json.")
        raise Refused(problem, {"Accept": "application/json"})
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise Refused(too_large(limit))
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise Refused(too_large(limit))
    except TimeoutError:
        problem = plain(HTTPStatus.REQUEST_TIMEOUT, f"Send a body within {BODY_SECONDS:g} s.")
        raise Refused(problem, {"Connection": "close"}) from None
    return bytes(body)


def elements(body: bytes, most: int) -> list[bytes] | None:
    """The elements of a JSON array, byte for byte; None if it is none. Raises `Refused` if they are more than `most`.

    Whether an element is an event says `detector.events.decode`, for each by itself; and of what is not an array it says
    why that is no event either.
    """
    try:
        return _elements(body.decode(), most)
    except (ValueError, RecursionError):
        return None


def _elements(text: str, most: int) -> list[bytes]:
    """Raises ValueError for what is not an array."""
    at = _after(text, "[", 0)
    if text[at : at + 1] == "]":
        return _nothing_behind(text, at, [])
    found = []
    while True:
        _, end = _LENIENT.raw_decode(text, at)
        found.append(text[at:end].encode())
        if len(found) > most:
            raise Refused(too_many(most))
        end = _not_blank(text, end)
        if text[end : end + 1] == "]":
            return _nothing_behind(text, end, found)
        at = _after(text, ",", end)


def _after(text: str, mark: str, at: int) -> int:
    """Where the next value begins behind this mark, which is the next to come."""
    at = _not_blank(text, at)
    if text[at : at + 1] != mark:
        raise ValueError(mark)
    return _not_blank(text, at + 1)


def _nothing_behind(text: str, at: int, found: list[bytes]) -> list[bytes]:
    if _not_blank(text, at + 1) != len(text):
        raise ValueError("]")
    return found


def _not_blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    assert match is not None
    return match.end()
