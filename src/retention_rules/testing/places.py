"""Places where clocks and calendars are awkward, and the few instants at which things happen there.

A *place* is a zone, four dates around something awkward (a change of the clocks, a date that does
not exist, the end of a month) and calendars. `ticks` squeezes all that happens into about
seventeen instants, so that events collide on purpose: on a roomy clock thousands of random
histories show nothing.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

import attrs
from dateutil.relativedelta import relativedelta

from retention_rules.calendars import Calendar, DayTable, day_table
from retention_rules.errors import DefinitionError, OutOfRange
from retention_rules.windows import HOUR, BusinessDays, CalendarDays, Elapsed, Offset

DAYS = 4
"""How many dates a history spans."""


@attrs.frozen
class Place:
    """A zone, the first of four dates, and the calendars in use there."""

    zone: str
    first: date
    calendars: tuple[Calendar | None, ...] = attrs.field(eq=False, repr=False, default=(None,))

    def table(self, calendar: Calendar | None = None) -> DayTable:
        """The day table of the place."""
        return day_table(self.zone, calendar or _OFFICE)


_OFFICE = Calendar()


def _place(zone: str, first: str) -> Place:
    start = date.fromisoformat(first)

    def day(number: int) -> date:
        return start + relativedelta(days=number)

    shop = Calendar(
        name="shop",
        hours={"mon-sun": "09:00-12:00 13:00-18:00"},
        holidays={day(2): "Spring", day(3): "Harvest", day(9): "Spring"},
        exceptions={day(1): "12:00-15:00"},
    )
    night = Calendar(
        name="night",
        hours={"mon-sat": "00:00-03:00 09:00-24:00"},
        holidays={day(1): "Harvest"},
        exceptions={day(2): ""},
    )
    return Place(zone, start, (shop, None, night))


SHANGHAI = _place("Asia/Shanghai", "2026-02-27")  # no change of clocks; a month ends on a Saturday
KATHMANDU = _place("Asia/Kathmandu", "2026-03-30")  # a quarter of an hour off; a month ends
BERLIN = _place("Europe/Berlin", "2026-03-28")  # 02:00 is followed by 03:00
NEW_YORK = _place("America/New_York", "2026-10-31")  # 01:00 to 02:00 comes twice
LORD_HOWE = _place("Australia/Lord_Howe", "2026-04-04")  # half an hour comes twice
APIA = _place("Pacific/Apia", "2011-12-29")  # 30 December does not exist
ST_JOHNS = _place("America/St_Johns", "2010-11-06")  # midnight comes twice

STEADY = (SHANGHAI, KATHMANDU)
"""Places whose clocks do not change."""
PLACES = (SHANGHAI, BERLIN, NEW_YORK, LORD_HOWE, APIA, KATHMANDU, ST_JOHNS)

_CLOCKS = (0, 9 * HOUR, 12 * HOUR, 18 * HOUR)


@lru_cache(maxsize=256)
def dates(place: Place) -> tuple[date, ...]:
    """The dates of a place that exist there: four, or three where one is skipped."""
    table, first = place.table(), place.first.toordinal()
    found = sorted({table.roll(first + number) for number in range(DAYS)})
    return tuple(date.fromordinal(day) for day in found)


@lru_cache(maxsize=256)
def ticks(place: Place) -> tuple[int, ...]:
    """The instants at which most things happen: midnights and opening hours of the four dates."""
    table, first = place.table(), place.first.toordinal()
    found = {table.wall(table.roll(first + number), at) for number in range(DAYS) for at in _CLOCKS}
    found |= {table.start(first + number) - 1 for number in (1, 2)}
    found |= {table.wall(first + 1, 2 * HOUR), table.wall(first + 1, 2 * HOUR + HOUR // 2)}
    return tuple(sorted(found))


def reached(table: DayTable, anchor: int, offset: Offset) -> int | None:
    """The last instant of an offset from an instant: where deadlines are; None if out of reach."""
    try:
        if isinstance(offset, Elapsed):
            return anchor + offset.microseconds
        if isinstance(offset, CalendarDays):
            moved = table.to_date(table.day(anchor)) + relativedelta(
                months=offset.months, days=offset.days
            )
            return _on(table, table.roll(moved.toordinal()), offset.clock)
        if isinstance(offset, BusinessDays):
            zero = table.day_zero(anchor) if offset.count >= 0 else table.day(anchor)
            day = table.add_working_days(zero, offset.count)
            return table.closing(day) if offset.to_closing else _on(table, day, offset.clock)
        return table.after_work(anchor, offset.microseconds)
    except (OutOfRange, DefinitionError, OverflowError, ValueError):
        return None


def _on(table: DayTable, day: int, clock: int | None) -> int:
    return table.end(day) if clock is None else table.wall(day, clock)


def zoned(table: DayTable, instant: int) -> datetime:
    """An instant as an aware datetime in the zone of a table."""
    return table.to_datetime(instant)
