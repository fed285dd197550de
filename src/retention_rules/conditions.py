"""Conditions: three-valued tests on an event, built from terms with the usual operators.

A *term* is a value (`field`, `customer`, an aggregate of `prior`); comparing terms gives a
*condition*, which is true, false or unknown of an event. A `Pattern` is a kind of event with a
condition on it. All of it is data: frozen, hashable, printable.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal, TypeAlias

import attrs

from retention_rules.errors import DefinitionError, shown
from retention_rules.events import CONCLUSION, RESERVED
from retention_rules.windows import OFFSETS, CalendarDays, Elapsed

Operator = Literal["==", "!=", "<", "<=", ">", ">="]
Aggregate = Literal["count", "max", "min", "sum", "last"]
Constant: TypeAlias = str | bool | int | float | Decimal | date | datetime


class Term:
    """A value that an event has: compare it to get a condition."""

    __slots__ = ()

    def _no_condition(self, *_: object) -> Condition:
        raise DefinitionError(
            f"`{self!r}` is no condition: compare it (`== True`), or ask `.is_known()`"
        )

    __and__ = __rand__ = __or__ = __ror__ = __invert__ = _no_condition

    def __bool__(self) -> bool:
        self._no_condition()
        return False

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
        """Whether it is one of `values`.

        Raises:
            DefinitionError: no values are given.
        """
        if not values:
            raise DefinitionError(f"`{self!r}.in_()` is never true: give one or more values")
        return In(self, values)

    def is_known(self) -> Known:
        """Whether it is there at all: true or false, never unknown."""
        return Known(self)


def shape(value: Any) -> Any:
    """What makes two terms the same term; other values stand for themselves and their type."""
    if isinstance(value, Term):
        names = type(value).__match_args__  # type: ignore[attr-defined]
        return (type(value).__name__, *(shape(getattr(value, name)) for name in names))
    if isinstance(value, tuple):
        return tuple(shape(part) for part in value)
    return (type(value).__name__, value)


def _comparable(value: object) -> Operand:
    if isinstance(value, Term):
        return value
    if not isinstance(value, str | bool | int | float | Decimal | date):
        raise DefinitionError(
            f"{shown(value)} cannot be compared with: use text, numbers, dates or terms"
        )
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise DefinitionError(f"the time `{value}` in a condition is naive: add an offset")
    if isinstance(value, float | Decimal) and _is_nan(value):
        raise DefinitionError("`nan` is equal to nothing: leave the comparison out")
    return value


def _is_nan(value: float | Decimal) -> bool:
    return value.is_nan() if isinstance(value, Decimal) else value != value


def _comparables(values: tuple[object, ...]) -> tuple[Operand, ...]:
    return tuple(_comparable(value) for value in values)


def _named(self: object, attribute: Any, value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise DefinitionError(
            f"{shown(value)} is no {attribute.name} for a {type(self).__name__}: "
            "give non-empty text, such as 'amount'"
        )


def _maybe_named(self: object, attribute: Any, value: Any) -> None:
    if value is not None:
        _named(self, attribute, value)


@attrs.frozen(eq=False, repr=False)
class EventField(Term):
    """A field of the event's data."""

    name: str = attrs.field(validator=_named)

    def __repr__(self) -> str:
        return f"field({self.name!r})"


@attrs.frozen(eq=False, repr=False)
class CustomerField(Term):
    """A fact about the customer, as it stood when the event happened."""

    name: str = attrs.field(validator=_named)

    def __repr__(self) -> str:
        return f"customer({self.name!r})"


@attrs.frozen(eq=False, repr=False)
class ContactField(Term):
    """A field of one contact of the customer; only in `for_each`."""

    name: str = attrs.field(validator=_named)

    def __repr__(self) -> str:
        return f"contact({self.name!r})"


def _number(_: object, __: Any, value: Any) -> None:
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    if not number or value - value != 0:
        raise DefinitionError(f"{shown(value)} multiplies nothing: give a finite number")


@attrs.frozen(eq=False, repr=False)
class History(Term):
    """An aggregate over earlier events; times a factor, so that shares of it can be compared."""

    of: Prior
    aggregate: Aggregate
    field: str | None = attrs.field(default=None, validator=_maybe_named)
    factor: int | float | Decimal = attrs.field(default=1, validator=_number)

    def __mul__(self, factor: int | float | Decimal) -> History:
        _number(self, None, factor)
        given: Any = factor
        return attrs.evolve(self, factor=self.factor * given)

    __rmul__ = __mul__

    def __repr__(self) -> str:
        field = "" if self.field is None else repr(self.field)
        times = "" if self.factor == 1 and isinstance(self.factor, int) else f" * {self.factor!r}"
        return f"{self.of!r}.{self.aggregate}({field}){times}"


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
        raise DefinitionError(
            f"{shown(condition)} is no condition: compare a term, such as field('amount') > 100"
        )
    return condition.of if isinstance(condition, kind) else (condition,)  # type: ignore[attr-defined]


def _grouped(condition: Condition) -> str:
    """A condition as code that may stand beside ``&``, ``|`` and ``~``."""
    atom = isinstance(condition, In | Known | InStage | Not)
    single = isinstance(condition, AllOf | AnyOf) and len(condition.of) < 2
    return repr(condition) if atom or single else f"({condition!r})"


def _joined(sign: str, name: str, of: tuple[Condition, ...]) -> str:
    if len(of) < 2:
        return f"{name}({of!r})"
    return f" {sign} ".join(_grouped(part) for part in of)


def _conditions(value: Iterable[Condition]) -> tuple[Condition, ...]:
    found = _many(value)
    return tuple(part for one in found for part in _one(one))


def _many(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, Iterable) else (value,)


def _one(condition: object) -> tuple[Condition, ...]:
    if not isinstance(condition, Condition):
        return _parts(condition, Condition)
    return (condition,)


def _condition(_: object, __: Any, value: Any) -> None:
    _one(value)


def _operator(_: object, __: Any, value: Any) -> None:
    if value not in ("==", "!=", "<", "<=", ">", ">="):
        raise DefinitionError(f"{shown(value)} compares nothing: use ==, !=, <, <=, > or >=")


def _term(_: object, __: Any, value: Any) -> None:
    if not isinstance(value, Term):
        raise DefinitionError(f"{shown(value)} is no term: write something like field('amount')")


@attrs.frozen(repr=False)
class Comparison(Condition):
    """A term against a constant or another term; unknown if one is missing or of another type."""

    left: Term = attrs.field(eq=shape, validator=_term)
    operator: Operator = attrs.field(validator=_operator)
    right: Operand = attrs.field(eq=shape, converter=_comparable)

    def __repr__(self) -> str:
        return f"{self.left!r} {self.operator} {self.right!r}"


@attrs.frozen(repr=False)
class In(Condition):
    """A term against a list of constants."""

    term: Term = attrs.field(eq=shape, validator=_term)
    values: tuple[Constant, ...] = attrs.field(eq=shape, converter=_comparables)

    def __repr__(self) -> str:
        return f"{_factor(self.term)}.in_({', '.join(map(repr, self.values))})"


@attrs.frozen(repr=False)
class Known(Condition):
    """Whether a term has a value."""

    term: Term = attrs.field(eq=shape, validator=_term)

    def __repr__(self) -> str:
        return f"{_factor(self.term)}.is_known()"


def _factor(term: Term) -> str:
    code = repr(term)
    return f"({code})" if " * " in code and isinstance(term, History) else code


@attrs.frozen(repr=False)
class InStage(Condition):
    """Whether the customer is in a stage when the event happens."""

    lifecycle: str = attrs.field(validator=_named)
    stage: str = attrs.field(validator=_named)

    def __repr__(self) -> str:
        return f"in_stage({self.lifecycle!r}, {self.stage!r})"


@attrs.frozen(repr=False)
class AllOf(Condition):
    """Every one of them."""

    of: tuple[Condition, ...] = attrs.field(converter=_conditions)

    def __repr__(self) -> str:
        return _joined("&", "AllOf", self.of)


@attrs.frozen(repr=False)
class AnyOf(Condition):
    """At least one of them."""

    of: tuple[Condition, ...] = attrs.field(converter=_conditions)

    def __repr__(self) -> str:
        return _joined("|", "AnyOf", self.of)


@attrs.frozen(repr=False)
class Not(Condition):
    """The opposite; the opposite of unknown is unknown."""

    of: Condition = attrs.field(validator=_condition)

    def __repr__(self) -> str:
        return f"~{_grouped(self.of)}"


def field(name: str) -> EventField:
    """A field of the event's data.

    >>> field("amount") >= 1000
    field('amount') >= 1000
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
    condition: Condition | None = attrs.field(
        default=None, validator=attrs.validators.optional(_condition)
    )

    @kind.validator
    def _dotted(self, _: object, kind: object) -> None:
        if not isinstance(kind, str) or not kind or kind != kind.strip():
            raise DefinitionError(
                f"{shown(kind)} is no kind of event: write something like 'deal.closed'"
            )


def _alternatives(value: Iterable[Alternative]) -> tuple[Alternative, ...]:
    found = _many(value)
    for one in found:
        if not isinstance(one, Alternative):
            raise DefinitionError(f"{shown(one)} is no pattern: write event('deal.closed')")
    return found


@attrs.frozen(repr=False)
class Pattern:
    """Kinds of events, each with a condition; an event matches if one alternative does.

    >>> event("deal.closed").where(field("amount") >= 1000) | event("order.placed")
    event('deal.closed').where(field('amount') >= 1000) | event('order.placed')
    """

    alternatives: tuple[Alternative, ...] = attrs.field(converter=_alternatives)

    def where(self, *conditions: Condition) -> Pattern:
        """The same kinds, under further conditions."""
        return Pattern(
            Alternative(one.kind, _all((one.condition, *conditions))) for one in self.alternatives
        )

    def __or__(self, other: Pattern) -> Pattern:
        if not isinstance(other, Pattern):
            raise DefinitionError(f"{shown(other)} is no pattern: write event('deal.closed')")
        return Pattern((*self.alternatives, *other.alternatives))

    def __repr__(self) -> str:
        return " | ".join(map(_event_code, self.alternatives)) or "Pattern(())"

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds it may match."""
        return frozenset(one.kind for one in self.alternatives)


def _event_code(one: Alternative) -> str:
    """An alternative as people write it: ``touch('card')``, ``event('deal.closed', ...)``."""
    if one.kind.startswith(RESERVED) and one.kind.count(":") == 2 and one.condition is None:
        what, life, stage = one.kind[len(RESERVED) :].split(":")
        return f"{what}({life!r}, {stage!r})"
    if one.kind.startswith(CONCLUSION) and one.condition is None:
        what, _, rule = one.kind[len(CONCLUSION) :].partition(":")
        return f"{what}({rule!r})"
    parts = list(one.condition.of) if isinstance(one.condition, AllOf) else [one.condition]
    if parts == [None]:
        parts = []
    fields = []
    while parts and (code := _equal_code(parts[0])):
        fields.append(code)
        del parts[0]
    if one.kind != "touch.made":
        head = f"event({', '.join([repr(one.kind), *fields])})"
    else:
        channels = _channels(parts[0]) if parts else ()
        parts = parts[1:] if channels else parts
        head = f"touch({', '.join([*map(repr, channels), *fields])})"
    return head + (f".where({', '.join(map(repr, parts))})" if parts else "")


def _equal_code(condition: object) -> str | None:
    """An equality as a keyword argument, if it can be one."""
    if isinstance(condition, Comparison) and isinstance(condition.left, EventField):
        name, value = condition.left.name, condition.right
        plain = name.isidentifier() and not keyword.iskeyword(name) and name != "kind"
        if condition.operator == "==" and plain and not isinstance(value, Term):
            return f"{name}={value!r}"
    return None


def _channels(condition: object) -> tuple[str, ...]:
    if isinstance(condition, In) and repr(condition.term) == "field('channel')":
        channels = tuple(one for one in condition.values if isinstance(one, str))
        return channels if len(channels) == len(condition.values) else ()
    return ()


def _all(conditions: tuple[Condition | None, ...]) -> Condition | None:
    given = (one for one in conditions if one is not None)
    parts = tuple(part for one in given for part in _parts(one, AllOf))
    return None if not parts else parts[0] if len(parts) == 1 else AllOf(parts)


def event(kind: str, **fields: Constant) -> Pattern:
    """Events of a kind whose data has these values.

    Raises:
        DefinitionError: the kind is empty, or derived (use `entered` and `left` for stages,
            `concluded` and `withdrawn` for conclusions).
    """
    if str(kind).startswith(RESERVED):
        raise DefinitionError(f"`{kind}` is derived: write `entered(...)` or `left(...)`")
    if str(kind).startswith(CONCLUSION):
        raise DefinitionError(f"`{kind}` is derived: write `concluded(...)` or `withdrawn(...)`")
    conditions = tuple(EventField(name) == value for name, value in fields.items())
    return Pattern((Alternative(kind, _all(conditions)),))


def touch(*channels: str, **fields: Constant) -> Pattern:
    """Touches, in which we reach the customer, by one of `channels` (default: any)."""
    for channel in _many(channels):
        if not isinstance(channel, str) or not channel:
            raise DefinitionError(f"{shown(channel)} is no channel: write something like 'call'")
    found = event("touch.made", **fields)
    return found.where(EventField("channel").in_(*channels)) if channels else found


def entered(lifecycle: str, stage: str) -> Pattern:
    """The moment at which a customer enters a stage."""
    return Pattern((Alternative(f"{RESERVED}entered:{lifecycle}:{stage}"),))


def left(lifecycle: str, stage: str) -> Pattern:
    """The moment at which a customer leaves a stage."""
    return Pattern((Alternative(f"{RESERVED}left:{lifecycle}:{stage}"),))


def concluded(rule: str) -> Pattern:
    """The moment at which a conclusion is drawn; `rule` is the id of a `Derivation`."""
    return Pattern((Alternative(f"{CONCLUSION}concluded:{rule}"),))


def withdrawn(rule: str) -> Pattern:
    """The moment at which a conclusion that was drawn certainly holds no more."""
    return Pattern((Alternative(f"{CONCLUSION}withdrawn:{rule}"),))


def _names(value: Iterable[str] | str) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else _many(value)
    for name in names:
        if not isinstance(name, str) or not name:
            raise DefinitionError(f"{shown(name)} is no field: name one, such as 'case'")
    return names


def _pattern(_: object, __: Any, value: Any) -> None:
    if not isinstance(value, Pattern):
        raise DefinitionError(f"{shown(value)} is no pattern: write event('deal.closed')")


def _past(_: object, __: Any, value: Any) -> None:
    if value is not None and not isinstance(value, OFFSETS[:2]):
        raise DefinitionError(f"`since={value!r}`: use elapsed or calendar time, such as days(30)")


@attrs.frozen(repr=False, cache_hash=True)  # a key of histories
class Prior:
    """Events strictly before this one (in the order of events), as far back as `since`."""

    pattern: Pattern = attrs.field(validator=_pattern)
    same: tuple[str, ...] = attrs.field(default=(), converter=_names)
    since: Elapsed | CalendarDays | None = attrs.field(default=None, validator=_past)

    def __repr__(self) -> str:
        one = self.pattern.alternatives[0] if len(self.pattern.alternatives) == 1 else None
        plain = one is not None and one.condition is None
        plain = plain and not one.kind.startswith((RESERVED, CONCLUSION))  # type: ignore[union-attr]
        parts = [repr(one.kind) if one is not None and plain else repr(self.pattern)]
        parts += [f"same={self.same!r}"] if self.same else []
        parts += [f"since={self.since!r}"] if self.since is not None else []
        return f"prior({', '.join(parts)})"

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
    prior('deal.closed').count() == 0
    """
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
