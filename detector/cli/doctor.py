"""`detector doctor`: is everything there that a worker needs?"""

from collections.abc import Iterator

from detector.cli import models
from detector.cli.checks.cluster import check_cluster
from detector.cli.checks.machine import check_model, check_port, check_settings, check_threads
from detector.cli.findings import Finding, report
from detector.cli.options import ALL, with_settings
from detector.settings import Settings


@with_settings(*ALL)
def doctor(settings: Settings) -> None:
    """Check everything a worker needs, and say how to mend what is not right.

    Settings, model bundle (hashes, shapes, a sentence with a known answer), threads against the processors of this
    container, the metrics port, the cluster, its topics and their configuration, what this worker may do there
    (as far as the cluster tells), its group, and an empty transaction. It writes no record and joins no group.

        detector doctor --bootstrap-servers broker:9092

    One line per check: ok, warn or FAIL. Ends with 0, or with 5 if anything failed. A cluster that is down is told in
    seconds.
    """
    report(_findings(settings))


def _findings(settings: Settings) -> Iterator[Finding]:
    yield from check_settings(settings)
    yield from check_threads(settings)
    yield from check_port(settings)
    # Looked up now, so that whoever replaces the loader replaces this one's too.
    yield from check_model(settings, models.load_scorer)
    yield from check_cluster(settings)
