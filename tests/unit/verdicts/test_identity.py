"""Verdict ids are a contract: readers keep them."""

import pytest

from detector.records import Partition, Position
from detector.verdicts import verdict_id

POSITION = Position(Partition("listing-updates", 3), 991)
MODEL = "DistilBertNLPSupplyListingDescHA/1.0/v20261120"


def test_an_id_is_the_same_in_every_release() -> None:
    assert verdict_id(POSITION, MODEL) == "6bf09b385880f8c5c5b2d661c4b24418"


@pytest.mark.parametrize(
    ("position", "model"),
    [
        pytest.param(Position(Partition("bookings", 3), 991), MODEL, id="topic"),
        pytest.param(Position(Partition("listing-updates", 4), 991), MODEL, id="partition"),
        pytest.param(Position(Partition("listing-updates", 3), 992), MODEL, id="offset"),
        pytest.param(POSITION, MODEL.replace("v20261120", "v20261121"), id="model"),
        pytest.param(Position(Partition("listing-updates", 39), 91), MODEL, id="digits moved across a border"),
    ],
)
def test_another_record_or_model_has_another_id(position: Position, model: str) -> None:
    assert verdict_id(position, model) != verdict_id(POSITION, MODEL)
