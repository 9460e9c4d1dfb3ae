"""Putting the schemas into the registry, as a step of a deployment."""

from enum import StrEnum
from typing import NamedTuple

from detector.registry.client import Refused, Registered, Registry
from detector.registry.subjects import Subject


class Effect(StrEnum):
    """What became of a subject."""

    REGISTERED = "registered"
    UNCHANGED = "is there"
    WOULD_REGISTER = "would be registered"
    REFUSED = "REFUSED"


class Step(NamedTuple):
    """One subject: what became of it, where it stands, the mode that guards it, and the registry's words if it refused."""

    subject: Subject
    effect: Effect
    registered: Registered | None
    mode: str | None
    why: str = ""

    def __str__(self) -> str:
        place = f" (id {self.registered.schema_id}, version {self.registered.version})" if self.registered else ""
        mode = self.mode or "the registry's default"
        advice = f", {self.subject.mode} is advised" if self.mode not in (None, self.subject.mode) else ""
        return f"{self.subject.name}: {self.effect}{place}; mode {mode}{advice}" + (f": {self.why}" if self.why else "")


def register(registry: Registry, subject: Subject, *, dry_run: bool) -> Step:
    """Register the schema unless it is there; what breaks the subject's mode is refused and changes nothing.

    A subject without a mode of its own is given the documented one first; another mode that was chosen for it stays.
    Raises `Retry` and `Misconfigured` like `Registry`.
    """
    mode = registry.mode_of(subject)
    if mode is None and not dry_run:
        registry.set_mode(subject, subject.mode)
        mode = registry.mode_of(subject)
    if (found := registry.find(subject)) is not None:
        return Step(subject, Effect.UNCHANGED, found, mode)
    if dry_run:
        taken = not registry.has_versions(subject) or registry.takes(subject)
        return Step(subject, Effect.WOULD_REGISTER if taken else Effect.REFUSED, None, mode)
    try:
        return Step(subject, Effect.REGISTERED, registry.register(subject), mode)
    except Refused as refused:
        return Step(subject, Effect.REFUSED, None, mode, str(refused))
