"""Histories: running aggregates over earlier events, as ranges of what they may be."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any

import attrs

from retention_rules.conditions import History
from retention_rules.evaluation.happenings import Happening, alike

_INFINITE = float("inf")
_EXACT = Context(prec=400)
Fields = tuple[tuple[str, bool], ...]
"""The fields read from a history, and whether they are summed."""
Compare = Callable[[Any, str, Any], "bool | None"]


def decimal(number: Any) -> Decimal:
    """A number as its decimal spelling says, so that 0.1 is a tenth."""
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


@attrs.frozen
class Range:
    """What an aggregate may be: the values from `low` to `high`, some `options`, or none at all.

    Attributes:
        low: The least number it may be; None if it is not a number in a range.
        high: The greatest one.
        options: The values it may be, where they are not a range.
        maybe_none: It may be the aggregate of nothing, which compares false.
        unknown: It may be anything.
    """

    low: Any = None
    high: Any = None
    options: tuple[Any, ...] = ()
    maybe_none: bool = False
    unknown: bool = False

    @classmethod
    def of(cls, value: Any) -> Range:
        """The range that is one value."""
        return cls(options=(value,))

    @property
    def known(self) -> bool:
        """Whether it is one value for certain."""
        values = self._values()
        one = len(values) == 1 and values[0][0] == values[0][1]
        return one and not (self.maybe_none or self.unknown)

    def compared(self, op: str, other: Range, compare: Compare) -> bool | None:
        """True or false if the comparison is so throughout both ranges, else unknown."""
        if self.unknown or other.unknown:
            nothing = NONE in (self, other)
            return False if nothing else None
        results: set[bool | None] = set()
        if self.maybe_none or other.maybe_none:
            results.add(False)
        for one in self._values():
            for two in other._values():
                results |= _throughout(one, op, two, compare)
        return results.pop() if len(results) == 1 else None

    def _values(self) -> tuple[tuple[Any, Any], ...]:
        ranged = ((self.low, self.high),) if self.low is not None else ()
        return ranged + tuple((option, option) for option in self.options)

    def scaled(self, factor: Any) -> Range:
        """The range times a factor; of something that is no number it is unknown."""
        if factor == 1 or self.unknown or self == NONE:
            return self
        share = decimal(factor)
        values = (self.low, self.high) if self.low is not None else ()
        if any(alike(value)[0] != "number" for value in (*values, *self.options)):
            return UNKNOWN
        try:
            ends = sorted(_times(value, share) for value in values)
            options = tuple(_times(option, share) for option in self.options)
        except ArithmeticError:
            return UNKNOWN
        low, high = ends if ends else (None, None)
        return attrs.evolve(self, low=low, high=high, options=options)


def _times(value: Any, share: Decimal) -> Decimal:
    """A product; no times anything is nothing, even where there is no bound."""
    return _EXACT.multiply(decimal(value), share) if share else share


def _throughout(
    one: tuple[Any, Any], op: str, two: tuple[Any, Any], compare: Compare
) -> set[bool | None]:
    """The results of a comparison at the ends that decide it."""
    (a, b), (c, d) = one, two
    if op in ("==", "!="):
        if a == b and c == d:
            return {compare(a, op, c)}
        apart = compare(b, "<", c) or compare(a, ">", d)
        return {op == "!="} if apart else {True, False}
    return {compare(x, op, y) for x in (a, b) for y in (c, d)}


NONE = Range(maybe_none=True)
UNKNOWN = Range(unknown=True)


class Tally:
    """The earlier events of one history and one set of shared values, as they accumulate."""

    __slots__ = ("certain", "entries", "fields", "possible")

    def __init__(self, keep: bool) -> None:
        self.certain = 0
        self.possible = 0
        self.fields: dict[str, _FieldTally] = {}
        self.entries: list[tuple[int, bool, Happening]] | None = [] if keep else None

    def add(self, happening: Happening, sure: bool, fields: Fields) -> None:
        """Count an event that matches, for sure or perhaps."""
        if self.entries is not None:
            self.entries.append((happening.first, sure, happening))
            return
        if sure:
            self.certain += 1
        else:
            self.possible += 1
        for name, summed in fields:
            tally = self.fields.get(name)
            if tally is None:
                tally = self.fields[name] = _FieldTally()
                tally.summed = summed
            tally.add(happening.data.get(name), sure)

    def since(self, start: int, fields: Fields) -> Tally:
        """A tally of only those at or after an instant."""
        found = Tally(False)
        for first, sure, happening in self.entries or ():
            if first >= start:
                found.add(happening, sure, fields)
        return found

    def range(self, term: History, complete: bool) -> Range:
        """The aggregate, given whether history is complete as far back as it reaches."""
        if term.aggregate == "count":
            high = self.certain + self.possible if complete else _INFINITE
            return Range(self.certain, high).scaled(term.factor)
        assert term.field is not None
        tally = self.fields.get(term.field) or _FieldTally()
        return tally.range(term.aggregate, complete).scaled(term.factor)


class _FieldTally:
    __slots__ = ("greatest", "last", "least", "maybe", "missing", "seen", "summed", "sums")

    def __init__(self) -> None:
        self.seen = 0  # certain ones
        self.maybe = 0  # possible ones
        self.missing = False
        self.least: list[Any] = [None, None]  # among certain, among all
        self.greatest: list[Any] = [None, None]
        self.summed = False
        self.sums: list[Any] = [
            Decimal(0),
            Decimal(0),
            Decimal(0),
        ]  # certain, possible negative, possible positive
        self.last: list[Any] = []  # values that the last may be, oldest (certain) first

    def add(self, value: Any, sure: bool) -> None:
        if sure:
            self.seen += 1
            self.last = [value]
        else:
            self.maybe += 1
            self.last.append(value)
        if isinstance(value, bool) or not hasattr(value, "__sub__") or hasattr(value, "year"):
            self.missing = True
            return
        for index in (0, 1) if sure else (1,):
            least, greatest = self.least[index], self.greatest[index]
            self.least[index] = value if least is None else min(least, value)
            self.greatest[index] = value if greatest is None else max(greatest, value)
        if self.summed:
            place = 0 if sure else 1 if value < 0 else 2
            self.sums[place] = _EXACT.add(self.sums[place], decimal(value))

    def range(self, aggregate: str, complete: bool) -> Range:
        if aggregate == "last":
            return self._last(complete)
        if not (self.seen or self.maybe):
            return NONE if complete else _OPEN[aggregate]
        if self.missing:
            return UNKNOWN
        none = not self.seen
        if aggregate == "sum":
            low, high = (_EXACT.add(self.sums[0], self.sums[place]) for place in (1, 2))
            return Range(low, high, maybe_none=none) if complete else UNKNOWN
        if aggregate == "max":
            most = self.greatest[1] if complete else _INFINITE
            least = self.greatest[0] if self.seen else self.least[1]
            return Range(least if complete or self.seen else -_INFINITE, most, maybe_none=none)
        least = self.least[1] if complete else -_INFINITE
        most = self.least[0] if self.seen else self.greatest[1]
        return Range(least, most if complete or self.seen else _INFINITE, maybe_none=none)

    def _last(self, complete: bool) -> Range:
        if not (self.seen or self.maybe):
            return NONE if complete else UNKNOWN
        if not self.seen and not complete:
            return UNKNOWN
        if any(value is None for value in self.last):
            return UNKNOWN
        return Range(options=tuple(self.last), maybe_none=not self.seen)


_OPEN = {
    "max": Range(-_INFINITE, _INFINITE, maybe_none=True),
    "min": Range(-_INFINITE, _INFINITE, maybe_none=True),
    "sum": UNKNOWN,
}
