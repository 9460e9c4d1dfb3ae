"""The README's generated tables."""

from pathlib import Path

from detector.contracts.readme import metrics_table, refreshed, settings_table

README = Path(__file__).parents[3] / "README.md"


def test_the_readme_shows_the_settings_and_metrics_as_they_are() -> None:
    text = README.read_text()
    assert refreshed(text) == text, "run `make schemas`"


def test_the_readme_has_both_tables() -> None:
    text = README.read_text()
    assert settings_table() in text
    assert metrics_table() in text


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    assert refreshed("before\n<!-- metrics -->\nold\n<!-- /metrics -->\nafter\n") == (
        f"before\n<!-- metrics -->\n{metrics_table()}\n<!-- /metrics -->\nafter\n"
    )
