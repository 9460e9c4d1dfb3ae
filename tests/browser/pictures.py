"""Takes the documentation's pictures of the page: `python -m tests.browser.pictures docs/images`.

The shipped model judges, and a stream in memory is looked at. Needs Chromium, and looks best with Debian's packages
`fonts-inter` and `fonts-noto-color-emoji`.
"""

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Page, ViewportSize, sync_playwright

from detector.cli.models import load_scorer
from detector.settings import Settings
from tests.browser.rig import Stream, console
from tests.samples import event

SIZE: ViewportSize = {"width": 1120, "height": 800}
DISGUISED = (
    "The flat is lovely, two minutes from the pier 🌊. For a better price ring oh seven seven double-oh, "
    "nine hundred, one two three."
)
OUTSIDE = (
    "Book with us directly and save the commission. Photos on www.example.com/rooms, my Telegram is @hafenblick_example"
)
RULES = {
    "listingDescription": "Two quiet rooms near the old harbour. Check-in after 15:00.",
    "houseRules": "No smoking. Questions to anna (at) example dot com please.",
}
CLEAN = (
    "Licensed apartment, registration HUTB-012345-67. Deposit 300.",
    "We arrive at 22:30, is the front desk still open then?",
    "Roof terrace with a view of the bay, sleeps four, cot on request.",
)
PULSES = """async (pulses) => {
  const { beat } = await import("/console/pulse.js");
  for (const each of pulses) beat(each, 250);
}"""


def write(stream: Stream, count: int = 24) -> None:
    """A minute of listings and messages, one of them late."""
    chance, end = Random(3), datetime.now(UTC)
    listings, bookings = stream.inputs
    for number in range(count):
        at = end - timedelta(seconds=(count - number) * 2.3)
        leaks = [{"listingDescription": DISGUISED}, RULES, {"guestMessage": OUTSIDE}]
        texts = leaks[number // 4 % 3] if number % 4 == 3 else {"listingDescription": CLEAN[chance.randrange(3)]}
        booking = "guestMessage" in texts
        ids = (
            {"bookingId": f"B-{chance.randrange(10_000, 20_000)}"}
            if booking
            else {"listingId": f"L-{4000 + number * 7}"}
        )
        latency = 318 if number == count - 9 else round(chance.gauss(52, 12))
        value = event(texts, **ids, partnerId=f"P-{chance.randrange(90)}", eventTime=at.isoformat())
        stream.judge(bookings if booking else listings, value, latency, round(at.timestamp() * 1000))


def pulses(count: int = 150) -> list[dict[str, Any]]:
    """Five minutes of them, with a hill."""
    chance = Random(5)
    hill = [2.0 ** -(((number - 76) / 12) ** 2) for number in range(count)]
    return [
        {
            "connected": True,
            "lag": {"records": max(0, round(chance.gauss(4, 2) + 40 * height)), "seconds": 0.1},
            "latency": {"p50Ms": 41, "p99Ms": chance.gauss(74, 4) + 150 * height, "count": 760},
            "perSecond": 12.7 + chance.gauss(0, 0.7),
        }
        for height in hill
    ]


def try_a_text(page: Page) -> None:
    """What the page says of a disguised number."""
    page.get_by_role("button", name="Spelt-out number").click()
    page.locator("#texts textarea").fill(f"{DISGUISED} Or write to anna (at) example dot com.")
    page.locator("#result:not(.old) .evidence li").nth(1).wait_for()


def watch_the_feed(page: Page) -> None:
    """The feed with a verdict opened."""
    page.get_by_role("tab", name="Live feed").click()
    page.locator("#pace-line svg").wait_for()
    page.evaluate(PULSES, pulses())
    page.locator(".row[data-label=Fraud] .line").nth(1).click()
    page.locator(".reading mark").first.wait_for()


def take(folder: Path) -> None:
    """One picture in each of the two colours."""
    scorer = load_scorer(Settings())
    with console(scorer, console_texts=True) as service, sync_playwright() as playwright:
        write(service.stream)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for scheme, show in (("light", try_a_text), ("dark", watch_the_feed)):
            page = browser.new_page(viewport=SIZE, reduced_motion="reduce", timezone_id="UTC")
            page.goto(service.url)
            page.get_by_label("Colours").select_option(scheme)
            show(page)
            page.screenshot(path=folder / f"console-{scheme}.png")
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
