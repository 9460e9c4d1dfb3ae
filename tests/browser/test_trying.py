"""A text that somebody tries, and the verdict that follows the typing."""

import json
from io import BytesIO
from typing import Any

from matplotlib.image import imread
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Look
from tests.browser.rig import console
from tests.browser.samples import refuse

BEFORE = "👩‍👩‍👧 𝔏ovely 🌊 flat, ring "
NUMBER = "07700 900123"
MARKS = ".mirror mark"
REFUSALS = (
    (503, "Busy", "As many events are being judged as there is room for. Ask again in a moment."),
    (422, "Not an event", "attributes must not hold NUL characters."),
    (500, "The model failed on this event", "value cannot be scored."),
)
IN_FRONT = """() => {
  const mark = document.querySelector(".mirror mark");
  const before = document.createRange();
  before.setStart(mark.parentNode, 0);
  before.setEndBefore(mark);
  return before.toString();
}"""
SHOW = """(sheet, shown) => {
  for (const each of sheet.children) each.style.color = each.matches(shown) ? "black" : "transparent";
}"""


def write(page: Page, text: str, index: int = 0) -> None:
    page.locator("#texts textarea").nth(index).fill(text)


def frozen(look: Look) -> Page:
    """A page, in a window of its own, whose clock stands still."""
    page = look(locale="en-GB")
    expect(page.locator("#result")).to_contain_text("Write something")
    page.clock.install()
    page.clock.pause_at("2030-01-01")
    return page


def picture(sheet: Locator, shown: str) -> Any:
    """Pixels, with the letters of one layer alone."""
    sheet.evaluate(SHOW, shown)
    return imread(BytesIO(sheet.screenshot()))[:, :, :3]


def test_a_leak_is_told_in_words_and_figures_and_marked_where_it_stands(look: Look) -> None:
    page = look()
    page.get_by_label("Paste a listing or a message").fill(f"Lovely flat, ring {NUMBER} today.")
    result = page.locator("#result")
    expect(result.locator(".label")).to_have_text("Fraud")
    expect(result.locator(".plain")).to_have_text("Gives away a way of direct contact.")
    expect(result.get_by_role("img")).to_have_accessible_name("Probability 0.990, threshold 0.500")
    expect(result.locator(".foot")).to_contain_text(" ms, there and back")
    expect(page.locator(MARKS)).to_have_text(NUMBER)
    expect(page.locator(MARKS)).to_have_attribute("data-category", "phone")
    expect(result.locator(".evidence li")).to_contain_text([f"phone{NUMBER}listingDescription, 18–30"])
    expect(result.locator(".evidence li")).to_contain_text("found by model")


def test_a_clean_text_is_told_so(look: Look) -> None:
    page = look()
    write(page, "Registration HUTB-012345, check-in after 15:00.")
    expect(page.locator("#result .label")).to_have_text("NonFraud")
    expect(page.locator("#result")).to_contain_text("Nothing stands out.")
    expect(page.locator(MARKS)).to_have_count(0)


def test_evidence_is_marked_at_its_place_whatever_stands_before_it(look: Look) -> None:
    page = look()
    for before in (BEFORE, "", "\n\n", "😀" * 40, "مرحبا ", "e\u0301 \u200b"):
        write(page, f"{before}{NUMBER} 🏡")
        expect(page.locator("#result")).not_to_have_class("old")
        expect(page.locator(MARKS)).to_have_text(NUMBER)
        assert page.evaluate(IN_FRONT) == before


def test_choosing_evidence_selects_it_in_the_text(look: Look) -> None:
    page = look()
    write(page, f"{BEFORE}{NUMBER} today")
    page.locator("#result .evidence button").click()
    chosen = "area => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert page.locator("#texts textarea").evaluate(chosen) == NUMBER
    expect(page.locator("#texts textarea")).to_be_focused()


def test_the_marks_lie_exactly_under_the_letters(look: Look) -> None:
    """The mirror's letters, shown in the place of the text area's, are the same picture."""
    page = look()
    sheet = page.locator(".sheet")
    for width in (1100, 360):
        page.set_viewport_size({"width": width, "height": 800})
        write(page, f"{BEFORE}{NUMBER},   or\tanna@example.com\n\n{'x' * 90} www.example.com/rooms {NUMBER}\n ")
        expect(page.locator(MARKS)).to_have_count(4)
        page.locator("h1").click()  # no caret
        written, mirrored, none = (picture(sheet, shown) for shown in ("textarea", ".mirror", ".nothing"))
        assert written.shape == mirrored.shape
        # A letter where a marked word ends may be smoothed differently; one that is moved by a pixel differs by far more.
        assert abs(written - mirrored).max() < 0.4
        assert abs(written - none).max() > 0.8


def test_it_asks_once_the_typing_pauses(look: Look) -> None:
    page = frozen(look)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#texts textarea").press_sequentially("0770900123")
    page.clock.run_for(140)
    assert asked == []
    page.clock.run_for(20)
    expect(page.locator("#result .label")).to_have_text("Fraud")
    assert [url.rpartition("/")[2] for url in asked] == ["score"]


def test_marks_move_with_the_text_until_the_next_answer(look: Look) -> None:
    page = look()
    write(page, f"🌊 ring {NUMBER} or anna@example.com today")
    expect(page.locator(MARKS)).to_have_count(2)
    page.route("**/v1/score", lambda _route: None)  # no answer comes any more
    write(page, f"🌊 please ring {NUMBER} or anna@example.com today")
    expect(page.locator(MARKS)).to_have_text([NUMBER, "anna@example.com"])
    write(page, f"🌊 please ring {NUMBER} or anna at example.com today")
    expect(page.locator(MARKS)).to_have_text(NUMBER)
    expect(page.locator("#result")).to_have_class("old")


def test_an_answer_to_a_text_that_is_gone_is_dropped(look: Look) -> None:
    page = frozen(look)
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/v1/score", hold_the_first)
    write(page, f"ring {NUMBER}")
    with page.expect_request("**/v1/score"):
        page.clock.run_for(200)
    with page.expect_event("requestfailed"):  # given up at once, before the next is asked for
        write(page, "Two quiet rooms.")
    page.clock.run_for(200)
    expect(page.locator("#result .label")).to_have_text("NonFraud")
    assert json.loads(held[0].request.post_data or "")["attributes"] == {"listingDescription": f"ring {NUMBER}"}


def test_emptying_the_text_takes_the_verdict_away(look: Look) -> None:
    page = look()
    write(page, f"ring {NUMBER}")
    expect(page.locator("#result .label")).to_have_text("Fraud")
    write(page, "")
    expect(page.locator("#result")).to_contain_text("Write something")
    expect(page.locator(MARKS)).to_have_count(0)


def test_a_refusal_is_told_in_its_own_words(look: Look) -> None:
    page = look()
    for status, title, detail in REFUSALS:
        refuse(page, "**/v1/score", status, title, detail)
        write(page, f"Two quiet rooms, {status}.")
        expect(page.locator("#result .trouble h3")).to_have_text(title)
        expect(page.locator("#result .trouble p")).to_have_text(detail)


def test_a_text_that_is_too_long_is_told_so(look: Look) -> None:
    with console(http_max_body_bytes=1024) as service:
        page = look(at=service)
        write(page, "long " * 1000)
        expect(page.locator("#result .trouble")).to_contain_text("A request has 1024 bytes at most.")
        write(page, f"short, {NUMBER}")
        expect(page.locator("#result .label")).to_have_text("Fraud")


def test_a_service_that_is_gone_is_told_so(look: Look) -> None:
    page = look()
    page.route("**/v1/score", lambda route: route.abort())
    write(page, "Two quiet rooms.")
    expect(page.locator("#result .trouble")).to_contain_text("cannot be reached")


def test_an_example_fills_text_and_kind(look: Look) -> None:
    page = look()
    with page.expect_request("**/v1/score") as asking:
        page.get_by_role("button", name="Address in words").click()
    sent = json.loads(asking.value.post_data or "")
    assert sent["eventType"] == "BOOKING"
    assert "anna dot berg" in sent["attributes"]["guestMessage"]
    expect(page.get_by_role("radio", name="Message")).to_be_checked()
    assert page.locator("#examples button").count() >= 8


def test_a_second_text_of_the_event_has_its_own_marks_and_score(look: Look) -> None:
    page = look()
    write(page, "Two quiet rooms.")
    page.get_by_role("button", name="Add a field").click()
    write(page, f"No smoking. 🚭 {NUMBER}", 1)
    expect(page.locator(".scores li")).to_have_text(["listingDescription0.010", "houseRules0.990"])
    expect(page.locator(".text").nth(0).locator("mark")).to_have_count(0)
    expect(page.locator(".text").nth(1).locator("mark")).to_have_text(NUMBER)
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("#result .label")).to_have_text("NonFraud")
    expect(page.locator(".scores")).to_have_count(0)
