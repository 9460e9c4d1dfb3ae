"""What a reader says of a verdict."""

from playwright.sync_api import Locator, Page, expect

from detector.feedback import FeedbackReason
from tests.browser.conftest import Look
from tests.browser.rig import Service
from tests.samples import CLEAN, LEAK, event


def tried(page: Page, text: str, label: str) -> Locator:
    page.locator("#texts textarea").fill(text)
    expect(page.locator("#result .label")).to_have_text(label)
    return page.locator("#result .feedback")


def reasons(box: Locator) -> list[str]:
    return [str(option.get_attribute("value")) for option in box.locator("option").all()][1:]


def test_a_tried_text_goes_along_and_that_is_said(look: Look, service: Service) -> None:
    box = tried(look(), f"🌊 {LEAK}", "Fraud")
    box.get_by_role("button", name="Wrong").click()
    expect(box).to_contain_text("The text itself is sent along, to the topic feedback.")
    box.get_by_label("What is it really?").select_option("platform-contact")
    box.get_by_label("Note").fill("  It is our own desk. ")
    box.get_by_role("button", name="Send").click()
    expect(box.locator(".told")).to_have_text("Sent: wrong, the platform's own contact. Thank you.")
    (opinion,) = service.stream.opinions
    assert (opinion.right, opinion.reason, opinion.note) == (
        False,
        FeedbackReason.PLATFORM_CONTACT,
        "It is our own desk.",
    )
    assert opinion.attributes == {"listingDescription": f"🌊 {LEAK}"}
    assert (opinion.label, opinion.source) == ("Fraud", None)
    assert opinion.evidence[0].category == "phone"


def test_a_verdict_of_the_feed_goes_without_its_text(look: Look, own_service: Service) -> None:
    verdict = own_service.stream.listing()
    page = look("feed", at=own_service)
    page.locator("#rows .row button").first.click()
    box = page.locator(".details .feedback")
    box.get_by_role("button", name="Right").click()
    expect(box).to_contain_text("The verdict is sent along, the text is not.")
    box.get_by_role("button", name="Send").click()
    expect(box.locator(".told")).to_have_text("Sent: right. Thank you.")
    (opinion,) = own_service.stream.opinions
    assert (opinion.right, opinion.reason, opinion.attributes) == (True, None, None)
    assert (opinion.verdict_id, opinion.source) == (verdict.verdict_id, verdict.source)


def test_reasons_fit_the_label(look: Look) -> None:
    page = look()
    box = tried(page, LEAK, "Fraud")
    box.get_by_role("button", name="Wrong").click()
    assert reasons(box) == [
        "licence-or-reference-number",
        "price-or-date",
        "platform-contact",
        "emergency-or-public-number",
        "name-or-place",
        "other",
    ]
    box.get_by_role("button", name="Right").click()
    assert reasons(box) == ["wrong-place"]
    box = tried(page, CLEAN, "NonFraud")
    box.get_by_role("button", name="Right").click()
    expect(box.locator("select")).to_have_count(0)
    box.get_by_role("button", name="Wrong").click()
    assert reasons(box) == [
        "other",
        "missed-phone",
        "missed-email",
        "missed-url",
        "missed-social",
        "missed-messenger",
        "missed-solicitation",
    ]


def test_what_was_not_sent_is_told_and_can_be_sent_again(look: Look, service: Service) -> None:
    service.stream.reachable = False
    box = tried(look(), CLEAN, "NonFraud")
    box.get_by_role("button", name="Wrong").click()
    box.get_by_label("What is it really?").select_option("missed-phone")
    box.get_by_role("button", name="Send").click()
    expect(box.locator(".told")).to_contain_text("Not sent.")
    service.stream.reachable = True
    assert service.stream.opinions == []
    box.get_by_role("button", name="Send").click()
    expect(box.locator(".told")).to_contain_text("Sent: wrong, a phone number was missed.")
    assert [opinion.reason for opinion in service.stream.opinions] == ["missed-phone"]


def test_of_several_texts_the_reader_says_which_leaks(look: Look, own_service: Service) -> None:
    own_service.stream.judge(own_service.stream.inputs[0], event({"name": CLEAN, "houseRules": CLEAN}))
    page = look("feed", at=own_service)
    page.locator("#rows .row button").first.click()
    box = page.locator(".details .feedback")
    box.get_by_role("button", name="Right").click()
    expect(box.get_by_label("In which text?")).to_have_count(0)
    box.get_by_role("button", name="Wrong").click()
    box.get_by_label("What is it really?").select_option("missed-phone")
    box.get_by_label("In which text?").select_option("houseRules")
    box.get_by_role("button", name="Send").click()
    expect(box.locator(".told")).to_contain_text("Sent: wrong")
    (opinion,) = own_service.stream.opinions
    assert (opinion.reason, opinion.attribute) == (FeedbackReason.MISSED_PHONE, "houseRules")


def test_a_right_verdict_on_several_texts_is_asked_which_only_where_its_evidence_is_wrong(
    look: Look, own_service: Service
) -> None:
    own_service.stream.judge(own_service.stream.inputs[0], event({"name": LEAK, "houseRules": CLEAN}))
    page = look("feed", at=own_service)
    page.locator("#rows .row button").first.click()
    box = page.locator(".details .feedback")
    box.get_by_role("button", name="Right").click()
    which = box.get_by_label("In which text?")
    expect(which).to_be_hidden()
    box.get_by_label("But").select_option("wrong-place")
    which.select_option("houseRules")
    box.get_by_role("button", name="Send").click()
    expect(box.locator(".told")).to_contain_text("Sent: right")
    (opinion,) = own_service.stream.opinions
    assert (opinion.reason, opinion.attribute) == (FeedbackReason.WRONG_PLACE, "houseRules")
