"""The headers that say why, in the names that viewers know."""

from detector.deadletters import error_headers, original_headers, original_topic
from detector.errors import InvalidRecord, Reason, Stage
from detector.records import Partition, Position

POSITION = Position(Partition("listing-updates", 3), 991)
ERROR = InvalidRecord(Stage.DECODE, Reason.WRONG_TYPE, "attributes.name", "is not a string")


def test_every_header_is_text_under_the_names_of_kafka_connect() -> None:
    assert error_headers(POSITION, ERROR) == [
        ("__connect.errors.topic", b"listing-updates"),
        ("__connect.errors.partition", b"3"),
        ("__connect.errors.offset", b"991"),
        ("__connect.errors.stage", b"DECODE"),
        ("__connect.errors.exception.class.name", b"detector.errors.InvalidRecord"),
        ("__connect.errors.exception.message", b"attributes.name: is not a string"),
        ("detector.reason", b"wrong-type"),
    ]


def test_the_producers_headers_are_kept_in_order_with_repeats_nulls_and_bytes() -> None:
    headers = [("b", b"\xff\x00"), ("a", None), ("b", b""), ("__connect.origin", b"x")]
    assert original_headers(headers) == headers


def test_headers_of_an_earlier_failure_are_left_out_so_that_a_replay_starts_clean() -> None:
    assert original_headers([("a", b"1"), *error_headers(POSITION, ERROR), ("z", b"2")]) == [("a", b"1"), ("z", b"2")]


def test_a_dead_letter_says_where_it_came_from() -> None:
    assert original_topic([("a", b"1"), *error_headers(POSITION, ERROR)]) == "listing-updates"


def test_what_does_not_say_where_it_came_from_has_no_topic() -> None:
    assert original_topic([("a", b"1"), ("__connect.errors.topic", None), ("__connect.errors.topic", b"")]) is None
