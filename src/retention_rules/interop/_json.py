"""JSON with the place of each part."""

from __future__ import annotations

import json
import math
import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from retention_rules.interop._documents import DEPTH, Document, Place, refused
from retention_rules.serialization._codec import inside

_SPACE = re.compile(r"[ \t\n\r]*")
_SCALAR = re.compile(r"[-+.\w]+")


def document(text: str, name: str) -> Document:
    """What JSON text holds.

    Raises:
        DecodingError: it is no JSON, a key stands twice in an object, or a number is not finite.
    """
    try:
        json.loads(text)
    except json.JSONDecodeError as problem:
        told = f"no JSON: {problem.msg.lower()}"
        raise refused(name, text, problem.pos, told) from None
    except RecursionError:
        raise refused(name, text, 0, "nested too deeply to be meant") from None
    except ValueError as problem:  # a number of thousands of digits
        raise refused(name, text, 0, f"no JSON: {problem}") from None
    reader = _Reader(text, name)
    start = reader.skip(0)
    data, _ = reader.value(start, "", start, 0)
    return Document(name, text, data, reader.places)


class _Reader:
    """Walks over text that is known to be JSON."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.places: dict[str, Place] = {}

    def skip(self, at: int) -> int:
        """Past white space."""
        found = _SPACE.match(self.text, at)
        return at if found is None else found.end()

    def value(self, start: int, path: str, at: int, depth: int) -> tuple[Any, int]:
        """The value that begins at `start`, and where it ends."""
        if depth > DEPTH:
            raise refused(self.name, self.text, start, "nested too deeply to be meant")
        letter = self.text[start]
        found: Any
        if letter == "{":
            found, end = self.mapping(start, path, depth)
        elif letter == "[":
            found, end = self.sequence(start, path, depth)
        elif letter == '"':
            found, end = scanstring(self.text, start + 1, True)
        else:
            found, end = self.scalar(start)
        self.places[path] = Place(at, start, end)
        return found, end

    def scalar(self, start: int) -> tuple[Any, int]:
        match = _SCALAR.match(self.text, start)
        assert match is not None
        found = json.loads(match[0])
        if isinstance(found, float) and not math.isfinite(found):
            problem = f"`{match[0]}` is no number here: give a finite one, or leave it out"
            raise refused(self.name, self.text, start, problem)
        return found, match.end()

    def mapping(self, start: int, path: str, depth: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        at = self.skip(start + 1)
        while self.text[at] != "}":
            key, end = scanstring(self.text, at + 1, True)
            if key in found:
                problem = f"the key `{key}` stands twice in one object: keep one"
                raise refused(self.name, self.text, at, problem)
            begins = self.skip(self.skip(end) + 1)
            found[key], end = self.value(begins, inside(path, key), at, depth + 1)
            at = self.after(end)
        return found, at + 1

    def sequence(self, start: int, path: str, depth: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        at = self.skip(start + 1)
        while self.text[at] != "]":
            item, end = self.value(at, inside(path, len(found)), at, depth + 1)
            found.append(item)
            at = self.after(end)
        return found, at + 1

    def after(self, end: int) -> int:
        """Past white space and a comma."""
        at = self.skip(end)
        return self.skip(at + 1) if self.text[at] == "," else at
