"""The view's HTML: complete, usable without sight or script, and deaf to what ids may contain."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from detector.engines.escalation.answers import OneOffender, TopList
from detector.engines.escalation.pages import message_page, offender_page, top_page
from detector.offenders import EscalationPolicy, MemoryBook, Profile, parse_rules, profile
from tests.unit.offenders.sightings import NOON, applied, violation

AT = datetime.fromtimestamp(NOON / 1000, UTC)
NASTY = "\"><script>alert('x')</script>&"


class Outline(HTMLParser):
    """Tags with their attributes, and the text between."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def offender(who: str = "partner/P-7") -> Profile:
    book = MemoryBook()
    policy = EscalationPolicy(parse_rules("two: 2 violations in 24h"))
    for number in range(3):
        applied(book, violation(NOON - number, who=who, categories=["phone", "email"]), policy)
    found = profile(book, who, NOON)
    assert found is not None
    return found


def top(*partners: Profile, complete: bool = True) -> Outline:
    return Outline(top_page(TopList(at=AT, window="24h", complete=complete, partners=list(partners))))


def one(who: str) -> Outline:
    return Outline(offender_page(OneOffender(at=AT, partner=offender(who))))


def test_a_list_shows_the_counts_of_its_window_and_leads_to_each_offender() -> None:
    page = top(offender())
    assert {"href": "/partners/P-7"} in page.all("a")
    assert "phone 3" in page.text
    assert page.text.count("P-7") == 1


def test_a_list_leads_to_the_other_windows_and_marks_its_own() -> None:
    links = [link for link in top(offender()).all("a") if "window" in str(link["href"])]
    assert [link["href"] for link in links] == [f"/partners?window={name}" for name in ("1h", "24h", "30d")]
    assert [link.get("aria-current") for link in links] == [None, "page", None]


@pytest.mark.parametrize("page", [top(offender()), top(), one("partner/P-7"), Outline(message_page("Not Found", "no"))])
def test_every_page_can_be_read_aloud(page: Outline) -> None:
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
    assert all(cell.get("scope") in ("col", "row") for cell in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert not page.all("script")


def test_an_incomplete_list_says_so() -> None:
    assert "Incomplete" in top(offender(), complete=False).text
    assert {"role": "status"} in top(complete=False).all("p")
    assert "Incomplete" not in top(offender()).text


def test_an_empty_list_says_so() -> None:
    assert "No violations in this window" in top().text


def test_an_offender_s_page_shows_its_windows_and_what_was_told() -> None:
    page = one("partner/P-7")
    assert "Partner P-7" in page.text
    assert all(name in page.text for name in ("1h", "24h", "30d", "two"))


@pytest.mark.parametrize("kind", ["partner", "listing"])
def test_an_id_is_text_whatever_it_contains(kind: str) -> None:
    who = f"{kind}/{NASTY}"
    for page in (one(who), top(offender(who))):
        assert not page.all("script")
        assert NASTY in page.text
    path = top(offender(who)).all("a")[-1]["href"]
    assert path == f"/{kind}s/%22%3E%3Cscript%3Ealert%28%27x%27%29%3C%2Fscript%3E%26"
