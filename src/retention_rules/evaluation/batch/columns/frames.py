"""Frames in and out: pandas, Polars, PyArrow and DuckDB, through narwhals and Arrow.

A frame of events has the columns ``id``, ``kind``, ``customer`` and ``occurred_at``. It may have
``occurred_on`` (where only the day is known), ``recorded_at``, ``source``, ``corrects``,
``retracts`` and ``data`` (further fields as the text of a JSON object); every other column is a
field of the events' data, and null where an event lacks it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

import attrs
import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from retention_rules.errors import InvalidEvent, RetentionRulesError, near, shown

Table: TypeAlias = Any
"""A `pyarrow.Table`."""
REQUIRED = ("id", "kind", "customer", "occurred_at")
OPTIONAL = ("occurred_on", "recorded_at", "source", "corrects", "retracts", "data")
RESERVED = frozenset((*REQUIRED, *OPTIONAL))
_SHOWN = 5


def table_of(frame: Any, what: str) -> Table:
    """The Arrow table that a frame of whatever library is.

    Raises:
        InvalidEvent: it is no frame.
    """
    if isinstance(frame, pa.Table):
        return frame
    if isinstance(frame, pa.RecordBatch):
        return pa.Table.from_batches([frame])
    try:
        seen = nw.from_native(frame)
    except TypeError:
        raise InvalidEvent(
            f"the {what} {shown(type(frame).__name__)} are no frame: give one of pandas, Polars, "
            "PyArrow or DuckDB"
        ) from None
    if isinstance(seen, nw.LazyFrame):
        seen = seen.collect("pyarrow")
    for name in seen.columns:
        if seen[name].dtype == nw.Object:
            _refuse_mixed(name, seen[name].to_list())
    return seen.to_arrow()


def _refuse_mixed(name: str, values: list[Any]) -> None:
    """Refuse times with a zone and without one in a column: Arrow would take the latter as UTC."""
    times = [isinstance(one, datetime) and one == one for one in values]  # pandas' NaT differs
    bare = [time and one.tzinfo is None for time, one in zip(times, values, strict=True)]
    if any(bare) and bare != times:
        told = pa.array([str(one) for one in values])
        problem = "holds times with a zone and times without one"
        refuse(name, pa.array(bare), told, problem, "give all of them one")


def like(table: Table, frame: Any) -> Any:
    """A table as a frame of the library that another frame is of; PyArrow's where it has none."""
    module = type(frame).__module__.partition(".")[0]
    if module == "polars":
        import polars

        return polars.from_arrow(table)
    if module == "pandas":
        return table.to_pandas()
    if module in ("duckdb", "_duckdb"):
        import duckdb

        return duckdb.from_arrow(table)
    return table


def need(table: Table, names: tuple[str, ...], what: str) -> None:
    """Refuse a table that lacks a column.

    Raises:
        InvalidEvent: it does; the message names the first one.
    """
    doubled = [name for name in table.column_names if table.column_names.count(name) > 1]
    if doubled:
        raise InvalidEvent(f"the {what} have two columns named `{doubled[0]}`: rename one")
    for name in names:
        if name not in table.column_names:
            raise InvalidEvent(
                f"the {what} lack the column `{name}`: {near(name, table.column_names)}"
            )


@attrs.frozen
class Refusal:
    """What is wrong with some rows of a column; as text, what an error says of it.

    Attributes:
        rows: The first of the rows, and their values as they are shown.
        more: How many more there are.
    """

    column: str
    problem: str
    hint: str
    rows: tuple[tuple[int, str], ...]
    more: int

    def __str__(self) -> str:
        return self.told([f"row {row}: {value}" for row, value in self.rows])

    def of_piece(self, first: int) -> str:
        """The same, of a piece of a longer frame whose first row is this one."""
        return self.told([f"row {first + row}: {value}" for row, value in self.rows])

    def of_values(self) -> str:
        """The same, where rows have no numbers that anybody knows."""
        return self.told(list(dict.fromkeys(value for _, value in self.rows)))

    def told(self, some: list[str]) -> str:
        """The same, of rows that are told in some way."""
        more = f", and {self.more} more" if self.more else ""
        return f"the column `{self.column}` {self.problem} ({', '.join(some)}{more}): {self.hint}"


def refuse(
    column: str,
    bad: Any,
    values: Any,
    problem: str,
    hint: str,
    error: type[RetentionRulesError] = InvalidEvent,
) -> None:
    """Refuse the rows of a column that a mask says are bad, if there are any.

    Raises:
        InvalidEvent: there are; the message names the first of them, and its `refusal` is what is
            wrong with them. Or another error, if one is given.
    """
    rows = pc.indices_nonzero(bad)
    if not len(rows):
        return
    some = [int(row) for row in rows[:_SHOWN].to_pylist()]
    told = tuple((row, shown(_plain(values[row]))) for row in some)
    refusal = Refusal(column, problem, hint, told, max(0, len(rows) - _SHOWN))
    refused = error(str(refusal))
    refused.refusal = refusal  # type: ignore[attr-defined]
    raise refused


def _plain(value: Any) -> Any:
    try:
        return value.as_py()
    except Exception:  # a value that Python cannot hold is shown as Arrow writes it
        return str(value)


def text(table: Table, name: str, *, null: bool = False) -> Any:
    """A column of names, as dictionary-encoded or plain text; whole numbers become text.

    Raises:
        InvalidEvent: it holds something else, is empty somewhere, or null where it must not be.
    """
    column = table.column(name)
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_null(kind):
        column = column.cast(pa.string())
        kind = pa.string()
    whole = pa.types.is_integer(kind)
    if not (whole or _is_text(kind)):
        raise InvalidEvent(
            f"the column `{name}` holds `{kind}`: give text or whole numbers" + _first_rows(column)
        )
    if not null:
        refuse(name, pc.is_null(column), column, "has nulls", "give every row one")
    if _is_text(kind) and name != "source" and _may_be_empty(column):
        plain = column.cast(kind) if kind != column.type else column
        refuse(name, pc.equal(pc.fill_null(plain, "x"), ""), plain, "is empty", "give a name")
    return column


def _may_be_empty(column: Any) -> bool:
    """Whether some text may be empty: what a dictionary stands for is looked at once."""
    if not pa.types.is_dictionary(column.type):
        return True
    pieces = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return any(bool(pc.any(pc.equal(piece.dictionary, "")).as_py()) for piece in pieces)


def _first_rows(column: Any) -> str:
    some = ", ".join(shown(_plain(value)) for value in column[:3])
    return f" (the first rows are {some})" if len(column) else ""


def _is_text(kind: Any) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or getattr(pa.types, "is_string_view", lambda _: False)(kind)
    )


def is_text(kind: Any) -> bool:
    """Whether an Arrow type is text, however it is encoded."""
    return _is_text(kind.value_type if pa.types.is_dictionary(kind) else kind)
