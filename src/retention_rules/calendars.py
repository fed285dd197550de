"""Local days and working time: the one place where instants and local dates meet.

An instant is an `int`, microseconds since 1970-01-01 UTC. A local date is an `int`, its proleptic
ordinal (`date.toordinal()`). A `Calendar` says when a business is open; a `DayTable` knows, for one
zone and one calendar, where every local day starts and how much working time lies before it.

The rules, in short: a local day starts at the first instant whose wall clock shows that date or a
later one, so days never overlap and never run backwards. Working time is real, elapsed time during
which the wall clock reads something inside an opening range: an hour that the clock shows twice
counts twice, one that it skips not at all.
"""

from __future__ import annotations

import difflib
import itertools
import re
import zoneinfo
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeAlias

import attrs

from retention_rules.errors import DefinitionError, OutOfRange, UnknownZone

__all__ = ["Calendar", "DayTable", "day_table", "instant"]

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_FIRST = date(1900, 1, 1).toordinal() - 7  # a week to spare on either side, for every zone
_LAST = date(2999, 12, 31).toordinal() + 7
_PATIENCE = 5 * 366  # days without a working day after which a search gives up
_CHUNK = 512  # days of a zone looked up at a time
_PROBE = 86_400  # seconds between two looks at an offset: none has changed twice in four days
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NO_ZONES = {"localtime", "posixrules", "Factory"}  # whatever the machine, or nobody, says
_SHORT = tuple(name[:3].lower() for name in _WEEKDAYS)
_RANGE = re.compile(r"(\d\d?):(\d\d)(?::(\d\d))?-(\d\d?):(\d\d)(?::(\d\d))?")

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Half-open `(start, end)` pairs in order, none touching the next."""


def instant(moment: datetime) -> int:
    """Return an aware datetime as microseconds since 1970-01-01 UTC, exactly.

    Example:
        >>> instant(datetime.fromisoformat("1970-01-01T01:00:00.000001+01:00"))
        1
    """
    if moment.utcoffset() is None:
        raise DefinitionError(f"`{moment}` has no time zone: give an aware datetime")
    return (moment - _EPOCH) // timedelta(microseconds=1)


# --- reading calendars ----------------------------------------------------------------------------


def _clock(hours: str, minutes: str, seconds: str | None) -> int:
    clock = (int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)) * _SECOND
    if clock > _DAY or int(minutes) > 59 or int(seconds or 0) > 59:
        raise DefinitionError(f"no such time of day: `{hours}:{minutes}`; `24:00` is the last one")
    return clock


def _ranges(spec: str | Iterable[str | tuple[int, int]]) -> Ranges:
    """Read opening ranges such as `"09:00-12:00 13:00-18:00"`; touching ones become one."""
    if isinstance(spec, str):
        spec = re.sub(r"\s*-\s*", "-", spec).replace(",", " ").split()
    if not isinstance(spec, Iterable):
        raise DefinitionError(
            f'`{spec}` is no opening range: write `09:00-18:00`, or `""` if closed'
        )
    pairs = sorted(_pair(part) if isinstance(part, str) else part for part in spec)
    for opens, closes in pairs:
        if not 0 <= opens < closes <= _DAY:
            raise DefinitionError(
                f"`{_text([(opens, closes)])}` does not open before it closes: "
                "split a night at midnight, `22:00-24:00` and `00:00-06:00` the day after"
            )
    for (opens, closes), later in itertools.pairwise(pairs):
        if later[0] < closes:
            raise DefinitionError(
                f"`{_text([(opens, closes)])}` and `{_text([later])}` overlap: name each hour once"
            )
    return _merged(pairs)


def _pair(part: str) -> tuple[int, int]:
    if match := _RANGE.fullmatch(part.strip()):
        return _clock(*match.group(1, 2, 3)), _clock(*match.group(4, 5, 6))
    raise DefinitionError(f"cannot read opening range `{part}`: write it as `09:00-18:00`")


def _merged(pairs: Iterable[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for opens, closes in pairs:
        if merged and merged[-1][1] == opens:
            opens = merged.pop()[0]
        merged.append((opens, closes))
    return tuple(merged)


def _weekday(name: str) -> int:
    low = name.strip().lower()
    for number, full in enumerate(_WEEKDAYS):
        if low in (_SHORT[number], full.lower()):
            return number
    raise DefinitionError(f"unknown weekday `{name.strip()}`: use {', '.join(_SHORT)}")


def _week(
    hours: Mapping[str, str | Iterable[str | tuple[int, int]]] | tuple[Ranges, ...],
) -> tuple[Ranges, ...]:
    """Read opening hours by weekday, into one entry for each day from Monday to Sunday."""
    if isinstance(hours, tuple) and len(hours) == 7:
        return tuple(_ranges(day) for day in hours)
    if not isinstance(hours, Mapping):
        raise DefinitionError(
            f"`{hours}` are no hours by weekday: write `{{'mon-fri': '09:00-18:00'}}`"
        )
    week: dict[int, Ranges] = {}
    for names, spec in hours.items():
        for name in names.split(","):
            first, _, last = name.partition("-")
            number, end = _weekday(first), _weekday(last or first)
            ranges = _ranges(spec)
            for day in range(number, end + 1 if end >= number else end + 8):
                if day % 7 in week:
                    raise DefinitionError(
                        f"weekday `{_SHORT[day % 7]}` is given twice: put all its hours in one text"
                    )
                week[day % 7] = ranges
    return tuple(week.get(number, ()) for number in range(7))


def _date(value: object) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    elif isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise DefinitionError(f"not a date: `{value}`; write it as `2026-12-24`")


def _once(pairs: Iterable[tuple[date, Any]]) -> tuple[tuple[date, Any], ...]:
    """Sort by date and refuse two meanings for one date."""
    found: dict[date, Any] = {}
    for day, value in pairs:
        if found.setdefault(day, value) != value:
            raise DefinitionError(f"`{day}` is given twice: keep one of the two")
    return tuple(sorted(found.items()))


def _holidays(
    holidays: Mapping[Any, str] | Iterable[date | str | tuple[date, str]],
) -> tuple[tuple[date, str], ...]:
    if not holidays and hasattr(holidays, "years"):  # the holidays package fills itself when asked
        raise DefinitionError("`holidays` is still empty: name its years, such as `years=[2026]`")
    items = holidays.items() if isinstance(holidays, Mapping) else holidays
    pairs = (item if isinstance(item, tuple) else (item, "") for item in items)
    return _once((_date(day), name or "holiday") for day, name in pairs)


def _exceptions(
    exceptions: Mapping[Any, str | Iterable[str]] | Iterable[tuple[date, Ranges]],
) -> tuple[tuple[date, Ranges], ...]:
    items = exceptions.items() if isinstance(exceptions, Mapping) else exceptions
    return _once((_date(day), _ranges(spec)) for day, spec in items)


def _text(ranges: Iterable[tuple[int, int]]) -> str:
    def clock(at: int) -> str:
        minutes, seconds = divmod(at // _SECOND, 60)
        return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")

    return " ".join(f"{clock(opens)}-{clock(closes)}" for opens, closes in ranges)


@cache
def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        if name not in _NO_ZONES and not name.startswith("right/"):
            return zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError, AttributeError):
        pass
    known = zoneinfo.available_timezones() - _NO_ZONES
    close = difflib.get_close_matches(str(name), known, n=1) or ["Europe/Berlin"]
    hint = (
        f"use an IANA name such as `{close[0]}`"
        if known
        else "there are no zones: install `tzdata`"
    )
    raise UnknownZone(f"unknown time zone `{name}`: {hint}")


@attrs.frozen(kw_only=True, cache_hash=True, repr=False)
class Calendar:
    """When a business is open: weekly hours, holidays, and exceptions that beat both.

    Calendars that open at the same times are equal, however they were written.

    Args:
        zone: The IANA name of the business's own zone, if it is to be recorded.
        hours: Opening ranges by weekday, half-open; `24:00` ends a day. Monday to Friday,
            09:00-18:00, unless given.
        holidays: Days off, as dates with names or dates alone.
        exceptions: Dates with hours of their own; `""` is closed.
        name: What to call the calendar.

    Raises:
        DefinitionError: If hours or dates cannot be read, overlap or contradict each other, or the
            business is never open.
        UnknownZone: If the zone is not known.

    Example:
        >>> shop = Calendar(
        ...     hours={"mon-fri": "09:00-12:00 13:00-18:00", "sat": "10:00-14:00"},
        ...     holidays={"2026-12-25": "Christmas Day"},
        ...     exceptions={"2026-12-24": "09:00-12:00", "2026-12-31": ""},
        ... )
        >>> shop.to_dict()["hours"]
        {'mon-fri': '09:00-12:00 13:00-18:00', 'sat': '10:00-14:00'}
        >>> Calendar.from_dict(shop.to_dict()) == shop
        True
    """

    zone: str | None = None
    hours: tuple[Ranges, ...] = attrs.field(
        converter=_week, default=_week({"mon-fri": "09:00-18:00"})
    )
    holidays: tuple[tuple[date, str], ...] = attrs.field(converter=_holidays, default=())
    exceptions: tuple[tuple[date, Ranges], ...] = attrs.field(converter=_exceptions, default=())
    name: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse a calendar that is never open, or whose zone nobody knows."""
        if not any(self.hours) and not any(ranges for _, ranges in self.exceptions):
            raise DefinitionError("no opening hours at all: give `hours`, such as `mon-fri`")
        if self.zone is not None:
            _zone(self.zone)

    def __repr__(self) -> str:
        """Print the calendar the way it could be typed in."""
        return f"Calendar({', '.join(f'{key}={value!r}' for key, value in self.to_dict().items())})"

    def to_dict(self) -> dict[str, Any]:
        """Return the calendar as plain data, ready for JSON.

        Example:
            >>> Calendar(name="office").to_dict()
            {'name': 'office', 'hours': {'mon-fri': '09:00-18:00'}}
        """
        hours = {}
        for ranges, run in itertools.groupby(range(7), key=self.hours.__getitem__):
            first, *rest = (_SHORT[number] for number in run)
            if ranges:
                hours["-".join([first, *rest[-1:]])] = _text(ranges)
        fields = {
            "name": self.name,
            "zone": self.zone,
            "hours": hours,
            "holidays": {str(day): name for day, name in self.holidays},
            "exceptions": {str(day): _text(ranges) for day, ranges in self.exceptions},
        }
        return {key: value for key, value in fields.items() if value or key == "hours"}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calendar:
        """Return the calendar that `to_dict` wrote."""
        if unknown := sorted(set(data) - {field.name for field in attrs.fields(cls)}):
            raise DefinitionError(f"unknown calendar field `{unknown[0]}`")
        return cls(**data)


# --- the day table --------------------------------------------------------------------------------


class _Starts(dict[int, int]):
    """The first instant of every local day of one zone, filled in as it is asked for."""

    def __init__(self, zone: zoneinfo.ZoneInfo) -> None:
        super().__init__()
        self._zone = zone
        self._segments: dict[int, list[tuple[int, int, int]]] = {}

    def _offset(self, second: int) -> int:
        local = (_EPOCH + timedelta(seconds=second)).astimezone(self._zone)
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
                (second * _SECOND, end * _SECOND, offset * _SECOND)
                for (second, offset), end in zip(edges, ends, strict=True)
            ]
        return self._segments[chunk]

    def __missing__(self, day: int) -> int:
        segments = iter(self.segments(day))
        start, end, offset = next(segments)
        first = day // _CHUNK * _CHUNK
        for each in range(max(first, _FIRST), min(first + _CHUNK, _LAST)):
            midnight = (each - _EPOCH_DAY) * _DAY
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
        self._tz = _zone(zone)
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
        day = instant // _DAY + _EPOCH_DAY
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
        if clock_us == _DAY:
            return self._starts[day + 1]
        label = (day - _EPOCH_DAY) * _DAY + clock_us
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
                for midnight in range((low + offset) // _DAY * _DAY - offset, high, _DAY):
                    for opens, closes in hours:
                        piece = max(low, midnight + opens), min(high, midnight + closes)
                        if piece[0] < piece[1]:
                            pieces.append(piece)
        return _merged(pieces)

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
        return self._holidays.get(day) or _WEEKDAYS[(day - 1) % 7]

    # conversions

    def to_datetime(self, instant: int) -> datetime:
        """Return an instant as an aware datetime in the zone."""
        try:
            return (_EPOCH + timedelta(microseconds=instant)).astimezone(self._tz)
        except OverflowError:
            raise _out_of_range(instant // _DAY + _EPOCH_DAY) from None

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
    return _Starts(_zone(zone))


@lru_cache(maxsize=1024)
def day_table(zone: str, calendar: Calendar) -> DayTable:
    """Return the day table of a zone and a calendar, the same one each time.

    Example:
        >>> table = day_table("Asia/Kathmandu", Calendar())
        >>> str(table.to_datetime(table.start(date(2026, 1, 1).toordinal())))
        '2026-01-01 00:00:00+05:45'
    """
    return DayTable(zone, calendar)
