"""Changes to a rulebook file in place: what is not changed keeps every letter."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from retention_rules.errors import DecodingError, near
from retention_rules.interop import _yaml_text
from retention_rules.interop._documents import Document, Place
from retention_rules.rulebook import Rulebook, changed
from retention_rules.serialization._codec import inside, wrong
from retention_rules.serialization._windows import ENDS

Path: TypeAlias = tuple[str | int, ...]
_ABSENT = object()


def edited(
    document: Document,
    book: Rulebook,
    id: str,
    changes: Mapping[str, Any],
    read: Callable[[str], Document],
    understood: Callable[[Document], Rulebook],
) -> str:
    """The text with a rule changed, and marked if it cites documents."""
    if not any(one.id == id for one in book):
        raise wrong("", f"there is no rule `{id}`: {near(id, [one.id for one in book])}")
    written = _written(document.data, id)
    for key, value in changes.items():
        document = _set(document, _target(document.data, id, written, key), value, read)
    after = understood(document)
    if written is not None and book[id].citations:
        marks = [*book[id].adapted, *changed(book[id], after[id])]
        if len(dict.fromkeys(marks)) > len(book[id].adapted):
            mark = list(dict.fromkeys(marks))
            document = _set(document, ("rules", written, "adapted"), mark, read)
            understood(document)
    return document.text


def _written(data: Mapping[str, Any], id: str) -> int | None:
    """Where a rule is written out in the file; None if it is of the base."""
    rules = data.get("rules") or []
    found = [number for number, rule in enumerate(rules) if rule.get("id") == id]
    if len(found) > 1:
        path = inside("rules", found[1])
        raise wrong(path, f"`{id}` has several versions: change the one you mean by hand")
    return found[0] if found else None


def _target(data: Mapping[str, Any], id: str, written: int | None, key: str) -> Path:
    """The path of the value that `key` names."""
    first, _, rest = key.partition(".")
    if written is None:
        adapted = (data.get("adapt") or {}).get(id) or {}
        start: Path = ("adapt", id)
        if first == "steps" and rest:
            step, _, inner = rest.rpartition(".")
            return (*start, "steps", step, inner)
        if key in ENDS.keys and "window" in adapted:
            return (*start, "window", key)
        return (*start, *key.split("."))
    rule = data["rules"][written]
    start = ("rules", written)
    if first == "steps" and rest:
        name, _, inner = rest.rpartition(".")
        names = [one.get("name") for one in rule.get("steps") or []]
        if name not in names:
            path = inside(inside("rules", written), "steps")
            raise wrong(path, f"no step `{name}`: {near(name, names)}")
        start, key = (*start, "steps", names.index(name)), inner
    if key in ENDS.keys and (len(start) > 2 or rule.get("shape") == "follow-up"):
        return (*start, "window", key)
    return (*start, *key.split("."))


def _at(data: Any, path: Path) -> Any:
    """The part of the data at a path."""
    for key in path:
        there = range(len(data)) if isinstance(data, list) else data
        if not isinstance(data, Mapping | list) or key not in there:
            return _ABSENT
        data = data[key]  # type: ignore[index]
    return data


def _told(path: Path) -> str:
    told = ""
    for key in path:
        told = inside(told, key)
    return told


def _put(data: Any, path: Path, value: Any) -> Any:
    """The data with another value at a path."""
    if not path:
        return value
    key, *rest = path
    if isinstance(data, list) and isinstance(key, int):
        return [_put(one, tuple(rest), value) if at == key else one for at, one in enumerate(data)]
    held = data if isinstance(data, Mapping) else {}
    return {**held, str(key): _put(held.get(str(key)), tuple(rest), value)}


def _set(document: Document, path: Path, value: Any, read: Callable[[str], Document]) -> Document:
    """The document with one value changed; it is read again, to be sure of it."""
    wanted = _put(document.data, path, value)
    known = next(
        length
        for length in range(len(path), -1, -1)
        if _at(document.data, path[:length]) is not _ABSENT
    )
    held = _at(document.data, path[:known])
    for key in reversed(path[known + 1 :]):
        value = {str(key): value}
    text, json_text = document.text, document.text.lstrip().startswith("{")
    flow = _json_flow if json_text else _yaml_text.flow
    if known == len(path):
        for place, new in sorted(_replaced(document, path, value), key=lambda one: -one[0].start):
            text = _over(text, place, flow(new))
    elif held is None:
        text = _over(text, document.places[_told(path[:known])], flow({str(path[known]): value}))
    else:
        text = _added(document, path[:known], str(path[known]), value, flow)
    try:
        found = read(text)
        if found.data == wanted:
            return found
    except DecodingError:
        pass
    raise wrong(_told(path), "this place cannot be changed without a loss: change it by hand")


def _json_flow(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _replaced(document: Document, path: Path, value: Any) -> Iterator[tuple[Place, Any]]:
    """The smallest parts that have to be written anew."""
    held = _at(document.data, path)
    if (
        isinstance(held, dict)
        and isinstance(value, Mapping)
        and held
        and held.keys() == value.keys()
    ):
        for key in held:
            yield from _replaced(document, (*path, key), value[key])
    elif held != value or type(held) is not type(value):
        yield document.places[_told(path)], value


def _over(text: str, place: Place, new: str) -> str:
    if place.start == place.end:  # nothing after the colon
        colon = text.index(":", place.at) + 1
        return f"{text[:colon]} {new}{text[colon:]}"
    if place.block:  # its first line is the one of the key, or follows it
        head = text[: place.start].rstrip()
        if head.endswith(":"):
            return f"{head} {new}{text[place.end :]}"
    return f"{text[: place.start]}{new}{text[place.end :]}"


def _added(document: Document, path: Path, key: str, value: Any, flow: Callable[[Any], str]) -> str:
    """The text with one more key in a mapping."""
    text, place = document.text, document.places[_told(path)]
    held = _at(document.data, path)
    entry = flow({key: value})[1:-1]
    if place.block:
        margin = place.start - (text.rfind("\n", 0, place.start) + 1)
        lines = _yaml_text.entry(key, value, margin, len(path))
        ends = re.compile(r"\r?\n|\Z").search(text, place.end)
        assert ends is not None
        newline = "\r\n" if "\r\n" in text else "\n"
        more = "".join(newline + line for line in lines)
        return text[: ends.start()] + more + text[ends.start() :]
    if not held:
        return text[: place.start] + "{" + entry + "}" + text[place.end :]
    last = document.places[_told((*path, list(held)[-1]))]
    line = text[text.rfind("\n", 0, last.at) + 1 : last.at]
    apart = f",\n{line}" if not line.strip() and "\n" in text[place.start : last.at] else ", "
    return text[: last.end] + apart + entry + text[last.end :]
