"""durable-rules in a process of its own, so that a crash is a failed test and not a dead run.

The other end, `python -m tests.agreement.worker`, answers one pickled question after another.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import struct
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import attrs

from retention_rules.errors import RetentionRulesError
from retention_rules.findings import Finding, Findings
from retention_rules.rulebook import Rulebook

ROOT = Path(__file__).resolve().parents[2]
PYTHON = os.environ.get("RETENTION_RULES_RETE_PYTHON") or sys.executable
"""The Python that has durable-rules: another one than this, if it lies elsewhere."""


class Crashed(AssertionError):
    """The process ended before it answered."""


def environment() -> dict[str, str]:
    """The environment of a process that finds this library and these tests, and nothing else."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}


@lru_cache(maxsize=1)
def missing() -> str | None:
    """Why durable-rules cannot be asked; None if it can."""
    check = [PYTHON, "-c", "import durable_rules_engine"]
    if subprocess.run(check, capture_output=True, check=False).returncode:
        return f"durable-rules is not installed in {PYTHON}: pip install 'retention-rules[rete]'"
    return None


# ---- this end ----------------------------------------------------------------------------------


@attrs.define
class Worker:
    """A process that is started when it is first asked, and again after a crash."""

    process: Any = None
    books: dict[int, tuple[Rulebook, bytes]] = attrs.Factory(dict)

    def ask(self, rulebook: Rulebook, records: Sequence[Any], **given: Any) -> Findings:
        """What durable-rules finds.

        Raises:
            Crashed: the process ended; the message says by which signal, and on what.
        """
        if self.process is None:
            self.process = subprocess.Popen(
                [PYTHON, "-W", "ignore", "-m", "tests.agreement.worker"],
                cwd=ROOT,
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            atexit.register(self.close)
        book = self._pickled(rulebook)
        try:
            _write(self.process.stdin, book)
            _write(self.process.stdin, pickle.dumps((list(records), given)))
            answer = _read(self.process.stdout)
        except BrokenPipeError:
            answer = None
        if answer is None:
            code = self.process.wait()
            self.process = None
            told = signal.Signals(-code).name if code < 0 else f"code {code}"
            raise Crashed(f"durable-rules ended with {told} on {records!r}, {given!r}")
        found = pickle.loads(answer)
        if isinstance(found, Exception):
            raise found
        return Findings(found[0], notes=found[1])

    def _pickled(self, rulebook: Rulebook) -> bytes:
        known = self.books.get(id(rulebook))
        if known is None or known[0] is not rulebook:
            if len(self.books) > 64:
                self.books.clear()
            known = self.books[id(rulebook)] = (rulebook, pickle.dumps(rulebook))
        return known[1]

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()
            self.process = None
            atexit.unregister(self.close)


def _write(pipe: BinaryIO, message: bytes) -> None:
    pipe.write(struct.pack(">Q", len(message)) + message)
    pipe.flush()


def _read(pipe: BinaryIO) -> bytes | None:
    size = pipe.read(8)
    if len(size) < 8:
        return None
    length: int = struct.unpack(">Q", size)[0]
    message = pipe.read(length)
    return message if len(message) == length else None


# ---- the other end -----------------------------------------------------------------------------


def answer(rulebook: Rulebook, question: bytes) -> Any:
    """Findings and notes, or the error that came instead."""
    from retention_rules.evaluation import evaluate

    records, given = pickle.loads(question)
    try:
        found = evaluate(rulebook, records, **given, engine="rete")
        plain: list[Finding] = [attrs.evolve(one, origin=None) for one in found]
    except RetentionRulesError as problem:
        return problem
    except Exception as problem:
        # What nobody foresaw may not survive the way back.
        return RuntimeError(f"{type(problem).__name__}: {problem}")
    return plain, found.notes


def main() -> None:
    """Answer until nobody asks any more."""
    load = lru_cache(maxsize=64)(pickle.loads)
    pipe, back = sys.stdin.buffer, sys.stdout.buffer
    while (book := _read(pipe)) is not None and (question := _read(pipe)) is not None:
        _write(back, pickle.dumps(answer(load(book), question)))


if __name__ == "__main__":
    main()
