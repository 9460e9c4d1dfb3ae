"""The console on a real Kafka, beside a worker: from an event to what somebody says of its verdict."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from detector.feedback import Feedback
from tests.brokers import Sent, create_topics, produce, read_committed
from tests.browser.conftest import Look
from tests.integration.consoles import console
from tests.integration.servers import ServerProcess
from tests.integration.workers import Stream, fresh_stream, running
from tests.samples import LEAK, PHONE, event

pytestmark = pytest.mark.kafka


@pytest.fixture
def stream(kafka: str) -> Stream:
    fresh = fresh_stream(kafka, partitions=1)
    feedback = f"feedback-{fresh.group}"
    create_topics(kafka, feedback, partitions=1)
    return replace(fresh, settings={"DETECTOR_FEEDBACK_TOPIC": feedback})


@pytest.fixture
def server(stream: Stream) -> Iterator[ServerProcess]:
    with running(stream), console(stream, DETECTOR_CONSOLE_TEXTS="true") as server:
        yield server


def test_a_verdict_is_seen_opened_and_contradicted_and_a_dead_letter_put_back(
    look: Look, stream: Stream, server: ServerProcess
) -> None:
    page = look("feed", url=server.url)
    expect(page.locator("#connection")).to_have_text("Live")
    leak = event({"listingDescription": f"🌊 {LEAK}"}, listingId="L-42")
    produce(stream.bootstrap, stream.listings, [Sent(leak, b"L-42"), Sent(b"broken", b"L-43")])
    expect(page.locator("#rows .id")).to_have_text(["L-42"])
    page.locator("#rows .line").click()
    expect(page.locator(".reading mark")).to_have_text(PHONE)
    page.get_by_role("button", name="Wrong").click()
    page.get_by_label("What is it really?").select_option("emergency-or-public-number")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".feedback .told")).to_contain_text("Sent: wrong")
    (opinion,) = read_committed(stream.bootstrap, stream.settings["DETECTOR_FEEDBACK_TOPIC"])
    said = Feedback.model_validate_json(opinion.value or b"")
    assert (opinion.key, said.right, said.reason) == (b"L-42", False, "emergency-or-public-number")
    assert said.attributes is None

    page.get_by_role("tab", name="Dead letters").click()
    page.get_by_label("Choose all that are shown").check()
    page.get_by_role("button", name="Put 1 record back").click()
    page.get_by_role("dialog").get_by_role("button", name="Put back").click()
    expect(page.locator("#replayed")).to_contain_text("1 record put back.")
    events = read_committed(stream.bootstrap, stream.listings)
    assert [each.value for each in events] == [leak, b"broken", b"broken"]
