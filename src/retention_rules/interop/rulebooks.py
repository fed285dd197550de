"""Rulebook files, in YAML or JSON: for people who change a deadline, and for their programs.

A file holds a whole rulebook, ``rules: [...]``, or builds on the built-in handbook::

    base: handbook
    cadence: 0-3-10-20
    without: [cadence.never-silent]
    adapt:
      thanks.handwritten:
        due: {days: 3}

What a file cannot mean is told with file, line, column and the path of the key. YAML needs the
extra ``yaml``; JSON, and writing either, need nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from retention_rules.errors import DecodingError, RetentionRulesError
from retention_rules.interop import _json, _yaml_text
from retention_rules.interop._bases import decode_file, schema
from retention_rules.interop._documents import LIMIT, Document, decoded, located
from retention_rules.interop._edits import edited
from retention_rules.rulebook import Rulebook
from retention_rules.serialization import encode
from retention_rules.serialization._codec import wrong

Format: TypeAlias = Literal["yaml", "json"]
_SUFFIXES: dict[str, Format] = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}
_TEXT = "<text>"

__all__ = ["edit_rulebook", "read_rulebook", "rulebook_schema", "write_rulebook"]


def read_rulebook(source: str | Path, *, format: Format | None = None) -> Rulebook:
    r"""The rulebook in a file, or in a text.

    Args:
        source: A path (``-`` is standard input); or a text, if it has a line break or begins with
            a brace.
        format: ``yaml`` or ``json``. Default: that of the file's name, else JSON if the text
            begins with a brace.

    Raises:
        DecodingError: it describes no rulebook; the message begins with file, line and column.
        OSError: it cannot be opened.

    >>> book = read_rulebook("base: handbook\nadapt:\n  thanks.handwritten: {due: {days: 3}}\n")
    >>> book["thanks.handwritten"].window.due
    trigger + days(3)
    >>> read_rulebook("base: handbook\nadapt:\n  thanks.handwriten: {due: {days: 3}}\n")
    Traceback (most recent call last):
    retention_rules.errors.DecodingError: <text>:3:3: adapt: the base has no rule
    `thanks.handwriten`: did you mean `thanks.handwritten`?
    """
    text, name = _read(source)
    return _understood(_document(text, name, format or _format(name, text)))


def write_rulebook(
    book: Rulebook, path: str | Path | None = None, *, format: Format | None = None
) -> str:
    """The text of a rulebook file; `read_rulebook` makes an equal rulebook of it.

    Args:
        book: The rulebook; it is written out whole.
        path: Where to write the text too.
        format: ``yaml`` or ``json``. Default: that of the path's name, else YAML.

    >>> from retention_rules.practices import handbook
    >>> read_rulebook(write_rulebook(handbook())) == handbook()
    True
    """
    style = format or _SUFFIXES.get(Path(path or "").suffix.lower(), "yaml")
    data = encode(book)
    if style == "json":
        text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        if any("\ud800" <= letter <= "\udfff" for letter in text):  # which no file can hold
            text = json.dumps(data, indent=2) + "\n"
    else:
        text = _yaml_text.dump(data)
    if path is not None:
        Path(path).write_text(text, encoding="utf-8", newline="\n")
    return text


def edit_rulebook(
    source: str | Path, id: str, changes: Mapping[str, Any], *, format: Format | None = None
) -> str:
    r"""The text of a rulebook file with one rule changed; comments and order stay as they are.

    In a file that builds on the handbook the change goes to ``adapt``. A rule with citations that
    is written out in the file is marked under ``adapted``.

    Args:
        source: As for `read_rulebook`. A file is not written.
        id: The rule.
        changes: New values as the file has them, by key: ``due``, ``title.en``,
            ``steps.listen.due``.
        format: As for `read_rulebook`.

    Raises:
        DecodingError: the file, or what it would become, describes no rulebook.

    >>> text = "base: handbook\nadapt:\n  thanks.ever:\n    due: {days: 7}  # since May\n"
    >>> print(edit_rulebook(text, "thanks.ever", {"due": {"days": 10}}), end="")
    base: handbook
    adapt:
      thanks.ever:
        due: {days: 10}  # since May
    """
    text, name = _read(source)
    style = format or _format(name, text)
    document = _document(text, name, style)
    before = _understood(document)

    def read(text: str) -> Document:
        return _document(text, name, style)

    def understood(changed: Document) -> Rulebook:
        try:
            return decode_file(changed.data)
        except DecodingError as problem:  # its line would be one that the file does not have yet
            told = ": ".join(filter(None, (name, problem.path, problem.problem)))
            raise DecodingError(told, path=problem.path, problem=problem.problem) from None

    try:
        after = edited(document, before, id, changes, read, understood)
    except DecodingError as problem:
        if problem.args[0].startswith(name):
            raise
        raise document.located(problem) from None
    return after


def read_value(text: str) -> Any:
    """The plain value that a piece of YAML spells, such as ``{days: 3}``.

    Raises:
        DecodingError: it is no YAML.

    >>> read_value("{until: ends, days: -3}")
    {'until': 'ends', 'days': -3}
    """
    return _document(text, "<value>", "yaml").data if text.strip() else ""


def rulebook_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of rulebook files; editors complete and check with it.

    >>> rulebook_schema()["$schema"]
    'https://json-schema.org/draft/2020-12/schema'
    """
    return schema()


def _read(source: str | Path) -> tuple[str, str]:
    """A text, and what errors call it."""
    if isinstance(source, str) and ("\n" in source or source.lstrip().startswith("{")):
        if len(source) > LIMIT:
            raise DecodingError(f"{_TEXT}: longer than {LIMIT:,} letters: no rulebook is")
        return source.removeprefix("\ufeff"), _TEXT
    if str(source) == "-":
        return decoded(sys.stdin.buffer.read(LIMIT + 1), "-"), "-"
    with Path(source).open("rb") as file:
        return decoded(file.read(LIMIT + 1), str(source)), str(source)


def _format(name: str, text: str) -> Format:
    known = _SUFFIXES.get(Path(name).suffix.lower())
    return known or ("json" if text.lstrip().startswith("{") else "yaml")


def _document(text: str, name: str, style: Format) -> Document:
    if style == "json":
        return _json.document(text, name)
    try:
        from retention_rules.interop import _yaml
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "ruamel":
            raise
        raise RetentionRulesError(
            f"{name}: reading YAML needs `ruamel.yaml`: pip install 'retention-rules[yaml]'"
        ) from None
    return _yaml.document(text, name)


def rule_place(source: str | Path, id: str) -> str | None:
    """File, line, column and path of a rule in a rulebook file, if it stands there."""
    text, name = _read(source)
    document = _document(text, name, _format(name, text))
    for number, one in enumerate(document.data.get("rules") or []):
        if one.get("id") == id:
            path = f"rules[{number}]"
            return f"{located(name, text, document.place(path).at)}: {path}"
    if id in (document.data.get("adapt") or {}):
        path = f"adapt.{id}"
        return f"{located(name, text, document.place(path).at)}: {path}"
    return None


def _understood(document: Document) -> Rulebook:
    try:
        return decode_file(document.data)
    except DecodingError as problem:
        raise document.located(problem) from None
    except RecursionError:
        raise document.located(wrong("", "nested too deeply to be meant")) from None
