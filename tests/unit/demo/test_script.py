"""The bundled events, and how a file of steps is read."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from detector.demo.script import Expectation, Step, bundled_steps, read_steps
from detector.errors import InvalidRecord, Misconfigured
from detector.events import Event, EventKind, decode
from tests.samples import CLEAN, LEAK, event

BUNDLED = bundled_steps()
JUDGED = (Expectation.FRAUD, Expectation.NON_FRAUD)
KINDS = {"listing-updates": EventKind.LISTING_UPDATE, "bookings": EventKind.BOOKING}


def judged() -> list[tuple[Step, Event]]:
    return [(step, decode(step.value or b"")) for step in BUNDLED if step.expect in JUDGED]


def written(path: Path, *lines: str | bytes) -> Path:
    path.write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines))
    return path


def test_the_bundled_steps_hold_leaks_clean_texts_dead_letters_and_a_tombstone() -> None:
    assert Counter(step.expect for step in BUNDLED) == {"Fraud": 30, "NonFraud": 38, "dead-letter": 3, "tombstone": 1}


def test_the_bundled_events_are_of_both_kinds_and_stand_on_their_kinds_topic() -> None:
    events = judged()
    assert all(found.event_type is KINDS[step.topic or ""] for step, found in events)
    assert Counter(found.event_type for _, found in events).keys() == set(EventKind)
    assert min(Counter((step.topic, step.expect) for step, _ in events).values()) >= 10


def test_the_bundled_events_are_in_many_languages() -> None:
    languages = {(found.locale or "").split("-")[0] for _, found in judged()}
    assert languages >= {"en", "es", "fr", "de", "it", "pt", "nl", "ja", "zh", "ru"}


def test_every_bundled_event_shows_the_texts_it_decodes_to_under_the_key_it_names() -> None:
    for step, found in judged():
        assert step.texts == found.attributes
        assert step.key == (found.listing_id or found.booking_id or "").encode()


def test_every_bundled_dead_letter_is_refused_and_shows_no_texts() -> None:
    letters = [step for step in BUNDLED if step.expect is Expectation.DEAD_LETTER]
    assert letters
    for step in letters:
        assert step.texts == {}
        with pytest.raises(InvalidRecord):
            decode(step.value or b"")


def test_no_bundled_transaction_occurs_twice() -> None:
    transactions = [found.transaction_context.transaction_id for _, found in judged()]
    assert len(set(transactions)) == len(transactions)


def test_the_bundled_tombstone_deletes_a_listing_seen_before() -> None:
    place, tombstone = next((n, step) for n, step in enumerate(BUNDLED) if step.expect is Expectation.TOMBSTONE)
    assert tombstone.value is None
    assert (tombstone.topic, tombstone.key) in {(step.topic, step.key) for step in BUNDLED[:place]}


def test_one_bundled_listing_leaks_and_is_mended_later() -> None:
    verdicts: dict[bytes | None, list[str | None]] = {}
    for step, _ in judged():
        verdicts.setdefault(step.key, []).append(step.expect)
    assert ["Fraud", "NonFraud"] in verdicts.values()


def test_one_partner_of_the_bundled_events_leaks_on_three_listings() -> None:
    leaking = {found.listing_id for step, found in judged() if found.partner_id == "P-77" and step.expect == "Fraud"}
    assert len(leaking) == 3
    assert None not in leaking


def test_one_bundled_listing_is_long() -> None:
    assert max(len(text.split()) for step in BUNDLED for text in step.texts.values()) >= 400


@pytest.mark.parametrize(
    ("members", "key"),
    [
        pytest.param({"listingId": "L-7", "bookingId": "B-7"}, b"L-7", id="listing"),
        pytest.param({"bookingId": "B-7"}, b"B-7", id="booking"),
        pytest.param({}, b"t-1", id="transaction"),
        pytest.param({"listingId": 7, "bookingId": ""}, b"t-1", id="unusable-ids"),
        pytest.param({"transactionContext": {}}, None, id="no-id"),
        pytest.param({"transactionContext": "t-1"}, None, id="no-context"),
    ],
)
def test_a_bare_events_key_is_the_id_it_names(tmp_path: Path, members: dict[str, Any], key: bytes | None) -> None:
    (step,) = read_steps(written(tmp_path / "in.jsonl", event(None, **members)))
    assert (step.topic, step.key, step.expect) == (None, key, None)


def test_a_bare_event_is_compact_utf8_and_shows_its_texts(tmp_path: Path) -> None:
    (step,) = read_steps(written(tmp_path / "in.jsonl", event({"name": "Caf\u00e9 \U0001f3e0"})))
    assert step.texts == {"name": "Caf\u00e9 \U0001f3e0"}
    assert step.value == (
        '{"transactionContext":{"transactionId":"t-1"},"attributes":{"name":"Caf\u00e9 \U0001f3e0"}}'.encode()
    )


def test_an_object_that_is_no_event_shows_no_texts(tmp_path: Path) -> None:
    (step,) = read_steps(written(tmp_path / "in.jsonl", '{"attributes": {"name": "x"}, "listingId": "L-7"}'))
    assert (step.key, step.texts) == (b"L-7", {})
    assert step.value == b'{"attributes":{"name":"x"},"listingId":"L-7"}'


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"half an {event", id="text"),
        pytest.param(b"[1, 2]", id="array"),
        pytest.param(b"null", id="null"),
        pytest.param(b"\xff\xfe{}", id="not-utf8"),
        pytest.param(b'{"listingId": "L-1", "listingId": "L-2"}', id="duplicate-key"),
        pytest.param(b'{"attributes": {"name": "\\ud83d"}}', id="lone-surrogate"),
        pytest.param(b'{"attributes": NaN}', id="nan"),
    ],
)
def test_a_line_that_is_no_json_object_is_kept_byte_for_byte(tmp_path: Path, line: bytes) -> None:
    assert read_steps(written(tmp_path / "in.jsonl", line)) == [Step(None, None, line, {}, None)]


def test_blank_lines_line_ends_of_windows_and_a_byte_order_mark_are_no_steps(tmp_path: Path) -> None:
    path = written(tmp_path / "in.jsonl", b"\xef\xbb\xbf" + event() + b"\r", "", "  \r", b"raw\r", event(), "")
    first, raw, last = read_steps(path)
    assert first == last
    assert first.texts == {"listingDescription": CLEAN}
    assert raw.value == b"raw"


def test_a_separator_within_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    line = json.dumps(json.loads(event({"name": "a\u2028b\u0085c"})), ensure_ascii=False)
    (step,) = read_steps(written(tmp_path / "in.jsonl", line))
    assert step.texts == {"name": "a\u2028b\u0085c"}


def test_an_envelope_says_topic_key_and_what_is_expected(tmp_path: Path) -> None:
    inner = json.loads(event({"name": CLEAN}, listingId="L-9"))
    lines = [
        {"topic": "listing-updates", "key": "L-7", "value": inner, "expect": "NonFraud"},
        {"topic": "bookings", "key": "B-7", "raw": "{oops", "expect": "dead-letter"},
        {"topic": "listing-updates", "key": "L-7", "value": None, "expect": "tombstone"},
        {"value": inner},
    ]
    compact = json.dumps(inner, separators=(",", ":")).encode()
    assert read_steps(written(tmp_path / "in.jsonl", *map(json.dumps, lines))) == [
        Step("listing-updates", b"L-7", compact, {"name": CLEAN}, Expectation.NON_FRAUD),
        Step("bookings", b"B-7", b"{oops", {}, Expectation.DEAD_LETTER),
        Step("listing-updates", b"L-7", None, {}, Expectation.TOMBSTONE),
        Step(None, None, compact, {"name": CLEAN}, None),
    ]


def test_an_events_own_member_called_value_makes_it_no_envelope(tmp_path: Path) -> None:
    (step,) = read_steps(written(tmp_path / "in.jsonl", event({"name": CLEAN}, value="x", listingId="L-7")))
    assert (step.key, step.texts) == (b"L-7", {"name": CLEAN})


@pytest.mark.parametrize(
    ("members", "named"),
    [
        pytest.param({"key": 7}, "key", id="key"),
        pytest.param({"topic": ["x"]}, "topic", id="topic"),
        pytest.param({"value": "text"}, "value", id="value"),
        pytest.param({"expect": LEAK}, "expect", id="expect"),
        pytest.param({LEAK: 1}, "a member with another name", id="unknown"),
    ],
)
def test_an_envelope_that_does_not_fit_is_named_by_line_and_member(
    tmp_path: Path, members: dict[str, Any], named: str
) -> None:
    path = written(tmp_path / "in.jsonl", event(), "", json.dumps({"value": None, **members}))
    with pytest.raises(Misconfigured, match=rf"in\.jsonl, line 3: {named} does not fit") as caught:
        read_steps(path)
    assert LEAK not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        pytest.param("missing.jsonl", "No such file or directory", id="missing"),
        pytest.param(".", "Is a directory", id="directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_what_to_do(tmp_path: Path, name: str, problem: str) -> None:
    with pytest.raises(Misconfigured, match=rf"cannot be read \({problem}\): name a readable file") as caught:
        read_steps(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)


def test_a_steps_repr_shows_nothing_it_says(tmp_path: Path) -> None:
    (step,) = read_steps(written(tmp_path / "in.jsonl", event({"name": LEAK}, listingId="L-7")))
    assert repr(step) == "Step(topic=None, key=b'L-7', expect=None)"
