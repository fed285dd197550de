"""Fields of events as columns: codes for rows, and the values that the codes stand for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retention_rules.errors import InvalidEvent, RetentionRulesError
from retention_rules.evaluation.batch.columns.frames import is_text, refuse
from retention_rules.events import Data, _plain, canonical
from retention_rules.serialization._values import decode_data


class Singles(Sequence[tuple[str, ...]]):
    """Texts of an Arrow array, each alone in a tuple; made when somebody asks for them."""

    def __init__(self, texts: Any) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, place: Any) -> Any:
        return (self._texts[int(place)].as_py(),)

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return ((text,) for text in self._texts.to_pylist())


class Field:
    """A column of the frame that holds a field of the events' data."""

    def __init__(self, name: str, column: Any) -> None:
        self.name = name
        kind = column.type
        if pa.types.is_timestamp(kind) and kind.unit != "us":
            column = column.cast(pa.timestamp("us", kind.tz), safe=False)
        elif pa.types.is_date64(kind):
            column = column.cast(pa.date32())
        self.column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if pa.types.is_floating(kind):
            refuse(
                name,
                pc.invert(pc.fill_null(pc.is_finite(column), True)),
                column,
                "is not finite",
                "give a finite number, or null",
            )

    @property
    def numeric(self) -> bool:
        """Whether all its values are numbers of the machine."""
        return bool(pa.types.is_integer(self.column.type) or pa.types.is_floating(self.column.type))

    @property
    def whole(self) -> bool:
        """Whether all its values are whole numbers of the machine."""
        return self.numeric and bool(pa.types.is_integer(self.column.type))

    def numbers(self, rows: Any) -> tuple[Any, Any]:
        """The numbers of some rows, and which of them are there."""
        part = self.column.take(pa.array(rows))
        known = ~pc.is_null(part).to_numpy(zero_copy_only=False)
        return pc.fill_null(part, 0).to_numpy(zero_copy_only=False), known

    def known(self, rows: Any) -> Any:
        """Which of some rows have a value."""
        found: Any = pc.is_valid(self.column.take(pa.array(rows))).to_numpy(zero_copy_only=False)
        return found

    @property
    def named(self) -> bool:
        """Whether all its values are plain text or whole numbers."""
        kind = self.column.type
        return bool(pa.types.is_integer(kind) or pa.types.is_string(kind))

    def texts(self, rows: Any) -> tuple[Any, Singles]:
        """For some rows a code each, -1 for null, and as text what the codes stand for."""
        coded = self.column.take(pa.array(rows)).dictionary_encode()
        codes = pc.fill_null(coded.indices.cast(pa.int64()), -1)
        return codes.to_numpy(zero_copy_only=False), Singles(coded.dictionary.cast(pa.string()))

    def coded(self, rows: Any) -> tuple[Any, list[Any]]:
        """For some rows a code each, -1 for null, and what the codes stand for."""
        part = self.column.take(pa.array(rows))
        if pa.types.is_nested(part.type) or pa.types.is_decimal(part.type):
            return _distinct([self._value(one) for one in part.to_pylist()])
        coded = part if pa.types.is_dictionary(part.type) else part.dictionary_encode()
        codes = pc.fill_null(coded.indices.cast(pa.int32()), -1).to_numpy(zero_copy_only=False)
        return codes, [self._value(one) for one in coded.dictionary.to_pylist()]

    def values(self, rows: Any) -> list[Any]:
        """The values of some rows, None where there is none."""
        part = self.column.take(pa.array(rows))
        return [self._value(one) for one in part.to_pylist()]

    def _value(self, value: Any) -> Any:
        if value is None:
            return None
        try:
            return _plain(self.name, value)
        except RetentionRulesError as problem:
            raise InvalidEvent(f"the column `{self.name}` cannot be read: {problem}") from None


class Loose(Field):
    """A field out of the JSON objects of the column `data`, of whatever types."""

    def __init__(self, name: str, codes: Any, values: list[Any]) -> None:
        self.name = name
        self.codes = codes
        self.options = values

    def known(self, rows: Any) -> Any:
        """Which of some rows have a value."""
        return self.codes[rows] >= 0

    @property
    def named(self) -> bool:
        """Never."""
        return False

    @property
    def numeric(self) -> bool:
        """Never: other values may stand among its numbers."""
        return False

    def coded(self, rows: Any) -> tuple[Any, list[Any]]:
        """For some rows a code each, -1 for null, and what the codes stand for."""
        return self.codes[rows], self.options

    def values(self, rows: Any) -> list[Any]:
        """The values of some rows, None where there is none."""
        options = [*self.options, None]
        return [options[code] for code in self.codes[rows]]


def _distinct(values: list[Any]) -> tuple[Any, list[Any]]:
    """Codes for values, equal for those that are equal and of one type."""
    seen: dict[Any, int] = {}
    options: list[Any] = []
    codes = np.full(len(values), -1, np.int32)
    for place, value in enumerate(values):
        if value is not None:
            code = seen.setdefault(canonical(value), len(seen))
            if code == len(options):
                options.append(value)
            codes[place] = code
    return codes, options


def loose(column: Any) -> dict[str, Field]:
    """The fields that the JSON objects of a column hold.

    Raises:
        InvalidEvent: it holds something else; the message names the first row.
    """
    if pa.types.is_null(column.type):
        return {}
    if not is_text(column.type):
        raise InvalidEvent(
            f"the column `data` holds `{column.type}`: give the text of JSON objects, or a column "
            "for each field"
        )
    whole = column.combine_chunks()
    coded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    texts = coded.dictionary.to_pylist()
    found: list[Mapping[str, Any]] = []
    for place, text in enumerate(texts):
        try:
            found.append(decode_data(json.loads(text), ""))
        except (ValueError, RetentionRulesError) as problem:
            bad = pc.equal(coded.indices, pa.scalar(place, coded.indices.type))
            refuse("data", bad, column, "cannot be read", str(problem))
    codes = pc.fill_null(coded.indices.cast(pa.int32()), -1).to_numpy(zero_copy_only=False)
    names = sorted({name for one in found for name in one})
    fields: dict[str, Field] = {}
    for name in names:
        inner, options = _distinct([*(one.get(name) for one in found), None])
        fields[name] = Loose(name, inner[codes], options)
    return fields


def items_of(fields: Mapping[str, Field], rows: Any) -> list[dict[str, Any]]:
    """What some fields of some rows hold, by name; without those that are null."""
    columns = [(name, field.values(rows)) for name, field in fields.items()]
    return [
        {name: values[place] for name, values in columns if values[place] is not None}
        for place in range(len(rows))
    ]


def data_of(fields: Mapping[str, Field], rows: Any) -> list[Data]:
    """The data of some rows."""
    found = []
    for items in items_of(fields, rows):
        one = Data()
        one._items = items
        found.append(one)
    return found
