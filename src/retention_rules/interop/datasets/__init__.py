"""Files of events that are larger than memory: CSV, JSON Lines and Parquet.

The events are parted by customer into a temporary directory, and answered part by part by
`evaluate_frame`; the findings are written to one Parquet file. So memory is bounded by the largest
part: it does not grow with the number of customers.
"""

from __future__ import annotations

import glob
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from retention_rules.calendars import Calendar
from retention_rules.customers import Customer, Customers
from retention_rules.errors import InvalidEvent, needing
from retention_rules.events import aware
from retention_rules.rulebook import Rulebook

if TYPE_CHECKING:
    from retention_rules.evaluation.batch.files.datasets import DatasetFindings

__all__ = ["evaluate_dataset"]

Paths: TypeAlias = "str | os.PathLike[str] | Iterable[str | os.PathLike[str]]"
Format: TypeAlias = Literal["parquet", "csv", "jsonl"]
ROWS = 500_000
"""So many rows of events are answered at once, if nothing else is asked for."""
_LETTERS = 80
"""Letters that a row of text is taken to have, to choose the number of parts."""
_MOST = 4096
"""The most parts."""
_HIDDEN = (".", "_")


def evaluate_dataset(
    rulebook: Rulebook,
    source: Paths,
    to: str | os.PathLike[str] | None,
    *,
    as_of: datetime | str,
    customers: Iterable[Customer] | Customers | Any = (),
    zone: str | None = None,
    calendar: Calendar | None = None,
    known_at: datetime | str | None = None,
    complete: Mapping[str, datetime | str] | None = None,
    history_from: date | None = None,
    columns: Iterable[str] = (),
    rows_at_once: int = ROWS,
    scratch: str | os.PathLike[str] | None = None,
    on_progress: Callable[[str, float], None] | None = None,
) -> DatasetFindings:
    """What is owed to whom, for files of events that may be larger than memory.

    The findings are those of `evaluate_frame` for all events in one frame. They are ordered by a
    hash of the customer, the customer, the rule and when they open; then by trigger, correlation
    and part. That order does not turn on `rows_at_once`.

    Args:
        rulebook: What is owed.
        source: A file of CSV, JSON Lines or Parquet; a directory of such; a pattern such as
            ``events/*.parquet``; or several files. All are of one format. Text is read as
            `read_events` reads it, Parquet as a frame. Below a directory, names of directories
            such as ``year=2026`` are columns of text, and what begins with a dot or an underscore
            is passed over.
        to: The Parquet file to write the findings to; None: they are only counted.
        as_of: The instant asked about, aware; events at it are seen.
        customers: As for `evaluate_frame`; or the path of a file, of any of the formats.
        zone: The zone of customers that have none, and of times that name none.
        calendar: Opening hours and holidays.
        known_at: Use only what was recorded up to then.
        complete: Per source, up to when its records are in.
        history_from: The date from which events are complete.
        columns: The columns to write, of those of `FrameFindings.obligations` and ``nature``,
            ``key`` and ``reasons``; default: all.
        rows_at_once: About how many events to answer at once: memory grows with it. All events of
            a customer are always answered together.
        scratch: The directory of the temporary files, which take about as much room as the events;
            default: that of the system.
        on_progress: Is told ``reading`` or ``evaluating``, and how much of it is done: 0 to 1.

    Raises:
        MissingExtra: Numba, PyArrow or narwhals is not installed.
        InvalidEvent: a row cannot be taken; the message names the file, the column and the first
            rows, counted from 0. Or a file cannot be read, or files do not fit together.
        ConflictingEvents: two rows share source and id, and differ.
        UnknownTarget: an amendment of something that is in no file.
        UnknownZone: a customer has no zone, or one that is not known.
        OSError: a file cannot be opened or written.
    """
    with needing("batch"):
        from retention_rules.evaluation.batch.files.datasets import Question, evaluate_pieces
        from retention_rules.interop.datasets import _csv, _lines, _parquet
    paths, base = _files(source)
    style = _format(paths)
    if rows_at_once < 1:
        raise InvalidEvent(f"`rows_at_once` is {rows_at_once}: give a number of at least 1")
    if to is not None and any(path.resolve() == Path(to).resolve() for path in paths):
        raise InvalidEvent(f"`{to}` holds events: write the findings to another file")
    if style == "parquet":
        pieces, rows = _parquet.pieces(paths, base), _parquet.rows(paths)
    else:
        read = _csv.pieces if style == "csv" else _lines.events
        pieces = read(paths, zone)
        rows = sum(path.stat().st_size for path in paths) // _LETTERS
    known: Any = customers
    if isinstance(customers, str | os.PathLike):
        files, under = _files(customers)
        text = _format(files) != "parquet"
        known = _each(_lines.customers, files) if text else _parquet.pieces(files, under)
    return evaluate_pieces(
        Question(rulebook, aware(as_of), zone, calendar, known_at, complete, history_from),
        pieces,
        known,
        None if to is None else Path(to),
        buckets=min(_MOST, max(1, math.ceil(rows / rows_at_once))),
        columns=tuple(columns),
        scratch=None if scratch is None else Path(scratch),
        on_progress=on_progress or (lambda step, done: None),
    )


def _each(read: Callable[[Path], Iterator[Any]], paths: list[Path]) -> Iterator[Any]:
    for path in paths:
        yield from read(path)


def _files(source: Paths) -> tuple[list[Path], Path | None]:
    """The files that are meant, in the order of their names, and the directory of them, if one is.

    Raises:
        InvalidEvent: there are none.
    """
    if not isinstance(source, str | os.PathLike):
        found = [Path(one) for one in source]
        if not found:
            raise InvalidEvent("no files are given: give at least one")
        return found, None
    path = Path(source)
    if path.is_dir():
        below = sorted(one for one in path.rglob("*") if one.is_file())
        found = [
            one
            for one in below
            if not any(part.startswith(_HIDDEN) for part in one.relative_to(path).parts)
        ]
        if not found:
            raise InvalidEvent(f"`{path}` holds no files: give a directory with some")
        return found, path
    if not path.exists() and glob.has_magic(str(path)):
        found = sorted(map(Path, glob.glob(str(path), recursive=True)))
        found = [one for one in found if one.is_file()]
        if not found:
            raise InvalidEvent(f"no file fits `{path}`: give another pattern")
        fixed = takewhile(lambda part: not glob.has_magic(part), path.parts)
        return found, Path(*fixed)
    return [path], None


def _format(paths: list[Path]) -> Format:
    """The format of files, by how they begin.

    Raises:
        InvalidEvent: they are of several.
    """
    found: dict[Format, Path] = {}
    for path in paths:
        with path.open("rb") as file:
            begin = file.read(4096)
        style: Format = "parquet" if begin.startswith(b"PAR1") else "csv"
        if begin.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
            style = "jsonl"
        found.setdefault(style, path)
    if len(found) > 1:
        (one, first), (other, second), *_ = found.items()
        raise InvalidEvent(f"`{first}` is {one} and `{second}` {other}: give files of one format")
    return next(iter(found))
