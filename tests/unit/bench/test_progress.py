"""Where a long run stands."""

import pytest

from detector.bench.progress import Steps


def test_without_a_terminal_each_step_is_a_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with Steps(2) as steps:
        for name in ("round 1 [kafka]", "round 1 [faust]"):
            steps.begin(name)
            steps.note("working off the backlog")
            steps.done()
    said = capsys.readouterr()
    assert said.err == "round 1 [kafka]\nround 1 [faust]\n"
    assert said.out == ""
