"""Points and pauses: when an obligation opens, is due and expires ("Points", "Pauses")."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

import attrs
from dateutil.relativedelta import relativedelta
from tests.oracle.happenings import Q

from retention_rules.calendars import DayTable, instant
from retention_rules.errors import InvalidEvent
from retention_rules.events import Data, aware
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
    WorkingTime,
)

Side = Literal["lower", "upper"]
Span = tuple[int, int]  # first and last instant of an anchor
Pauses = tuple[tuple[int, int | None], ...]  # begin and end (None: not over), apart, in order


@attrs.frozen
class Bad:
    """A point that the data does not give."""

    reason: str


@attrs.frozen
class Reached:
    """A point that was reached: from where, by what offset, on what date and at what instant."""

    at: int
    date: int | None  # for dates: the one reached
    offset: Offset | None
    anchor: Span
    of: Any  # the kind of anchor
    whole_day: bool


def timeout_instant(table: DayTable, after: Point | Earliest, entry: Any) -> int | None:
    """When a timeout of a stage is due."""
    anchors = Anchors(table, (entry.first, entry.last), entry.data, {}, lenient=True)
    found = anchors.reach(after, "upper")
    return None if isinstance(found, Bad) else found.at


@attrs.frozen(eq=False)
class Anchors:
    """What the points of one obligation are counted from."""

    table: DayTable
    trigger: Span
    data: Data
    steps: Mapping[str, int]  # the instants handed on
    due: int | None = None
    lenient: bool = False  # a default serves for a wrong type, too

    def reach(self, point: Point | Earliest, side: Side) -> Reached | Bad:
        """The point, or why there is none."""
        if isinstance(point, Earliest):
            found = [self.reach(one, side) for one in point.points]
            bad = [one for one in found if isinstance(one, Bad)]
            return bad[0] if bad else min(found, key=lambda one: one.at)  # type: ignore[union-attr]
        anchor = point.anchor
        bare_date = False
        if isinstance(anchor, Trigger):
            span = self.trigger
        elif isinstance(anchor, Due):
            assert self.due is not None
            span = (self.due, self.due)
        elif isinstance(anchor, StepEnd):
            handed = self.steps[anchor.name]
            if point.offset is None and side == "lower":
                handed += Q
            span = (handed, handed)
        else:
            if anchor.name not in self.data:
                if anchor.default is not None:
                    return self.reach(anchor.default, side)
                return Bad("missing-date")
            given = _moment(self.data[anchor.name])
            if given is None:
                if self.lenient and anchor.default is not None:
                    return self.reach(anchor.default, side)
                return Bad("not-a-date")
            bare_date = not isinstance(given, datetime)
            if isinstance(given, datetime):
                span = (instant(given), instant(given))
            else:
                day = given.toordinal()
                span = (self.table.start(day), self.table.end(self.table.roll(day)))
        return self.moved(span, point.offset, side, anchor, bare_date)

    def moved(
        self, span: Span, offset: Offset | None, side: Side, anchor: Any, bare_date: bool
    ) -> Reached:
        """An anchor moved by an offset."""
        table = self.table
        if offset is None:
            at = span[0] if side == "lower" else span[1]
            return Reached(at, None, None, span, anchor, bare_date)
        if isinstance(offset, Elapsed):
            at = span[0 if side == "lower" else 1] + offset.microseconds
            return Reached(at, None, offset, span, anchor, False)
        if isinstance(offset, WorkingTime):
            at = table.after_work(span[0 if side == "lower" else 1], offset.microseconds)
            return Reached(at, None, offset, span, anchor, False)
        if isinstance(offset, CalendarDays):
            step = relativedelta(months=offset.months, days=offset.days)
            day = table.roll((table.to_date(table.day(span[0])) + step).toordinal())
        elif offset.count < 0 or isinstance(anchor, Due):
            day = table.add_working_days(table.day(span[0]), offset.count)
        else:
            day = table.add_working_days(table.day_zero(span[0]), offset.count)
        whole = offset.clock is None and not getattr(offset, "to_closing", False)
        return Reached(on_date(table, day, offset, side), day, offset, span, anchor, whole)


def on_date(table: DayTable, day: int, offset: CalendarDays | BusinessDays, side: Side) -> int:
    """The instant that an offset means on the date it reached."""
    if offset.clock is not None:
        return table.wall(day, offset.clock)
    if isinstance(offset, BusinessDays) and offset.to_closing:
        return table.closing(day)
    return table.start(day) if side == "lower" else table.end(day)


def _moment(value: Any) -> datetime | date | None:
    if isinstance(value, str):
        text = value.strip()
        try:
            value = date.fromisoformat(text) if len(text) == 10 else aware(text)
        except (ValueError, InvalidEvent):
            return None
    if isinstance(value, datetime):
        return value if value.utcoffset() is not None else None
    return value if isinstance(value, date) else None


def delayed(table: DayTable, point: Reached, p: int, r: int) -> Reached:
    """An upper end after a pause [p, r), by the unit it counts in."""
    first, last = point.anchor
    offset = point.offset
    if offset is None:
        return point
    if isinstance(offset, Elapsed):
        return attrs.evolve(point, at=point.at + max(0, r - max(p, last)))
    if isinstance(offset, WorkingTime) and offset.microseconds == 0:
        return point  # no working time is used up at once
    if isinstance(offset, WorkingTime):
        begin = max(p, last)
        extra = table.worked(begin, r) if begin < r else 0
        return attrs.evolve(point, at=table.after_work(point.at, extra))
    begin = max(p, first)
    if begin >= r:
        return point
    assert point.date is not None
    if isinstance(offset, CalendarDays):
        day = table.roll(point.date + table.day(r) - table.day(begin))
    else:
        extra = table.working_days_between(table.day(begin), table.day(r))
        day = table.add_working_days(point.date, extra)
    return attrs.evolve(point, date=day, at=on_date(table, day, offset, "upper"))


@attrs.frozen(eq=False)
class Terms:
    """The window of one obligation, as known at any instant k."""

    anchors: Anchors
    window: Window
    opens: int
    due: Reached | None  # before pauses; None if the window is bad
    bad: str | None
    whole_day: bool
    pauses: Pauses
    _memo: dict[Any, Any] = attrs.field(factory=dict)

    def known(self, k: int) -> tuple[int | None, int | None, int | None, int | None]:
        """due, expires, target and paused-since, by the pauses begun up to k."""
        if k not in self._memo:
            self._memo[k] = self._known(k)
        found: tuple[int | None, int | None, int | None, int | None] = self._memo[k]
        return found

    def due_at(self, k: int) -> int | None:
        """The upper end as known at k; None while paused or with a bad window."""
        return self.known(k)[0]

    def passed(self, due: int) -> int:
        """From when it is known that due has passed: not while paused."""
        at = due + Q
        for p, r in self.pauses:
            if r is not None and p < due:
                at = max(at, r)
        return at

    def expires_at(self, k: int) -> int | None:
        """x as known at k; None for never, while paused, or with a bad window."""
        return self.known(k)[1]

    def _known(self, k: int) -> tuple[int | None, int | None, int | None, int | None]:
        due = self.due
        if due is None:
            return None, None, None, None
        table = self.anchors.table
        effective: list[tuple[int, int]] = []
        for p, r in self.pauses:
            if p > k or p >= due.at:
                break
            if r is None or k < r:
                return None, None, None, p
            effective.append((p, r))
            due = delayed(table, due, p, r)
        expires = self._expires(due, effective)
        target = None
        if self.window.target is not None:
            goal = self.anchors.reach(self.window.target, "upper")
            target = None if isinstance(goal, Bad) else self._moved(goal, effective).at
        return due.at, None if expires is None else max(expires, due.at), target, None

    def _moved(self, point: Reached, pauses: list[tuple[int, int]]) -> Reached:
        """Moved by those that begin before it, in its own unit; dates in the data and due stay."""
        if not isinstance(point.of, Field | Due):
            for p, r in pauses:
                if p >= point.at:
                    break
                point = delayed(self.anchors.table, point, p, r)
        return point

    def _expires(self, due: Reached, pauses: list[tuple[int, int]]) -> int | None:
        given = self.window.expires
        if isinstance(given, Never):
            return None
        if given is not None:
            anchors = attrs.evolve(self.anchors, due=due.at)
            points = given.points if isinstance(given, Earliest) else (given,)
            found = [anchors.reach(one, "upper") for one in points]
            if not any(isinstance(one, Bad) for one in found):
                return min(self._moved(one, pauses).at for one in found)  # type: ignore[arg-type]
        return self._default_expiry(due)

    def _default_expiry(self, due: Reached) -> int:
        table = self.anchors.table
        day = table.day(due.at)
        offset = due.offset
        if isinstance(due.of, Field) or offset is None:
            return table.end(table.roll(day + 7))
        if isinstance(offset, Elapsed):
            at = due.at + offset.microseconds
        elif isinstance(offset, WorkingTime):
            at = table.after_work(due.at, offset.microseconds)
        elif isinstance(offset, CalendarDays):
            step = relativedelta(months=offset.months, days=offset.days)
            moved = (table.to_date(day) + step).toordinal()
            at = on_date(table, table.roll(max(moved, day + 1)), offset, "upper")
        else:
            moved = table.add_working_days(day, max(offset.count, 1))
            at = on_date(table, moved, offset, "upper")
        return max(at, table.end(table.roll(day + 1)))


def always_whole_days(window: Window) -> bool:
    """Whether a window ends in local dates wherever the steps before it end."""
    ends = [window.due] if window.opens is None else [window.due, window.opens]
    for point in [one for end in ends for one in end.parts()]:
        if isinstance(point.anchor, Field) or not isinstance(
            point.offset, CalendarDays | BusinessDays
        ):
            return False
        if point.offset.clock is not None or getattr(point.offset, "to_closing", False):
            return False
    return True


def terms(
    anchors: Anchors,
    window: Window,
    *,
    pauses: Pauses,
    default_opens: int,
    not_before: int,
    first: int,
) -> Terms:
    """The window of an obligation.

    When it opens at the earliest (`not_before`, also if its window is bad) and by default depends
    on its shape; `first` is the first instant of the trigger.
    """
    due = anchors.reach(window.due, "upper")
    opens: Reached | Bad | None = None
    if window.opens is not None:
        opens = anchors.reach(window.opens, "lower")
    bad: str | None = None
    at = default_opens
    if isinstance(opens, Reached):
        at = opens.at
    at = max(at, not_before)
    if isinstance(due, Bad):
        bad = due.reason
    elif due.at < first:
        bad = "due-before-trigger"
    elif isinstance(opens, Bad):
        bad = opens.reason
    elif at > due.at:
        bad = "opens-after-due"
    if bad is not None:
        at = not_before
    whole = isinstance(due, Reached) and due.whole_day
    whole = whole and (opens is None or (isinstance(opens, Reached) and opens.whole_day))
    if window.steps():  # it is acted on before its window is known
        whole = always_whole_days(window)
    return Terms(anchors, window, at, None if bad else due, bad, whole, pauses)  # type: ignore[arg-type]
