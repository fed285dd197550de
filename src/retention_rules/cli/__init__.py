"""The command ``retention-rules``. Importing this needs neither click nor rich."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

_NEEDED = ("click", "rich")
PIPE_CLOSED = 141
"""What a shell makes of a program that writes to a pipe nobody reads."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command, and exit.

    Args:
        arguments: Default: those of the process.
    """
    try:
        from retention_rules.cli.commands import app
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _NEEDED:
            raise
        print(
            f"error: the command line needs `{missing.name}`: pip install 'retention-rules[cli]'",
            file=sys.stderr,
        )
        raise SystemExit(2) from None
    for stream in (sys.stdout, sys.stderr):
        _never_refuse(stream)
    try:
        app(args=None if arguments is None else list(arguments), prog_name="retention-rules")
    except BrokenPipeError:
        _hush()
        raise SystemExit(PIPE_CLOSED) from None


def _never_refuse(stream: object) -> None:
    """Letters that the terminal's encoding lacks are shown as escapes, not as an error."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _hush() -> None:
    """Let nothing more be written where nobody reads."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
