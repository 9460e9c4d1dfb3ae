"""The dead letters, and the way back for them."""

import re

import pytest
from playwright.sync_api import expect

from detector.engines.http.console.ports import NO_HOME
from tests.browser.conftest import Look
from tests.browser.rig import Service
from tests.browser.samples import EVIL, refuse

JANUARY_MS = 1_735_787_045_000


@pytest.fixture
def letters(service: Service) -> Service:
    """The oldest became one on the second of January 2025."""
    service.stream.broken(b"{broken, too" + b" " * 2036, at_ms=JANUARY_MS)
    service.stream.broken()
    service.stream.homeless(f"value: {EVIL}")
    return service


def test_each_is_listed_with_what_was_wrong_and_where_it_came_from(look: Look, letters: Service) -> None:
    page = look("letters")
    expect(page.locator("#letters-state")).to_have_text("3 records could not be judged.")
    cells = page.get_by_role("row").nth(3).get_by_role("cell")
    expect(cells.nth(1)).to_have_text(re.compile("^not-jsonevent: is not valid JSON"))
    expect(cells.nth(2)).to_have_text("decode")
    expect(cells.nth(3)).to_have_text("listing-updates / 0 / 0")
    expect(cells.nth(4)).to_have_text("2025-01-02 03:04:05")
    expect(cells.nth(5)).to_have_text(re.compile(r"^2\.\d KiB$"))
    expect(page.get_by_role("row").nth(1)).to_contain_text(EVIL)
    expect(page.get_by_role("row").nth(1)).to_contain_text("not known")


def test_reasons_are_counted_and_choose_rows(look: Look, letters: Service) -> None:
    page = look("letters")
    expect(page.locator("#reasons button")).to_have_text(["not-json 2", "model-error 1"])
    page.get_by_role("button", name="model-error 1").click()
    expect(page.locator("#letter-rows tr")).to_have_count(1)
    page.get_by_role("button", name="model-error 1").click()
    expect(page.locator("#letter-rows tr")).to_have_count(3)


def test_those_that_are_chosen_go_back_once_that_is_confirmed(look: Look, letters: Service) -> None:
    listings = letters.stream.settings.listing_topic
    page = look("letters")
    expect(page.locator("#replay")).to_be_disabled()
    page.get_by_role("button", name="not-json 2").click()
    page.get_by_label("Choose all that are shown").check()
    page.get_by_role("button", name="Put 2 records back").click()
    expect(page.get_by_role("dialog")).to_have_accessible_name("Put 2 records back?")
    page.get_by_role("button", name="Cancel").click()
    assert len(letters.stream.records(listings)) == 2
    page.get_by_role("button", name="Put 2 records back").click()
    page.get_by_role("dialog").get_by_role("button", name="Put back").click()
    expect(page.locator("#replayed")).to_have_text("2 records put back.")
    assert [each.value for each in letters.stream.records(listings)[2:]].count(b"broken") == 1
    expect(page.locator("#replay")).to_be_disabled()
    expect(page.locator("#letter-rows")).to_contain_text("put back")


def test_one_that_cannot_go_back_is_named_with_the_cause(look: Look, letters: Service) -> None:
    page = look("letters")
    page.get_by_label("Choose dead-letters / 0 / 2").check()
    page.get_by_role("button", name="Put 1 record back").click()
    page.get_by_role("dialog").get_by_role("button", name="Put back").click()
    expect(page.locator("#replayed")).to_contain_text(f"0 records put back. 1 record left there:0 / 2: {NO_HOME}")


def test_a_refusal_says_that_nothing_was_put_back(look: Look, letters: Service) -> None:
    page = look("letters")
    refuse(page, "**/dead-letters/replay", 503, "No stream", "No broker answers. Ask again in a moment.")
    page.get_by_label("Choose dead-letters / 0 / 1").check()
    page.get_by_role("button", name="Put 1 record back").click()
    page.get_by_role("dialog").get_by_role("button", name="Put back").click()
    expect(page.locator("#replayed")).to_have_text("Nothing was put back. No broker answers. Ask again in a moment.")
    expect(page.get_by_label("Choose dead-letters / 0 / 1")).to_be_checked()


def test_none_is_explained(look: Look, service: Service) -> None:
    page = look("letters")
    expect(page.locator("#letters-state")).to_contain_text("No dead letters")
    expect(page.locator("#letters-state")).to_contain_text("kept whole in the topic dead-letters")
    expect(page.locator("#letters")).to_be_hidden()


def test_a_cluster_that_is_away_is_told_and_asked_again(look: Look, letters: Service) -> None:
    letters.stream.reachable = False
    page = look("letters")
    expect(page.locator("#letters-state .trouble")).to_contain_text("does not answer")
    letters.stream.reachable = True
    page.get_by_role("button", name="Read again").click()
    expect(page.locator("#letter-rows tr")).to_have_count(3)
