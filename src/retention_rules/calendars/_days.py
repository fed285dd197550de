"""Day tables: where local days start, and how much working time lies before them."""

from __future__ import annotations

import itertools
import zoneinfo
from array import array
from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from retention_rules.calendars._hours import DAY, SECOND, WEEKDAYS, Calendar, Ranges, merged
from retention_rules.calendars._zones import EPOCH, instant, zone_named
from retention_rules.errors import DefinitionError, OutOfRange

_EPOCH_DAY = EPOCH.toordinal()
_FIRST = date(1900, 1, 1).toordinal() - 7  # a week to spare on either side, for every zone
_LAST = date(2999, 12, 31).toordinal() + 7
_PATIENCE = 5 * 366  # days without a working day after which a search gives up
_CHUNK = 512  # days of a zone looked up at a time
_PROBE = 86_400  # seconds between two looks at an offset: none has changed twice in four days


class _Starts(dict[int, int]):
    """The first instant of every local day of one zone, filled in as it is asked for."""

    def __init__(self, zone: zoneinfo.ZoneInfo) -> None:
        super().__init__()
        self._zone = zone
        self._segments: dict[int, list[tuple[int, int, int]]] = {}

    def _offset(self, second: int) -> int:
        local = (EPOCH + timedelta(seconds=second)).astimezone(self._zone)
        return (local.utcoffset() or timedelta()) // timedelta(seconds=1)

    def segments(self, day: int) -> list[tuple[int, int, int]]:
        """Return `(start, end, offset)`, the stretches of one UTC offset around a day's chunk."""
        if not _FIRST <= day < _LAST:
            raise _out_of_range(day)
        chunk = day // _CHUNK
        if chunk not in self._segments:
            low = ((chunk * _CHUNK) - _EPOCH_DAY - 2) * 86_400
            high = low + (_CHUNK + 4) * 86_400
            edges, before = [(low, self._offset(low))], self._offset(low)
            for second in range(low + _PROBE, high + 1, _PROBE):
                if (after := self._offset(second)) != before:
                    unchanged, changed = second - _PROBE, second
                    while changed - unchanged > 1:
                        middle = (unchanged + changed) // 2
                        if self._offset(middle) == before:
                            unchanged = middle
                        else:
                            changed = middle
                    edges.append((changed, after))
                    before = after
            ends = [second for second, _ in edges[1:]] + [high]
            self._segments[chunk] = [
                (second * SECOND, end * SECOND, offset * SECOND)
                for (second, offset), end in zip(edges, ends, strict=True)
            ]
        return self._segments[chunk]

    def __missing__(self, day: int) -> int:
        segments = iter(self.segments(day))
        start, end, offset = next(segments)
        first = day // _CHUNK * _CHUNK
        for each in range(max(first, _FIRST), min(first + _CHUNK, _LAST)):
            midnight = (each - _EPOCH_DAY) * DAY
            while end + offset <= midnight:
                start, end, offset = next(segments)
            self[each] = max(start, midnight - offset)
        return self[day]


class _Span(NamedTuple):
    """All working time of a run of days, as columns: the n-th opening and what lies before it."""

    first: int
    stop: int
    begin: int
    end: int
    days: array[int]
    opens: array[int]
    closes: array[int]
    before: array[int]  # one longer: the last entry is the total

    def until(self, instant: int) -> int:
        """Return the working time between the span's begin and an instant."""
        at = bisect_right(self.opens, instant) - 1
        return self.before[at] + min(instant, self.closes[at]) - self.opens[at] if at >= 0 else 0


class DayTable:
    """The local days of a zone, and the working time of a calendar in it.

    Get one from `day_table`, which keeps them. Days and working time are worked out when first
    asked for; answers never depend on what was asked before. Amounts of time are microseconds;
    amounts and counts between two points are signed, negative when the second point is earlier.

    Raises:
        UnknownZone: If the zone is no IANA name, or its data is not installed.
        OutOfRange: By every method, outside the years 1900 to 2999.

    Example:
        >>> table = day_table("America/New_York", Calendar())
        >>> friday = table.from_datetime(datetime.fromisoformat("2026-03-06T17:00-05:00"))
        >>> str(table.to_datetime(table.after_work(friday, 2 * 3_600_000_000)))
        '2026-03-09 10:00:00-04:00'
        >>> str(table.to_date(table.add_working_days(table.day(friday), 1)))
        '2026-03-09'
    """

    __slots__ = ("_exceptions", "_holidays", "_known", "_starts", "_tz", "calendar", "zone")

    def __init__(self, zone: str, calendar: Calendar) -> None:
        self.zone = zone
        self.calendar = calendar
        self._tz = zone_named(zone)
        self._starts = _starts(zone)
        self._holidays = {day.toordinal(): name for day, name in calendar.holidays}
        self._exceptions = {day.toordinal(): ranges for day, ranges in calendar.exceptions}
        self._known: _Span | None = None

    def __repr__(self) -> str:
        return f"day_table({self.zone!r}, {self.calendar!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return day_table, (self.zone, self.calendar)

    # local days

    def start(self, day: int) -> int:
        """Return the first instant whose wall clock shows this date or a later one."""
        return self._starts[day]

    def end(self, day: int) -> int:
        """Return the last microsecond of a local day (before its start if the date was skipped)."""
        return self._starts[day + 1] - 1

    def day(self, instant: int) -> int:
        """Return the local date of an instant: the last one that has started."""
        starts = self._starts
        day = instant // DAY + _EPOCH_DAY
        while starts[day] > instant:
            day -= 1
        while starts[day + 1] <= instant:
            day += 1
        return day

    def roll(self, day: int) -> int:
        """Return the first date from this one on that the zone did not skip.

        Example:
            >>> samoa = day_table("Pacific/Apia", Calendar())
            >>> str(samoa.to_date(samoa.roll(date(2011, 12, 30).toordinal())))
            '2011-12-31'
        """
        while self._starts[day] == self._starts[day + 1]:
            day += 1
        return day

    def wall(self, day: int, clock_us: int) -> int:
        """Return the instant at which the wall clock reads a time of day on a local date.

        Example:
            >>> berlin = day_table("Europe/Berlin", Calendar())
            >>> night = date(2026, 3, 29).toordinal()  # 02:00 is followed by 03:00
            >>> str(berlin.to_datetime(berlin.wall(night, 9_000_000_000)))
            '2026-03-29 03:30:00+02:00'
        """
        if clock_us == DAY:
            return self._starts[day + 1]
        label = (day - _EPOCH_DAY) * DAY + clock_us
        gap_offset = 0
        for start, end, offset in self._starts.segments(day):
            if label < end + offset:
                return label - (offset if label >= start + offset else gap_offset)
            gap_offset = offset
        raise AssertionError("a day lies inside its segments")

    # opening hours

    def ranges(self, day: int) -> Ranges:
        """Return when the business is open on a local date, as half-open ranges of instants."""
        return tuple(self._open(day))

    def is_working(self, day: int) -> bool:
        """Tell whether the business is open on a local date, for however short a time."""
        return bool(self._open(day))

    def opening(self, day: int) -> int:
        """Return the first working instant of a working day."""
        return self._open_on(day)[0][0]

    def closing(self, day: int) -> int:
        """Return the instant at which a working day's last opening range ends."""
        return self._open_on(day)[-1][1]

    def _hours(self, day: int) -> Ranges:
        if (ranges := self._exceptions.get(day)) is not None:
            return ranges
        return () if day in self._holidays else self.calendar.hours[(day - 1) % 7]

    def _open(self, day: int) -> Ranges:
        start, stop, hours = self._starts[day], self._starts[day + 1], self._hours(day)
        pieces = []
        for begin, end, offset in self._starts.segments(day) if hours else ():
            low, high = max(begin, start), min(end, stop)
            if low < high:  # one midnight, or two where a fold runs across midnight
                for midnight in range((low + offset) // DAY * DAY - offset, high, DAY):
                    for opens, closes in hours:
                        piece = max(low, midnight + opens), min(high, midnight + closes)
                        if piece[0] < piece[1]:
                            pieces.append(piece)
        return merged(pieces)

    def _open_on(self, day: int) -> Ranges:
        if not (ranges := self._open(day)):
            raise DefinitionError(f"`{self.to_date(day)}` is not a working day: roll to one first")
        return ranges

    # working time

    def worked(self, a: int, b: int) -> int:
        """Return the working time in `[a, b)`."""
        span = self._known
        if span is None or not (span.begin <= a <= span.end and span.begin <= b <= span.end):
            span = self._span(self.day(min(a, b)), self.day(max(a, b)))
        return span.until(b) - span.until(a)

    def after_work(self, start: int, amount: int) -> int:
        """Return the first instant at which an amount of working time since `start` is used up."""
        if amount <= 0:
            return start if amount == 0 else self.before_work(start, -amount)
        day = self.day(start)
        span = self._span(day, day)
        while (goal := span.until(start) + amount) > span.before[-1]:
            span = self._further(span, day, forwards=True)
        at = bisect_left(span.before, goal)
        found = span.closes[at - 1] - (span.before[at] - goal)
        self._refuse_desert(span, day, self.day(found - 1))
        return found

    def before_work(self, start: int, amount: int) -> int:
        """Return the last instant from which an amount of working time is left until `start`."""
        if amount <= 0:
            return start if amount == 0 else self.after_work(start, -amount)
        day = self.day(start)
        span = self._span(day, day)
        while (goal := span.until(start) - amount) < 0:
            span = self._further(span, day, forwards=False)
        at = bisect_right(span.before, goal) - 1
        found = span.opens[at] + goal - span.before[at]
        self._refuse_desert(span, self.day(found), day)
        return found

    # working days

    def day_zero(self, instant: int) -> int:
        """Return the local date if working time is left in it, else the next working day."""
        return self.day(self.after_work(instant, 1) - 1)

    def add_working_days(self, day: int, n: int) -> int:
        """Return the n-th working day after a date, or before it if n is negative.

        With n = 0 it is the date itself if it is a working day, else the next working day.
        """
        span = self._span(day, day)
        while True:
            at = bisect_right(span.days, day) + n - 1 if n > 0 else bisect_left(span.days, day) + n
            if 0 <= at < len(span.days):
                break
            span = self._further(span, day, forwards=n >= 0)
        found = span.days[at]
        self._refuse_desert(span, min(day, found), max(day, found))
        return found

    def working_days_between(self, a: int, b: int) -> int:
        """Return the number of working days after the date `a` up to and including `b`."""
        span = self._span(min(a, b), max(a, b))
        return bisect_right(span.days, b) - bisect_right(span.days, a)

    def skipped(self, a: int, b: int) -> tuple[tuple[date, str], ...]:
        """Return the dates after `a` up to and including `b` that are no working days, and why.

        Example:
            >>> shop = day_table("Europe/Berlin", Calendar(holidays={"2026-12-25": "Christmas"}))
            >>> [why for _, why in shop.skipped(shop.day(0), shop.day(0) + 4)]
            ['Saturday', 'Sunday']
        """
        days = (day for day in range(a + 1, b + 1) if not self._open(day))
        return tuple((self.to_date(day), self._why_closed(day)) for day in days)

    def _why_closed(self, day: int) -> str:
        if self._starts[day] == self._starts[day + 1]:
            return "no such date in this zone"
        if self._hours(day):
            return "clocks skip the opening hours"
        if day in self._exceptions:
            return "closed"
        return self._holidays.get(day) or WEEKDAYS[(day - 1) % 7]

    # conversions

    def to_datetime(self, instant: int) -> datetime:
        """Return an instant as an aware datetime in the zone."""
        try:
            return (EPOCH + timedelta(microseconds=instant)).astimezone(self._tz)
        except OverflowError:
            raise _out_of_range(instant // DAY + _EPOCH_DAY) from None

    def to_date(self, day: int) -> date:
        """Return a day number as a date."""
        try:
            return date.fromordinal(day)
        except (OverflowError, ValueError):
            raise _out_of_range(day) from None

    def from_datetime(self, moment: datetime) -> int:
        """Return an aware datetime, in whatever zone, as an instant."""
        return instant(moment)

    # what is known so far: grown by at least its own length, replaced whole (so threads may share)

    def _span(self, first: int, last: int) -> _Span:
        known = self._known
        if known and known.first <= first and last < known.stop:
            return known
        if first < _FIRST or last > _LAST - 2:
            raise _out_of_range(first if first < _FIRST else last)
        low, stop = (known.first, known.stop) if known else (first, first)
        pad = max(2 * _CHUNK, stop - low)
        low = low if low <= first else max(first - pad, _FIRST)
        stop = stop if last < stop else min(last + pad, _LAST - 1)
        days, opens, closes, before = (array("q") for _ in range(4))
        total = 0
        before.append(total)
        for day in range(low, stop):
            ranges = self._open(day)
            if ranges:
                days.append(day)
            for begin, end in ranges:
                opens.append(begin)
                closes.append(end)
                before.append(total := total + end - begin)
        begin, end = self._starts[low], self._starts[stop]
        self._known = span = _Span(low, stop, begin, end, days, opens, closes, before)
        return span

    def _further(self, span: _Span, day: int, *, forwards: bool) -> _Span:
        """Return a longer span, unless this one already ends in too many days without work."""
        if forwards:
            mark = max([day, *span.days[-1:]])
            if span.stop - mark > _PATIENCE:
                raise _desert(self.to_date(mark))
            return self._span(day, span.stop)
        mark = min([day, *span.days[:1]])
        if mark - span.first >= _PATIENCE:
            raise _desert(self.to_date(mark))
        return self._span(span.first - 1, day)

    def _refuse_desert(self, span: _Span, first: int, last: int) -> None:
        """Refuse an answer found across too long a gap, however much is known already."""
        if last - first > _PATIENCE:
            between = span.days[bisect_left(span.days, first) : bisect_right(span.days, last)]
            for before, after in itertools.pairwise([first, *between, last]):
                if after - before > _PATIENCE:
                    raise _desert(self.to_date(before))


def _out_of_range(day: int) -> OutOfRange:
    shown = date.fromordinal(day) if 0 < day <= date.max.toordinal() else f"day {day}"
    return OutOfRange(f"`{shown}` is out of range: only the years 1900 to 2999 can be placed")


def _desert(day: date) -> DefinitionError:
    return DefinitionError(
        f"no working day within 5 years of `{day}`: check the calendar's hours and holidays"
    )


@cache
def _starts(zone: str) -> _Starts:
    return _Starts(zone_named(zone))


@lru_cache(maxsize=1024)
def day_table(zone: str, calendar: Calendar) -> DayTable:
    """Return the day table of a zone and a calendar, the same one each time.

    Example:
        >>> table = day_table("Asia/Kathmandu", Calendar())
        >>> str(table.to_datetime(table.start(date(2026, 1, 1).toordinal())))
        '2026-01-01 00:00:00+05:45'
    """
    return DayTable(zone, calendar)
