"""YAML as nodes that know their place: every problem is told with its line and column."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

import attrs

from retention_rules.errors import DecodingError, near
from retention_rules.interop._documents import PARTS

_INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[+-]?[0-9]+\.[0-9]+")
_LITERALS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "yes", "是"), True),
    **dict.fromkeys(("false", "no", "否"), False),
}
_EMPTY = ("", "~", "null")
_DEPTH = 8


class BadTimeline(DecodingError):
    """A file of timelines that cannot be read.

    Attributes:
        file: The file.
        line: Where the problem begins; the first line is 1.
        column: The letter on that line; the first one is 1.
        problem: What is wrong, and what to write instead.
    """

    __module__ = "retention_rules.testing.timelines"  # where it is asked for

    def __init__(self, file: str, line: int, column: int, problem: str) -> None:
        super().__init__(f"{file or '<text>'}:{line}:{column}: {problem}", problem=problem)
        self.file = file
        self.line = line
        self.column = column

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.file, self.line, self.column, self.problem)


@attrs.frozen(eq=False)
class Node:
    """A value in a file, and where it stands.

    Attributes:
        path: The file.
        line: Counted from 1.
        column: Counted from 1.
        given: Text, a tuple of nodes, or a tuple of pairs of nodes.
        kind: What `given` is: ``text``, ``list`` or ``mapping``.
        quoted: Whether text was quoted, and so is nothing but text.
    """

    path: str
    line: int
    column: int
    kind: str
    given: Any
    quoted: bool = False

    def wrong(self, problem: str) -> BadTimeline:
        """The error that something is wrong here."""
        return BadTimeline(self.path, self.line, self.column, problem)

    def shown(self) -> str:
        """What stands here, as an error shows it."""
        return f"`{self.given[:60]}`" if self.kind == "text" else f"this {self.kind}"

    @property
    def empty(self) -> bool:
        """Whether nothing stands here."""
        return self.kind == "text" and not self.quoted and self.given in _EMPTY

    def text(self, what: str) -> str:
        """Text that is not empty."""
        if self.kind != "text" or self.empty or not self.given.strip():
            raise self.wrong(f"{self.shown()} is no {what}: write one")
        return str(self.given).strip()

    def items(self, what: str) -> tuple[Node, ...]:
        """The items of a list."""
        if self.kind != "list":
            raise self.wrong(f"{self.shown()} is no list of {what}: begin each with `-`")
        found: tuple[Node, ...] = self.given
        return found

    def pairs(self, what: str) -> Iterator[tuple[str, Node, Node]]:
        """Each key of a mapping as text and node, and what stands under it; no key twice."""
        if self.kind != "mapping":
            raise self.wrong(f"expected {what}, not {self.shown()}: write `key: value` lines")
        seen: set[str] = set()
        for key, value in self.given:
            name = key.text("key")
            if name in seen:
                raise key.wrong(f"the key `{name}` stands here twice: keep one")
            seen.add(name)
            yield name, key, value

    def closed(self, what: str, known: Iterable[str]) -> dict[str, Node]:
        """A mapping whose keys are all known."""
        names = list(known)
        found: dict[str, Node] = {}
        for name, key, value in self.pairs(what):
            if name not in names:
                hint = near(name, names, most=len(names))
                raise key.wrong(f"{what} has no key `{name}`: {hint}")
            found[name] = value
        return found

    def only(self, what: str, known: Collection[str]) -> str:
        """Text that is one of those known."""
        found = self.text(what)
        if found not in known:
            raise self.wrong(f"`{found}` is no {what}: {near(found, known, most=len(known))}")
        return found

    def plain(self, depth: int = 0) -> Any:
        """Text, number, boolean, list or mapping; a day or time stays text."""
        if depth > _DEPTH:
            raise self.wrong(f"this is nested more than {_DEPTH} deep: flatten it")
        if self.kind == "list":
            return [one.plain(depth + 1) for one in self.given]
        if self.kind == "mapping":
            return {name: value.plain(depth + 1) for name, _, value in self.pairs("a mapping")}
        if self.empty:
            raise self.wrong("there is no value: write one, or leave the key out")
        given = str(self.given)
        if self.quoted:
            return given
        if given.lower() in _LITERALS:
            return _LITERALS[given.lower()]
        if _INTEGER.fullmatch(given):
            return int(given)
        return Decimal(given) if _DECIMAL.fullmatch(given) else given


def read_nodes(text: str, path: str) -> Node:
    """The one document in YAML text.

    Raises:
        BadTimeline: it is no YAML, or empty.
        DecodingError: the library that reads YAML is not installed.
    """
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
    except ModuleNotFoundError:
        raise DecodingError(
            f"`{path}` is YAML, which needs `ruamel.yaml`: pip install 'retention-rules[yaml]'"
        ) from None
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        told = " ".join(f"{problem.problem or problem.context}".split()).lower()
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise BadTimeline(path, line, column, f"no YAML: {told}{_hint(told)}") from None
    except (YAMLError, RecursionError) as problem:
        raise BadTimeline(path, 1, 1, f"no YAML: {' '.join(str(problem).split())}") from None
    if root is None:
        raise BadTimeline(path, 1, 1, "the file is empty: write `practice:`, `zone:`, `timelines:`")
    return _node(root, path, (), count())


def _hint(told: str) -> str:
    if "mapping values are not allowed" in told:
        return "; write `DATE KIND: {field: value}`, with a colon before the brace"
    return "; write tabs as blanks" if "\\t" in told else ""


def _node(node: Any, path: str, outer: tuple[Any, ...], parts: Iterator[int]) -> Node:
    """A node of ours for one of the library's; `outer` are those that it stands in.

    What an alias stands for counts as often as it is named, so that few lines cannot hold endless
    `parts`.
    """
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if next(parts) >= PARTS:
        raise BadTimeline(path, line, column, f"more than {PARTS:,} values: no story has so many")
    if any(one is node for one in outer):
        raise BadTimeline(path, line, column, "this stands within itself: write it out")
    inside = (*outer, node)
    kind = {"scalar": "text", "sequence": "list", "mapping": "mapping"}[node.id]
    if kind == "text":
        return Node(path, line, column, kind, node.value, node.style is not None)
    given: tuple[Any, ...]
    if kind == "list":
        given = tuple(_node(one, path, inside, parts) for one in node.value)
    else:
        pairs = node.value
        given = tuple(
            (_node(key, path, inside, parts), _node(one, path, inside, parts)) for key, one in pairs
        )
    return Node(path, line, column, kind, given)
