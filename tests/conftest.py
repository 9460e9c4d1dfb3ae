"""What holds for every test."""

import signal
from importlib.util import find_spec

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.brokers.fixtures"]

# A shell's background job ignores Ctrl-C, and so would every process that a test starts from there.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A shared machine is slow now and then; a test fails for what it found, not for how long that took.
settings.register_profile("detector", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("detector")

# PyTorch is several gigabytes and has an environment of its own: `make test-train` runs these.
collect_ignore = [] if find_spec("torch") else ["training"]
