"""Parquet files, some rows at a time, all with the columns of all of them."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from retention_rules.errors import InvalidEvent
from retention_rules.evaluation.batch.files.buckets import Piece

_ROWS = 1 << 18


def rows(paths: Sequence[Path]) -> int:
    """How many rows files have."""
    return sum(_opened(path).metadata.num_rows for path in paths)


def pieces(paths: Sequence[Path], base: Path | None) -> Iterator[Piece]:
    """The rows of files, one file after the other.

    Args:
        paths: The files.
        base: The directory of them all; names of directories below it such as ``year=2026`` are
            columns of text.

    Raises:
        InvalidEvent: a file cannot be read, or two have a column of types that do not fit.
    """
    named = {path: _named(path, base) for path in paths}
    schema = _schema(paths, named)
    size, done = rows(paths), 0
    for path in paths:
        first = 0
        for batch in _batches(path):
            table = _conform(pa.Table.from_batches([batch]), schema, named[path], path)
            done += table.num_rows
            yield Piece(str(path), first, table, done / size)
            first += table.num_rows


def _opened(path: Path) -> Any:
    try:
        return pq.ParquetFile(path)
    except pa.ArrowException as problem:
        raise InvalidEvent(f"`{path}` is no Parquet file that can be read: {problem}") from None


def _batches(path: Path) -> Iterator[Any]:
    with _opened(path) as file:
        try:
            yield from file.iter_batches(batch_size=_ROWS)
        except pa.ArrowException as problem:
            raise InvalidEvent(f"`{path}` cannot be read: {problem}") from None


def _named(path: Path, base: Path | None) -> dict[str, str]:
    """What the directories of a file say about all its rows."""
    if base is None:
        return {}
    steps = [step.partition("=") for step in path.relative_to(base).parent.parts]
    return {
        name: urllib.parse.unquote(value)
        for name, equals, value in steps
        if equals and value != "__HIVE_DEFAULT_PARTITION__"
    }


def _schema(paths: Sequence[Path], named: dict[Path, dict[str, str]]) -> Any:
    """The columns of all files, each of a type that holds what every file has there."""
    found: dict[str, tuple[Any, Path]] = {}
    for path in paths:
        own = {field.name: _plain(field.type) for field in _opened(path).schema_arrow}
        for name in named[path]:
            if name in own:
                raise InvalidEvent(
                    f"`{path}` has the column `{name}`, and so has the name of its directory: "
                    "rename one"
                )
            own[name] = pa.string()
        for name, kind in own.items():
            other, where = found.setdefault(name, (kind, path))
            if other != kind:
                found[name] = (_both(name, (other, where), (kind, path)), where)
    return pa.schema([(name, kind) for name, (kind, _) in found.items()])


def _plain(kind: Any) -> Any:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _both(name: str, one: tuple[Any, Path], other: tuple[Any, Path]) -> Any:
    fields = [pa.schema([(name, kind)]) for kind, _ in (one, other)]
    try:
        return pa.unify_schemas(fields, promote_options="permissive").field(name).type
    except pa.ArrowException:
        raise InvalidEvent(
            f"the column `{name}` holds `{one[0]}` in `{one[1]}` and `{other[0]}` in `{other[1]}`: "
            "give all files one type"
        ) from None


def _conform(table: Any, schema: Any, named: dict[str, str], path: Path) -> Any:
    columns = []
    for field in schema:
        if field.name in named:
            column = pa.repeat(pa.scalar(named[field.name], field.type), table.num_rows)
        elif field.name in table.column_names:
            column = table.column(field.name)
        else:
            column = pa.nulls(table.num_rows, field.type)
        try:
            columns.append(column if column.type == field.type else column.cast(field.type))
        except pa.ArrowException as problem:
            raise InvalidEvent(
                f"`{path}`: the column `{field.name}` is no `{field.type}`: {problem}"
            ) from None
    return pa.table(columns, schema=schema)
