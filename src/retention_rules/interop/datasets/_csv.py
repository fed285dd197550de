"""CSV files, some rows at a time, read as `read_events` reads them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from retention_rules.errors import InvalidEvent, RetentionRulesError
from retention_rules.evaluation.batch.columns.frames import refuse
from retention_rules.evaluation.batch.files.buckets import Piece
from retention_rules.evaluation.batch.files.datasets import placed_in
from retention_rules.interop import _cells, _lines
from retention_rules.practices.vocabulary import FIELDS

_BLOCK = 16 << 20
_DATE_LENGTH = len("2026-03-02")
_TIMES = ("occurred_at", "recorded_at")
_TYPES = {"boolean": pa.bool_(), "integer": pa.int64()}
"""Types of the vocabulary that are columns; text is, too, and all others are JSON."""


def pieces(paths: Sequence[Path], zone: str | None) -> Iterator[Piece]:
    """The rows of files, one file after the other.

    Raises:
        InvalidEvent: a file cannot be read, lacks a column, or has cells that are not what the
            vocabulary says.
    """
    headers = {path: _header(path) for path in paths}
    names = list(dict.fromkeys(name for _, header, _ in headers.values() for name in header))
    size, before = sum(path.stat().st_size for path in paths) or 1, 0
    localise = _cells.localiser(zone)
    for path in paths:
        for first, table, place in _rows(path, *headers[path]):
            piece = Piece(str(path), first, table, (before + place) / size)
            try:
                yield Piece(piece.path, first, _events(table, names, localise, zone), piece.done)
            except RetentionRulesError as problem:
                raise placed_in(problem, piece) from None
        before += path.stat().st_size


def _header(path: Path) -> tuple[int, list[str], str]:
    """The line of the header, its names, and what separates them."""
    try:
        with _lines.opened(path) as lines:
            feed = _cells._Feed(lines)
            names, separator = _cells._header(feed, lines, _cells.EVENT_COLUMNS)
            return feed.taken[0][0], names, separator
    except _lines.Unreadable as problem:
        raise InvalidEvent(f"`{path}` {problem}") from None


def _rows(
    path: Path, line: int, names: list[str], separator: str
) -> Iterator[tuple[int, Any, int]]:
    """Runs of rows that are not blank, as text: the number of the first, and how far one is."""
    read = csv.ReadOptions(block_size=_BLOCK, column_names=names, skip_rows=line)
    parse = csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    convert = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
    )
    first = 0
    try:
        with pa.OSFile(str(path)) as file, csv.open_csv(file, read, parse, convert) as reader:
            for batch in reader:
                table = _stripped(pa.Table.from_batches([batch]))
                blank = _blank(table)
                begin = 0
                for end in (*np.flatnonzero(blank).tolist(), table.num_rows):
                    if end > begin:
                        yield first + begin, table.slice(begin, end - begin), file.tell()
                    begin = end + 1
                first += table.num_rows
    except pa.ArrowInvalid as problem:
        if "Empty CSV" in str(problem):
            return
        _refuse_lines(path)
        told = " ".join(str(problem).split())
        raise InvalidEvent(
            f"`{path}` cannot be read: {told}: save it as UTF-8, with quotes around cells that "
            "hold a separator"
        ) from None


def _refuse_lines(path: Path) -> None:
    """Say which line is no text, or too long, of a file that could not be read."""
    try:
        with _lines.opened(path) as lines:
            while next(lines, None) and not lines.too_long:
                pass
            for number, reason in lines.too_long[:1]:
                raise InvalidEvent(f"{path}:{number}: {reason}")
    except _lines.Unreadable as problem:
        raise InvalidEvent(f"`{path}` {problem}") from None


def _stripped(table: Any) -> Any:
    """The cells that are not blank; those of our own columns without blanks around them."""
    columns = {}
    for name in table.column_names:
        bare = pc.utf8_trim_whitespace(table.column(name))
        kept = bare if name in _cells.EVENT_COLUMNS else table.column(name)
        columns[name] = pc.if_else(pc.equal(bare, ""), None, kept)
    return pa.table(columns)


def _blank(table: Any) -> Any:
    blank = np.ones(table.num_rows, bool)
    for column in table.columns:
        blank &= pc.is_null(column).to_numpy()
    return blank


def _events(table: Any, names: list[str], localise: Any, zone: str | None) -> Any:
    """Rows of text as a frame of events; a row has the columns of all files."""
    _check_retractions(table)
    columns: dict[str, Any] = {}
    loose: list[Any] = []
    for name in names:
        there = name in table.column_names
        column = table.column(name) if there else pa.nulls(table.num_rows, pa.string())
        kind = FIELDS.get(name, "text")
        if name in _TIMES:
            columns[name] = _times(column, name, localise, zone)
        elif name in _cells.EVENT_COLUMNS:
            columns[name] = column
        elif name in ("data", "occurred_on") or kind not in (*_TYPES, "text"):
            loose.append(_member(name, column, localise))
        elif kind in _TYPES:
            read = partial(_cells.value, name, localise=localise)
            columns[name] = _mapped(name, column, read, _TYPES[kind])
        else:
            columns[name] = column
    if loose:
        empty = [pc.fill_null(one, "") for one in loose]
        texts = pc.utf8_rtrim(pc.binary_join_element_wise(*empty, ""), ", ")
        braced = pc.binary_join_element_wise("{", texts, "}", "")
        columns["data"] = pc.if_else(pc.equal(texts, ""), None, braced)
    return pa.table(columns)


def _check_retractions(table: Any) -> None:
    if "retracts" not in table.column_names:
        return
    retracting = pc.is_valid(table.column("retracts"))
    for name in table.column_names:
        if name not in ("id", "customer", "source", "recorded_at", "retracts"):
            bad = pc.and_(retracting, pc.is_valid(table.column(name)))
            problem = "stands beside a retraction"
            refuse(name, bad, table.column(name), problem, "leave the cell empty")


def _times(column: Any, name: str, localise: Any, zone: str | None) -> Any:
    """Times as instants if all are, with an offset or without; else as text that spells them."""
    shortest = pc.min(pc.utf8_length(column)).as_py()
    if shortest is not None and shortest > _DATE_LENGTH:
        kinds = [pa.timestamp("us", "UTC"), *([pa.timestamp("us")] if zone else [])]
        for kind in kinds:
            try:
                return column.cast(kind)
            except pa.ArrowInvalid:
                continue
    return _mapped(name, column, localise, pa.string())


def _member(name: str, column: Any, localise: Any) -> Any:
    """A column as members of JSON objects, each with the comma that may follow."""

    def told(cell: str) -> str:
        value = _cells.value(name, cell, localise)
        return f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}, "

    return _mapped(name, column, told, pa.string())


def _mapped(name: str, column: Any, read: Callable[[str], Any], kind: Any) -> Any:
    """What is read of the cells of a column, each different one once."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = whole.dictionary_encode()
    found: list[Any] = []
    for place, cell in enumerate(coded.dictionary.to_pylist()):
        try:
            found.append(pa.scalar(read(cell), kind).as_py())
        except (RetentionRulesError, pa.ArrowException, OverflowError) as problem:
            bad = pc.equal(coded.indices, pa.scalar(place, coded.indices.type))
            refuse(name, bad, column, "cannot be read", str(problem))
    return pa.array(found, kind).take(coded.indices)
