"""The other end of a process that answers questions."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, Self

from detector.errors import Misconfigured

_END_SECONDS = 20.0
_POOLS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


class Asked:
    """A module of this package in a process of its own, which runs as long as the block.

    Its libraries' thread pools are of `threads` threads each.
    """

    def __init__(self, python: Path, module: str, arguments: Sequence[str], threads: int) -> None:
        self._command = [str(python), "-m", f"{__package__}.{module}", *arguments]
        self._name = f"{module} {' '.join(arguments[:2])}".strip()
        pools = dict.fromkeys(_POOLS, str(threads))
        self._environment = {**os.environ, **pools, "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}

    def __enter__(self) -> Self:
        self._said = TemporaryFile("w+")
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None:
            self._process.kill()
        with self._said, self._process as process:
            if process.stdin:
                process.stdin.close()
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def ready(self) -> None:
        """Waits until it has loaded what it needs; raises `Misconfigured` with its last words if it ended instead."""
        self._answer()

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Its answer; raises `Misconfigured` with its last words if it ended instead."""
        assert self._process.stdin is not None
        try:
            print(json.dumps(question), file=self._process.stdin, flush=True)
        except BrokenPipeError:
            raise self._ended() from None
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise self._ended()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _ended(self) -> Misconfigured:
        code = self._process.wait()
        self._said.seek(0)
        last = [line for line in self._said.read().splitlines() if line.strip()][-1:]
        said = f"and said: {last[0]}" if last else "and said nothing"
        return Misconfigured(f"The process of {self._name} ended with exit code {code} {said}")
