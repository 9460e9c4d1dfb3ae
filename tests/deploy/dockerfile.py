"""A Dockerfile as its steps."""

import re
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
DOCKERFILE = CHECKOUT / "deploy" / "Dockerfile"


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: its word, and what follows with continued lines joined."""

    word: str
    rest: str


def read_steps(text: str) -> list[Step]:
    """The instructions in order, without comments."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [Step(*line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]
