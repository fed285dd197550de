"""Rows of CSV, and what their cells mean."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from retention_rules.calendars import Calendar, day_table
from retention_rules.errors import InvalidEvent
from retention_rules.interop._lines import Lines, Unreadable
from retention_rules.practices.vocabulary import FIELDS

Localise: TypeAlias = Callable[[str], str]
Row: TypeAlias = dict[str, str]

EVENT_COLUMNS = {
    **dict.fromkeys(("id", "kind", "customer", "occurred_at"), True),
    **dict.fromkeys(("recorded_at", "source", "corrects", "retracts"), False),
}
"""The columns that are no data, and whether they are required."""

CUSTOMER_COLUMNS = {"id": True, "zone": False, "history_from": False}

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "1", "是"), True),
    **dict.fromkeys(("false", "no", "0", "否"), False),
}
_DATE_LENGTH = len("2026-03-02")


def localiser(zone: str | None) -> Localise:
    """A function that completes times without an offset, as wall-clock times in `zone`.

    >>> localiser("Europe/Berlin")("2026-03-29 02:30")
    '2026-03-29T03:30:00+02:00'
    """
    table = None if zone is None else day_table(zone, Calendar())

    def localise(text: str) -> str:
        try:
            wall = datetime.fromisoformat(text.strip())
        except ValueError:
            return text  # whoever reads it says what is wrong with it
        if len(text.strip()) <= _DATE_LENGTH or wall.utcoffset() is not None:
            return text
        if table is None:
            raise InvalidEvent(
                f"the time `{text}` is naive: add an offset such as +08:00, or a zone"
            )
        clock = ((wall.hour * 60 + wall.minute) * 60 + wall.second) * 1_000_000 + wall.microsecond
        at = table.wall(wall.date().toordinal(), clock)
        return table.to_datetime(at).isoformat()

    return localise


def check_zone(zone: str | None) -> None:
    """Refuse a zone that nobody knows.

    Raises:
        UnknownZone: it is no IANA name.
    """
    if zone is not None:
        day_table(zone, Calendar())


def rows(
    lines: Lines, columns: Mapping[str, bool]
) -> Iterator[tuple[int, str, Row | InvalidEvent]]:
    """Each row after the header: its first line, its text, and its cells that are not empty."""
    feed = _Feed(lines)
    header, separator = _header(feed, lines, columns)
    reader = csv.reader(feed, delimiter=separator, strict=True)
    while True:
        feed.taken.clear()
        found: Row | InvalidEvent
        try:
            cells = next(reader)
            found = _row(header, cells) if any(cell.strip() for cell in cells) else {}
        except StopIteration:
            return
        except csv.Error as problem:
            found = InvalidEvent(_reason(problem, feed))
        except InvalidEvent as problem:
            found = problem
        if found:
            yield feed.taken[0][0], "".join(text for _, text in feed.taken), found


class _Feed(Iterator[str]):
    """Lines for the csv module, which remembers those of the present row."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.taken: list[tuple[int, str]] = []

    def __next__(self) -> str:
        number, text = next(self.lines)
        self.taken.append((number, text))
        return text


def _header(feed: _Feed, lines: Lines, columns: Mapping[str, bool]) -> tuple[list[str], str]:
    text = next(feed, None)
    if text is None or lines.too_long:
        raise Unreadable(f"has no header: {lines.too_long[0][1]}")
    if "\r" in text.rstrip("\r\n"):
        raise Unreadable("ends its lines with carriage returns alone: save it with line feeds")
    separator = max(",;\t", key=text.count)
    try:
        names = [
            name.strip() for name in next(csv.reader([text], delimiter=separator, strict=True))
        ]
    except csv.Error as problem:
        raise Unreadable(f"has no header that can be read: {problem}") from None
    for column, needed in columns.items():
        if needed and column not in names:
            lower = {name.lower(): name for name in names}
            close = difflib.get_close_matches(column, lower, n=1, cutoff=0.5)
            hint = f"rename `{lower[close[0]]}`?" if close else f"it has {', '.join(names)}"
            raise Unreadable(f"lacks the column `{column}`: {hint}")
    for at, name in enumerate(names):
        if not name:
            raise Unreadable(f"has no name for column {at + 1}")
        if name in names[:at]:
            raise Unreadable(f"has two columns named `{name}`: rename or remove one")
    return names, separator


def _row(header: list[str], cells: list[str]) -> Row:
    if len(cells) != len(header):
        raise InvalidEvent(
            f"{len(cells)} cells, but the header has {len(header)}: put quotes around a cell that "
            "holds a separator"
        )
    return {name: cell for name, cell in zip(header, cells, strict=True) if cell.strip()}


def _reason(problem: csv.Error, feed: _Feed) -> str:
    reason = str(problem)
    if "field larger" in reason or "unexpected end" in reason:
        reason = "a quote is never closed, or a cell is longer than 128 KB"
    through = f" (read up to line {feed.taken[-1][0]})" if len(feed.taken) > 1 else ""
    return reason + through


def event(row: Row, localise: Localise) -> dict[str, Any]:
    """The event or retraction of a row, as `retention_rules.serialization` would write it."""
    out: dict[str, Any] = {key: row[key].strip() for key in EVENT_COLUMNS if key in row}
    for key in ("occurred_at", "recorded_at"):
        if key in out:
            out[key] = localise(out[key])
    data = {
        name: value(name, cell, localise) for name, cell in row.items() if name not in EVENT_COLUMNS
    }
    needed = ("id", "customer") if "retracts" in out else ("id", "kind", "customer", "occurred_at")
    for key in needed:
        if key not in out:
            raise InvalidEvent(f"`{key}` is empty")
    if "retracts" in out:
        for key in ("kind", "occurred_at", "corrects", *data):
            if key in out or key in data:
                raise InvalidEvent(f"a retraction has no `{key}`: leave the cell empty")
        return out
    return {**out, "data": data} if data else out


def customer(row: Row) -> dict[str, Any]:
    """The customer of a row, as `retention_rules.serialization` would write it."""
    out: dict[str, Any] = {key: row[key].strip() for key in CUSTOMER_COLUMNS if key in row}
    if "id" not in out:
        raise InvalidEvent("`id` is empty")
    check_zone(out.get("zone"))
    plain = localiser(None)
    facts = {
        name: value(name, cell, plain) for name, cell in row.items() if name not in CUSTOMER_COLUMNS
    }
    return {**out, "facts": facts} if facts else out


def value(name: str, cell: str, localise: Localise) -> Any:
    """What a cell of the column `name` holds, by the vocabulary; text if it is not in it.

    >>> value("amount", "1200.50", str), value("hobby", "tea", str)
    ({'@decimal': '1200.50'}, 'tea')
    """
    kind, text = FIELDS.get(name, "text"), cell.strip()
    if kind in ("amount", "integer"):
        if not _NUMBER.fullmatch(text) or (kind == "integer" and "." in text):
            wanted = "a whole number such as 3" if kind == "integer" else "a number such as 1200.50"
            raise InvalidEvent(f"`{name}` is `{text}`: write {wanted}, without separators")
        return {"@decimal": text} if "." in text else int(text)
    if kind == "boolean":
        if text.lower() not in _BOOLEANS:
            raise InvalidEvent(f"`{name}` is `{text}`: write true or false")
        return _BOOLEANS[text.lower()]
    if kind in ("date", "instant"):
        moment = localise(text)
        return {"@date" if len(moment) == _DATE_LENGTH else "@time": moment}
    return cell
