"""Every error the library raises on purpose, under one root."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

_LINE = 80


def shown(value: object) -> str:
    """A value as an error shows it: in backticks, and not longer than a line.

    >>> shown(["x"])
    "`['x']`"
    """
    try:
        text = repr(value)
    except Exception:  # a broken or endless object of the user's must not hide the error itself
        text = f"<{type(value).__name__}>"
    return f"`{text if len(text) <= _LINE else text[: _LINE - 3] + '...'}`"


def near(name: object, known: Iterable[str], *, most: int = 12) -> str:
    """The hint after an unknown name: the one that was meant, or the ones there are.

    >>> near("opned", ["opens", "due"]), near("zzz", ["opens", "due"])
    ('did you mean `opens`?', 'choose one of `opens`, `due`')
    """
    import difflib

    names = list(dict.fromkeys(known))
    close = difflib.get_close_matches(str(name), names, n=1)
    if close:
        return f"did you mean `{close[0]}`?"
    if not names:
        return "there are none"
    listed = ", ".join(f"`{one}`" for one in names[:most])
    return f"choose one of {listed}" + (", ..." if len(names) > most else "")


class RetentionRulesError(Exception):
    """Root of all errors of this library."""


class DefinitionError(RetentionRulesError):
    """A rule, rulebook, window or calendar that cannot mean anything."""


class InvalidEvent(RetentionRulesError):
    """A record that cannot be taken: a naive time, a reserved kind, a value of a wrong type."""


class ConflictingEvents(RetentionRulesError):
    """Two records claim the same source and id but differ in content."""


class UnknownTarget(RetentionRulesError):
    """A correction or retraction of something that was never handed over."""


class AmendmentCycle(RetentionRulesError):
    """Amendments that amend each other in a circle."""


class UnknownZone(RetentionRulesError):
    """A time zone that is missing, unknown, or not installed on this machine."""


class OutOfRange(RetentionRulesError):
    """An instant or date outside the years that the library can place."""


class TooLate(RetentionRulesError):
    """A record that arrived after the horizon of its monitor had passed it."""


class DecodingError(RetentionRulesError):
    """Text or data that does not describe a value of this library.

    Attributes:
        path: Where in the data, such as ``rules[3].window.due``; empty for the whole of it.
        problem: What is wrong there.
        key: The key of the object there that is meant, if one is.
    """

    def __init__(
        self, told: str, *, path: str = "", problem: str | None = None, key: str | None = None
    ) -> None:
        super().__init__(told)
        self.path = path
        self.problem = told if problem is None else problem
        self.key = key


class NotExplainable(RetentionRulesError):
    """A finding that was decoded or built by hand, and so carries no evidence."""


class MissingExtra(RetentionRulesError, ImportError):
    """A library that an optional part needs is not installed."""


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """Say which extra is missing, if an import of ours lacks what comes with it.

    Raises:
        MissingExtra: a module of another package is not there.
    """
    try:
        yield
    except ModuleNotFoundError as problem:
        if problem.name is not None and problem.name.startswith("retention_rules"):
            raise
        raise MissingExtra(
            f"`{problem.name}` is not installed: pip install 'retention-rules[{extra}]'"
        ) from None
