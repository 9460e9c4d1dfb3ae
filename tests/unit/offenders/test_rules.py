"""The line that rules are written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.offenders import DEFAULT_RULES, Rule, parse_rules
from detector.offenders.rules import MOST_RULES, MOST_VIOLATIONS


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        pytest.param("burst: 10 violations in 1h", [("burst", 10, 1, 1)], id="one listing will do"),
        pytest.param("repeat: 3 violations on 2 listings in 24h", [("repeat", 3, 2, 24)], id="listings"),
        pytest.param("a: 1 violation on 1 listing in 1h", [("a", 1, 1, 1)], id="singular"),
        pytest.param("a: 5 violations in 30d", [("a", 5, 1, 720)], id="days"),
        pytest.param("a: 5 violations in 720h", [("a", 5, 1, 720)], id="the longest window in hours"),
        pytest.param("a:5 violations in 2 d", [("a", 5, 1, 48)], id="spaces where they do no harm"),
        pytest.param("  a :\n 5  violations\tin 2d  ;", [("a", 5, 1, 48)], id="more space, and a last semicolon"),
        pytest.param(
            "a: 1 violation in 1h; Second_rule-2: 2 violations in 2h",
            [("a", 1, 1, 1), ("Second_rule-2", 2, 1, 2)],
            id="two rules in their order",
        ),
        pytest.param(
            DEFAULT_RULES,
            [("repeat", 3, 2, 24), ("burst", 10, 1, 1), ("persistent", 20, 1, 720)],
            id="the default",
        ),
    ],
)
def test_what_is_written_is_read(text: str, rules: list[tuple[str, int, int, int]]) -> None:
    assert parse_rules(text) == tuple(Rule(*rule) for rule in rules)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("", "rule 1 does not read like", id="nothing"),
        pytest.param(";", "rule 1 does not read like", id="a semicolon alone"),
        pytest.param("a: 1 violation in 1h;;b: 1 violation in 1h", "rule 2 does not read like", id="an empty one"),
        pytest.param("3 violations in 24h", "rule 1 does not read like", id="no name"),
        pytest.param("9lives: 3 violations in 24h", "rule 1 does not read like", id="a name that is none"),
        pytest.param("a b: 3 violations in 24h", "rule 1 does not read like", id="two names"),
        pytest.param(f"{'a' * 41}: 3 violations in 24h", "rule 1 does not read like", id="an endless name"),
        pytest.param("a: three violations in 24h", "rule 1 does not read like", id="a count in words"),
        pytest.param("a: -3 violations in 24h", "rule 1 does not read like", id="a negative count"),
        pytest.param("a: 3 violations", "rule 1 does not read like", id="no window"),
        pytest.param("a: 3 violations in 24", "rule 1 does not read like", id="a window without a unit"),
        pytest.param("a: 3 violations in 90m", "rule 1 does not read like", id="minutes"),
        pytest.param("a: 3 violations in 1.5h", "rule 1 does not read like", id="half an hour more"),
        pytest.param("a: 3 violations on listings in 1h", "rule 1 does not read like", id="listings without a count"),
        pytest.param("a: 3 violations in 24h b: 2 violations in 1h", "rule 1 does not read like", id="no semicolon"),
        pytest.param("a: \u0663 violations in 24h", "rule 1 does not read like", id="digits of another script"),
        pytest.param("a: 0 violations in 24h", r"rule 1 \(a\) .* 1 to 100000 violations", id="none"),
        pytest.param("a: 100001 violations in 24h", r"rule 1 \(a\) .* 1 to 100000 violations", id="too many"),
        pytest.param("a: 3 violations on 0 listings in 1h", r"rule 1 \(a\) .* at least 1 listing", id="no listing"),
        pytest.param(
            "a: 3 violations on 4 listings in 1h", r"rule 1 \(a\) .* no more listings", id="too many listings"
        ),
        pytest.param("a: 3 violations in 0h", r"rule 1 \(a\) .* between 1h and 30d", id="no time"),
        pytest.param("a: 3 violations in 31d", r"rule 1 \(a\) .* between 1h and 30d", id="more than is kept"),
        pytest.param("a: 3 violations in 721h", r"rule 1 \(a\) .* between 1h and 30d", id="an hour more than is kept"),
        pytest.param(
            "a: 1 violation in 1h; b: 1 violation in 1h; a: 2 violations in 2h",
            r"rule 3 \(a\) has the name of rule 1",
            id="one name twice",
        ),
    ],
)
def test_what_cannot_be_read_is_told_by_its_place(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_rules(text)


def test_there_is_a_most_of_rules() -> None:
    rules = [f"rule{number}: 1 violation in 1h" for number in range(MOST_RULES + 1)]
    assert len(parse_rules(";".join(rules[:-1]))) == MOST_RULES
    with pytest.raises(ValueError, match=f"there are {MOST_RULES + 1} rules, at most {MOST_RULES}"):
        parse_rules(";".join(rules))


def test_what_cannot_be_read_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="rule 1") as caught:
        parse_rules("hunter2-zebra")
    assert "zebra" not in str(caught.value)


@given(
    st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,39}", fullmatch=True),
    st.integers(1, MOST_VIOLATIONS),
    st.integers(1, 50),
    st.integers(1, 720),
)
def test_a_rule_is_written_as_it_is_read(name: str, violations: int, listings: int, hours: int) -> None:
    rule = Rule(name, violations, min(violations, listings), hours)
    assert parse_rules(str(rule)) == (rule,)
