"""The few C functions of librdkafka that confluent-kafka carries in its wheel but does not offer to Python."""

import ctypes
import ctypes.util
from collections.abc import Iterator
from ctypes import c_char_p, c_int, c_int16, c_int32, c_size_t, c_void_p
from pathlib import Path
from typing import Any, TypeAlias

import confluent_kafka

from detector.errors import Misconfigured

# ctypes makes a library's functions up as attributes, which no type checker can see.
Library: TypeAlias = Any

PRODUCER = 0
"""`RD_KAFKA_PRODUCER`: the kind of handle to create."""

_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "rd_kafka_conf_new": (c_void_p, ()),
    "rd_kafka_conf_set": (c_int, (c_void_p, c_char_p, c_char_p, c_char_p, c_size_t)),
    "rd_kafka_conf_destroy": (None, (c_void_p,)),
    "rd_kafka_new": (c_void_p, (c_int, c_void_p, c_char_p, c_size_t)),
    "rd_kafka_destroy": (None, (c_void_p,)),
    "rd_kafka_mock_cluster_new": (c_void_p, (c_void_p, c_int)),
    "rd_kafka_mock_cluster_destroy": (None, (c_void_p,)),
    "rd_kafka_mock_cluster_bootstraps": (c_char_p, (c_void_p,)),
    "rd_kafka_mock_topic_create": (c_int, (c_void_p, c_char_p, c_int, c_int)),
    "rd_kafka_mock_group_initial_rebalance_delay_ms": (None, (c_void_p, c_int32)),
    "rd_kafka_mock_push_request_errors_array": (None, (c_void_p, c_int16, c_size_t, ctypes.POINTER(c_int))),
}


def load() -> Library:
    """The library with its signatures declared; `Misconfigured` if it cannot be found or lacks a function."""
    for path in _candidates():
        try:
            library = ctypes.CDLL(path)
            for name, (result, arguments) in _SIGNATURES.items():
                function = getattr(library, name)
                function.restype, function.argtypes = result, arguments
        except (OSError, AttributeError):
            continue
        return library
    raise Misconfigured(
        f"No librdkafka with a mock cluster was found for confluent-kafka {confluent_kafka.__version__} in "
        f"{_package()}. Install confluent-kafka from its wheel, or use `--broker local`."
    )


def _package() -> Path:
    return Path(confluent_kafka.__file__).parent


def _candidates() -> Iterator[str]:
    """Linux and Windows wheels carry the library beside the package, macOS ones in it; source builds use the system's."""
    package = _package()
    for folder in (package.with_name("confluent_kafka.libs"), package / ".dylibs"):
        yield from (str(file) for file in sorted(folder.glob("*rdkafka*")))
    system = ctypes.util.find_library("rdkafka")
    if system is not None:
        yield system
