"""The live feed: verdicts as they come, and how the stream stands."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from detector.verdicts import Source
from tests.browser.conftest import Look
from tests.browser.rig import Service, Stream, console
from tests.browser.samples import EVIL
from tests.samples import CLEAN, LEAK, PHONE, event, verdict_of


@pytest.fixture
def live(own_service: Service) -> Stream:
    return own_service.stream


def rows(page: Page) -> Locator:
    return page.locator("#rows .row")


def ids(page: Page) -> Locator:
    return page.locator("#rows .id")


def test_verdicts_come_as_rows_the_newest_first(look: Look, own_service: Service, live: Stream) -> None:
    live.listing(LEAK, listingId="L-1", latency_ms=40)
    live.message(CLEAN, latency_ms=312)
    page = look("feed", at=own_service)
    expect(page.locator("#connection")).to_have_text("Live")
    expect(rows(page)).to_have_count(2)
    expect(rows(page).nth(1)).to_have_text(re.compile(r"\d\d:\d\d:\d\dListingL-1Fraud0\.990phone40 ms$"))
    expect(rows(page).nth(0)).to_have_text(re.compile(r"\d\d:\d\d:\d\dMessageB-7NonFraud0\.010312 ms late$"))
    live.listing(LEAK, listingId="L-3")
    expect(ids(page)).to_have_text(["L-3", "B-7", "L-1"])


def test_filters_choose_rows_now_and_to_come(look: Look, own_service: Service, live: Stream) -> None:
    live.listing(LEAK, listingId="L-1")
    live.message("write to anna@example.com", bookingId="B-2")
    live.listing(CLEAN, listingId="L-3", transactionContext={"transactionId": "t-77"})
    page = look("feed", at=own_service)
    expect(ids(page)).to_have_text(["L-3", "B-2", "L-1"])
    for name, value, left in (
        ("Label", "Fraud", ["B-2", "L-1"]),
        ("Category", "email", ["B-2"]),
        ("Kind", "listing-update", ["L-3", "L-1"]),
    ):
        page.get_by_label(name, exact=True).select_option(value)
        expect(ids(page)).to_have_text(left)
        expect(page.locator("#shown")).to_have_text(f"{len(left)} of 3 verdicts kept here")
        page.get_by_role("button", name="Show all").click()
        expect(rows(page)).to_have_count(3)
    page.get_by_label("Least score").fill("0.5")
    expect(ids(page)).to_have_text(["B-2", "L-1"])
    live.listing(CLEAN, listingId="L-4")
    live.listing(LEAK, listingId="L-5")
    expect(ids(page)).to_have_text(["L-5", "B-2", "L-1"])
    page.get_by_label("Least score").fill("")
    page.get_by_label("Listing or transaction").fill("T-77")
    expect(ids(page)).to_have_text(["L-3"])
    page.get_by_label("Listing or transaction").fill("nothing like it")
    expect(page.locator("#feed-empty")).to_have_text("None of the 5 verdicts kept here fits the filters.")


def test_a_pause_holds_back_what_comes_and_counts_it(look: Look, own_service: Service, live: Stream) -> None:
    live.listing(listingId="L-1")
    page = look("feed", at=own_service)
    expect(ids(page)).to_have_text(["L-1"])
    page.get_by_role("button", name="Pause").click()
    live.listing(listingId="L-2")
    live.listing(listingId="L-3")
    expect(page.get_by_role("button", name="Resume (2 new)")).to_be_visible()
    expect(ids(page)).to_have_text(["L-1"])
    page.get_by_role("button", name="Resume (2 new)").click()
    expect(ids(page)).to_have_text(["L-3", "L-2", "L-1"])
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_a_row_opens_to_all_that_is_known_and_to_the_text(look: Look, own_service: Service, live: Stream) -> None:
    live.listing(CLEAN)
    verdict = live.listing(f"🌊🌊 {LEAK}")
    page = look("feed", at=own_service)
    button = rows(page).get_by_role("button").first
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    inside = page.locator(".details")
    expect(inside.locator(".reading")).to_have_text(f"🌊🌊 {LEAK}")
    expect(inside.locator(".reading mark")).to_have_text(PHONE)
    expect(inside.locator(".evidence li")).to_have_text(f"phone{PHONE}listingDescription, 16–28 found by model0.990")
    expect(inside.locator(".facts")).to_contain_text("listing-updates / 0 / 1")
    expect(inside.locator(".facts")).to_contain_text(verdict.verdict_id)
    expect(inside.locator(".facts")).to_contain_text("KeywordScorer 1.0, v20261121")
    expect(inside.get_by_role("img")).to_have_accessible_name("Probability 0.990, threshold 0.500")
    button.click()
    expect(inside).to_be_hidden()


def test_a_text_that_is_gone_is_told_so(look: Look, own_service: Service, live: Stream) -> None:
    gone = Source(topic="listing-updates", partition=0, offset=900)
    live.tell(live.listing().model_copy(update={"source": gone}))
    page = look("feed", at=own_service)
    rows(page).get_by_role("button").first.click()
    expect(page.locator(".details .read")).to_contain_text("The text cannot be shown. No event stands there")


def test_without_leave_the_text_is_not_asked_for(look: Look) -> None:
    with console() as closed:
        closed.stream.listing()
        page = look("feed", at=closed)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        rows(page).get_by_role("button").first.click()
        expect(page.locator(".details")).to_contain_text("DETECTOR_CONSOLE_TEXTS=true")
        expect(page.locator(".details .evidence li")).to_contain_text("listingDescription, 13–25")
        assert [url for url in asked if "/events/" in url] == []


def test_what_a_producer_wrote_is_shown_as_text(look: Look, own_service: Service, live: Stream) -> None:
    live.listing(f"{EVIL} {PHONE} {EVIL}", listingId=EVIL, partnerId=EVIL)
    page = look("feed", at=own_service)
    expect(ids(page)).to_have_text([EVIL])
    rows(page).get_by_role("button").first.click()
    expect(page.locator(".reading")).to_have_text(f"{EVIL} {PHONE} {EVIL}")
    assert page.locator("#rows img").count() == 0
    expect(page).to_have_title("Live feed · Contact-leak detector")


def test_the_page_stays_small(look: Look, own_service: Service, live: Stream) -> None:
    page = look("feed", at=own_service)
    expect(page.locator("#feed-empty")).to_contain_text("No verdict yet.")
    verdict = live.listing()
    for number in range(260):
        live.tell(verdict.model_copy(update={"listing_id": f"L-{number}"}))
    expect(ids(page).first).to_have_text("L-259")
    expect(rows(page)).to_have_count(200)
    expect(ids(page).last).to_have_text("L-60")


def test_a_cluster_that_is_away_is_told_and_the_feed_goes_on(look: Look, own_service: Service, live: Stream) -> None:
    live.reachable = False
    page = look("feed", at=own_service)
    expect(page.locator("#connection")).to_contain_text("Kafka cannot be reached")
    live.reachable = True
    live.listing()
    expect(page.locator("#connection")).to_have_text("Live")
    expect(rows(page)).to_have_count(1)


def test_a_lost_connection_comes_back_and_tells_nothing_twice(look: Look, service: Service) -> None:
    page = look()
    sent: Iterator[str] = iter([feed_of(1, 2), feed_of(1, 2, 3)])

    def answer(route: Route) -> None:
        if body := next(sent, ""):
            route.fulfill(content_type="text/event-stream", body=body)

    page.route("**/v1/console/feed", answer)
    page.get_by_role("tab", name="Live feed").click()
    expect(page.locator("#connection")).to_have_text("The service ended the connection.")
    expect(ids(page)).to_have_text(["L-3", "L-2", "L-1"])
    expect(page.locator("#gap")).to_contain_text("4 verdicts came faster than this page could read and are not shown.")


def test_latency_lag_and_pace_are_drawn_and_told(look: Look, own_service: Service, live: Stream) -> None:
    live.listing(latency_ms=400)
    for _ in range(1234):
        live.append("bookings", b"not judged yet", timestamp_ms=0)
    page = look("feed", at=own_service)
    expect(page.locator("#latency-figure")).to_have_text("400 ms")
    expect(page.locator("#latency-note")).to_have_text("over the promise of 250 ms · median 400 ms")
    expect(page.locator("#latency-line svg")).to_have_accessible_name(
        re.compile("99 of 100 verdicts came within 400 ms")
    )
    expect(page.locator("#latency-line .limit")).to_have_count(1)
    expect(page.locator("#lag-figure")).to_have_text("1,234 records")
    expect(page.locator("#lag-note")).to_contain_text("waiting, the oldest for ")
    expect(page.locator("#pace-line svg")).to_have_accessible_name(re.compile(r"Verdicts a second: 0\.1"))


def feed_of(*numbers: int) -> str:
    """A feed that ends after these verdicts and a gap of two."""
    verdict = verdict_of(event({"name": LEAK}))
    told = (verdict.model_copy(update={"listing_id": f"L-{number}"}) for number in numbers)
    verdicts = (each.model_dump_json(by_alias=True, exclude_none=True) for each in told)
    about = '"kind":"listing-update","at":"2026-11-26T00:00:00Z","latencyMs":null'
    events = [
        f'event: verdict\nid: 0-{number}\ndata: {{"verdict":{verdict},{about}}}\n\n'
        for number, verdict in zip(numbers, verdicts, strict=True)
    ]
    return "".join([": a comment\n\n", *events, 'event: gap\ndata: {"missed":2}\n\n'])
