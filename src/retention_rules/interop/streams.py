"""Records and customers from CSV and JSON Lines, with every bad row told by its line.

**CSV** has a header. Events need the columns ``id``, ``kind``, ``customer`` and ``occurred_at``,
may have ``recorded_at``, ``source``, ``corrects`` and ``retracts``, and every other column is a
field of `data`. Fields that `retention_rules.practices.vocabulary` documents are read as what they
are (amounts, booleans, dates); all others are text. An empty cell is an absent field. Columns are
separated by commas, or else by semicolons or tabs.

**JSON Lines** has one object a line: a record as `retention_rules.serialization` writes it, or a
CloudEvent.

Text is UTF-8, with or without a byte order mark. A line is at most 1 MB long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import attrs

from retention_rules.customers import Customer
from retention_rules.errors import InvalidEvent, RetentionRulesError
from retention_rules.events import Record
from retention_rules.interop import _cells, _lines
from retention_rules.interop.cloudevents import from_cloudevent
from retention_rules.serialization import decode, parse

_T = TypeVar("_T")
Row: TypeAlias = tuple[int, str, _T | Exception]
_SHOWN = 5


@attrs.frozen
class Reject:
    """A row that could not be taken.

    Attributes:
        line: Where it begins; the first line is 1.
        reason: Why.
        text: The row as it stands there, cut where it is long.
    """

    line: int
    reason: str
    text: str = ""


class BadRows(InvalidEvent):
    """Rows of a file that could not be taken.

    Attributes:
        path: The file.
        rejects: All of them.
    """

    def __init__(self, path: str, rejects: list[Reject]) -> None:
        self.path = path
        self.rejects = rejects
        told = "; ".join(f"line {one.line}: {one.reason}" for one in rejects[:_SHOWN])
        more = f"; and {len(rejects) - _SHOWN} more" if len(rejects) > _SHOWN else ""
        super().__init__(f"`{path}` {told}{more}")


def read_events(
    path: str | Path,
    *,
    zone: str | None = None,
    rejects: list[Reject] | None = None,
    whole: bool = False,
) -> list[Record]:
    r"""The events and retractions in a file.

    Args:
        path: A CSV or JSON Lines file; ``-`` is standard input.
        zone: The IANA zone of times without an offset, which are errors otherwise. A time that the
            clocks skip is moved forward by the length of the gap; of two the first is meant.
        rejects: Takes the bad rows; without it, one of them is an error.
        whole: Whether the file holds all records, so that an amendment of a record that is not in
            it is a bad row.

    Raises:
        BadRows: rows that cannot be read, or two that claim one id with different content.
        InvalidEvent: the file is empty, not UTF-8, or lacks a column.
        UnknownZone: `zone` is no IANA name.
        OSError: it cannot be opened.

    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "events.csv")
    >>> header = "id,kind,customer,occurred_at,amount"
    >>> _ = file.write_text(f"{header}\no-1,deal.closed,lin,2026-03-02,900")
    >>> read_events(file)[0].data["amount"]
    900
    """
    return _checked(path, event_rows(path, zone), rejects, whole=whole)


def read_customers(path: str | Path, *, rejects: list[Reject] | None = None) -> list[Customer]:
    """The customers in a file.

    The columns or keys ``id``, ``zone`` and ``history_from`` are the customer's own; in JSON Lines
    so are ``contacts`` and ``facts``. All others are facts, such as ``kind`` and ``country``.

    Args:
        path: A CSV or JSON Lines file; ``-`` is standard input.
        rejects: Takes the bad rows; without it, one of them is an error.

    Raises:
        BadRows: rows that cannot be read, an unknown zone, or one id with different content.
        InvalidEvent: the file is empty, not UTF-8, or lacks the column ``id``.
        OSError: it cannot be opened.
    """
    return _checked(path, customer_rows(path), rejects, whole=False)


def event_rows(path: str | Path, zone: str | None) -> Iterator[Row[Record]]:
    """Each row's line, its text, and the record it describes or why it cannot be taken."""
    localise = _cells.localiser(zone)

    def plain(data: dict[str, Any]) -> dict[str, Any]:
        for key in ("occurred_at", "recorded_at"):
            if isinstance(data.get(key), str):
                data[key] = localise(data[key])
        return data

    def from_object(data: dict[str, Any]) -> Record:
        if "specversion" in data:
            return from_cloudevent(data)
        if "retracts" not in data and "occurred_at" not in data:
            raise InvalidEvent("`occurred_at` is missing: it says when it happened")
        return decode(plain(data))  # type: ignore[no-any-return]

    return _rows(
        path, _cells.EVENT_COLUMNS, lambda row: decode(_cells.event(row, localise)), from_object
    )


def customer_rows(path: str | Path) -> Iterator[Row[Customer]]:
    """Each row's line, its text, and the customer it describes or why it cannot be taken."""
    return _rows(path, _cells.CUSTOMER_COLUMNS, lambda row: decode(_cells.customer(row)), _customer)


def _customer(data: dict[str, Any]) -> Customer:
    own = {key: data.pop(key) for key in ("id", "zone", "contacts", "history_from") if key in data}
    if "id" not in own:
        raise InvalidEvent("`id` is missing")
    facts = data.pop("facts", None)
    if facts is not None and data:
        raise InvalidEvent(f"`{min(data)}` beside `facts`: put it inside")
    found: Customer = decode({**own, "facts": data if facts is None else facts})
    _cells.check_zone(found.zone)
    return found


def _rows(
    path: str | Path,
    columns: Mapping[str, bool],
    from_row: Callable[[dict[str, str]], _T],
    from_object: Callable[[dict[str, Any]], _T],
) -> Iterator[Row[_T]]:
    """Each row's line, its text, and what it describes or why it cannot be taken."""
    with _lines.opened(path) as lines:
        if lines.json:
            for number, text in lines:
                if text.strip():
                    yield number, text, _attempt(lambda text: from_object(_object(text)), text)
        else:
            for number, text, row in _cells.rows(lines, columns):
                yield number, text, row if isinstance(row, Exception) else _attempt(from_row, row)
        for number, problem in lines.too_long:
            yield number, "", InvalidEvent(problem)


def _attempt(read: Callable[[Any], _T], given: Any) -> _T | Exception:
    try:
        return read(given)
    except RetentionRulesError as problem:
        return problem


def _object(text: str) -> dict[str, Any]:
    try:
        data = parse(text)
    except RetentionRulesError as problem:
        raise InvalidEvent(str(problem).replace("line 1, column", "column")) from None
    if not isinstance(data, dict):
        raise InvalidEvent("not an object: write one record a line, in braces")
    return data


def _checked(
    path: str | Path,
    rows: Iterator[Row[_T]],
    rejects: list[Reject] | None,
    *,
    whole: bool,
) -> list[_T]:
    """The values that were read, if they do not contradict each other."""
    taken: list[tuple[int, str, _T]] = []
    bad: list[Reject] = []
    first: dict[Any, tuple[int, Any]] = {}
    try:
        for line, text, value in rows:
            reason = str(value) if isinstance(value, Exception) else _conflict(first, line, value)
            if isinstance(value, Exception) or reason:
                bad.append(Reject(line, reason, text))
            else:
                taken.append((line, text, value))
    except _lines.Unreadable as problem:
        raise InvalidEvent(f"`{path}` {problem}") from None
    if whole:
        taken = _without_dangling(taken, bad)
    bad.sort(key=lambda one: one.line)
    if rejects is not None:
        rejects.extend(bad)
    elif bad:
        raise BadRows(str(path), bad)
    return [value for _, _, value in taken]


def _conflict(first: dict[Any, tuple[int, Any]], line: int, value: Any) -> str:
    """Why a value contradicts an earlier one, if it does."""
    identity = value.id if isinstance(value, Customer) else value.ref
    before, other = first.setdefault(identity, (line, value))
    if other is value or _content(other) == _content(value):
        return ""
    return f"`{value.id}` stands on line {before} with different content"


def _content(value: Any) -> Any:
    return value if isinstance(value, Customer) else attrs.evolve(value, recorded_at=None)


def _without_dangling(taken: list[tuple[int, str, Any]], bad: list[Reject]) -> list[Any]:
    """Move amendments of what is not there to the bad rows, and so on for amendments of these."""
    while True:
        known = {value.ref for _, _, value in taken}
        kept = []
        for line, text, value in taken:
            if value.amends is None or value.amends in known:
                kept.append((line, text, value))
            else:
                name = ":".join(part for part in value.amends if part)
                bad.append(Reject(line, f"it amends `{name}`, which is not in the file", text))
        if len(kept) == len(taken):
            return kept
        taken = kept
