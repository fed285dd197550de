"""JSON Lines of events, and customers as text of either sort, some rows at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from retention_rules.errors import InvalidEvent
from retention_rules.evaluation.batch.files.buckets import Piece
from retention_rules.evaluation.batch.files.datasets import OBJECT
from retention_rules.events import Event, Record
from retention_rules.interop import _lines
from retention_rules.interop.streams import BadRows, Reject, Row, customer_rows, event_rows
from retention_rules.serialization import encode

_ROWS = 1 << 16
_REF = pa.struct([("source", pa.string()), ("id", pa.string())])
_INSTANT = pa.timestamp("us", "UTC")
_EVENTS = pa.schema(
    [
        *((name, pa.string()) for name in ("id", "source", "kind", "customer")),
        ("occurred_at", _INSTANT),
        ("occurred_on", pa.date32()),
        ("recorded_at", _INSTANT),
        ("corrects", _REF),
        ("retracts", _REF),
        ("data", pa.string()),
    ]
)


def events(paths: Sequence[Path], zone: str | None) -> Iterator[Piece]:
    """The records of files, one file after the other.

    Raises:
        BadRows: rows that cannot be read.
        InvalidEvent: a file cannot be read at all.
    """
    size, before = sum(path.stat().st_size for path in paths) or 1, 0
    for path in paths:
        first = read = 0
        for values, letters in _taken(path, event_rows(path, zone)):
            read += letters
            found = [_row(one) for one in values]
            table = pa.Table.from_pylist(found, _EVENTS)
            yield Piece(str(path), first, table, min(1.0, (before + read) / size))
            first += len(values)
        before += path.stat().st_size


def customers(path: Path) -> Iterator[Piece]:
    """The customers of a file, as JSON.

    Raises:
        BadRows: rows that cannot be read.
        InvalidEvent: the file cannot be read at all.
    """
    first = 0
    for values, _ in _taken(path, customer_rows(path)):
        ids = pa.array([one.id for one in values], pa.string())
        told = [json.dumps(encode(one)) for one in values]
        yield Piece(str(path), first, pa.table({"id": ids, OBJECT: told}))
        first += len(values)


def _taken(path: Path, rows: Iterator[Row[Any]]) -> Iterator[tuple[list[Any], int]]:
    """Values, some at a time, and how long their text was."""
    try:
        while some := list(islice(rows, _ROWS)):
            bad = [
                Reject(line, str(value), text)
                for line, text, value in some
                if isinstance(value, Exception)
            ]
            if bad:
                raise BadRows(str(path), bad)
            values = [value for _, _, value in some if not isinstance(value, Exception)]
            yield values, sum(len(text) for _, text, _ in some)
    except _lines.Unreadable as problem:
        raise InvalidEvent(f"`{path}` {problem}") from None


def _row(record: Record) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": record.id,
        "source": record.source,
        "customer": record.customer,
        "recorded_at": record.recorded_at,
    }
    if not isinstance(record, Event):
        return {**told, "retracts": _ref(record.retracts)}
    data = encode(record).get("data")
    return {
        **told,
        "kind": record.kind,
        "occurred_at" if record.at is not None else "occurred_on": record.occurred_at,
        "corrects": _ref(record.corrects),
        "data": json.dumps(data) if data else None,
    }


def _ref(target: tuple[str, str] | None) -> dict[str, str] | None:
    return None if target is None else {"source": target[0], "id": target[1]}
