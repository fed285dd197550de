"""YAML for people: short parts on one line, long texts folded. Needs no YAML library.

Text that another reader of YAML might take for something else (``NO``, ``09:00``) is in quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 88
_OPEN = 2
"""Down to this depth (the rules, and the keys of a rule) nothing is put on one line."""

_IN_LINE = re.compile(r"[^\W\d_](?:[^:#,\[\]{}\"]|:(?=\S)|(?<=\S)#)*")
_ALONE = re.compile(r"[^\W\d_](?:[^:#]|:(?=\S)|(?<=\S)#)*")
_AMBIGUOUS = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null)")
_BARE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


def dump(data: Any) -> str:
    """YAML text of plain data.

    >>> print(dump({"rules": [{"id": "a", "window": {"due": {"days": 3}}}]}), end="")
    rules:
    - id: a
      window: {due: {days: 3}}
    """
    if not data or not isinstance(data, Mapping | list):
        return flow(data) + "\n"
    return "\n".join(_block(data, 0, 0)) + "\n"


def entry(key: str, value: Any, indent: int, depth: int) -> list[str]:
    """The lines of one key of a mapping that begins in column `indent`."""
    return list(_entry(f"{' ' * indent}{_key(key)}:", value, indent, depth))


def flow(data: Any) -> str:
    """Plain data on one line, in brackets where it is more than a word."""
    if isinstance(data, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {flow(data[key])}" for key in data) + "}"
    if isinstance(data, list | tuple):
        return "[" + ", ".join(flow(item) for item in data) + "]"
    return _text(data, _IN_LINE) if isinstance(data, str) else json.dumps(data)


def _key(key: str) -> str:
    bare = _BARE_KEY.fullmatch(key) and not _AMBIGUOUS.fullmatch(key)
    return key if bare else _quoted(key)


def _text(text: str, plain_text: re.Pattern[str]) -> str:
    plain = (
        plain_text.fullmatch(text)
        and not text.endswith((":", " "))
        and not _AMBIGUOUS.fullmatch(text)
        and text.isprintable()
    )
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    """Text in double quotes, with everything that cannot be seen escaped."""
    return "".join(
        letter if letter.isprintable() else _escaped(letter)
        for letter in json.dumps(text, ensure_ascii=False)
    )


def _escaped(letter: str) -> str:
    code = ord(letter)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _block(data: Any, indent: int, depth: int) -> Iterator[str]:
    """The lines of a mapping or list that is not empty."""
    margin = " " * indent
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _entry(f"{margin}{_key(key)}:", value, indent, depth)
        return
    for number, item in enumerate(data):
        if number and depth == 1:
            yield ""  # between the rules
        if isinstance(item, Mapping | list) and item and not _short(item, indent + 2, depth + 1):
            first, *rest = _block(item, indent + 2, depth + 1)
            yield f"{margin}- {first[indent + 2 :]}"
            yield from rest
        else:
            yield from _entry(f"{margin}-", item, indent, depth)


def _entry(head: str, value: Any, indent: int, depth: int) -> Iterator[str]:
    if not isinstance(value, Mapping | list):
        yield from _scalar(head, value, indent)
    elif not value or _short(value, len(head) + 1, depth + 1):
        yield f"{head} {flow(value)}"
    else:
        yield head
        # A list may begin in the column of its key; so it stays near the margin.
        yield from _block(value, indent + (2 if isinstance(value, Mapping) else 0), depth + 1)


def _short(value: Any, column: int, depth: int) -> bool:
    return depth > _OPEN and column + len(flow(value)) <= WIDTH


def _scalar(head: str, value: Any, indent: int) -> Iterator[str]:
    text = _text(value, _ALONE) if isinstance(value, str) else flow(value)
    if not isinstance(value, str) or len(head) + 1 + len(text) <= WIDTH or not _foldable(value):
        yield f"{head} {text}"
        return
    yield f"{head} >-"
    margin = " " * (indent + 2)
    line = ""
    for word in value.split(" "):
        if line and len(margin) + len(line) + 1 + len(word) > WIDTH:
            yield margin + line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield margin + line


def _foldable(text: str) -> bool:
    """Whether text survives being broken at its spaces."""
    return text.isprintable() and " " in text and "  " not in text and text == text.strip(" ")
