"""The page for everybody: whatever the device, the colours, and the way somebody moves through it."""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from detector.engines.http.console.page import page_folder
from tests.browser.conftest import Look
from tests.browser.rig import Service

PHONE = {"width": 360, "height": 740}
SCREENS: Mapping[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": PHONE, "has_touch": True, "is_mobile": True},
}
LONG = "aNameWithoutAPlaceToBreakIt" * 8
RULES: Mapping[str, dict[str, Any]] = {"light": {}, "dark": {"runOnly": ["color-contrast"]}, "phone": {}}
"""Which of axe's: the dark page is made of the same elements as the light one."""
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
VIOLATIONS = """async (rules) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...rules });
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]);
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def busy_service(own_service: Service) -> Service:
    """Something to see in each view."""
    own_service.stream.listing(f"{LONG} 07700 900123 anna@example.com", listingId=LONG, latency_ms=400)
    own_service.stream.message("Two quiet rooms.")
    own_service.stream.homeless(LONG)
    own_service.stream.broken()
    return own_service


def check(page: Page, view: str, rules: dict[str, Any]) -> None:
    assert page.evaluate(VIOLATIONS, rules) == [], view
    assert page.evaluate(OVERFLOW) == 0, view


@pytest.mark.parametrize("screen", SCREENS)
def test_no_view_keeps_anybody_out_or_runs_over_the_edge(look: Look, busy_service: Service, screen: str) -> None:
    page, rules = look(at=busy_service, **SCREENS[screen]), RULES[screen]
    page.evaluate(AXE)
    page.get_by_role("button", name="Add a field").click()
    page.locator("#texts textarea").nth(0).fill(f"{LONG} ring 07700 900123, www.example.com/{LONG}")
    page.locator("#texts textarea").nth(1).fill("anna@example.com")
    expect(page.locator("#result .evidence li")).to_have_count(3)
    page.get_by_role("button", name="Wrong").click()
    check(page, "try", rules)
    page.get_by_role("tab", name="Live feed").click()
    page.locator("#rows .row[data-label=Fraud] button").click()
    expect(page.locator(".details .reading mark")).to_have_count(2)
    expect(page.locator("#pace-line svg")).to_be_visible()
    check(page, "feed", rules)
    page.get_by_role("tab", name="Dead letters").click()
    page.locator("#letter-rows input").first.check()
    check(page, "letters", rules)
    page.get_by_role("button", name="Put 1 record back").click()
    check(page, "confirm", rules)


def test_everything_can_be_done_with_a_keyboard(look: Look, busy_service: Service) -> None:
    page = look(at=busy_service)
    expect(page.locator("#about")).not_to_be_empty()
    press = page.keyboard.press
    press("Tab")
    expect(page.get_by_role("tab", name="Try a text")).to_be_focused()
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
    press("ArrowRight")
    expect(page.get_by_role("tab", name="Live feed")).to_be_focused()
    expect(page.locator("#rows .row")).to_have_count(2)
    for name in ("#theme", "#pause", "#filter-label", "#filter-category", "#filter-kind", "#filter-score"):
        press("Tab")
        expect(page.locator(name)).to_be_focused()
    press("Tab")
    press("Tab")
    expect(page.locator("#rows .line").first).to_be_focused()
    press("Enter")
    expect(page.locator("#rows .line").first).to_have_attribute("aria-expanded", "true")
    press("Tab")
    expect(page.get_by_role("button", name="Right")).to_be_focused()
    press("Space")
    for _ in range(3):  # Wrong, the note, Send
        press("Tab")
    press("Enter")
    expect(page.locator(".feedback .told")).to_contain_text("Sent: right")
    page.get_by_role("tab", name="Live feed").focus()
    press("ArrowRight")
    expect(page.locator("#letter-rows tr")).to_have_count(2)
    page.locator("#choose-all").focus()
    press("Space")
    page.locator("#replay").focus()
    press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    press("Escape")
    expect(page.locator("#replay")).to_be_focused()
    assert len(busy_service.stream.records("listing-updates")) == 2


def test_colours_are_chosen_and_remembered(look: Look) -> None:
    page = look()
    ground = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_label("Colours").select_option("dark")
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    expect(page.get_by_label("Colours")).to_have_value("dark")
    assert page.evaluate(ground) == dark


def test_nothing_moves_for_those_who_asked_for_that(look: Look) -> None:
    page = look()
    lasting = "() => getComputedStyle(document.getElementById('result')).transitionDuration"
    assert page.evaluate(lasting) == "0s"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(lasting) != "0s"
    page.emulate_media(reduced_motion="reduce")


def test_the_address_names_the_view(look: Look) -> None:
    page = look("letters")
    expect(page.get_by_role("tab", name="Dead letters")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Try a text").click()
    expect(page).to_have_url(re.compile("#try$"))


def test_the_page_loads_all_its_parts_at_once(service: Service) -> None:
    """A module that is not named there is found only when another has come."""
    page = httpx.get(f"{service.url}/").text
    parts = {each.name for each in page_folder().iterdir()} - {"index.html"}
    assert {part for part in parts if f'"console/{part}"' not in page} == set()
