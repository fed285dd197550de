"""Placing points: from a window and a trigger to instants, with pauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

import attrs
from dateutil.relativedelta import relativedelta

from retention_rules.calendars import DayTable, instant
from retention_rules.errors import OutOfRange
from retention_rules.windows import (
    BusinessDays,
    CalendarDays,
    Due,
    Earliest,
    Elapsed,
    Field,
    Never,
    Offset,
    Point,
    StepEnd,
    Trigger,
    Window,
    days,
)

Interval: TypeAlias = tuple[int, "int | None"]
"""A pause, from its begin up to before its end; None while it lasts."""

MISSING, NOT_A_DATE = "missing-date", "not-a-date"
TOO_EARLY, IMPOSSIBLE = "due-before-trigger", "opens-after-due"
_WEEK = days(7)


@attrs.frozen
class Place:
    """Where a point lies.

    Attributes:
        low: Its instant as a lower end; `high` as an upper end.
        whole_day: Whether it ends in a local date rather than at an instant.
        offset: The offset of the point that decided.
        anchor: Whether that point is anchored on a field or bare, so that it has no length.
        paused: Whether its clock stands still, so that it lies nowhere yet.
    """

    low: int
    high: int
    whole_day: bool
    offset: Offset | None
    bare: bool
    paused: bool = False


@attrs.frozen
class Setting:
    """What points are counted from.

    Attributes:
        table: The day table of the customer.
        first: The first instant of the trigger; `last` its last.
        data: The fields that it carries.
        steps: The instants that earlier steps handed on.
        due: The window's own due instant, for points after it.
    """

    table: DayTable
    first: int
    last: int
    data: Mapping[str, Any]
    steps: Mapping[str, int]
    due: int | None = None


def place(point: Point | Earliest, at: Setting, pauses: Sequence[Interval] = ()) -> Place | str:
    """Where a point lies, or the reason why it lies nowhere."""
    if isinstance(point, Earliest):
        places: list[tuple[int, int]] = []
        for index, part in enumerate(point.points):
            found = place(part, at)
            if isinstance(found, str):
                return found
            places.append((found.high, index))
        # The point that decides is chosen first; then pauses move it.
        return place(point.points[min(places)[1]], at, pauses)
    anchor = point.anchor
    if isinstance(anchor, Field):
        value = at.data.get(anchor.name)
        if value is None:
            return MISSING if anchor.default is None else place(anchor.default, at, pauses)
        try:
            span = _span(value, at.table)
            if span is None:
                return NOT_A_DATE
            low, high, dated = span
            if point.offset is None:
                return Place(low, high, dated, None, True)
            found = _moved(at.table, low, high, point.offset, ())
        except OutOfRange:
            return NOT_A_DATE
        return attrs.evolve(found, bare=True)
    low, high = _anchored(anchor, at)
    if point.offset is None:
        bare_low = low + 1 if isinstance(anchor, StepEnd) else low
        return Place(bare_low, high, isinstance(anchor, Trigger) and low != high, None, True)
    if isinstance(anchor, Due) and isinstance(point.offset, BusinessDays):
        day = at.table.add_working_days(at.table.day(high), point.offset.count)
        return _on_day(at.table, day, point.offset)
    # What is counted from `due` follows it, so that pauses move it once.
    return _moved(at.table, low, high, point.offset, () if isinstance(anchor, Due) else pauses)


def _anchored(anchor: Trigger | Due | StepEnd, at: Setting) -> tuple[int, int]:
    if isinstance(anchor, Trigger):
        return at.first, at.last
    if isinstance(anchor, Due):
        assert at.due is not None
        return at.due, at.due
    handed = at.steps[anchor.name]
    return handed, handed


def _span(value: Any, table: DayTable) -> tuple[int, int, bool] | None:
    """First and last instant of a date, instant, or ISO text of one."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            return None
        at = instant(value)
        return at, at, False
    if isinstance(value, date):
        day = table.roll(value.toordinal())
        return table.start(day), table.end(day), True
    return None


def _moved(
    table: DayTable, low: int, high: int, offset: Offset, pauses: Sequence[Interval]
) -> Place:
    if isinstance(offset, Elapsed):
        return _elapsed(low, high, offset, pauses)
    if isinstance(offset, CalendarDays):
        day = _shifted(table, table.day(low), offset)
        place = _on_day(table, day, offset)
        for begin, end in pauses:
            if end is not None and end <= low:
                continue
            if begin >= place.high:
                break
            if end is None:
                return attrs.evolve(place, paused=True)
            day = table.roll(day + table.day(end) - table.day(max(begin, low)))
            place = _on_day(table, day, offset)
        return place
    if isinstance(offset, BusinessDays):
        return _business(table, low, offset, pauses)
    return _working(table, low, high, offset.microseconds, pauses, offset)


def _elapsed(low: int, high: int, offset: Elapsed, pauses: Sequence[Interval]) -> Place:
    due = high + offset.microseconds
    place = Place(low + offset.microseconds, due, False, offset, False)
    for begin, end in pauses:
        if end is not None and end <= high:
            continue
        if begin >= due:
            break
        if end is None:
            return attrs.evolve(place, paused=True)
        due += end - max(begin, high)
    return attrs.evolve(place, high=due) if pauses else place


def _business(table: DayTable, low: int, offset: BusinessDays, pauses: Sequence[Interval]) -> Place:
    if offset.count < 0:
        day = table.add_working_days(table.day(low), offset.count)
    else:
        day = table.day_zero(low)
        if offset.count:
            day = table.add_working_days(day, offset.count)
    place = _on_day(table, day, offset)
    for begin, end in pauses:
        if end is not None and end <= low:
            continue
        if begin >= place.high:
            break
        if end is None:
            return attrs.evolve(place, paused=True)
        entered = table.working_days_between(table.day(max(begin, low)), table.day(end))
        if entered > 0:
            day = table.add_working_days(day, entered)
            place = _on_day(table, day, offset)
    return place


def _working(
    table: DayTable,
    low: int,
    high: int,
    amount: int,
    pauses: Sequence[Interval],
    offset: Offset,
) -> Place:
    if amount < 0:
        early, late = table.before_work(low, -amount), table.before_work(high, -amount)
        return Place(early, late, False, offset, False)
    opens = table.after_work(low, amount)
    at, left = high, amount
    for begin, end in pauses:
        if end is not None and end <= at:
            continue
        if begin >= table.after_work(at, left):
            break
        if end is None:
            return Place(opens, opens, False, offset, False, True)
        if left == 0:
            continue
        at, left = end, left - table.worked(at, max(begin, at))
    return Place(opens, table.after_work(at, left), False, offset, False)


def _shifted(table: DayTable, day: int, offset: CalendarDays) -> int:
    if not offset.months:
        return table.roll(day + offset.days)
    try:
        moved = date.fromordinal(day) + relativedelta(months=offset.months, days=offset.days)
    except (ValueError, OverflowError):
        raise OutOfRange(f"`{date.fromordinal(day)}` moved by `{offset}` is no date") from None
    return table.roll(moved.toordinal())


def _on_day(table: DayTable, day: int, offset: CalendarDays | BusinessDays) -> Place:
    if offset.clock is not None:
        at = table.wall(day, offset.clock)
        return Place(at, at, False, offset, False)
    if isinstance(offset, BusinessDays) and offset.to_closing:
        at = table.closing(day)
        return Place(at, at, False, offset, False)
    return Place(table.start(day), table.end(day), True, offset, False)


def expiry(window: Window, due: Place, at: Setting, pauses: Sequence[Interval]) -> int | None:
    """The last instant at which it is still worth doing; None for never."""
    if isinstance(window.expires, Never):
        return None
    setting = attrs.evolve(at, due=due.high)
    if window.expires is not None:
        found = place(window.expires, setting, [p for p in pauses if p[0] < due.high])
        # An expiry that cannot be placed (a missing field) falls back to the default one.
        if not isinstance(found, str):
            return max(due.high, found.high)
    table, day = at.table, at.table.day(due.high)
    offset = due.offset
    if due.bare or offset is None:
        return table.end(_shifted(table, day, _WEEK))
    least = table.end(table.roll(day + 1))
    if isinstance(offset, Elapsed):
        return max(least, due.high + offset.microseconds)
    if isinstance(offset, CalendarDays):
        plain = CalendarDays(offset.months, offset.days)
        day = max(_shifted(table, day, plain), table.roll(day + 1))
        return max(least, _on_day(table, day, offset).high)
    if isinstance(offset, BusinessDays):
        day = table.add_working_days(day, max(offset.count, 1))
        return max(least, _on_day(table, day, offset).high)
    return max(least, table.after_work(due.high, offset.microseconds))
