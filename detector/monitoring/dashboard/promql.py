"""PromQL that the panels share."""

MINE = 'job="$job", instance=~"$instance"'
"""The workers chosen."""
JOB = 'job="$job"'
"""For recorded figures, which know no instance."""
RATE = "$__rate_interval"
"""Grafana's own choice of a window: four scrapes at least."""


def rate(name: str, by: str, matchers: str = "") -> str:
    """The rate of a counter or a histogram's series, summed by these labels."""
    return f"sum by ({by}) (rate({name}{{{MINE}{matchers}}}[{RATE}]))"


def quantile(share: float, name: str, by: str = "") -> str:
    """A quantile of a histogram."""
    return f"histogram_quantile({share}, {rate(f'{name}_bucket', f'le, {by}' if by else 'le')})"
