"""The project's own texts as groups to be judged: which are in, and what becomes of their marks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from detector.evaluation import Unseen, own_groups
from detector.events import EventKind
from detector.model.bundle import load_bundle
from tests.tiny_bundle import write_tiny_bundle


@dataclass(frozen=True)
class AMark:
    start: int
    end: int
    category: str
    family: str


@dataclass(frozen=True)
class ASeed:
    source: str
    text: str = "ring 555 or write a@b.example"
    kind: str = "listing"
    lang: str = "en"
    spans: Sequence[AMark] = ()
    voice: str = field(default="anyone")
    hard: Sequence[str] = ()


PHONE, EMAIL = AMark(5, 8, "phone", "P01"), AMark(18, 29, "email", "E01")


def test_only_the_exam_files_are_the_exam() -> None:
    seeds = [ASeed("exam-1.txt:1", voice="ann"), ASeed("en-1.txt:1", voice="bob")]
    (group,) = own_groups(seeds, Unseen())
    assert group.name == "exam"
    assert group.own
    assert [row.where for row in group.rows] == ["exam-1.txt:1"]


def test_what_the_recipe_kept_out_is_a_group_of_its_own() -> None:
    seeds = [
        ASeed("exam-1.txt:1", lang="nl", voice="ann"),
        ASeed("nl-1.txt:1", lang="nl", voice="bob"),
        ASeed("en-1.txt:1", spans=[EMAIL], voice="cem"),
        ASeed("en-1.txt:5", spans=[PHONE, EMAIL], voice="dan"),
        ASeed("en-1.txt:9", spans=[PHONE], voice="eve"),
    ]
    _, unseen = own_groups(seeds, Unseen(frozenset({"E01"}), frozenset({"nl"})))
    assert [row.where for row in unseen.rows] == ["nl-1.txt:1", "en-1.txt:1", "en-1.txt:5"]


def test_a_voice_of_the_exam_is_on_no_other_side() -> None:
    seeds = [ASeed("exam-1.txt:1", voice="ann"), ASeed("nl-1.txt:1", lang="nl", voice="ann")]
    assert [group.name for group in own_groups(seeds, Unseen(languages=frozenset({"nl"})))] == ["exam"]


def test_a_leak_brings_its_categories_and_families_and_a_clean_text_what_it_resembles() -> None:
    seeds = [
        ASeed("exam-1.txt:1", kind="message", spans=[PHONE, EMAIL, PHONE], hard=["N01"]),
        ASeed("exam-1.txt:4", hard=["N01", "N08"]),
        ASeed("exam-1.txt:7"),
    ]
    (group,) = own_groups(seeds, Unseen())
    leak, lookalike, plain = group.rows
    assert (leak.leak, leak.kind, leak.category, leak.family) == (
        True,
        EventKind.BOOKING,
        ("phone", "email"),
        ("P01", "E01"),
    )
    assert leak.spans == ((5, 8), (18, 29), (5, 8))
    assert (lookalike.leak, lookalike.category, lookalike.family) == (False, ("none",), ("N01", "N08"))
    assert plain.family == ("-",)


def test_a_bundle_says_what_was_kept_out_and_an_older_one_says_nothing(tmp_path: Path) -> None:
    recipe = {"unseen": {"families": ["P05"], "languages": ["nl", "ja"]}}
    new = write_tiny_bundle(tmp_path / "new", lambda manifest: manifest["training"].update(recipe=recipe))
    assert Unseen.of(load_bundle(new).manifest) == (frozenset({"P05"}), frozenset({"nl", "ja"}))
    old = write_tiny_bundle(tmp_path / "old")
    assert Unseen.of(load_bundle(old).manifest) == Unseen()
