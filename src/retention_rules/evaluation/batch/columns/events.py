"""Events as columns: who, what and when, as arrays, and everything else where it was."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retention_rules.calendars import DayTable
from retention_rules.errors import InvalidEvent, OutOfRange
from retention_rules.evaluation.batch.columns import frames, times
from retention_rules.evaluation.batch.columns.fields import Field, data_of, loose
from retention_rules.evaluation.batch.columns.sorting import CHUNKS, ranked
from retention_rules.evaluation.happenings import _EARLIEST, _LATEST
from retention_rules.events import CUSTOMER_CHANGED, RESERVED, Event, Record, Retraction
from retention_rules.findings import escaped, moment

NONE = times.NONE
_FIRST_DAY, _LAST_DAY = date(1902, 1, 1).toordinal(), date(2997, 12, 31).toordinal()
"""Days that lie in every zone within the years that can be placed."""


class Events:
    """A frame of events, row by row as it was given.

    Attributes:
        size: How many rows there are.
        at: The instant of each, in microseconds, or the first of its day; `NONE` where only the
            day is known, and not in which zone.
        day: The day of each that has no instant; None if all have one.
        late: The instant of each, or the last of its day; None if all have an instant.
        recorded: When each was recorded; `NONE` for ever since; None if none says.
        kind: A code of the kind of each, -1 for a retraction; `kinds` what the codes stand for.
        customer: A code of the customer of each; `names` what the codes stand for, as Arrow text.
        amending: The rows that amend others.
        fields: The columns that are data.
    """

    def __init__(self, table: frames.Table, zone: str | None) -> None:
        frames.need(table, frames.REQUIRED, "events")
        self.table = table
        self.size = table.num_rows
        given = table.column_names
        self.amending = self._amending()
        self.kind, kinds = _coded(frames.text(table, "kind", null="retracts" in given))
        self.kinds: list[str] = kinds.to_pylist()
        for name in self.kinds:
            if name.startswith(RESERVED):
                raise InvalidEvent(f"the kind `{name}` is reserved: stages are derived, not sent")
        self.customer, names = _coded(frames.text(table, "customer"))
        self.names = names
        self.ids = frames.text(table, "id")
        self.sources = frames.text(table, "source", null=True) if "source" in given else None
        self._times(zone)
        self.fields: dict[str, Field] = {}
        if "data" in given:
            self.fields = loose(table.column("data"))
        for name in given:
            if name not in frames.RESERVED:
                if name in self.fields:
                    raise InvalidEvent(
                        f"the field `{name}` is a column and stands in `data` too: keep one"
                    )
                self.fields[name] = Field(name, table.column(name))

    def _amending(self) -> Any:
        given = self.table.column_names
        amends = np.zeros(self.size, bool)
        for name in ("corrects", "retracts"):
            if name in given:
                there = pc.is_valid(self.table.column(name))
                amends |= there.to_numpy()
        return np.flatnonzero(amends)

    def _times(self, zone: str | None) -> None:
        table, given = self.table, self.table.column_names
        column = table.column("occurred_at")
        self.day: Any = None
        self.late: Any = None
        if pa.types.is_date(column.type):
            self.at = np.full(self.size, NONE, np.int64)
            self.day = times.days(column, "occurred_at")
        elif frames.is_text(column.type):
            self.at, self.day = times.spelled(column, "occurred_at")
        else:
            self.at = times.instants(column, "occurred_at", zone)
        if "occurred_on" in given:
            on = times.days(table.column("occurred_on"), "occurred_on")
            both = pa.array((on != NONE) & (self.at != NONE))
            self._refuse("occurred_on", both, "stands beside an instant", "give one of the two")
            self.day = on if self.day is None else np.where(self.day == NONE, on, self.day)
        lacking = self.at == NONE
        if self.day is not None:
            lacking &= self.day == NONE
            if not (self.day != NONE).any():
                self.day = None
        if "retracts" in given:
            retracting = pc.is_valid(table.column("retracts")).to_numpy()
            lacking &= ~retracting
            unkind = pa.array((self.kind < 0) & ~retracting)
            self._refuse("kind", unkind, "has nulls", "give every row one")
        if lacking.any():
            self._refuse("occurred_at", pa.array(lacking), "has nulls", "give every row a time")
        known = self.at[self.at != NONE]
        if len(known) and (known.min() < _EARLIEST or known.max() >= _LATEST):
            bad = (self.at != NONE) & ((self.at < _EARLIEST) | (self.at >= _LATEST))
            told = ("is outside the years that can be placed", "give 1901 to 2998", OutOfRange)
            frames.refuse("occurred_at", pa.array(bad), column, *told)
        self.recorded: Any = None
        if "recorded_at" in given:
            self.recorded = times.instants(table.column("recorded_at"), "recorded_at", zone)

    def place(self, tables: Sequence[DayTable], zone: Any) -> None:
        """Find the first and last instant of those that are known by their day only.

        Args:
            tables: The day tables in use.
            zone: By customer, which of them is its own; -1 for none.
        """
        if self.day is None:
            return
        self.at = self.at.copy()
        self.late = self.at.copy()
        placeable = (self.day >= _FIRST_DAY) & (self.day <= _LAST_DAY)
        own = zone[self.customer]
        for number, table in enumerate(tables):
            mine = np.flatnonzero(placeable & (own == number))
            days, which = np.unique(self.day[mine], return_inverse=True)
            real = [table.roll(day) for day in days.tolist()]
            self.at[mine] = np.array([table.start(day) for day in real], np.int64)[which]
            self.late[mine] = np.array([table.end(day) for day in real], np.int64)[which]

    def _refuse(self, name: str, bad: Any, problem: str, hint: str) -> None:
        frames.refuse(name, bad, self.table.column(name), problem, hint)

    def refs(self, rows: Any) -> list[tuple[str, str]]:
        """Source and id of some rows."""
        taken = pa.array(rows)
        ids = self.ids.take(taken).to_pylist()
        if self.sources is None:
            return [("", str(id)) for id in ids]
        sources = self.sources.take(taken).to_pylist()
        return [(source or "", str(id)) for source, id in zip(sources, ids, strict=True)]

    def among(self, kinds: Collection[str]) -> Any:
        """By the code of a kind, whether it is one of some; not so for the code -1 of none."""
        return np.array([kind in kinds for kind in self.kinds] + [False])

    def orders(self, rows: Any) -> list[tuple[Any, ...]]:
        """What decides between some rows that share an instant: rank, source and id."""
        first = self.among((CUSTOMER_CHANGED,))
        ranks = (~first[self.kind[rows]]).astype(int).tolist()
        return [(rank, *ref) for rank, ref in zip(ranks, self.refs(rows), strict=True)]

    def in_order(self, number: Any, rows: Any) -> Any:
        """The places of some rows, ordered by a number that each has, and then as `orders` says."""
        first = self.among((CUSTOMER_CHANGED,))
        keys = {"number": number, "rank": ~first[self.kind[rows]]}
        for name, column in (("source", self.sources), ("id", self.ids)):
            if column is not None:
                keys[name] = pc.fill_null(column.take(pa.array(rows)).cast(pa.string()), "")
        ascending = [(name, "ascending") for name in keys]
        return pc.sort_indices(pa.table(keys), ascending).to_numpy()

    def named(self, rows: Any) -> Any:
        """The names of some rows, as findings tell them; null for row -1."""
        taken = pa.array(rows, mask=rows < 0)
        ids = escaped_texts(self.ids.take(taken).cast(pa.string()))
        if self.sources is None:
            return ids
        sources = _whole(pc.fill_null(self.sources.take(taken).cast(pa.string()), ""))
        told = pc.binary_join_element_wise(escaped_texts(sources), ids, ":")
        return pc.if_else(pc.equal(sources, ""), ids, told)

    def data_rows(self, rows: Any) -> Any:
        """The rows whose fields some rows carry: their own."""
        return rows

    def records(self, rows: Any) -> list[Record]:
        """Some rows as records of the library."""
        taken = pa.array(rows)
        given = self.table.column_names
        names = self.names.take(pa.array(self.customer[rows])).to_pylist()
        nothing: list[Any] = [None] * len(rows)
        corrects, retracts = (
            self.table.column(name).take(taken).to_pylist() if name in given else nothing
            for name in ("corrects", "retracts")
        )
        found: list[Record] = []
        columns = (self.refs(rows), names, corrects, retracts, data_of(self.fields, rows))
        for row, (source, id), who, right, back, data in zip(rows, *columns, strict=True):
            known = NONE if self.recorded is None else int(self.recorded[row])
            recorded = None if known == NONE else moment(known, "UTC")
            if back is not None:
                found.append(
                    Retraction(
                        id, str(who), retracts=_ref(back), source=source, recorded_at=recorded
                    )
                )
                continue
            found.append(
                Event(
                    id,
                    self.kinds[self.kind[row]],
                    customer=str(who),
                    occurred_at=self._moment(row),
                    data=data,
                    recorded_at=recorded,
                    source=source,
                    corrects=None if right is None else _ref(right),
                )
            )
        return found

    def _moment(self, row: int) -> Any:
        if self.day is None or self.day[row] == NONE:
            return moment(int(self.at[row]), "UTC")
        return date.fromordinal(int(self.day[row]))


def _ref(value: Any) -> Any:
    return (value["source"] or "", value["id"]) if isinstance(value, dict) else str(value)


def _coded(column: Any) -> tuple[Any, Any]:
    """Codes of a column, -1 for null, and what they stand for, as Arrow text."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_integer(whole.type) and not whole.null_count:
        low, high = (one.as_py() for one in pc.min_max(whole).values())
        if low is not None and high < 2**63 and high - low < _SPREAD * len(whole):
            codes, values = ranked(whole.cast(pa.int64()).to_numpy(), low, high, CHUNKS)
            codes.flags.writeable = False  # as Arrow's are, so that kernels are compiled once
            return codes, pa.array(values).cast(pa.string())
    coded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    indices = coded.indices.cast(pa.int32())
    codes = pc.fill_null(indices, -1) if indices.null_count else indices
    return codes.to_numpy(zero_copy_only=False), coded.dictionary.cast(pa.string())


_SPREAD = 8
"""Whole numbers are coded by a table while it is at most so many times as long as their column."""
_SEPARATES = r"[%/:@+ \t\r\n]"


def _whole(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def escaped_texts(texts: Any) -> Any:
    """Parts of keys, the letters that separate parts percent-encoded."""
    texts = _whole(texts)
    if not pc.any(pc.match_substring_regex(texts, _SEPARATES)).as_py():
        return texts
    plain = texts.to_pylist()
    return pa.array([None if one is None else escaped(one) for one in plain], pa.string())
