"""What holds for every test of the console."""

import pytest

from detector.engines.http.console import feed as feeding
from detector.engines.http.console import reader as reading


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens every few seconds happens all the time."""
    for module, name in [
        (feeding, "PULSE_SECONDS"),
        (reading, "MEASURE_SECONDS"),
        (reading, "RETRY_SECONDS"),
        (reading, "READ_SECONDS"),
    ]:
        monkeypatch.setattr(module, name, 0.01)
