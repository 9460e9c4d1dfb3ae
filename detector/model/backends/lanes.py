"""Which rows of a batch go to which thread.

Side by side, one thread each, rows take less time than one after the other with all threads on each, as those have to
meet after every node of the graph.
"""

from collections.abc import Sequence

SLACK = 1.06
"""How much longer than the mean the longest lane may take; meeting after every node costs about as much."""

SHORT_TOKENS = 96
"""Up to so long a row is left to one thread whatever the other does: two that meet after every node are hardly sooner
through with it, for half as much processor time again."""


def share_out(sizes: Sequence[tuple[int, int]], lanes: int) -> list[list[int]]:
    """How many rows of each feed go to each of the lanes, and last how many are left for all threads together.

    `sizes` are the feeds' rows and the tokens in a row. The longest rows are left over until the others fit the lanes
    evenly, so that no lane is waited for: three rows of one length on two lanes are one each, and one for both. Those up to
    `SHORT_TOKENS` are never left over.
    """
    rows = sorted(((tokens, feed) for feed, (count, tokens) in enumerate(sizes) for _ in range(count)), reverse=True)
    lane_of: list[int] = []
    left = 0
    while left < len(rows):
        lane_of, loads = _dealt([tokens for tokens, _ in rows[left:]], lanes)
        if rows[left][0] <= SHORT_TOKENS or max(loads) * lanes <= SLACK * sum(loads):
            break
        left += 1
    counts = [[0] * (lanes + 1) for _ in sizes]
    for _, feed in rows[:left]:
        counts[feed][lanes] += 1
    for (_, feed), lane in zip(rows[left:], lane_of, strict=False):
        counts[feed][lane] += 1
    return counts


def _dealt(costs: Sequence[int], lanes: int) -> tuple[list[int], list[int]]:
    """Each row's lane, the costliest first and always to the lane with the least to do; and the lanes' loads."""
    loads = [0] * lanes
    lane_of = []
    for cost in costs:
        lane = loads.index(min(loads))
        loads[lane] += cost
        lane_of.append(lane)
    return lane_of, loads
