"""The JVM a local Kafka runs in: its command line, and what makes it start fast."""

import hashlib
import os
import uuid
from pathlib import Path

from detector.brokers.jars import cache_folder
from detector.brokers.java import Java
from detector.errors import Misconfigured

# The first compiler and the serial collector start soonest and leave most of a small machine to the worker.
_FLAGS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+IgnoreUnrecognizedVMOptions")
_LOGGING = ("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true")


class Machine:
    """Commands for one Java and one set of jars; what starts leave behind for later ones is kept in `state`.

    The first broker that ends in order writes an archive of its loaded classes (AppCDS); later ones map it, which
    halves their start. An archive fits one Java build and the very jar files it saw, so both are in its address.
    """

    def __init__(self, java: Java, jars: Path, heap_mb: int, state: Path | None = None) -> None:
        files = sorted(jars.glob("*.jar"))
        class_path = os.pathsep.join(str(file) for file in files)
        stamps = [(file.stat().st_size, file.stat().st_mtime_ns) for file in files]
        address = hashlib.sha256(repr((java.banner, class_path, stamps)).encode()).hexdigest()[:16]
        self._state = state or cache_folder() / "state" / address
        try:
            self._state.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Misconfigured(
                f"The local Kafka cannot keep files in {self._state}: {error.strerror or error}. Make the folder "
                "writable or let XDG_CACHE_HOME name another."
            ) from error
        heap = (f"-Xms{heap_mb}m", f"-Xmx{heap_mb}m")
        self._options = [str(java.program), *heap, *_FLAGS, *_LOGGING]
        self._class_path = ["-cp", class_path]
        self._archive = self._state / "classes.jsa"
        self._fresh = self._archive

    @property
    def checkpoint(self) -> Path:
        """Where `format_storage` keeps its result."""
        return self._state / "bootstrap.checkpoint"

    def tool_command(self) -> list[str]:
        """Runs the main class whose name follows."""
        return [*self._options, *self._class_path]

    def broker_command(self) -> list[str]:
        """Runs Kafka with the settings file whose path follows."""
        if self._archive.exists():
            archive = f"-XX:SharedArchiveFile={self._archive}"
        else:
            self._fresh = self._state / f"{uuid.uuid4().hex}.jsa"
            archive = f"-XX:ArchiveClassesAtExit={self._fresh}"
        return [*self._options, archive, *self._class_path, "kafka.Kafka"]

    def keep_archive(self, *, whole: bool) -> None:
        """After a broker's end: its archive, if it wrote one, serves from now on, unless it was cut short."""
        if self._fresh != self._archive and self._fresh.exists():
            if whole:
                self._fresh.replace(self._archive)
            else:
                self._fresh.unlink()
        self._fresh = self._archive
