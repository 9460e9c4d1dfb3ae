"""A service that asks for a key."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Look
from tests.browser.rig import Service, console
from tests.browser.samples import KEY

STORES = "() => ({session: {...sessionStorage}, local: {...localStorage}, cookies: document.cookie})"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Service]:
    with console(api_keys=KEY) as service:
        yield service


def enter(page: Page, key: str) -> None:
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Open the console").click()


def test_the_key_is_asked_for_and_kept_for_the_tab_alone(look: Look, guarded: Service) -> None:
    page = look(at=guarded)
    field = page.get_by_label("API key")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("type", "password")
    page.keyboard.press("Escape")
    expect(field).to_be_visible()
    enter(page, "wrong")
    expect(page.locator("#key-told")).to_have_text("The service does not know this key.")
    enter(page, KEY)
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#about")).to_contain_text("model KeywordScorer")
    assert page.evaluate(STORES) == {"session": {"console-key": KEY}, "local": {}, "cookies": ""}
    page.reload()
    expect(page.locator("#about")).to_contain_text("model KeywordScorer")
    page.get_by_role("button", name="Forget the key").click()
    expect(field).to_be_visible()
    assert page.evaluate("() => sessionStorage.length") == 0


def test_all_that_is_asked_carries_the_key(look: Look, guarded: Service) -> None:
    guarded.stream.listing()
    page = look(at=guarded)
    enter(page, KEY)
    page.locator("#texts textarea").fill("ring 07700 900123")
    expect(page.locator("#result .label")).to_have_text("Fraud")
    page.get_by_role("tab", name="Live feed").click()
    expect(page.locator("#rows .row")).to_have_count(1)
    page.get_by_role("tab", name="Dead letters").click()
    expect(page.locator("#letters-state")).to_contain_text("No dead letters")


def test_a_key_that_is_taken_away_is_asked_for_again_and_the_question_answered(look: Look, guarded: Service) -> None:
    page = look(at=guarded)
    enter(page, KEY)
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.evaluate("() => sessionStorage.setItem('console-key', 'old')")
    page.locator("#texts textarea").fill("ring 07700 900123")
    enter(page, KEY)
    expect(page.locator("#result .label")).to_have_text("Fraud")
