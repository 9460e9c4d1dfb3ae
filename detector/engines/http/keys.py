"""Who may ask."""

import hmac
from collections.abc import Sequence
from hashlib import sha256
from ipaddress import ip_address
from typing import Annotated, Any

from fastapi import Depends
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from pydantic import SecretStr

from detector.engines.http.problems import Refused, no_key
from detector.errors import Misconfigured
from detector.settings import Settings

_BEARER = HTTPBearer(scheme_name="bearer", auto_error=False)
_HEADER = APIKeyHeader(name="X-API-Key", scheme_name="apiKey", auto_error=False)


def check_exposure(settings: Settings) -> None:
    """Raises `Misconfigured` where anybody who reaches the address could ask."""
    if not (settings.api_keys or settings.http_open or _is_loopback(settings.http_host)):
        raise Misconfigured(
            f"{settings.http_host} is an address that others reach, and there is no API key: set DETECTOR_API_KEYS, or "
            "DETECTOR_HTTP_OPEN=true where something else guards it, or leave DETECTOR_HTTP_HOST at 127.0.0.1."
        )


def guards(keys: Sequence[SecretStr]) -> list[Any]:
    """Dependencies for a router that only those with one of the keys may ask; without keys everybody may."""
    if not keys:
        return []
    known = [_digest(key.get_secret_value()) for key in keys]

    async def guard(
        bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
        header: Annotated[str | None, Depends(_HEADER)],
    ) -> None:
        given = [_digest(key) for key in (bearer.credentials if bearer else None, header) if key is not None]
        # Whatever is given is compared with every key, in a time that tells nothing: all digests have one length.
        matches = [hmac.compare_digest(mine, theirs) for mine in known for theirs in given]
        if not any(matches):
            raise Refused(no_key(), {"WWW-Authenticate": "Bearer"})

    return [Depends(guard)]


def _digest(key: str) -> bytes:
    return sha256(key.encode(errors="surrogateescape")).digest()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
