"""Which topics the app has, and what it says when they do not fit."""

import pytest

from detector.engines.escalation.layout import Found, Layout, changelog, lay_out, sightings_topic
from detector.errors import Misconfigured
from detector.settings import Settings

SETTINGS = Settings(escalation_group="g", verdict_topic="verdicts")
ALL = ("g-by-partner", "g-trails-changelog", "g-standings-changelog", "g-panes-changelog")


def found(verdicts: int, **internal: int) -> Found:
    """A cluster; internal topics are named without the group and with `_` for `-`."""
    others = {f"g-{name.replace('_', '-')}": count for name, count in internal.items()}
    return Found({"verdicts": verdicts, **others}, replication=3, real=True)


def test_the_topics_are_named_after_the_group() -> None:
    assert sightings_topic(SETTINGS) == "g-by-partner"
    assert changelog(SETTINGS, "panes") == "g-panes-changelog"


@pytest.mark.parametrize("partitions", [1, 3, 12])
def test_new_topics_have_as_many_partitions_as_the_verdict_topic(partitions: int) -> None:
    assert lay_out(SETTINGS, found(partitions)) == Layout(partitions, partitions, dict.fromkeys(ALL, partitions))


def test_the_second_stage_may_have_partitions_of_its_own() -> None:
    cluster = found(6, by_partner=4, trails_changelog=6, standings_changelog=4, panes_changelog=4)
    assert lay_out(SETTINGS, cluster) == Layout(6, 4, {})


def test_what_is_missing_of_the_second_stage_follows_what_is_there() -> None:
    missing = {"g-by-partner": 4, "g-trails-changelog": 6, "g-standings-changelog": 4}
    assert lay_out(SETTINGS, found(6, panes_changelog=4)) == Layout(6, 4, missing)


@pytest.mark.parametrize(
    ("internal", "named"),
    [
        ({"trails_changelog": 3}, "g-trails-changelog has 3 partitions where 6 are needed"),
        ({"by_partner": 6, "panes_changelog": 4}, "g-panes-changelog has 4 partitions where 6 are needed"),
    ],
)
def test_topics_that_have_grown_apart_are_named(internal: dict[str, int], named: str) -> None:
    with pytest.raises(Misconfigured, match=named):
        lay_out(SETTINGS, found(6, **internal))


def test_an_embedded_broker_fits_a_verdict_topic_of_4_partitions() -> None:
    assert lay_out(SETTINGS, found(4)._replace(real=False)) == Layout(4, 4, dict.fromkeys(ALL, 4))


def test_an_embedded_broker_fits_no_other_number() -> None:
    with pytest.raises(Misconfigured, match="embedded broker gives each new topic 4 partitions"):
        lay_out(SETTINGS, found(3)._replace(real=False))
