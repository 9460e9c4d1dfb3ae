"""The running JVM of a broker: its start, its first answer, its end."""

import signal
import subprocess
import time
from pathlib import Path

from detector.brokers.errors import BrokerDied, PortTaken
from detector.brokers.ready import Probe

_CLASH = "Address already in use"
_LOG_LINES = 15
_ASK_SECONDS = 0.2


class BrokerProcess:
    """Runs `command` in `folder` from construction on, writing to `broker.log` there."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._log = folder / "broker.log"
        with self._log.open("wb") as log:
            # A session of its own: Ctrl-C is for the worker, which still needs its broker to finish in order.
            self._process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self.pid = self._process.pid

    def await_answer(self, bootstrap: str, cluster: str, seconds: float) -> None:
        """Returns once this cluster answers there; `BrokerDied` at the process's end or after so many seconds."""
        probe, give_up = Probe(bootstrap), time.monotonic() + seconds
        # Another broker may have been faster on our port, hence the look at the cluster's id.
        while probe.cluster_id(_ASK_SECONDS) != cluster:
            if self._process.poll() is not None:
                raise self._death(bootstrap)
            if time.monotonic() > give_up:
                raise BrokerDied(
                    f"Kafka did not answer on {bootstrap} within {seconds:g} s: give the machine more room or "
                    f"start_seconds more time. {self._last_words()}"
                )

    def end(self, by: signal.Signals, seconds: float) -> bool:
        """Sends the signal, then kills what is still there after so many seconds; whether that was not needed."""
        self._process.send_signal(by)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return False
        return True

    def _death(self, bootstrap: str) -> BrokerDied:
        said = f"Kafka ended with {self._process.returncode} instead of answering on {bootstrap}. {self._last_words()}"
        return PortTaken(said) if _CLASH in self._log.read_text(errors="replace") else BrokerDied(said)

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return "The last lines of its log:\n" + "\n".join(lines[-_LOG_LINES:] or ["(none)"])
