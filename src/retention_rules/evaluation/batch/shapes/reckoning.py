"""Windows reckoned ahead: by the local date of a trigger, or as additions to its instant."""

from __future__ import annotations

from typing import Any

import numpy as np

from retention_rules.calendars import DayTable
from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.points import Setting, expiry, place
from retention_rules.evaluation.program import Race
from retention_rules.windows import CalendarDays, Due, Elapsed, Never, Point, Trigger, Window

ONE_BY_ONE, BY_DATE, ADDED = range(3)
"""How windows are placed."""
POISON = 2**63 - 1
"""In place of an instant: such a window cannot be placed."""


class Days:
    """The days of a zone from one to another, as arrays.

    Attributes:
        first: The first of them; `start` the first instant of each, and of one more.
        cutoff: From when on no opening hours are left in a day.
    """

    def __init__(self, table: DayTable, low: int, high: int) -> None:
        self.table = table
        self.first = table.day(low)
        self.count = table.day(high) - self.first + 1
        span = range(self.first, self.first + self.count + 1)
        self.start = np.array([table.start(day) for day in span], np.int64)

    @property
    def cutoff(self) -> Any:
        """From when on no opening hours are left in a day; its start where there are none."""
        found = []
        for place_ in range(self.count):
            day = self.first + place_
            working = self.table.is_working(day)
            found.append(self.table.closing(day) if working else int(self.start[place_]))
        return np.array(found, np.int64)


def by_date(race: Race) -> bool:
    """Whether a window turns on the local date of its trigger alone, and opening hours left."""
    return race.by_day is not None and not race.by_day.fields and not race.needs


def how(race: Race) -> int:
    """How the windows of a race are placed."""
    return BY_DATE if by_date(race) else ADDED if _only_elapsed(race.window) else ONE_BY_ONE


def fill(into: Any, race: Race, days: Days) -> None:
    """Reckon the windows of a race for each of some dates."""
    if _only_days(race.window):
        into[:, 0] = into[:, 1] = _shifted_days(race.window, days)
        return
    business = race.by_day is not None and race.by_day.business
    for number in range(days.count):
        day = days.first + number
        into[number, 0] = _placed(race, days.table, days.table.start(day))
        into[number, 1] = (
            _placed(race, days.table, days.table.end(day)) if business else into[number, 0]
        )


def _placed(race: Race, table: DayTable, first: int) -> tuple[int, int, int, int]:
    """Opens, due, expires and target for a trigger; `POISON` where it cannot be placed."""
    window, setting = race.window, Setting(table, first, first, {}, {})
    try:
        due = place(window.due, setting)
        opens = None if window.opens is None else place(window.opens, setting)
        target = None if window.target is None else place(window.target, setting)
        if isinstance(due, str) or isinstance(opens, str) or isinstance(target, str):
            return POISON, POISON, POISON, POISON
        expires = expiry(window, due, setting, ())
    except Exception:  # told when a trigger needs it
        return POISON, POISON, POISON, POISON
    return (
        NONE if opens is None else opens.low,
        due.high,
        NONE if expires is None else expires,
        NONE if target is None else target.high,
    )


def _elapsed(point: object, anchor: type) -> bool:
    return (
        isinstance(point, Point)
        and isinstance(point.anchor, anchor)
        and isinstance(point.offset, Elapsed)
    )


def _only_elapsed(window: Window) -> bool:
    """Whether a window counts elapsed time only, so that its ends are additions."""
    ends = [one for one in (window.opens, window.target) if one is not None]
    later = isinstance(window.expires, Never) or _elapsed(window.expires, Due)
    return later and all(_elapsed(one, Trigger) for one in (window.due, *ends))


def amounts(window: Window) -> tuple[int, int, int, int]:
    """By how much later than the trigger a window in elapsed time opens, is due, and so on."""

    def amount(point: Any) -> int:
        return NONE if point is None else int(point.offset.microseconds)

    due = amount(window.due)
    expires = NONE if isinstance(window.expires, Never) else due + amount(window.expires)
    late = expires if expires == NONE else max(due, expires)
    return amount(window.opens), due, late, amount(window.target)


def _plain_days(point: object, anchor: type) -> bool:
    return (
        isinstance(point, Point)
        and isinstance(point.anchor, anchor)
        and isinstance(point.offset, CalendarDays)
        and not point.offset.months
        and point.offset.clock is None
    )


def _only_days(window: Window) -> bool:
    """Whether a window counts whole days only, so that its dates are additions."""
    ends = [one for one in (window.opens, window.target) if one is not None]
    expires = window.expires
    later = expires is None or isinstance(expires, Never) or _plain_days(expires, Due)
    return later and all(_plain_days(one, Trigger) for one in (window.due, *ends))


def _shifted_days(window: Window, days: Days) -> Any:
    """Opens, due, expires and target by date."""
    amounts = [
        abs(one.offset.days)
        for one in (window.opens, window.due, window.expires, window.target)
        if isinstance(one, Point) and isinstance(one.offset, CalendarDays)
    ]
    reach = 2 * max(amounts) + 4
    low, count = days.first - reach, days.count + 2 * reach
    table = days.table
    try:
        start = np.array([table.start(low + k) for k in range(count + 1)], np.int64)
    except Exception:  # near the end of time: told when a trigger needs it
        return np.full((days.count, 4), POISON, np.int64)
    real = np.arange(count)
    for k in range(count - 2, -1, -1):
        if start[k] == start[k + 1]:
            real[k] = real[k + 1]
    own = np.arange(days.count) + reach

    def moved(base: Any, point: Any) -> Any:
        return real[base + point.offset.days]

    found = np.full((days.count, 4), NONE, np.int64)
    if window.opens is not None:
        found[:, 0] = start[moved(own, window.opens)]
    due_day = moved(own, window.due)
    due = found[:, 1] = start[due_day + 1] - 1
    if window.expires is None:
        day = np.maximum(moved(due_day, window.due), real[due_day + 1])
        found[:, 2] = np.maximum(start[real[due_day + 1] + 1] - 1, start[day + 1] - 1)
    elif not isinstance(window.expires, Never):
        day = moved(due_day, window.expires)
        found[:, 2] = np.maximum(due, start[day + 1] - 1)
    if window.target is not None:
        found[:, 3] = start[moved(own, window.target) + 1] - 1
    return found
