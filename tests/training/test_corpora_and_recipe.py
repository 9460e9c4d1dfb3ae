"""Corpora of three shapes become examples with exact marks; a recipe is read whole or refused by name."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from detector.training.compose import Composer
from detector.training.corpora import read_corpus
from detector.training.data import gather
from detector.training.examples import Example, held_out
from detector.training.recipe import RECIPES, Recipe

LISTING = {"id": "rome-1-description", "lang": "en", "field": "description", "text": "Quiet flat near the river."}
MASKED = LISTING | {"text": "Nice.<br />Call (hidden) now <b>please</b>", "masks": [[16, 24, "PHONE"]]}
TURN = {
    "id": "sgd-1-0",
    "lang": "en",
    "speaker": "SYSTEM",
    "text": "It is 415-555-0101, a 4.5.",
    "spans": [[6, 18, "phone_number"]],
}
LABELLED = {"text": "mail a@b.example", "label": "Fraud", "kind": "booking", "spans": [[5, 16, "email"]]}


def read(folder: Path, *rows: dict[str, Any]) -> list[Example]:
    path = folder / "rows.jsonl.gz"
    with gzip.open(path, "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return list(read_corpus(path, seed=1))


def test_listings_are_clean_background_unless_they_resemble_a_leak(tmp_path: Path) -> None:
    (kept,) = read(tmp_path, LISTING, LISTING | {"text": "Follow us on Instagram"})
    assert (kept.kind, kept.leak, kept.voice) == ("listing", False, "rome-1")


def test_masks_are_filled_with_one_marked_leak_and_tags_go(tmp_path: Path) -> None:
    (filled,) = read(tmp_path, MASKED)
    assert [mark.category for mark in filled.spans] == ["phone"]
    assert "<" not in filled.text.replace(filled.leaks()[0], "")
    assert filled.text.startswith("Nice.\nCall ")
    assert filled.text.endswith(" now please")


def test_a_row_that_still_says_hidden_somewhere_is_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, MASKED | {"text": "Call (hidden) or (hidden)", "masks": [[5, 13, "PHONE"]]}) == []


def test_phone_slots_of_dialogues_are_leaks_and_others_are_not(tmp_path: Path) -> None:
    (turn,) = read(tmp_path, TURN)
    assert (turn.kind, [mark.category for mark in turn.spans]) == ("message", ["phone"])
    assert turn.text.startswith("It is ")
    assert turn.text.endswith(", a 4.5.")


def test_of_clean_turns_a_fifth_is_learned_from_and_all_of_the_held_out_dialogues_measure(tmp_path: Path) -> None:
    turns = [TURN | {"id": f"sgd-{dialogue}-{turn}", "text": f"Turn {dialogue} {turn}", "spans": []}
             for dialogue in range(60) for turn in range(10)]  # fmt: skip
    read(tmp_path, *turns)
    recipe = Recipe.read(RECIPES / "leaks.toml").changed(held_out_corpora=0.5)
    data = gather(recipe, [tmp_path / "rows.jsonl.gz"])
    apart = sum(10 for dialogue in range(60) if held_out(f"sgd-{dialogue}", 0.5))
    assert len(data.dev_clean) == apart > 100
    assert len(data.corpora) == pytest.approx(0.2 * (600 - apart), rel=0.4)
    assert not {row.voice for row in data.corpora} & {row.voice for row in data.dev_clean}


def test_labelled_rows_are_taken_as_they_are_and_a_label_without_spans_is_refused(tmp_path: Path) -> None:
    (row,) = read(tmp_path, LABELLED)
    assert (row.kind, row.leaks()) == ("message", ["a@b.example"])
    with pytest.raises(ValueError, match=r"rows\.jsonl\.gz:1: the label does not fit the 0 spans"):
        read(tmp_path, LABELLED | {"spans": []})


def test_no_voice_stands_on_both_sides_of_the_split() -> None:
    data = gather(Recipe.read(RECIPES / "leaks.toml"), [])
    assert not {seed.voice for seed in data.seeds} & {seed.voice for seed in data.dev_seeds}
    assert len(data.dev_seeds) > 100


def test_the_split_is_the_same_in_every_run() -> None:
    assert [held_out(f"voice-{i}", 0.5) for i in range(8)] == [held_out(f"voice-{i}", 0.5) for i in range(8)]
    assert 400 < sum(held_out(f"voice-{i}", 0.5) for i in range(1000)) < 600


def test_every_shipped_recipe_can_be_read() -> None:
    for path in RECIPES.glob("*.toml"):
        recipe = Recipe.read(path)
        assert recipe.quick().student.examples <= 2500
        assert recipe.quick().first is None
        assert Recipe.model_validate(recipe.as_dict()) == recipe


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ('name = "x"\nseeed = 1', r"bad\.toml: .*"),
        ('name = "x"', r"bad\.toml: seed: Field required"),
    ],
)
def test_a_recipe_with_a_wrong_member_is_refused_by_name(tmp_path: Path, change: str, message: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(change)
    with pytest.raises(ValueError, match=message):
        Recipe.read(path)


def test_impossible_numbers_are_refused() -> None:
    recipe = Recipe.read(RECIPES / "leaks.toml")
    with pytest.raises(ValueError, match="no step forward"):
        recipe.changed(overlap=recipe.window)
    with pytest.raises(ValueError, match="rounds"):
        recipe.student.model_validate(recipe.student.model_dump() | {"rounds": 0})
    with pytest.raises(ValueError, match="tokens_per_batch"):
        recipe.changed(tokens_per_batch=8)
    with pytest.raises(ValueError, match="teaches nothing"):
        recipe.changed(teacher=None)


def test_exam_texts_and_unseen_families_and_languages_are_never_learned_from() -> None:
    recipe = Recipe.read(RECIPES / "leaks.toml")
    data = gather(recipe, [])
    learned = [*data.seeds, *data.dev_seeds]
    assert len(data.exam) >= 200
    assert not [seed for seed in learned if seed.source.startswith("exam-") or seed.lang in recipe.unseen.languages]
    assert not {mark.family for seed in learned for mark in seed.spans} & set(recipe.unseen.families)
    assert not {seed.voice for seed in learned} & {seed.voice for seed in data.exam}
    composed = list(Composer(data.seeds, [], recipe).compose(2000, seed=1))
    assert not {mark.family for each in composed for mark in each.spans} & set(recipe.unseen.families)
    assert not {each.lang for each in composed} & set(recipe.unseen.languages)
