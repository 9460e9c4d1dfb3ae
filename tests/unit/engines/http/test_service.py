"""The address that the service listens on."""

import socket

import pytest

from detector.engines.http.service import listening
from detector.errors import Misconfigured
from detector.settings import Settings

LOOPBACK = "127.0.0.1"


def settings(port: int = 0) -> Settings:
    return Settings(_env_file=None, http_host=LOOPBACK, http_port=port)


def test_an_answers_last_part_does_not_wait_until_the_client_confirms_the_first() -> None:
    with (
        listening(settings()) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as connection,
    ):
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_that_is_taken_is_told_with_the_way_out() -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Misconfigured, match=f"{LOOPBACK}:{port}.*DETECTOR_HTTP_PORT"), listening(settings(port)):
            pass
