"""YAML 1.2 with the place of each part, as rulebook files are written.

The core schema and nothing beyond it: ``NO``, ``09:00`` and ``2026-03-02`` are text, and what
could surprise a reader (anchors, tags, a key that stands twice, several documents) is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from retention_rules.interop._documents import DEPTH, PARTS, Document, Place, refused
from retention_rules.serialization._codec import inside

_NULL = re.compile(r"null|Null|NULL|~|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_MEANT = (
    ("'\\t'", "a tab: indent with spaces"),
    ("mapping values are not allowed", "a colon too many: put quotes around text that has one"),
    ("expected <block end>", "the indentation does not fit: line up what belongs together"),
    ("could not find expected ':'", "no `key: value`: a colon and a space are missing"),
    ("while scanning a quoted scalar", "the quotes are not closed"),
    ("special characters are not allowed", "a control character: leave it out"),
)


def document(text: str, name: str) -> Document:
    """What YAML text holds.

    Raises:
        DecodingError: it is no YAML, or YAML that is refused here.
    """
    reader = _Reader(text, name)
    try:
        for event in _events(text):
            reader.take(event)
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        at = min(0 if mark is None else mark.index, len(text))
        raise refused(name, text, at, _told(problem)) from None
    except ReaderError as problem:
        raise refused(name, text, problem.position, _told(problem)) from None
    except (YAMLError, ValueError, IndexError, AttributeError, AssertionError) as problem:
        raise refused(name, text, 0, f"no YAML: {problem}") from None
    if "" not in reader.places:
        raise refused(name, text, 0, "nothing in it: write `rules:`, or `base: handbook`")
    return Document(name, text, reader.data, reader.places)


def _events(text: str) -> Iterator[Event]:
    found: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
    return found


def _told(problem: YAMLError) -> str:
    """What the parser complains of, in our words where they are clearer."""
    words = " ".join(str(problem).split())
    for theirs, ours in _MEANT:
        if theirs in words:
            return ours
    plain = getattr(problem, "problem", None) or words
    return f"no YAML: {' '.join(str(plain).split())}; check quotes, brackets and indentation here"


class _Frame:
    """A mapping or list that is being read."""

    def __init__(self, data: Any, path: str, at: int, event: Event) -> None:
        self.data = data
        self.path = path
        self.at = at
        self.start: int = event.start_mark.index
        self.block = not getattr(event, "flow_style", False)
        self.end = self.start
        self.key: str | None = None
        self.key_at = 0
        self.lines: dict[str, int] = {}


class _Reader:
    """Puts events together; without recursion, so that depth costs nothing."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.data: Any = None
        self.places: dict[str, Place] = {}
        self.frames: list[_Frame] = []
        self.documents = 0

    def wrong(self, event: Event, problem: str) -> Exception:
        return refused(self.name, self.text, event.start_mark.index, problem)

    def take(self, event: Event) -> None:
        """One more event."""
        if isinstance(event, DocumentStartEvent):
            self._opened(event)
        elif isinstance(event, AliasEvent):
            raise self.wrong(event, f"the alias `*{event.anchor}`: write out what it stands for")
        elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent):
            self._plain(event)
            self._value(event)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            frame = self.frames.pop()
            end = frame.end if frame.block else event.end_mark.index
            self._done(frame.data, frame.path, Place(frame.at, frame.start, end, frame.block))

    def _opened(self, event: DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self.wrong(event, "a second document begins: keep one in a file")
        if event.version not in (None, (1, 2)) or event.tags:
            raise self.wrong(event, "a directive that is not read here: leave the line out")

    def _plain(self, event: Any) -> None:
        if event.anchor is not None:
            problem = f"the anchor `&{event.anchor}`: write it out where it is needed again"
            raise self.wrong(event, problem)
        tag = getattr(event, "ctag", None)
        if tag is not None and str(tag) not in ("None", ""):
            raise self.wrong(event, f"the tag `{tag}`: leave it out, or put quotes around text")

    def _value(self, event: Any) -> None:
        frame = self.frames[-1] if self.frames else None
        at = event.start_mark.index
        path = ""
        if frame is not None and isinstance(frame.data, dict):
            if frame.key is None:
                self._key(frame, event)
                return
            path, at = inside(frame.path, frame.key), frame.key_at
        elif frame is not None:
            path = inside(frame.path, len(frame.data))
        if isinstance(event, ScalarEvent):
            start, end = event.start_mark.index, event.end_mark.index
            if event.style in ("|", ">"):  # the parser counts the lines up to the next part
                end = start + len(self.text[start:end].rstrip())
            self._done(self._scalar(event), path, Place(at, start, end))
            return
        if len(self.frames) >= DEPTH:
            raise self.wrong(event, "nested too deeply to be meant")
        data: Any = {} if isinstance(event, MappingStartEvent) else []
        self.frames.append(_Frame(data, path, at, event))

    def _key(self, frame: _Frame, event: Any) -> None:
        """Keys are text, however they are spelled."""
        if not isinstance(event, ScalarEvent):
            raise self.wrong(event, "a key that is a list or mapping: give text")
        key = str(event.value)
        if key in frame.lines:
            first = self.text.count("\n", 0, frame.lines[key]) + 1
            problem = f"the key `{key}` stands twice, first on line {first}: keep one"
            raise self.wrong(event, problem)
        frame.lines[key] = frame.key_at = event.start_mark.index
        frame.key = key

    def _done(self, value: Any, path: str, place: Place) -> None:
        self.places[path] = place
        if len(self.places) > PARTS:
            problem = f"more than {PARTS:,} values: no rulebook has so many"
            raise refused(self.name, self.text, place.at, problem)
        if not self.frames:
            self.data = value
            return
        frame = self.frames[-1]
        frame.end = max(frame.end, place.end)
        if isinstance(frame.data, dict):
            frame.data[frame.key] = value
            frame.key = None
        else:
            frame.data.append(value)

    def _scalar(self, event: ScalarEvent) -> Any:
        """The value of a scalar by the core schema: what is quoted is text."""
        text = str(event.value)
        if event.style in ("'", '"', "|", ">"):
            return text
        if _NULL.fullmatch(text):
            return None
        if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
            return text.lower() == "true"
        if _INTEGER.fullmatch(text):
            return self._number(int, event, text)
        if _OTHER_BASE.fullmatch(text):
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            return self._number(float, event, text)
        if _NOT_FINITE.fullmatch(text):
            raise self.wrong(event, f"`{text}` is no number here: give a finite one")
        return text

    def _number(self, kind: type[int | float], event: ScalarEvent, text: str) -> int | float:
        try:
            found = kind(text)
        except ValueError:
            found = math.inf
        if not math.isfinite(found):
            raise self.wrong(event, f"`{text[:20]}` is too long or too large: give a finite number")
        return found
