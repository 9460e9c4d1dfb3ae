"""What can go wrong around a broker of our own, named by what to do next."""

from detector.errors import DetectorError, Misconfigured, Retry


class ToolMissing(Misconfigured):
    """Install the tool, or the version of it, that the message names."""


class FetchFailed(Retry):
    """Fetch the jars again once the network or the Maven mirror works."""


class BrokerDied(DetectorError):
    """Read the log lines in the message: the broker ended, or never answered."""


class PortTaken(BrokerDied):
    """Start again on other ports: another process was faster."""
