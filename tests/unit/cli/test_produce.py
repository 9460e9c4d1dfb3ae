"""Which events `detector produce` plays."""

import json
from collections import Counter
from itertools import islice
from pathlib import Path

from detector.cli.produce import _lines


def test_without_a_file_the_events_of_the_demo_are_played_once() -> None:
    """Both kinds of event, and something to refuse; a tombstone would need a key of its own."""
    with _lines(None, again=False) as lines:
        played = list(lines)
    kinds = Counter(
        json.loads(line).get("eventType") for line in played if line.startswith(b"{") and line.endswith(b"}")
    )
    assert kinds["LISTING_UPDATE"] > 20
    assert kinds["BOOKING"] > 20
    assert len(played) > sum(kinds.values())


def test_asked_to_start_anew_they_are_played_in_the_same_order_again(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"one\ntwo\n")
    with _lines(str(file), again=True) as lines:
        assert list(islice(lines, 5)) == [b"one\n", b"two\n", b"one\n", b"two\n", b"one\n"]


def test_an_empty_file_has_no_end_to_start_anew_at(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.touch()
    with _lines(str(file), again=True) as lines:
        assert list(lines) == []
