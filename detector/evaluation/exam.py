"""The project's own texts as something to be judged by: its exam, and what a bundle's recipe kept out of training."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, Self

from detector.evaluation.rows import Labelled
from detector.model.manifest import Manifest

EXAM_FILES = "exam-"
"""Seed files of this name are never trained on."""

EXAM, UNSEEN = "exam", "unseen"


class Marked(Protocol):
    """A leak at half-open code points, its category and the family of its disguise."""

    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102
    @property
    def category(self) -> str: ...  # noqa: D102
    @property
    def family(self) -> str: ...  # noqa: D102


class Seed(Protocol):
    """A seed text, as `detector.training.seeds` reads it; nothing but the command line may import training."""

    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def lang(self) -> str: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def spans(self) -> Sequence[Marked]: ...  # noqa: D102
    @property
    def voice(self) -> str: ...  # noqa: D102
    @property
    def hard(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102


class Unseen(NamedTuple):
    """Families of disguise and languages that a model was trained without."""

    families: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        """What the bundle's recipe says; nothing for a recipe that does not speak of it."""
        said = manifest.training.recipe.get("unseen") or {}
        return cls(frozenset(said.get("families", ())), frozenset(said.get("languages", ())))

    def holds(self, seed: Seed) -> bool:
        """Whether a text is in such a language, or leaks in such a way."""
        return seed.lang in self.languages or any(mark.family in self.families for mark in seed.spans)


@dataclass(frozen=True, slots=True)
class Group:
    """Texts that are judged and counted together; only the project's `own` may be quoted."""

    name: str
    rows: Sequence[Labelled]
    own: bool = False


def own_groups(seeds: Iterable[Seed], unseen: Unseen) -> list[Group]:
    """The exam and, where there are any, the texts kept out of training by family or language.

    As training divides them: a text of a voice that speaks in the exam belongs to neither side.
    """
    seeds = list(seeds)
    exam = [seed for seed in seeds if seed.source.startswith(EXAM_FILES)]
    examined = {seed.voice for seed in exam}
    others = [seed for seed in seeds if seed.voice not in examined and unseen.holds(seed)]
    groups = [Group(EXAM, [_labelled(seed) for seed in exam], own=True)]
    return [*groups, Group(UNSEEN, [_labelled(seed) for seed in others], own=True)] if others else groups


def _labelled(seed: Seed) -> Labelled:
    leaks = seed.spans
    return Labelled.model_validate(
        {
            "text": seed.text,
            "label": "Fraud" if leaks else "NonFraud",
            "kind": seed.kind,
            "lang": seed.lang,
            "category": tuple(dict.fromkeys(mark.category for mark in leaks)) or "none",
            "family": tuple(dict.fromkeys(mark.family for mark in leaks) if leaks else seed.hard) or "-",
            "spans": tuple((mark.start, mark.end) for mark in leaks),
            "where": seed.source,
        }
    )
