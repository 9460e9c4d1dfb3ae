"""Clean sentences that tempt a detector: look-alikes by the taxonomy's groups, and twins of solicitations."""

from random import Random

from detector.training.phrases import expand, fitting, templates


def groups() -> tuple[str, ...]:
    """The groups that can be made, in order."""
    return tuple(sorted({use for line in templates("lookalikes") for use in line.uses}))


def lookalike(rng: Random, lang: str = "en", group: str | None = None) -> tuple[str, str]:
    """A clean sentence and its group; a group that the language lacks comes in English."""
    if group is None:
        own = [line for line in templates("lookalikes") if line.lang in (lang, "*")]
        line = rng.choice(own) if own and rng.random() < 0.6 else rng.choice(templates("lookalikes"))
    else:
        line = rng.choice(fitting("lookalikes", group, lang))
    return expand(line.text, rng).strip(), line.uses[0]


def innocent(rng: Random, lang: str = "en") -> str:
    """A clean sentence in the words of a solicitation; a language that has none comes in English."""
    return expand(rng.choice(fitting("innocents", "innocent", lang)).text, rng).strip()


def swap_in(rng: Random, lang: str, kind: str) -> str:
    """A bare look-alike that may stand where a leak stood: a code, a date, a price."""
    shapes = {
        "code": "[Booking|Ref|booking no.] HM##%%#%|flight BA 2###|code ####\\#|licence VUT-######-%"
        "|STR-20##-######|door code #### *|room 1##",
        "date": "1#.0#.202#|2#/0#/202#|1#:#0|08:00-1#:00|the 1#th of May|202#-0#-1#",
        "price": "€1##.00|1## EUR|$2##|#,#50.00 CHF|#5 GBP per night",
        "platform": "the app|this chat|the platform's inbox|the message button here",
    }
    if kind == "platform" and lang != "en":
        kind = "code"
    return expand(f"[{shapes[kind]}]", rng)
