"""Conditions: three-valued tests on an event, built from terms with the usual operators.

A *term* is a value (`field`, `customer`, an aggregate of `prior`); comparing terms gives a
*condition*, which is true, false or unknown of an event. A `Pattern` is a kind of event with a
condition on it. All of it is data: frozen, hashable, printable.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal, TypeAlias

import attrs

from retention_rules.errors import DefinitionError
from retention_rules.events import RESERVED
from retention_rules.windows import OFFSETS, CalendarDays, Elapsed

Operator = Literal["==", "!=", "<", "<=", ">", ">="]
Aggregate = Literal["count", "max", "min", "sum", "last"]
Constant: TypeAlias = str | bool | int | float | Decimal | date | datetime


class Term:
    """A value that an event has: compare it to get a condition."""

    __slots__ = ()

    def __eq__(self, other: object) -> Comparison:  # type: ignore[override]
        return Comparison(self, "==", other)

    def __ne__(self, other: object) -> Comparison:  # type: ignore[override]
        return Comparison(self, "!=", other)

    def __lt__(self, other: Operand) -> Comparison:
        return Comparison(self, "<", other)

    def __le__(self, other: Operand) -> Comparison:
        return Comparison(self, "<=", other)

    def __gt__(self, other: Operand) -> Comparison:
        return Comparison(self, ">", other)

    def __ge__(self, other: Operand) -> Comparison:
        return Comparison(self, ">=", other)

    def __hash__(self) -> int:
        return hash(shape(self))

    def in_(self, *values: Constant) -> In:
        """Whether it is one of `values`."""
        return In(self, values)

    def is_known(self) -> Known:
        """Whether it is there at all: true or false, never unknown."""
        return Known(self)


def shape(value: Any) -> Any:
    """What makes two terms the same term; other values stand for themselves and their type."""
    if isinstance(value, Term):
        return (
            type(value).__name__,
            *(shape(part) for part in attrs.astuple(value, recurse=False)),
        )
    if isinstance(value, tuple):
        return tuple(shape(part) for part in value)
    return (type(value).__name__, value)


def _comparable(value: object) -> Operand:
    if isinstance(value, Term):
        return value
    if not isinstance(value, str | bool | int | float | Decimal | date):
        raise DefinitionError(
            f"`{value!r}` cannot be compared with: use text, numbers, dates or terms"
        )
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise DefinitionError(f"the time `{value}` in a condition is naive: add an offset")
    if value != value:
        raise DefinitionError("`nan` is equal to nothing: leave the comparison out")
    return value


def _comparables(values: tuple[object, ...]) -> tuple[Operand, ...]:
    return tuple(_comparable(value) for value in values)


@attrs.frozen(eq=False)
class EventField(Term):
    """A field of the event's data."""

    name: str


@attrs.frozen(eq=False)
class CustomerField(Term):
    """A fact about the customer, as it stood when the event happened."""

    name: str


@attrs.frozen(eq=False)
class ContactField(Term):
    """A field of one contact of the customer; only in `for_each`."""

    name: str


@attrs.frozen(eq=False)
class History(Term):
    """An aggregate over earlier events; times a factor, so that shares of it can be compared."""

    of: Prior
    aggregate: Aggregate
    field: str | None = None
    factor: int | float | Decimal = 1

    def __mul__(self, factor: int | float | Decimal) -> History:
        return attrs.evolve(self, factor=self.factor * factor)  # type: ignore[operator]

    __rmul__ = __mul__


Operand: TypeAlias = Constant | Term


class Condition:
    """True, false or unknown of an event; combine with ``&``, ``|`` and ``~``."""

    __slots__ = ()
    __hash__: ClassVar[Any]

    def __and__(self, other: Condition) -> Condition:
        return AllOf((*_parts(self, AllOf), *_parts(other, AllOf)))

    def __or__(self, other: Condition) -> Condition:
        return AnyOf((*_parts(self, AnyOf), *_parts(other, AnyOf)))

    def __invert__(self) -> Condition:
        return self.of if isinstance(self, Not) else Not(self)

    def __bool__(self) -> bool:
        raise DefinitionError(
            f"`{self!r}` has no truth of its own: combine conditions with `&`, `|` and `~`"
        )


def _parts(condition: object, kind: type) -> tuple[Condition, ...]:
    if not isinstance(condition, Condition):
        raise DefinitionError(f"`{condition!r}` is no condition: compare a term, such as a field")
    return condition.of if isinstance(condition, kind) else (condition,)  # type: ignore[attr-defined]


@attrs.frozen
class Comparison(Condition):
    """A term against a constant or another term; unknown if either is missing or of another type."""

    left: Term = attrs.field(eq=shape)
    operator: Operator
    right: Operand = attrs.field(eq=shape, converter=_comparable)


@attrs.frozen
class In(Condition):
    """A term against a list of constants."""

    term: Term = attrs.field(eq=shape)
    values: tuple[Constant, ...] = attrs.field(eq=shape, converter=_comparables)


@attrs.frozen
class Known(Condition):
    """Whether a term has a value."""

    term: Term = attrs.field(eq=shape)


@attrs.frozen
class InStage(Condition):
    """Whether the customer is in a stage when the event happens."""

    lifecycle: str
    stage: str


@attrs.frozen
class AllOf(Condition):
    """Every one of them."""

    of: tuple[Condition, ...] = attrs.field(converter=tuple)


@attrs.frozen
class AnyOf(Condition):
    """At least one of them."""

    of: tuple[Condition, ...] = attrs.field(converter=tuple)


@attrs.frozen
class Not(Condition):
    """The opposite; the opposite of unknown is unknown."""

    of: Condition


def field(name: str) -> EventField:
    """A field of the event's data.

    >>> field("amount") >= 1000
    Comparison(left=EventField(name='amount'), operator='>=', right=1000)
    """
    return EventField(name)


def customer(name: str) -> CustomerField:
    """A fact about the customer at the time of the event, such as ``kind`` or ``country``."""
    return CustomerField(name)


def contact(name: str) -> ContactField:
    """A field of a contact, for `for_each`."""
    return ContactField(name)


def in_stage(lifecycle: str, stage: str) -> InStage:
    """Whether the customer is in `stage` of `lifecycle` when the event happens."""
    return InStage(lifecycle, stage)


@attrs.frozen
class Alternative:
    """One kind of event and what must hold of it."""

    kind: str = attrs.field()
    condition: Condition | None = None

    @kind.validator
    def _dotted(self, _: object, kind: object) -> None:
        if not isinstance(kind, str) or not kind or kind != kind.strip():
            raise DefinitionError(
                f"`{kind!r}` is no kind of event: write something like deal.closed"
            )


@attrs.frozen
class Pattern:
    """Kinds of events, each with a condition; an event matches if one alternative does.

    >>> event("deal.closed").where(field("amount") >= 1000) | event("order.placed")
    ... # doctest: +ELLIPSIS
    Pattern(alternatives=(Alternative(kind='deal.closed', ...
    """

    alternatives: tuple[Alternative, ...] = attrs.field(converter=tuple)

    def where(self, *conditions: Condition) -> Pattern:
        """The same kinds, under further conditions."""
        return Pattern(
            Alternative(one.kind, _all((one.condition, *conditions))) for one in self.alternatives
        )

    def __or__(self, other: Pattern) -> Pattern:
        if not isinstance(other, Pattern):
            raise DefinitionError(f"`{other!r}` is no pattern: write `event('kind')`")
        return Pattern((*self.alternatives, *other.alternatives))

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds it may match."""
        return frozenset(one.kind for one in self.alternatives)


def _all(conditions: tuple[Condition | None, ...]) -> Condition | None:
    parts = tuple(part for one in conditions if one is not None for part in _parts(one, AllOf))
    return None if not parts else parts[0] if len(parts) == 1 else AllOf(parts)


def event(kind: str, **fields: Constant) -> Pattern:
    """Events of a kind whose data has these values.

    Raises:
        DefinitionError: the kind is empty, or derived (use `entered` and `left` for stages).
    """
    if isinstance(kind, str) and kind.startswith(RESERVED):
        raise DefinitionError(f"`{kind}` is derived: write `entered(...)` or `left(...)`")
    conditions = tuple(EventField(name) == value for name, value in fields.items())
    return Pattern((Alternative(kind, _all(conditions)),))


def touch(*channels: str, **fields: Constant) -> Pattern:
    """Touches, in which we reach the customer, by one of `channels` (default: any)."""
    found = event("touch.made", **fields)
    return found.where(EventField("channel").in_(*channels)) if channels else found


def entered(lifecycle: str, stage: str) -> Pattern:
    """The moment at which a customer enters a stage."""
    return Pattern((Alternative(f"{RESERVED}entered:{lifecycle}:{stage}"),))


def left(lifecycle: str, stage: str) -> Pattern:
    """The moment at which a customer leaves a stage."""
    return Pattern((Alternative(f"{RESERVED}left:{lifecycle}:{stage}"),))


def _names(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


@attrs.frozen
class Prior:
    """Events strictly before this one (in the order of events), as far back as `since`."""

    pattern: Pattern
    same: tuple[str, ...] = attrs.field(default=(), converter=_names)
    since: Elapsed | CalendarDays | None = None

    def count(self) -> History:
        """How many there are; 0 if there are none."""
        return History(self, "count")

    def max(self, field: str) -> History:
        """The greatest number in a field; of no events there is none, which compares false."""
        return History(self, "max", field)

    def min(self, field: str) -> History:
        """The least number in a field; of no events there is none, which compares false."""
        return History(self, "min", field)

    def sum(self, field: str) -> History:
        """The sum of a field; of no events there is none, which compares false."""
        return History(self, "sum", field)

    def last(self, field: str) -> History:
        """A field of the latest; of no events there is none, which compares false."""
        return History(self, "last", field)


def prior(
    pattern: Pattern | str,
    *,
    same: str | tuple[str, ...] = (),
    since: Elapsed | CalendarDays | None = None,
) -> Prior:
    """Earlier events of the same customer.

    Args:
        pattern: Which ones; a kind stands for all events of it.
        same: Fields whose values they share with this event; default: none, customer-wide.
        since: How far back, closed: ``days(30)`` reaches to the start of that local date.
            Default: all history.

    >>> prior("deal.closed").count() == 0
    ... # doctest: +ELLIPSIS
    Comparison(left=History(of=Prior(pattern=Pattern(...
    """
    if since is not None and not isinstance(since, OFFSETS[:2]):
        raise DefinitionError(f"`since={since!r}`: use elapsed or calendar time, such as days(30)")
    return Prior(event(pattern) if isinstance(pattern, str) else pattern, same, since)


def walk(node: object) -> Iterator[Any]:
    """Every condition and term inside a condition, pattern or tuple of them, itself included."""
    if node is None:
        return
    yield node
    if isinstance(node, tuple):
        inner: tuple[object, ...] = node
    elif isinstance(node, Pattern):
        inner = tuple(one.condition for one in node.alternatives)
    elif isinstance(node, AllOf | AnyOf):
        inner = node.of
    elif isinstance(node, Not):
        inner = (node.of,)
    elif isinstance(node, Comparison):
        inner = (node.left, node.right)
    elif isinstance(node, In | Known):
        inner = (node.term,)
    elif isinstance(node, History):
        inner = (node.of.pattern,)
    else:
        inner = ()
    for part in inner:
        if isinstance(part, Term | Condition | Pattern):
            yield from walk(part)
