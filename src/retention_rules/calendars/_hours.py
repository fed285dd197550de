"""Calendars: when a business is open."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

import attrs

from retention_rules.calendars._zones import zone_named
from retention_rules.errors import DefinitionError

SECOND = 1_000_000
DAY = 86_400 * SECOND
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT = tuple(name[:3].lower() for name in WEEKDAYS)
_RANGE = re.compile(r"(\d\d?):(\d\d)(?::(\d\d))?-(\d\d?):(\d\d)(?::(\d\d))?")

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Half-open `(start, end)` pairs in order, none touching the next."""


def _clock(hours: str, minutes: str, seconds: str | None) -> int:
    clock = (int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)) * SECOND
    if clock > DAY or int(minutes) > 59 or int(seconds or 0) > 59:
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
        if not 0 <= opens < closes <= DAY:
            raise DefinitionError(
                f"`{_text([(opens, closes)])}` does not open before it closes: "
                "split a night at midnight, `22:00-24:00` and `00:00-06:00` the day after"
            )
    for (opens, closes), later in itertools.pairwise(pairs):
        if later[0] < closes:
            raise DefinitionError(
                f"`{_text([(opens, closes)])}` and `{_text([later])}` overlap: name each hour once"
            )
    return merged(pairs)


def _pair(part: str) -> tuple[int, int]:
    if match := _RANGE.fullmatch(part.strip()):
        return _clock(*match.group(1, 2, 3)), _clock(*match.group(4, 5, 6))
    raise DefinitionError(f"cannot read opening range `{part}`: write it as `09:00-18:00`")


def merged(pairs: Iterable[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for opens, closes in pairs:
        if merged and merged[-1][1] == opens:
            opens = merged.pop()[0]
        merged.append((opens, closes))
    return tuple(merged)


def _weekday(name: str) -> int:
    low = name.strip().lower()
    for number, full in enumerate(WEEKDAYS):
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
    if isinstance(holidays, str):
        raise DefinitionError(f"`holidays` is the text `{holidays}`: give a list of dates")
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
        minutes, seconds = divmod(at // SECOND, 60)
        return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")

    return " ".join(f"{clock(opens)}-{clock(closes)}" for opens, closes in ranges)


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
            zone_named(self.zone)

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
