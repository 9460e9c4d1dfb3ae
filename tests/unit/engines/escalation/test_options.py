"""What Faust is told of where the view is."""

import socket

import pytest

from detector.engines.escalation.options import app_options
from detector.errors import Misconfigured
from detector.settings import Settings


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        ("127.0.0.1", "http://127.0.0.1:9465"),
        ("::1", "http://[::1]:9465"),
        ("0.0.0.0", f"http://{socket.gethostname()}:9465"),
        ("::", f"http://{socket.gethostname()}:9465"),
        ("offenders.internal", "http://offenders.internal:9465"),
    ],
)
def test_others_find_the_view_under_an_address_they_can_reach(host: str, reached: str) -> None:
    options = app_options(Settings(escalation_host=host))
    assert (options["web_bind"], options["canonical_url"]) == (host, reached)


def test_port_0_is_a_free_one_that_others_are_told() -> None:
    options = app_options(Settings(escalation_port=0))
    assert options["web_port"] > 0
    assert options["canonical_url"] == f"http://127.0.0.1:{options['web_port']}"


def test_an_address_that_is_not_this_machine_s_is_an_error_of_the_settings() -> None:
    with pytest.raises(Misconfigured, match="DETECTOR_ESCALATION_HOST"):
        app_options(Settings(escalation_host="192.0.2.1", escalation_port=0))


def test_warm_copies_are_as_asked_for() -> None:
    assert app_options(Settings(escalation_standbys=2))["table_standby_replicas"] == 2
