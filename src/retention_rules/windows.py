"""Points and windows: by when something is owed, in three kinds of time that never mix.

An *offset* is elapsed (`hours`), calendar (`days`, `months`: local dates of the customer) or
working (`business_days`, `working_hours`). A *point* is an anchor plus or minus an offset. A
`Window` is three points: when the obligation opens, is due, and is no longer worth doing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeAlias, TypeVar

import attrs

from retention_rules.errors import DefinitionError, shown

MICROSECOND = 1
SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
_CENTURIES = 400
_CLOCK = r"(\d\d):(\d\d)(?::(\d\d))?"


def clock(text: str) -> int:
    """Microseconds after midnight of a wall-clock time such as ``10:00``; ``24:00`` is allowed.

    Raises:
        DefinitionError: `text` is no such time.

    >>> clock("10:30") // 60_000_000
    630
    """
    given: Any = text
    match = re.fullmatch(_CLOCK, given) if isinstance(given, str) else None
    if match:
        hour, minute, second = (int(part or 0) for part in match.groups())
        seconds = hour * 3600 + minute * 60 + second
        if minute < 60 and second < 60 and seconds <= 86_400:
            return seconds * SECOND
    raise DefinitionError(
        f"{shown(text)} is no time of day: write 09:30, or 24:00 for the end of it"
    )


def _clock_text(at: int) -> str | None:
    """The text that `clock` reads as `at`; None where there is none."""
    if at % SECOND:
        return None
    minutes, seconds = divmod(at // SECOND, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


_T = TypeVar("_T")


def _same(one: _T, other: object) -> _T:
    if not isinstance(other, OFFSETS):
        raise DefinitionError(f"{shown(other)} does not add to `{one!r}`: give an offset like it")
    if type(other) is not type(one):
        raise DefinitionError(
            f"`{one!r}` and `{other!r}` do not add: elapsed, calendar and working time never mix"
        )
    return other


def _whole(amount: int, unit: str) -> int:
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise DefinitionError(f"`{unit}({amount!r})`: give a whole number")
    return amount


def _within(limit: int) -> Any:
    def check(_: object, attribute: Any, value: int) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise DefinitionError(f"`{attribute.name}={value!r}`: give a whole number")
        if abs(value) > limit:
            raise DefinitionError(
                f"`{value}` {attribute.name} is more than 400 years: give a shorter time, or "
                "leave the window open with `expires=never`"
            )

    return check


def _daytime(_: object, __: Any, value: Any) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if value is not None and not (whole and 0 <= value <= DAY):
        raise DefinitionError(f"{shown(value)} is no time of day: write `.at('10:00')`")


def _sized(name: str, microseconds: int) -> str | None:
    """An amount of time in whole hours, minutes or seconds."""
    for unit, size in (("hours", HOUR), ("minutes", 60 * SECOND), ("seconds", SECOND)):
        if microseconds % size == 0 and not (name and unit == "seconds"):
            return f"{name}{unit}({microseconds // size})"
    return None


@attrs.frozen(repr=False)
class Elapsed:
    """Physical time, whatever the clocks on the wall do."""

    microseconds: int = attrs.field(validator=_within(_CENTURIES * 366 * DAY))

    def __add__(self, other: Elapsed) -> Elapsed:
        return Elapsed(self.microseconds + _same(self, other).microseconds)

    def __neg__(self) -> Elapsed:
        return Elapsed(-self.microseconds)

    def __repr__(self) -> str:
        return _sized("", self.microseconds) or f"Elapsed({self.microseconds})"


@attrs.frozen(repr=False)
class CalendarDays:
    """Local dates of the customer; `clock` picks a wall-clock time on the date reached."""

    months: int = attrs.field(default=0, validator=_within(_CENTURIES * 12))
    days: int = attrs.field(default=0, validator=_within(_CENTURIES * 366))
    clock: int | None = attrs.field(default=None, validator=_daytime)

    def at(self, text: str) -> CalendarDays:
        """The same date, at a wall-clock time such as ``12:00``."""
        return attrs.evolve(self, clock=clock(text))

    def __add__(self, other: CalendarDays) -> CalendarDays:
        other = _same(self, other)
        if self.clock is not None or other.clock is not None:
            raise DefinitionError("add the dates first, then choose a time of day with `.at()`")
        return CalendarDays(self.months + other.months, self.days + other.days)

    def __neg__(self) -> CalendarDays:
        return CalendarDays(-self.months, -self.days, self.clock)

    def __repr__(self) -> str:
        parts = []
        if self.months:
            years, months = divmod(self.months, 12)
            parts.append(f"months({self.months})" if months else f"years({years})")
        if self.days or not parts:
            parts.append(f"days({self.days})")
        if self.clock is None:
            return " + ".join(parts)
        at = _clock_text(self.clock)
        if at is None:
            return f"CalendarDays({self.months}, {self.days}, {self.clock})"
        return (f"({' + '.join(parts)})" if len(parts) > 1 else parts[0]) + f".at({at!r})"


@attrs.frozen(repr=False)
class BusinessDays:
    """Dates with opening hours; by default to the end of the local date reached."""

    count: int = attrs.field(validator=_within(_CENTURIES * 366))
    clock: int | None = attrs.field(default=None, validator=_daytime)
    to_closing: bool = False

    def at(self, text: str) -> BusinessDays:
        """The same date, at a wall-clock time such as ``10:00``."""
        return BusinessDays(self.count, clock(text))

    def closing(self) -> BusinessDays:
        """The same date, at the end of its opening hours."""
        return BusinessDays(self.count, None, True)

    def __add__(self, other: BusinessDays) -> BusinessDays:
        other = _same(self, other)
        if self.clock is not None or self.to_closing or other.clock is not None or other.to_closing:
            raise DefinitionError("add the business days first, then choose `.at()`/`.closing()`")
        return BusinessDays(self.count + other.count)

    def __neg__(self) -> BusinessDays:
        return attrs.evolve(self, count=-self.count)

    def __repr__(self) -> str:
        if self.clock is None:
            return f"business_days({self.count})" + (".closing()" if self.to_closing else "")
        at = _clock_text(self.clock)
        if at is None or self.to_closing:
            return f"BusinessDays({self.count}, {self.clock}, {self.to_closing})"
        return f"business_days({self.count}).at({at!r})"


@attrs.frozen(repr=False)
class WorkingTime:
    """Elapsed time inside opening hours."""

    microseconds: int = attrs.field(validator=_within(_CENTURIES * 366 * DAY))

    def __add__(self, other: WorkingTime) -> WorkingTime:
        return WorkingTime(self.microseconds + _same(self, other).microseconds)

    def __neg__(self) -> WorkingTime:
        return WorkingTime(-self.microseconds)

    def __repr__(self) -> str:
        return _sized("working_", self.microseconds) or f"WorkingTime({self.microseconds})"


Offset: TypeAlias = Elapsed | CalendarDays | BusinessDays | WorkingTime
OFFSETS = (Elapsed, CalendarDays, BusinessDays, WorkingTime)


def seconds(amount: int) -> Elapsed:
    """Elapsed seconds."""
    return Elapsed(_whole(amount, "seconds") * SECOND)


def minutes(amount: int) -> Elapsed:
    """Elapsed minutes."""
    return Elapsed(_whole(amount, "minutes") * 60 * SECOND)


def hours(amount: int) -> Elapsed:
    """Elapsed hours: ``hours(48)`` is not ``days(2)`` when the clocks change."""
    return Elapsed(_whole(amount, "hours") * HOUR)


def days(amount: int) -> CalendarDays:
    """Local dates: ``days(3)`` ends with the whole local day three dates after the anchor's."""
    return CalendarDays(days=_whole(amount, "days"))


def weeks(amount: int) -> CalendarDays:
    """Local dates, seven at a time."""
    return CalendarDays(days=7 * _whole(amount, "weeks"))


def months(amount: int) -> CalendarDays:
    """Local dates, by the month: 31 January plus one month is the last day of February."""
    return CalendarDays(months=_whole(amount, "months"))


def years(amount: int) -> CalendarDays:
    """Local dates, by the year."""
    return CalendarDays(months=12 * _whole(amount, "years"))


def business_days(amount: int) -> BusinessDays:
    """Working dates; day 0 is the anchor's if opening hours are left in it, else the next."""
    return BusinessDays(_whole(amount, "business_days"))


def working_hours(amount: int) -> WorkingTime:
    """Hours inside the opening hours; due at the first instant at which they are used up."""
    return WorkingTime(_whole(amount, "working_hours") * HOUR)


def working_minutes(amount: int) -> WorkingTime:
    """Minutes inside the opening hours."""
    return WorkingTime(_whole(amount, "working_minutes") * 60 * SECOND)


def _named(_: object, attribute: Any, value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise DefinitionError(f"{shown(value)} is no {attribute.name}: give non-empty text")


@attrs.frozen
class Trigger:
    """The anchor that is the trigger's own instant (or local day, if it is dated)."""


@attrs.frozen
class Due:
    """The anchor that is the window's own due instant; for `Window.expires` only."""


@attrs.frozen
class Field:
    """The anchor that is a date or instant carried by the trigger's data.

    Attributes:
        name: The field.
        default: The point that serves when the trigger lacks it; without one the obligation is
            indeterminate, and says why.
    """

    name: str = attrs.field(validator=_named)
    default: Point | Earliest | None = None


@attrs.frozen
class StepEnd:
    """The anchor that an earlier step hands on: its touch or its due instant, the earlier one.

    Attributes:
        name: A step of the same procedure, or the id of a rule with the same trigger.
    """

    name: str = attrs.field(validator=_named)


Anchor: TypeAlias = Trigger | Due | Field | StepEnd


def _anchor(_: object, __: Any, value: Any) -> None:
    if not isinstance(value, Trigger | Due | Field | StepEnd):
        raise DefinitionError(f"{shown(value)} is no anchor: write `trigger` or `until('field')`")


def _offset(given: Any) -> Offset:
    if not isinstance(given, OFFSETS):
        raise DefinitionError(f"{shown(given)} moves no point: give an offset such as days(3)")
    return given


def _optional_offset(_: object, __: Any, value: Any) -> None:
    if value is not None:
        _offset(value)


@attrs.frozen(repr=False)
class Point:
    """An anchor, moved by an offset."""

    anchor: Anchor = attrs.field(validator=_anchor)
    offset: Offset | None = attrs.field(default=None, validator=_optional_offset)

    def __add__(self, offset: Offset) -> Point:
        _offset(offset)
        return Point(self.anchor, offset if self.offset is None else _moved(self.offset, offset))

    def __sub__(self, offset: Offset) -> Point:
        return self + -_offset(offset)

    def __repr__(self) -> str:
        anchor, offset = _anchor_code(self.anchor), self.offset
        if offset is None:
            return anchor
        if not _backwards(offset):
            return f"{anchor} + {offset!r}"
        code = repr(-offset)
        return f"{anchor} - ({code})" if " + " in code and code[0] != "(" else f"{anchor} - {code}"

    def parts(self) -> tuple[Point, ...]:
        """The points it chooses from: itself, and the default of its field."""
        default = self.anchor.default if isinstance(self.anchor, Field) else None
        return (self, *(default.parts() if default is not None else ()))


def _backwards(offset: Offset) -> bool:
    if isinstance(offset, CalendarDays):
        return (
            offset.months <= 0 and offset.days <= 0 and offset != CalendarDays(0, 0, offset.clock)
        )
    return (offset.count if isinstance(offset, BusinessDays) else offset.microseconds) < 0


def _anchor_code(anchor: Anchor) -> str:
    if isinstance(anchor, Field):
        default = "" if anchor.default is None else f", default={brief(anchor.default)}"
        return f"until({anchor.name!r}{default})"
    if isinstance(anchor, StepEnd):
        return f"step({anchor.name!r})"
    return "due" if isinstance(anchor, Due) else "trigger"


def brief(given: Point | Earliest | Never) -> str:
    """A point as it can be written in a window: an offset alone counts from the trigger.

    >>> brief(trigger + days(2)), brief(until("ends") - days(30))
    ('days(2)', "until('ends') - days(30)")
    """
    if isinstance(given, Point) and isinstance(given.anchor, Trigger) and given.offset is not None:
        return repr(given.offset)
    return repr(given)


def _moved(first: Offset, then: Offset) -> Offset:
    return first + then  # type: ignore[operator]


def _points(value: Iterable[Point]) -> tuple[Point, ...]:
    return tuple(value)


@attrs.frozen(repr=False)
class Earliest:
    """The earliest of several points."""

    points: tuple[Point, ...] = attrs.field(converter=_points)

    @points.validator
    def _enough(self, _: object, points: tuple[Point, ...]) -> None:
        if len(points) < 2 or not all(isinstance(point, Point) for point in points):
            raise DefinitionError(
                "`earliest` compares two or more points: write `earliest(days(3), until('ends'))`"
            )

    def __repr__(self) -> str:
        return f"earliest({', '.join(brief(point) for point in self.points)})"

    def parts(self) -> tuple[Point, ...]:
        """The points it chooses from, with the defaults of their fields."""
        return tuple(part for point in self.points for part in point.parts())


@attrs.frozen(repr=False)
class Never:
    """The end of a window that does not end."""

    def __repr__(self) -> str:
        return "never"


trigger = Point(Trigger())
due = Point(Due())
never = Never()


def until(field: str, *, default: Point | Earliest | Offset | None = None) -> Point:
    """The date or instant that the trigger carries in `field`; a bare date is that whole day.

    >>> until("ends") - days(30)
    until('ends') - days(30)
    """
    return Point(Field(field, None if default is None else point(default)))


def step(name: str) -> Point:
    """Where the step or rule `name` ended: at its touch or its due instant, the earlier one."""
    return Point(StepEnd(name))


def earliest(*points: Point | Offset) -> Earliest:
    """The earliest of several points or offsets from the trigger."""
    return Earliest(tuple(_simple(given) for given in points))


def _simple(given: Point | Offset) -> Point:
    found = point(given)
    if not isinstance(found, Point):
        raise DefinitionError("`earliest` does not nest: list all points in one")
    return found


def point(given: object) -> Point | Earliest:
    """A point as it is, or an offset from the trigger as a point.

    Raises:
        DefinitionError: it is neither.
    """
    if isinstance(given, Point | Earliest):
        return given
    if isinstance(given, OFFSETS):
        return Point(Trigger(), given)
    raise DefinitionError(f"{shown(given)} is no point: write `days(2)` or `until('field')`")


def _optional_point(given: object) -> Point | Earliest | None:
    return None if given is None else point(given)


def _end(given: object) -> Point | Earliest | Never | None:
    return given if isinstance(given, Never) else _optional_point(given)


@attrs.frozen(kw_only=True, repr=False)
class Window:
    """When an obligation opens, is due, and lapses. Closed at both ends.

    Args:
        due: A point, or an offset from the trigger. Days end with their last microsecond.
        opens: Days begin with their first microsecond. Default: the trigger's instant; after a
            chained step, just after that step ended.
        expires: The end of what is still worth doing late. Default: one more window length after
            due, at least one local day; 7 days after a `due` taken from a field.
        target: A time to aim at that no verdict depends on.

    Raises:
        DefinitionError: it closes before it opens, or expires before it is due.
    """

    due: Point | Earliest = attrs.field(converter=point)
    opens: Point | Earliest | None = attrs.field(default=None, converter=_optional_point)
    expires: Point | Earliest | Never | None = attrs.field(default=None, converter=_end)
    target: Point | Earliest | None = attrs.field(default=None, converter=_optional_point)

    def __attrs_post_init__(self) -> None:
        for name in ("due", "opens", "target"):
            end = getattr(self, name)
            if end is not None and any(isinstance(part.anchor, Due) for part in end.parts()):
                raise DefinitionError(f"`{name}` is counted from `due`: only `expires` can be")
        if self.opens is not None and _before(self.due, self.opens):
            raise DefinitionError(
                f"the window closes (`{brief(self.due)}`) before it opens "
                f"(`{brief(self.opens)}`): let it open earlier"
            )
        if isinstance(self.expires, Point | Earliest) and _before(
            self.expires, self.due, upper=True
        ):
            raise DefinitionError(
                f"the window expires (`{brief(self.expires)}`) before it is due "
                f"(`{brief(self.due)}`): count from `due`, such as `due + days(2)`"
            )

    def __repr__(self) -> str:
        ends = [(name, getattr(self, name)) for name in ("opens", "due", "expires", "target")]
        parts = (f"{name}={brief(end)}" for name, end in ends if end is not None)
        return f"Window({', '.join(parts)})"

    def steps(self) -> frozenset[str]:
        """The names of the steps that its points are counted from."""
        ends = (self.due, self.opens, self.expires, self.target)
        parts = (part for end in ends if isinstance(end, Point | Earliest) for part in end.parts())
        return frozenset(part.anchor.name for part in parts if isinstance(part.anchor, StepEnd))


def _before(one: Point | Earliest, other: Point | Earliest, *, upper: bool = False) -> bool:
    """Whether the end of `one` precedes the start (or, `upper`, the end) of `other` for certain."""
    if not (isinstance(one, Point) and isinstance(other, Point)):
        return False
    if isinstance(one.anchor, Due):
        return one.offset is not None and span(one.offset)[0] < 0
    if one.anchor != other.anchor or type(one.offset) is not type(other.offset):
        return False
    if one.offset is None or other.offset is None:
        return False
    return span(one.offset)[1] < span(other.offset)[1 if upper else 0]


def span(offset: Offset) -> tuple[int, int]:
    """The least and the greatest length of an offset, comparable within its own type."""
    if isinstance(offset, Elapsed | WorkingTime):
        return offset.microseconds, offset.microseconds
    if isinstance(offset, CalendarDays):
        lengths = [offset.months * month + offset.days for month in (28, 31)]
    else:
        lengths = [offset.count]
    start, end = (0, DAY) if offset.clock is None else (offset.clock, offset.clock)
    return min(lengths) * DAY + start, max(lengths) * DAY + end
