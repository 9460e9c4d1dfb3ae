"""What is installed beside the product's own needs."""

from importlib.util import find_spec

from detector.errors import Misconfigured


def require_client() -> None:
    """Raises `Misconfigured` unless all is there that Confluent's registry client imports."""
    if any(find_spec(name) is None for name in ("httpx2", "authlib", "cachetools")):
        raise Misconfigured(
            "a Schema Registry needs Confluent's client: pip install 'contact-leak-detector[registry]'."
        )
