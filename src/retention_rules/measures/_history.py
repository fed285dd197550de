"""What happened, by local day: the ground of every measure that is no verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

import attrs

from retention_rules.calendars import Calendar, DayTable, day_table, instant
from retention_rules.customers import Customer, Customers, customers
from retention_rules.errors import InvalidEvent, UnknownZone, shown
from retention_rules.events import Event, Record, Retraction, aware
from retention_rules.knowledge import resolve


@attrs.frozen
class Happened:
    """An event and its place in time.

    Attributes:
        event: The event, as it is after corrections.
        day: Its date in the customer's zone.
        at: Its first instant, in microseconds since 1970.
    """

    event: Event
    day: date
    at: int


class History:
    """The events in effect, in their order, each with its local date.

    Args:
        records: Events, corrections and retractions, in any order.
        zone: The zone of customers that have none.
        customers: The zones of the others.
        as_of: Events after it are not seen. Default: all are.
        known_at: Use only what was recorded by then. Default: everything.

    Raises:
        UnknownZone: a customer has no zone.
        InvalidEvent: something is no record.

    >>> deal = Event("o-1", "deal.closed", customer="lin", occurred_at="2026-03-02T23:00+00:00")
    >>> [one.day.isoformat() for one in History([deal], zone="Asia/Shanghai")]
    ['2026-03-03']
    """

    def __init__(
        self,
        records: Iterable[Record],
        *,
        zone: str | None = None,
        customers: Iterable[Customer] | Customers = (),
        as_of: datetime | str | None = None,
        known_at: datetime | str | None = None,
    ) -> None:
        if isinstance(records, Event | Retraction | str) or not isinstance(records, Iterable):
            raise InvalidEvent(
                f"{shown(records)} is no list of records: put it into one, `[record]`"
            )
        self._zones = _zones(customers)
        self._zone = zone
        self.as_of = None if as_of is None else aware(as_of)
        last = None if self.as_of is None else instant(self.as_of)
        found = (self._happened(event) for event in resolve(records, known_at).events)
        seen = (one for one in found if last is None or one.at <= last)
        self._all = tuple(sorted(seen, key=lambda one: (one.at, one.event.source, one.event.id)))

    def __iter__(self) -> Iterator[Happened]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def of(self, *kinds: str) -> Iterator[Happened]:
        """Those of some kinds, in order."""
        return (one for one in self._all if one.event.kind in kinds)

    def table(self, customer: str) -> DayTable:
        """The days of a customer."""
        name = self._zones.get(customer) or self._zone
        if name is None:
            raise UnknownZone(f"`{customer}` has no zone: give `zone=`, or the customer one")
        return day_table(name, Calendar())

    def _happened(self, event: Event) -> Happened:
        table = self.table(event.customer)
        moment = event.occurred_at
        if isinstance(moment, datetime):
            at = instant(moment)
            return Happened(event, table.to_date(table.day(at)), at)
        return Happened(event, moment, table.start(moment.toordinal()))


def _zones(given: Iterable[Customer] | Customers) -> dict[str, str | None]:
    return {id: one.zone for id, one in customers(given).items()}
