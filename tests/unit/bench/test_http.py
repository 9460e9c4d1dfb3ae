"""The load run over HTTP: its texts, its users, its table."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import StringIO

import pytest
from rich.console import Console

from detector.bench.article import ARTICLE_RATE
from detector.bench.http.figures import ARTICLE, Row, bars, row
from detector.bench.http.load import Answered, closed_loop, open_loop
from detector.bench.http.plan import Plan, Run
from detector.bench.http.show import show
from detector.bench.report import Surroundings
from detector.errors import DetectorError

WHERE = Surroundings(
    {"cpu": "Example 9000", "cores": 2, "flags": [], "memory_gib": 24, "system": "Linux", "load": 0.1}, {}, "abc"
)
OK, BUSY = "200 OK", "503 Service Unavailable"


class StubServer:
    """Answers the n-th request with the status that it is told, after 5 ms."""

    def __init__(self, answer: Callable[[int], str] = lambda _number: OK) -> None:
        self._answer = answer
        self.bodies: list[bytes] = []
        self.at_a_time = 0
        self.most_at_a_time = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
                )
                self.bodies.append(await reader.readexactly(length))
                number = len(self.bodies) - 1
                self.at_a_time += 1
                self.most_at_a_time = max(self.most_at_a_time, self.at_a_time)
                await asyncio.sleep(0.005)
                self.at_a_time -= 1
                writer.write(f"HTTP/1.1 {self._answer(number)}\r\nContent-Length: 0\r\n\r\n".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def events(count: int) -> list[bytes]:
    return [f'{{"number": {number}}}'.encode() for number in range(count)]


@pytest.mark.parametrize("users", [1, 3])
def test_a_closed_loop_asks_about_each_event_once_and_no_more_at_a_time_than_there_are_users(users: int) -> None:
    async def run() -> None:
        stub = StubServer()
        async with stub.running() as url:
            answered = await closed_loop(url, events(12), users, 60)
        assert sorted(stub.bodies) == sorted(events(12))
        assert stub.most_at_a_time == users
        assert (len(answered.latencies_ms), answered.refused, answered.asked) == (12, 0, 12)
        assert answered.seconds * 1000 >= max(answered.latencies_ms)
        assert min(answered.latencies_ms) >= 4

    asyncio.run(run())


def test_a_closed_loop_ends_when_its_time_is_over() -> None:
    async def run() -> None:
        stub = StubServer()
        async with stub.running() as url:
            answered = await closed_loop(url, events(100_000), 2, 0.1)
        assert 0 < answered.asked < 100_000

    asyncio.run(run())


def test_an_open_loop_waits_for_nobody() -> None:
    async def run() -> None:
        stub = StubServer()
        async with stub.running() as url:
            answered = await open_loop(url, events(8), [0.0] * 7 + [99.0], 1)
        assert sorted(stub.bodies) == events(7)
        assert stub.most_at_a_time > 1
        assert len(answered.latencies_ms) == len(answered.late_ms) == 7

    asyncio.run(run())


def test_a_503_is_counted_as_refused_and_has_no_time() -> None:
    async def run() -> None:
        stub = StubServer(lambda number: BUSY if number % 2 else OK)
        async with stub.running() as url:
            answered = await closed_loop(url, events(10), 1, 60)
        assert (len(answered.latencies_ms), answered.refused) == (5, 5)

    asyncio.run(run())


def test_any_other_answer_ends_the_bench() -> None:
    async def run() -> None:
        async with StubServer(lambda _number: "422 Unprocessable Entity").running() as url:
            with pytest.raises(DetectorError, match="422"):
                await closed_loop(url, events(1), 1, 60)

    asyncio.run(run())


def test_a_server_that_is_gone_ends_the_bench() -> None:
    with pytest.raises(DetectorError, match="did not answer"):
        asyncio.run(closed_loop("http://127.0.0.1:1", events(1), 1, 60))


ONE_USER, RATE = Run(users=1), Run(rate=ARTICLE_RATE)


def test_a_line_has_the_articles_figures_of_a_run() -> None:
    line = row(ONE_USER, Answered([10.0] * 90 + [300.0] * 10, [], 0, 4.0))
    assert (line.requests, line.refused, line.in_time) == (100, 0, 0.9)
    assert (line.average, line.tp90, line.tp99, line.least, line.most) == (39.0, 10.0, 300.0, 10.0, 300.0)
    assert line.throughput == 25.0


def test_refused_requests_count_as_not_in_time() -> None:
    assert row(RATE, Answered([10.0], [1.0], 3, 1.0)).in_time == 0.25


def test_where_all_were_refused_there_are_no_figures_and_no_bar_is_met() -> None:
    line = row(ONE_USER, Answered([], [], 7, 1.0))
    assert (line.requests, line.refused, line.tp99) == (7, 7, None)
    assert not any(bar.met for bar in bars([ONE_USER], [line]))


def test_the_articles_own_line_meets_every_bar_that_it_sets() -> None:
    line = Row("x", 300, 0, 1.0, ARTICLE.average, None, ARTICLE.tp99, None, None, ARTICLE.throughput)
    assert all(bar.met for bar in bars([ONE_USER, RATE], [line, line]))
    assert len(bars([Run(users=4), Run(rate=100.0)], [line, line])) == 0


def test_the_table_shows_the_article_beside_each_run_and_fits_a_narrow_terminal() -> None:
    lines = [row(run, Answered([10.0] * 50, [50.0] * 50, 0, 4.0)) for run in Plan().runs()]
    output = StringIO()
    show(lines, bars(list(Plan().runs()), lines), WHERE, 512, Console(file=output, width=80))
    shown = output.getvalue()
    assert [text for text in ("77.25", "110.67", "12.71", "512 tokens", "100.0%") if text not in shown] == []
    assert "…" not in shown
    assert "only 50 requests" in shown
    assert "50.0 ms late" in shown


def test_a_line_is_written_with_what_could_not_be_taken_as_null() -> None:
    written = json.loads(json.dumps(row(ONE_USER, Answered([], [], 7, 1.0)).as_json()))
    assert written["tp99"] is None
    assert written["refused"] == 7
