"""How often Python looks for objects that keep each other alive."""

import gc

YOUNG = 50_000
"""New containers before the young are looked through (CPython's default: 700). A record in flight is some 30 of them, so
the default looks through what is in flight again and again, a fifth of the time without a model; and it finds nothing,
since what leaves is freed as it goes."""


def collect_rarely() -> None:
    """Call once all is loaded: what is alive by then is never looked through again, and the rest seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
