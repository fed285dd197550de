"""Customers as columns: the zone of each, and the facts that rules read of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retention_rules.calendars import Calendar, DayTable, day_table
from retention_rules.customers import Customer, Customers
from retention_rules.customers import customers as by_id
from retention_rules.evaluation.batch.columns import frames, times
from retention_rules.evaluation.batch.columns.fields import Field
from retention_rules.evaluation.monitor import Monitor

OWN = ("id", "zone", "history_from")


class People:
    """What is known of the customers that events name.

    Attributes:
        tables: The day tables in use.
        table: By customer, which of them is its own; -1 where it has no zone.
        partial: Which customers have a history that does not reach back for ever.
        contacts: Of which customers it is known whom one may reach there.
    """

    def __init__(self, names: Any, given: Any, monitor: Monitor) -> None:
        self.names = names
        self.monitor = monitor
        self.tables: list[DayTable] = []
        self.partial = np.zeros(len(names), bool)
        self.contacts = np.zeros(len(names), bool)
        self._known: dict[str, Customer] = {}
        self._frame: frames.Table | None = None
        if given is None or isinstance(given, Mapping | list | tuple):
            self._from_customers(given or ())
        elif hasattr(given, "columns") or hasattr(given, "column_names"):
            self._from_frame(given)
        else:
            self._from_customers(given)

    def _from_customers(self, given: Iterable[Customer] | Customers) -> None:
        self._known = by_id(given)
        self.monitor.customers = self._known
        zones: list[str | None] = [None] * len(self.names)
        if self._known:
            for place, name in enumerate(self.names.to_pylist()):
                one = self._known.get(name)
                if one is not None:
                    zones[place] = one.zone
                    self.partial[place] = one.history_from is not None
                    self.contacts[place] = one.contacts is not None
        codes, options = _codes(zones)
        self.table = self._placed(codes, options)

    def _from_frame(self, given: Any) -> None:
        table = frames.table_of(given, "customers")
        frames.need(table, ("id",), "customers")
        ids = frames.text(table, "id")
        column = (ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids).cast(
            pa.string()
        )
        doubled = pc.filter(*_twice(column)) if len(pc.unique(column)) < len(column) else []
        if len(doubled):
            bad = pc.is_in(column, value_set=doubled)
            frames.refuse("id", bad, ids, "names a customer twice", "give each customer one row")
        self._frame = table
        found = pc.index_in(self.names, value_set=column)
        self._row = pc.fill_null(found, -1).to_numpy(zero_copy_only=False)
        there = self._row >= 0
        codes = np.full(len(self.names), -1, np.int32)
        options: list[Any] = []
        if "zone" in table.column_names and table.num_rows:
            own, options = Field("zone", table.column("zone")).coded(np.arange(table.num_rows))
            codes[there] = own[self._row[there]]
        self.table = self._placed(codes, options)
        if "history_from" in table.column_names:
            since = times.days(table.column("history_from"), "history_from")
            self.partial[there] = since[self._row[there]] != times.NONE

    def _placed(self, codes: Any, options: list[str]) -> Any:
        """The day tables of zones, the calendar's or the one given for all standing in."""
        calendar: Calendar = self.monitor.calendar
        other = calendar.zone or self.monitor.zone
        index: dict[str | None, int] = {}
        for zone in (*options, other):
            if zone and zone not in index:
                index[zone] = len(self.tables)
                self.tables.append(day_table(zone, calendar))
        lut = np.array([index.get(zone or other, -1) for zone in (*options, other)], np.int32)
        return lut[codes]

    def refuse_unplaced(self, present: Any) -> None:
        """Refuse customers without a zone, among those that are present.

        Raises:
            UnknownZone: there are; the message names the first.
        """
        bad = np.flatnonzero(present & (self.table < 0))
        if len(bad):
            self.monitor._timeline(min(self.names.take(pa.array(bad)).to_pylist()))

    def fact(self, name: str) -> tuple[Any, list[Any]]:
        """By customer a code of a fact, -1 where it is not known, and what codes stand for."""
        if self._frame is None:
            return _codes(
                [
                    one.facts.get(name) if (one := self._known.get(who)) else None
                    for who in self.names.to_pylist()
                ]
                if self._known
                else [None] * len(self.names)
            )
        codes = np.full(len(self.names), -1, np.int32)
        if name not in self._frame.column_names or name in OWN:
            return codes, []
        field = Field(name, self._frame.column(name))
        own, options = field.coded(np.arange(self._frame.num_rows))
        there = self._row >= 0
        codes[there] = own[self._row[there]]
        return codes, options

    def of(self, codes: Any) -> list[Customer]:
        """Some customers, as the library knows them."""
        if self._frame is None:
            if not self._known:
                return []
            names = self.names.take(pa.array(codes)).to_pylist()
            return [self._known[name] for name in names if name in self._known]
        rows = self._row[codes]
        rows = rows[rows >= 0]
        part = self._frame.take(pa.array(rows))
        fields = [
            (name, Field(name, part.column(name)).values(np.arange(len(rows))))
            for name in part.column_names
        ]
        found = []
        for place in range(len(rows)):
            own = {name: values[place] for name, values in fields if values[place] is not None}
            named = {name: own.pop(name) for name in ("zone", "history_from") if name in own}
            found.append(Customer(str(own.pop("id")), facts=own, **named))
        return found


def _twice(column: Any) -> tuple[Any, Any]:
    counts = pc.value_counts(column)
    return counts.field("values"), pc.greater(counts.field("counts"), 1)


def _codes(values: list[Any]) -> tuple[Any, list[Any]]:
    """Codes for values, -1 for None, equal for those that are equal and of one type."""
    seen: dict[Any, int] = {}
    options: list[Any] = []
    codes = np.full(len(values), -1, np.int32)
    for place, value in enumerate(values):
        if value is not None:
            code = seen.setdefault((type(value), value), len(seen))
            if code == len(options):
                options.append(value)
            codes[place] = code
    return codes, options
