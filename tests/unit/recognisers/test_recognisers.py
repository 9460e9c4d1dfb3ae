"""Exact recognisers: what each kind finds, what tempts it in vain, and that no text makes them slow or raise."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.recognisers import KINDS, Finding, recognise


def found(text: str) -> set[tuple[str, str]]:
    return {(each.kind, text[each.start : each.end]) for each in recognise(text)}


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("call +34 612 34 56 78 now", "phone", "+34 612 34 56 78"),
        ("ring 07700 900123, late is fine", "phone", "07700 900123"),
        ("(+39) 333 1234567", "phone", "(+39) 333 1234567"),
        ("2 0 2  5 5 5  0 1 4 3", "phone", "2 0 2  5 5 5  0 1 4 3"),
        ("licence 00012345", "digits-8", "00012345"),
        ("7\n0\n2\n5\n5\n5\n0", "digits-7", "7\n0\n2\n5\n5\n5\n0"),
        ("12.05.2026 - 15.05.2026 for two", "digits-16", "12.05.2026 - 15.05.2026"),
        ("oh seven seven double-oh, nine one two three", "words-10", "oh seven seven double-oh, nine one two three"),
        ("seis cinco cinco, 12, tres cuatro", "words-6", "seis cinco cinco, 12, tres cuatro"),
        ("电话 一三九零零零 谢谢", "words-6", "一三九零零零 "),
        ("to anna.host@casa-luna.es please", "email", "anna.host@casa-luna.es"),
        ("we are @casa.luna there", "handle", "@casa.luna"),
        ("see https://casa.example/x?y=1 ok", "link", "https://casa.example/x?y=1"),
        ("www.casa.it/rooms", "link", "www.casa.it/rooms"),
        ("at casa-luna.com you", "domain", "casa-luna.com"),
        ("at CASA.COM you", "domain", "CASA.COM"),
        ("a nice pool.It has", "run-on", "pool.It"),
        ("anna (at) casa (dot) com", "spelled", "anna (at) casa (dot) com"),
        ("anna arroba casa punto es", "spelled", "anna arroba casa punto es"),
        ("anna at casa.com", "spelled", "anna at casa.com"),
        ("find casa luna dot com", "spelled", "luna dot com"),
    ],
)
def test_each_kind_is_found_with_its_exact_place(text: str, kind: str, shown: str) -> None:
    assert (kind, shown) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "three of the six chairs and two dogs",
        "check-in from 15:00, flat 12, 45 m2",
        "e.g. at 10.30 a.m. in St. Moritz",
        "polka dot cushions",
        "2 @ 30 EUR",
        "photo_60577.jpg and v2.1.0",
        "",
    ],
)
def test_everyday_texts_have_no_findings(text: str) -> None:
    assert found(text) == set()


def test_a_number_that_no_country_gives_is_digits_and_no_phone() -> None:
    assert {kind for kind, _ in found("+999 000 000 000")} == {"digits-12"}


@pytest.mark.parametrize(
    "text",
    [
        "03.07.-06.07.2026",
        "free 03.07.2026 - 06.07.2026 only",
        "2026-07-03",
        "since 2019-2021",
        "12/24/2025",
        "we close 15.08-22.08.2026.",
        "ref 7700 900123",
    ],
)
def test_dates_and_codes_that_some_country_would_dial_are_digits_and_no_phone(text: str) -> None:
    assert {kind.partition("-")[0] for kind, _ in found(text)} == {"digits"}


@pytest.mark.parametrize(
    ("kind", "category"),
    [("phone", "phone"), ("email", "email"), ("link", "url"), ("domain", "url"), ("handle", "social")],
)
def test_some_kinds_are_contact_details_by_their_form_alone(kind: str, category: str) -> None:
    assert Finding(0, 1, kind).category == category


@pytest.mark.parametrize("kind", ["digits-9", "words-8", "run-on", "spelled"])
def test_the_others_are_hints_only(kind: str) -> None:
    assert Finding(0, 1, kind).category is None


@given(st.text(alphabet=st.sampled_from(list("ab1 0@.+-()/:w\n零één")), max_size=60))
def test_any_text_gives_findings_of_known_kinds_inside_it_in_order(text: str) -> None:
    findings = recognise(text)
    assert list(findings) == sorted(findings)
    assert all(each.kind in KINDS and 0 <= each.start < each.end <= len(text) for each in findings)


@pytest.mark.parametrize(
    "piece", ["1 ", "one ", "a@", "a at ", "www.", "a-", "((", "1", "a b at c ", "a.", "dot ", "http://", "零 "]
)
def test_the_work_grows_with_the_length_and_not_with_its_square(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = process_time()
        recognise(text)
        return process_time() - start

    seconds(2_000)
    assert seconds(40_000) < 60 * max(seconds(2_000), 2e-4)
