"""The article's tables: the turns, the arithmetic, the texts, `detector score` from outside, and how it is shown."""

import gzip
import io
import json
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest
from rich.console import Console

from detector.bench.own_texts import read_texts
from detector.bench.progress import Steps
from detector.bench.report import Surroundings
from detector.bench.samples import Spread
from detector.bench.table.contenders import Contender
from detector.bench.table.figures import ARTICLE, Row, Table, bars, row
from detector.bench.table.plan import FULL, QUICK, Plan
from detector.bench.table.reviews import Naive, Scored, naive, score
from detector.bench.table.run import accuracies, latencies
from detector.bench.table.show import show
from detector.bench.table.texts import chosen, write_events
from detector.errors import DetectorError, Misconfigured
from detector.evaluation import Group, Labelled, read_labelled
from detector.events import EventKind, decode
from detector.scoring import Span

WHERE = Surroundings(
    {"cpu": "Example 9000", "cores": 2, "flags": [], "memory_gib": 24, "system": "Linux", "load": 0.1}, {}, "abc"
)
EVEN = dict.fromkeys(EventKind, 0.5)
MIB = 2**20
SECRET = "ring 07700 900123"


class Watched:
    """A contender that calls whatever has a digit, and notes who was asked what."""

    def __init__(self, asked: list[tuple[str, str]], title: str, *, taught: bool = True) -> None:
        self._asked = asked
        self.contender = Contender(title, 3 * MIB, self.judge, EVEN if taught else None)

    def judge(self, text: str) -> tuple[float, Sequence[Span]]:
        self._asked.append((self.contender.title, text))
        return float(any(each.isdigit() for each in text)), ()


def test_all_models_of_a_round_judge_the_same_texts_and_take_turns_to_begin() -> None:
    asked: list[tuple[str, str]] = []
    contenders = [Watched(asked, title).contender for title in "ab"]
    taken = latencies(Plan(rounds=2, block=2), contenders, (f"text {number}" for number in count()), Steps(2))
    assert [title for title, _ in asked] == [*"aaabbb", *"bbbaaa"]
    assert [text for _, text in asked] == [f"text {n}" for n in (*(0, 1, 2) * 2, *(3, 4, 5) * 2)]
    assert {title: [len(block) for block in blocks] for title, blocks in taken.items()} == {"a": [2, 2], "b": [2, 2]}


def test_what_was_never_taught_has_no_accuracy() -> None:
    rows = [
        Labelled(text="room 7", label="NonFraud"),
        Labelled(text="ring 7", label="Fraud"),
        Labelled(text="a flat", label="NonFraud"),
        Labelled(text="write me", label="Fraud"),
    ]
    contenders = [Watched([], "taught").contender, Watched([], "random", taught=False).contender]
    results = accuracies(contenders, Group("x", rows), Steps(1))
    assert set(results) == {"taught"}
    line = row(contenders[0], [[10.0] * 8, [10.0, 30.0]], results["taught"])
    assert (line.accuracy, line.f1) == (0.5, 0.5)
    assert row(contenders[1], [[1.0]], None).accuracy is None


def test_a_line_has_the_articles_figures() -> None:
    line = row(Watched([], "x").contender, [[10.0] * 90, [100.0] * 10], None)
    assert (line.size_mib, line.samples) == (3.0, 100)
    assert (line.tp90, line.tp99, line.average) == (10.0, 100.0, 19.0)
    assert line.throughput == pytest.approx(1000 / 19)
    assert line.average_of_rounds == Spread(55.0, 10.0, 100.0)


def table(seconds: float = 4.0) -> Table:
    line = Row("int8", 23.6, 300, 70.0, 90.0, 60.0, 16.7, 0.92, 0.93, Spread(60.0, 58.0, 61.0))
    unknown = Row("teacher", 128.0, 300, 700.0, 7005.0, 600.0, 1.7, None, None, Spread(600.0, 4595.0, 6370.0))
    return Table(
        [unknown, line],
        [Naive("pipeline, ours", 1000, 60, 40.0)],
        Scored(1000, Spread(seconds, seconds, seconds), Spread(8.0, 8.0, 8.0)),
    )


def test_the_articles_own_figures_meet_the_bars_that_they_set() -> None:
    assert [bar.met for bar in bars(table(), "int8")] == [True] * 5
    assert [bar.met for bar in bars(table(17.0), "int8")] == [True, True, True, True, False]
    assert [bar.met for bar in bars(table(), "teacher")] == [False, False, False, True, True]
    fewer = Scored(12, table().scored.seconds, table().scored.cpu_seconds)
    assert len(bars(Table(table().rows, [], fewer), "int8")) == 3
    own = Table([ARTICLE], [], table().scored)
    assert all(bar.met for bar in bars(own, ARTICLE.title))


def test_the_tables_show_what_is_not_known_and_what_was_extrapolated_and_fit_a_narrow_terminal() -> None:
    output = io.StringIO()
    console = Console(file=output, width=80)
    show(table(), FULL, ["a note on the teacher"], bars(table(), "int8"), WHERE, console)
    shown = output.getvalue()
    expected = ("77.2", "12.7", "92.0%", "4,595-6,370", "7,980", "a note on the teacher", "60 texts were judged")
    assert [text for text in expected if text not in shown] == []
    assert "…" not in shown
    teacher = next(line for line in shown.splitlines() if line.strip().startswith("teacher"))
    assert teacher.split()[-2:] == ["-", "-"]
    assert "only" not in shown


def test_the_figures_are_written_with_what_is_not_known_as_null() -> None:
    teacher, int8, before, after = json.loads(json.dumps(table().as_json()))
    assert (teacher["accuracy"], int8["accuracy"]) == (None, 0.92)
    assert (before["sampled"], before["seconds"], after["seconds"]["median"]) == (60, 40.0, 4.0)


def test_few_samples_are_said() -> None:
    output = io.StringIO()
    few = Table([Row("x", samples=21)], [], table().scored)
    show(few, QUICK, [], [], WHERE, Console(file=output, width=80))
    assert "only 21 texts" in output.getvalue()


def test_texts_are_read_from_events_and_from_rows_gzipped_or_not(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl.gz"
    lines = [{"text": "one"}, {"attributes": {"name": "two", "rules": "three"}, "listingId": "L"}]
    with gzip.open(file, "wt") as opened:
        opened.write("\n\n".join(map(json.dumps, lines)))
    assert read_texts(file) == ["one", "two", "three"]


@pytest.mark.parametrize("line", [SECRET, f'{{"body": "{SECRET}"}}', f'["{SECRET}"]', f'{{"text": ["{SECRET}"]}}'])
def test_a_line_that_is_neither_is_named_and_not_repeated(tmp_path: Path, line: str) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"text": "one"}\n' + line)
    with pytest.raises(Misconfigured, match=r"texts\.jsonl:2") as caught:
        read_texts(file)
    assert "07700" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"", b"\n\n"])
def test_a_file_without_texts_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "texts.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Misconfigured, match=r"texts\.jsonl"):
        read_texts(file)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl.gz"
    file.write_bytes(gzip.compress(b'{"text": "one"}\n' * 1000)[:40])
    with pytest.raises(Misconfigured, match="EOFError"):
        read_texts(file)


def test_texts_are_drawn_by_chance_and_come_again_only_where_they_are_too_few() -> None:
    texts = [f"text {number}" for number in range(10)]
    assert len(set(chosen(texts, 7, 1))) == 7
    assert chosen(texts, 7, 1) == chosen(texts, 7, 1) != chosen(texts, 7, 2)
    assert sorted(chosen(texts, 20, 1)) == sorted(texts * 2)


def test_the_events_are_ones_that_the_product_takes(tmp_path: Path) -> None:
    write_events(["eins", "zwei"], tmp_path / "events.jsonl")
    events = [decode(line, 10_000) for line in (tmp_path / "events.jsonl").read_bytes().splitlines()]
    assert [list(event.attributes.values()) for event in events] == [["eins"], ["zwei"]]


def test_a_sampled_loop_is_extrapolated_by_characters() -> None:
    seen: list[str] = []
    texts = ["a" * 10, "b" * 30, "c" * 60]
    whole = naive("loop", seen.append, texts, sample=2, clock=lambda: 5.0 * len(seen))
    assert [text[0] for text in seen] == ["a", "a", "b"]
    assert whole == Naive("loop", texts=3, sampled=2, seconds=25.0)


STUB = """
import sys
events, verdicts = sys.argv[1], sys.argv[3]
open(verdicts, "w").writelines("{}\\n" for _ in open(events))
"""


def stub(code: str) -> Sequence[str]:
    return (sys.executable, "-c", code)


def test_the_command_is_timed_from_outside_as_often_as_asked(tmp_path: Path) -> None:
    scored = score(["one", "two"], {}, 2, tmp_path, stub(STUB))
    assert scored.texts == 2
    assert 0 < scored.seconds.low <= scored.seconds.high
    assert scored.cpu_seconds.median > 0


def test_a_text_without_a_verdict_ends_the_bench(tmp_path: Path) -> None:
    with pytest.raises(DetectorError, match="1 verdicts for 2 texts"):
        score(["one", "two"], {}, 1, tmp_path, stub("import sys; open(sys.argv[3], 'w').write('{}\\n')"))


def test_a_command_that_fails_ends_the_bench_with_its_last_lines(tmp_path: Path) -> None:
    with pytest.raises(DetectorError, match=r"exit code 2.*\nerror: no model"):
        score(["one"], {}, 1, tmp_path, stub("import sys; print('error: no model', file=sys.stderr); sys.exit(2)"))


def test_the_test_set_has_the_format_of_evaluate(tmp_path: Path) -> None:
    file = tmp_path / "test.jsonl"
    file.write_text('{"text": "one", "label": "Fraud"}\n')
    assert [each.leak for each in read_labelled(file)] == [True]
