"""Simpler ways to find leaks: each finds what is plain, shows where, and lets plain prose be."""

import time
from pathlib import Path

import pytest

from detector.errors import Misconfigured
from detector.evaluation import Judge
from detector.evaluation.baselines import PRESIDIO, baselines
from detector.evaluation.baselines.recognised import recognised_judge
from detector.evaluation.baselines.regex import regex_judge
from detector.evaluation.baselines.trees import Trees, shaped

CLEAN = [
    "A quiet flat with two bedrooms, ten minutes from the harbour. Check-in from 15:00, check-out by 11:00.",
    "The lockbox code is 4719 and the wifi is called BlueDoor.",
]


@pytest.mark.parametrize(
    ("category", "text", "leak"),
    [
        ("phone", "For a late arrival please ring 07700 900123 before nine.", "07700 900123"),
        ("phone", "Call me on +1 202-555-0143 then.", "+1 202-555-0143"),
        ("phone", "ring two oh two five five five oh one four three", "two oh two five five five oh one four three"),
        ("email", "Write to anna@example.com any time.", "anna@example.com"),
        ("email", "Write to anna (at) example (dot) com any time.", "anna (at) example (dot) com"),
        ("url", "See all our rooms on www.example.org and book.", "www.example.org"),
        ("url", "See villa-example.com/garden for more.", "villa-example.com/garden"),
        ("messenger", "Telegram: villa_anna, always on.", "Telegram: villa_anna"),
        ("messenger", "WhatsApp: +44 7700 900456", "WhatsApp: +44"),
        ("social", "We are @casa.ejemplo there.", "@casa.ejemplo"),
        ("solicitation", "Better you book direct, it is cheaper.", "book direct"),
    ],
)
def test_regular_expressions_find_plain_leaks_where_they_stand(category: str, text: str, leak: str) -> None:
    probability, spans = regex_judge(text)
    assert probability == 1
    shown = [text[span.start : span.end] for span in spans if span.category == category]
    assert any(leak in each or each in leak for each in shown)


@pytest.mark.parametrize("judge", [regex_judge, recognised_judge])
@pytest.mark.parametrize("text", CLEAN)
def test_plain_prose_is_let_be(judge: Judge, text: str) -> None:
    assert judge(text) == (0, [])


@pytest.mark.parametrize(
    "text",
    ["Paid on Booking.com, as on hotels.com/help", "A nice pool.It has a slide.", "1.240,50 EUR for 03.07.-06.07.2026"],
)
def test_regular_expressions_know_the_commonest_lookalikes(text: str) -> None:
    assert regex_judge(text) == (0, [])


@pytest.mark.parametrize(
    "text", ["1 " * 5000, "a." * 5000, "one two " * 2500, "- " * 5000, "mail " * 2000, "@a" * 5000]
)
def test_no_text_makes_a_regular_expression_backtrack_for_long(text: str) -> None:
    begun = time.process_time()
    regex_judge(text)
    assert time.process_time() - begun < 2


def test_the_recognisers_read_through_disguise_and_point_into_the_original() -> None:
    text = "Write to anna＠example.com any time."
    probability, spans = recognised_judge(text)
    assert probability == 1
    assert {text[span.start : span.end] for span in spans} == {"anna＠example.com"}
    assert {span.found_by for span in spans} == {("recogniser",)}


def test_a_number_is_reduced_to_its_first_digit_and_its_length() -> None:
    assert shaped("Ring 07700 900-123, room 12").split() == ["ring", "0_digits_11", ",", "room", "1_digits_2"]


@pytest.mark.filterwarnings("ignore:k=2000 is greater")  # so few texts have fewer n-grams
def test_trees_learn_what_leaks_and_are_the_same_after_saving(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    texts = [f"ring me on 0{number} 900 123 after six" for number in range(2000, 2060)]
    texts += [f"room {number} has a quiet view of the harbour" for number in range(60)]
    trees = Trees.fit(texts, [True] * 60 + [False] * 60)
    trees.save(tmp_path / "trees.joblib")
    again = Trees.load(tmp_path / "trees.joblib")
    leak, clean = "ring me on 07700 900 456 after six", "room 7 has a quiet view of the sea"
    assert again.judge(leak)[0] > 0.5 > again.judge(clean)[0]
    assert again.judge(leak) == trees.judge(leak)


def test_a_file_that_holds_no_trees_is_told(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    broken = tmp_path / "trees.joblib"
    broken.write_bytes(b"nothing of ours")
    with pytest.raises(Misconfigured, match=r"trees\.joblib holds no trees"):
        Trees.load(broken)


@pytest.mark.filterwarnings("ignore")  # Presidio imports spaCy, which warns of its own dependencies
def test_presidio_finds_what_it_is_made_for_without_an_engine_and_without_the_network() -> None:
    pytest.importorskip("presidio_analyzer")
    judge = baselines()[PRESIDIO]
    text = "Ring +44 20 7946 0958, write to anna@hotel-sol.com or see www.hotel-sol.com."
    probability, spans = judge(text)
    assert probability == 1
    assert {span.category for span in spans} == {"phone", "email", "url"}
    assert judge(CLEAN[1]) == (0, [])
