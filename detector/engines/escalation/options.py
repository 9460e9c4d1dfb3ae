"""What Faust is told about itself."""

import socket
import tempfile
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from detector.engines.escalation.tables import PartitionedTable
from detector.engines.faust.connection import faust_options
from detector.engines.faust.logs import LOGGING
from detector.errors import Misconfigured
from detector.settings import Settings

COMMIT_SECONDS = 1.0
"""How often Faust commits: what is considered again, and found to be repeated, after a kill."""
METADATA_MS = 30_000
"""How soon partitions are noticed of which the cluster had not told; aiokafka's default is five minutes."""
BUFFERED_EVENTS = 1000
"""What Faust holds of each topic. It stops asking for more at four fifths of this, so a tenth always finds room: where a
fetch has to wait for room in one queue, a backlog of verdicts holds up the sightings that they make."""
FETCHED_EVENTS = BUFFERED_EVENTS // 10
MAX_REQUEST_BYTES = 64 * 1024 * 1024
"""The broker, not the client, says how large an entry may be."""


def app_options(settings: Settings) -> dict[str, Any]:
    """Keyword arguments for `faust.App`."""
    host, port = settings.escalation_host, settings.escalation_port or _free_port(settings.escalation_host)
    return {
        "consumer_metadata_max_age_ms": METADATA_MS,
        **faust_options(settings),
        "broker_commit_interval": COMMIT_SECONDS,
        "producer_max_request_size": MAX_REQUEST_BYTES,
        "stream_buffer_maxsize": BUFFERED_EVENTS,
        "broker_max_poll_records": FETCHED_EVENTS,
        "Table": PartitionedTable,
        "table_standby_replicas": settings.escalation_standbys,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "reply_create_topic": False,
        "autodiscover": False,
        # Never made, as the tables are in memory; a path relative to the working directory is Faust's default.
        "datadir": Path(tempfile.gettempdir()) / "detector-escalate",
        "logging_config": LOGGING,
        "worker_redirect_stdouts": False,
        "web_bind": host,
        "web_port": port,
        "canonical_url": f"http://{_reachable(host)}:{port}",
    }


def _reachable(host: str) -> str:
    """The name under which other workers of the group find this one's view."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return socket.gethostname()
    return f"[{address}]" if address.version == 6 else str(address)


def _free_port(host: str) -> int:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            probe.bind(address)
            return int(probe.getsockname()[1])
    except OSError as error:
        raise Misconfigured(
            f"cannot listen on {host} ({error.strerror}): set DETECTOR_ESCALATION_HOST to an address of this machine."
        ) from None
