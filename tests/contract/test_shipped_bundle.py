"""What anyone may expect of the bundle in models/.

Plain leaks of every category are found where they stand, plain texts are let be, and a leak stays one in capitals, in
spaces, and at the end of a long text.
"""

import json
import os
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from detector.cli.models import default_bundle
from detector.clock import ManualClock
from detector.errors import Misconfigured
from detector.events import EventKind
from detector.inline import score_inline
from detector.model.backends import BackendName, open_backend
from detector.model.bundle import load_bundle
from detector.model.onnx_scorer import IDS, LEAK_LOGITS, TOKEN_LOGITS, OnnxScorer
from detector.pipeline import Pipeline, PipelinePolicy
from detector.records import Partition, Position, Record
from detector.verdicts import Label, Verdict

Judge = Callable[[str], Verdict]

PLAIN_LEAKS = {
    "phone": ("The key safe is by the gate; if it sticks, call me on +1 202-555-0143.", "+1 202-555-0143"),
    "national phone": ("For a late arrival please ring 07700 900123 before nine.", "07700 900123"),
    "email": ("Questions about the boat? Write to anna@example.com any time.", "anna@example.com"),
    "link": (
        "More photos of the garden at https://www.villa-example.com/garden",
        "https://www.villa-example.com/garden",
    ),
    "domain": ("You can see all our rooms on www.example.org and book there.", "www.example.org"),
    "handle": ("We post the sunsets on Instagram, we are @casa.ejemplo there.", "@casa.ejemplo"),
    "whatsapp": ("Add me on WhatsApp +44 7700 900456 and I send you the video.", "+44 7700 900456"),
}
SOLICITATION = "Cancel here and pay us in cash when you arrive, then it is 15% cheaper for both of us."
CLEAN = [
    "A quiet flat with two bedrooms, ten minutes from the harbour. Check-in from 15:00, check-out by 11:00.",
    "Licence number VUT-000123-A. Tourist tax 2.50 EUR per person and night is paid here.",
    "The lockbox code is 4719 and the wifi is called BlueDoor.",
    "We land at 18:45 with flight BA 2490 and will be four people with a dog.",
    "If anything breaks, message us through the app and we come at once. In an emergency dial 112.",
    "Thank you for the lovely stay, we left the keys on the kitchen table.",
]


@cache
def shipped() -> OnnxScorer:
    try:
        return OnnxScorer(load_bundle(default_bundle()))
    except Misconfigured as error:
        if os.environ.get("CI", "").lower() == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture
def judge() -> Judge:
    scorer, clock = shipped(), ManualClock()

    def judge_text(text: str) -> Verdict:
        pipeline = Pipeline(scorer, PipelinePolicy({"t": EventKind.LISTING_UPDATE}), clock)
        event = {"transactionContext": {"transactionId": "1"}, "attributes": {"description": text}}
        record = Record(Position(Partition("t", 0), 0), b"k", json.dumps(event).encode())
        (outcome,) = score_inline(pipeline, scorer, clock, [record])
        return Verdict.model_validate_json(outcome.value or b"")

    return judge_text


@pytest.mark.parametrize(("text", "leak"), PLAIN_LEAKS.values(), ids=PLAIN_LEAKS)
def test_a_plain_leak_is_found_where_it_stands(judge: Judge, text: str, leak: str) -> None:
    verdict = judge(text)
    assert verdict.score_details.label is Label.FRAUD
    start = text.index(leak)
    leaking = set(range(start, start + len(leak)))
    shown = {place for each in verdict.score_details.evidence for place in range(each.start, each.end)}
    assert len(leaking & shown) / len(leaking | shown) >= 0.5


def test_an_offer_to_book_elsewhere_is_found_without_any_contact(judge: Judge) -> None:
    assert judge(SOLICITATION).score_details.label is Label.FRAUD


@pytest.mark.parametrize("text", CLEAN)
def test_a_plain_text_is_let_be(judge: Judge, text: str) -> None:
    verdict = judge(text)
    assert verdict.score_details.label is Label.NON_FRAUD
    assert verdict.score_details.evidence == []


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda text: text.replace(" ", "  ")])
@pytest.mark.parametrize(("text", "leak"), PLAIN_LEAKS.values(), ids=PLAIN_LEAKS)
def test_case_and_spaces_do_not_hide_a_leak(judge: Judge, text: str, leak: str, change: Callable[[str], str]) -> None:
    assert leak
    assert judge(change(text)).score_details.label is Label.FRAUD


def test_a_leak_at_the_end_of_a_long_text_is_seen_there(judge: Judge) -> None:
    text = " ".join(CLEAN * 30) + " " + PLAIN_LEAKS["phone"][0]
    verdict = judge(text)
    assert verdict.score_details.label is Label.FRAUD
    assert any(text[each.start : each.end].endswith("555-0143") for each in verdict.score_details.evidence)


def test_its_int8_products_are_added_exactly_on_every_processor() -> None:
    """Without VNNI ONNX Runtime has a slower way that cannot cut a sum off; the scores have to be the same bit by bit."""
    scorer, bundle = shipped(), load_bundle(default_bundle())
    assert bundle.manifest.narrowSums
    fast, safe = (
        open_backend(BackendName.ONNXRUNTIME, bundle.model_file, 1, narrow_sums=narrow) for narrow in (True, False)
    )
    for text in (*CLEAN, SOLICITATION, *(text for text, _ in PLAIN_LEAKS.values())):
        feed = {IDS: np.array([scorer.windows(text)[0].ids])}
        for one, other in zip(*(each.run([LEAK_LOGITS, TOKEN_LOGITS], feed) for each in (fast, safe)), strict=True):
            assert (one == other).all()


def test_taking_the_leak_out_takes_the_score_down(judge: Judge) -> None:
    text, leak = PLAIN_LEAKS["phone"]
    assert judge(text.replace(leak, "the door")).probability_score < judge(text).probability_score / 2
