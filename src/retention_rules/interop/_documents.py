"""A text of nested data, and where in it each part stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from retention_rules.errors import DecodingError
from retention_rules.interop._lines import MAGIC, guess

LIMIT = 2_000_000
"""The most bytes that a rulebook may have; the handbook has less than a tenth of it."""

PARTS = 100_000
"""The most values that a YAML file may have: reading them takes seconds."""

DEPTH = 100
"""How deep parts may lie in each other."""

_LAST = re.compile(r"(?:\.[^.\[\]]*|\[\d+\])\Z|\A[^.\[\]]+\Z|\.[^.]*\Z")
_BREAK = re.compile(r"\r\n|\r|\n")


@attrs.frozen
class Place:
    """Where a part stands.

    Attributes:
        at: Where its key begins, or the part itself if it has none, counted in letters.
        start: Where the part itself begins.
        end: Where it ends.
        block: Whether it is a mapping or list written in lines, without brackets.
    """

    at: int
    start: int
    end: int
    block: bool = False


@attrs.frozen
class Document:
    """What a text holds.

    Attributes:
        name: What errors call the text: its file.
        data: Mappings, lists, text, numbers, booleans and None.
        places: Where each part stands, by its path as errors tell it.
    """

    name: str
    text: str
    data: Any
    places: Mapping[str, Place]

    def place(self, path: str) -> Place:
        """Where a part stands, or else the nearest one around it."""
        while path and path not in self.places:
            path = _LAST.sub("", path)
        return self.places[path]

    def located(self, problem: DecodingError) -> DecodingError:
        """The same error, told with file, line and column."""
        path, told = problem.path, problem.problem
        inner = path if problem.key is None else f"{path}.{problem.key}".lstrip(".")
        where = located(self.name, self.text, self.place(inner).at)
        return DecodingError(
            f"{where}: {path}: {told}" if path else f"{where}: {told}",
            path=path,
            problem=told,
            key=problem.key,
        )


def located(name: str, text: str, at: int) -> str:
    r"""File, line and column of a place in a text, each counted from 1.

    >>> located("a.yaml", "a: 1\nb: 2", 5)
    'a.yaml:2:1'
    """
    line, begins = 1, 0
    for found in _BREAK.finditer(text, 0, at):
        line, begins = line + 1, found.end()
    return f"{name}:{line}:{at - begins + 1}"


def refused(name: str, text: str, at: int, problem: str) -> DecodingError:
    """The error for a place in a text that cannot be read."""
    return DecodingError(f"{located(name, text, at)}: {problem}", problem=problem)


def decoded(raw: bytes, name: str) -> str:
    """The text of a file, whatever its ends of lines; a byte order mark is left out.

    Raises:
        DecodingError: it is too large, not UTF-8, or no text at all.
    """
    if len(raw) > LIMIT:
        raise DecodingError(
            f"{name}: larger than {LIMIT:,} bytes: no rulebook is; give the file with the rules"
        )
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    for magic, what in MAGIC.items():
        if raw.startswith(magic):
            raise DecodingError(f"{name}: the file is {what}: save it as text in UTF-8")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        before = raw[: problem.start].decode("utf-8")
        line = raw[problem.start : problem.start + 200]
        raise refused(
            name,
            before,
            len(before),
            f"the byte 0x{raw[problem.start]:02X} is not UTF-8: save the file as UTF-8 "
            f"({guess(line)})",
        ) from None
    if "\0" in text:
        raise refused(
            name, text, text.index("\0"), "a zero byte, so it is UTF-16 or no text: save as UTF-8"
        )
    if not text.strip():
        raise DecodingError(f"{name}: the file is empty: write `rules:`, or `base: handbook`")
    return text
