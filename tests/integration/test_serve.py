"""`detector serve` as whoever asks it and whoever runs it sees it."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from tests.bad_events import CANARY
from tests.integration.servers import JSON, SHIPPED_SERVER, ServerProcess, serving
from tests.integration.workers import SECONDS
from tests.samples import LEAK, event

KEY = "a-key-of-the-test-suite"
TEXTS = [
    "The flat is lovely, for a better price ring oh seven seven double-oh, nine hundred, one two three",
    "Two quiet rooms near the old harbour, check-in after 15:00.",
    "write to anna (at) example dot com " * 60,
]


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """One for all that only ask."""
    with serving(WORKER_POISON="zebra", DETECTOR_LOG_LEVEL="debug") as server:
        yield server


def about(number: int, text: str = "Two quiet rooms.") -> bytes:
    return event({"name": text}, transactionContext={"transactionId": str(number)})


def essence(verdict: dict[str, object]) -> dict[str, object]:
    """A verdict without where the event stood and when it was judged."""
    return {name: member for name, member in verdict.items() if name not in {"source", "verdictId", "scoredAt"}}


def test_the_answer_is_the_verdict_of_the_offline_command() -> None:
    events = [about(number, text) for number, text in enumerate(TEXTS)]
    with serving(SHIPPED_SERVER) as server:
        alone = [server.score(each).json() for each in events]
        together = server.score(b"[" + b",".join(events) + b"]").json()
    done = subprocess.run(
        [sys.executable, "-m", "detector", "score"],
        input=b"\n".join(events),
        capture_output=True,
        check=True,
        timeout=60,
    )
    offline = [essence(json.loads(line)) for line in done.stdout.splitlines()]
    assert [verdict["scoreDetails"]["label"] for verdict in alone] == ["Fraud", "NonFraud", "Fraud"]
    assert [essence(each) for each in alone] == offline
    assert [essence(each) for each in together] == offline


def test_concurrent_requests_share_batches() -> None:
    with serving(WORKER_SCORE_SECONDS="0.05") as server, ThreadPoolExecutor(40) as crowd:
        answers = list(crowd.map(server.score, [about(number) for number in range(80)]))
        assert {answer.status_code for answer in answers} == {200}
        samples = server.samples()
        assert samples["detector_batch_windows_sum"] == 80
        assert samples["detector_batch_windows_count"] <= 40
        assert samples['detector_http_requests_total{route="/v1/score",status="200"}'] == 80


def test_a_slow_model_is_a_503_in_good_time() -> None:
    with serving(WORKER_SCORE_SECONDS="5", DETECTOR_HTTP_DEADLINE_MS="100") as server:
        answer = server.score(about(1))
        assert answer.elapsed.total_seconds() < 4
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.json()["type"].endswith(":late")
        assert server.ask("/healthz") == (200, "ok\n")
        assert server.samples()['detector_http_requests_total{route="/v1/score",status="503"}'] == 1


def test_what_cannot_be_taken_is_refused_by_status() -> None:
    with serving(DETECTOR_API_KEYS=KEY, DETECTOR_HTTP_MAX_BODY_BYTES="2000") as server:
        keyed = {"Authorization": f"Bearer {KEY}"}
        assert server.score(about(1)).status_code == 401
        assert server.score(about(1), keyed).status_code == 200
        assert server.score(about(1, "long " * 100_000), keyed).status_code == 413
        assert server.score(b"7", keyed).json()["reason"] == "wrong-type"
        assert server.score(about(1), {**keyed, "Content-Type": "text/plain"}).status_code == 415
        assert server.score(about(2), {"X-API-Key": KEY}).status_code == 200


def test_a_list_has_an_answer_for_each(server: ServerProcess) -> None:
    answer = server.score(b"[" + about(1, LEAK) + b",{}," + about(2) + b"]")
    assert answer.status_code == 200
    first, second, third = answer.json()
    assert (first["scoreDetails"]["label"], third["scoreDetails"]["label"]) == ("Fraud", "NonFraud")
    assert (second["status"], second["field"]) == (422, "transactionContext")


def test_one_connection_carries_many_requests_also_after_a_refusal(server: ServerProcess) -> None:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)) as connection:
        connection.connect()
        first = connection.sock
        for status, body in [(200, about(1)), (422, b"no event"), (200, about(2))]:
            connection.request("POST", "/v1/score", body, JSON)
            answer = connection.getresponse()
            answer.read()
            assert (answer.status, connection.sock) == (status, first)


def test_a_request_that_is_too_large_is_refused_before_it_is_sent_whole(server: ServerProcess) -> None:
    with socket.create_connection(("127.0.0.1", server.port), SECONDS) as connection:
        connection.sendall(
            b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 99999999999\r\n\r\n{"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
    assert server.ask("/healthz")[0] == 200


def test_sigterm_lets_what_was_asked_be_answered_and_ends_with_0() -> None:
    with serving(WORKER_SCORE_SECONDS="1") as server, ThreadPoolExecutor(1) as other:
        assert server.ask("/readyz") == (200, "ok\n")
        asking = other.submit(server.score, about(1))
        server.samples_when(lambda samples: samples["detector_in_flight_records"] == 1)
        assert server.terminate() == 0
        assert asking.result().status_code == 200
        assert server.wait_for("stopped")["clean"] is True
        with pytest.raises(httpx.ConnectError):
            server.score(about(2))


def test_a_second_sigterm_ends_it_at_once() -> None:
    with (
        serving(WORKER_SCORE_SECONDS="600", DETECTOR_HTTP_DEADLINE_MS="600000") as server,
        ThreadPoolExecutor(1) as other,
    ):
        asking = other.submit(server.score, about(1))
        server.samples_when(lambda samples: samples["detector_in_flight_records"] == 1)
        server.ask_to_stop()
        server.wait_for("stopping")
        assert server.terminate() == 0
        assert server.wait_for("stopped")["clean"] is False
        with suppress(httpx.HTTPError):
            assert asking.result().status_code == 500


def test_a_defect_ends_it_with_1() -> None:
    with serving(SERVER_DEFECT="1") as server:
        with pytest.raises(httpx.HTTPError):
            server.score(about(1)).raise_for_status()
        assert server.exit_code() == 1


def test_no_text_is_in_a_log_line_or_a_metric(server: ServerProcess) -> None:
    for content in (about(1, CANARY), CANARY.encode(), about(2, CANARY)[:-5], event({CANARY: 1})):
        assert "zebra" not in server.score(content).text
    for path in ("/zebra", "/readyz?q=zebra", "/v1/score/zebra"):
        assert "zebra" not in server.ask(path)[1]
    server.score(about(3), {"X-Zebra": "zebra"})
    samples = server.samples()
    assert samples['detector_dead_letters_total{kind="LISTING_UPDATE",reason="model-error"}'] == 1
    assert "zebra" not in "".join([*server.said, *samples])


def test_an_address_that_others_reach_is_not_served_without_keys() -> None:
    with serving(DETECTOR_HTTP_HOST="0.0.0.0") as server:
        assert server.exit_code() == 2
        assert "DETECTOR_API_KEYS" in "".join(server.said)


def test_a_port_that_is_taken_ends_it_with_2() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        serving(DETECTOR_HTTP_PORT=str(taken.getsockname()[1])) as server,
    ):
        assert server.exit_code() == 2
        assert "DETECTOR_HTTP_PORT" in "".join(server.said)


CASES = 60
"""Events that are made up for the schema, and as many again that break it; schemathesis adds its own on every boundary."""


CONFORMANCE = """
[generation]
# A schema cannot say that a text has no NUL character, which the contract forbids.
allow-x00 = false

[[operations]]
include-path-regex = "^/v1/console"
generation.max-examples = 10
phases.coverage.enabled = false

[[operations]]
# Nor that 1.0 is no offset, that an id is that of the verdict beside it, and a reason one for its label.
include-path = ["/v1/console/feedback", "/v1/console/dead-letters/replay"]
generation.max-examples = 10
phases.coverage.enabled = false
checks.positive_data_acceptance.expected-statuses = ["2xx", "422"]

[[operations]]
# This one has no end.
include-path = "/v1/console/feed"
enabled = false
"""


def test_it_keeps_to_its_openapi_document(tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFORMANCE)
    with serving(DETECTOR_API_KEYS=KEY, DETECTOR_CONSOLE_TEXTS="true", SERVER_IN_MEMORY="1") as server:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json"),
                *("--header", f"Authorization: Bearer {KEY}", "--checks", "all", "--max-examples", str(CASES)),
                *("--seed", "1", "--phases", "examples,coverage,fuzzing"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=4 * SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-1000:]
        generated = re.search(r"(\d+) generated", done.stdout)
        assert generated is not None, done.stdout[-2000:]
        assert "Unresolvable" not in done.stdout, done.stdout[-2000:]
        assert int(generated[1]) >= CASES
        assert server.terminate() == 0
