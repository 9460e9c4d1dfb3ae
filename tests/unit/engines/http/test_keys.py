"""Who may ask, and on which addresses."""

import pytest

from detector.engines.http.keys import check_exposure
from detector.errors import Misconfigured
from detector.settings import Settings
from tests.unit.engines.http.rig import Api, about, play

FIRST, SECOND = "first-key-of-the-product", "second-key-of-the-product"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": f"Bearer {FIRST}"}, 200),
        ({"Authorization": f"bearer {SECOND}"}, 200),
        ({"X_API_Key": SECOND}, 200),
        ({"X_API_Key": FIRST, "Authorization": "Bearer wrong"}, 200),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": f"Basic {FIRST}"}, 401),
        ({"Authorization": f"Bearer {FIRST}x"}, 401),
        ({"Authorization": f"Bearer {FIRST[:-1]}"}, 401),
        ({"X_API_Key": ""}, 401),
        ({"X_API_Key": f"{FIRST},{SECOND}"}, 401),
    ],
)
def test_with_keys_only_those_who_have_one_may_ask(headers: dict[str, str], status: int) -> None:
    async def run() -> None:
        async with Api(api_keys=f"{FIRST}, {SECOND}") as api:
            answer = await api.score(about(1), **headers)
            assert answer.status_code == status
            if status == 401:
                assert answer.headers["www-authenticate"] == "Bearer"
                assert answer.headers["content-type"] == "application/problem+json"
                assert FIRST not in answer.text
                assert "wrong" not in answer.text

    play(run())


def test_without_a_key_the_body_is_not_even_looked_at() -> None:
    async def run() -> None:
        async with Api(api_keys=FIRST, http_max_body_bytes=1) as api:
            assert (await api.score(b"no event")).status_code == 401

    play(run())


def test_probes_need_no_key_and_metrics_do() -> None:
    async def run() -> None:
        async with Api(api_keys=FIRST) as api:
            paths = ("/healthz", "/readyz", "/openapi.json", "/metrics")
            without = [(await api.client.get(path)).status_code for path in paths]
            assert without == [200, 503, 200, 401]
            assert (await api.client.get("/metrics", headers={"X-API-Key": FIRST})).status_code == 200

    play(run())


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_without_keys_this_machine_may_be_served(host: str) -> None:
    check_exposure(Settings(http_host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "detector.example"])
def test_without_keys_no_other_is_unless_that_is_said(host: str) -> None:
    with pytest.raises(Misconfigured, match=r"DETECTOR_API_KEYS.*DETECTOR_HTTP_OPEN=true.*127\.0\.0\.1"):
        check_exposure(Settings(http_host=host))
    check_exposure(Settings(http_host=host, http_open=True))
    check_exposure(Settings(http_host=host, api_keys=FIRST))
