"""Happenings: effective events placed on the time axis of their customer, and what derives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from retention_rules.calendars import DayTable
from retention_rules.errors import OutOfRange
from retention_rules.events import CUSTOMER_CHANGED, Event
from retention_rules.findings import named

Order: TypeAlias = tuple[int, int, str, str]
_EARLIEST, _LATEST = -2_177_452_800_000_000, 32_503_680_000_000_000 - 366 * 86_400_000_000
FIRST, RECORD, DERIVED, DRAWN = 0, 1, 2, 3
"""Ranks at one instant: facts and timeouts, records, stages that follow from them, conclusions."""


class Happening:
    """Something that happened, as evaluators see it.

    Attributes:
        kind: Its kind.
        data: Its fields.
        first: Its first possible instant; `last` its last. They differ for dated events.
        order: First instant, rank, source and id: the total order of events.
        root: The record behind it; what shares a root never acts on each other.
        derived: Whether it is no record, but a stage's entry or exit.
    """

    __slots__ = ("_name", "data", "derived", "first", "kind", "last", "order", "root")

    def __init__(
        self,
        kind: str,
        data: Mapping[str, Any],
        first: int,
        last: int,
        order: Order,
        root: str | tuple[str, str],
        derived: bool = True,
    ) -> None:
        self.kind = kind
        self.data = data
        self.first = first
        self.last = last
        self.order = order
        self.root = root
        self.derived = derived
        self._name: str | None = None

    @property
    def dated(self) -> bool:
        """Whether only its day is known."""
        return self.first != self.last

    @property
    def name(self) -> str:
        """Its identity as text."""
        if self._name is None:
            order = self.order
            self._name = order[3] if self.derived else named((order[2], order[3]))
        return self._name

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} at {self.first}>"


def alike(value: Any) -> tuple[str, Any]:
    """A form that is equal for equal values of one type: for 1 and 1.0, but not for True."""
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, int | float | Decimal):
        return "number", value
    return type(value).__name__, value


def values_of(data: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...] | None:
    """The values that tie a case, as text; None if one is missing: it belongs to no case."""
    found = []
    for name in names:
        value = data.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            return None
        found.append(value)
    return tuple(found)


def placed(event: Event, table: DayTable) -> Happening:
    """The happening that an event is in the zone of its customer."""
    at = event.at
    rank = FIRST if event.kind == CUSTOMER_CHANGED else RECORD
    if at is not None:
        if not _EARLIEST <= at < _LATEST:
            raise OutOfRange(f"`{event.id}` happened at `{event.occurred_at}`: give 1901 to 2998")
        first = last = at
    else:
        day = table.roll(event.occurred_at.toordinal())
        first, last = table.start(day), table.end(day)
    ref = (event.source, event.id)
    return Happening(event.kind, event.data._items, first, last, (first, rank, *ref), ref, False)
