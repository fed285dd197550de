"""Three-valued conditions ("Conditions"): True, False, or None for unknown."""

from __future__ import annotations

import math
import operator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import attrs
from dateutil.relativedelta import relativedelta
from tests.oracle import stages
from tests.oracle.happenings import Happening

from retention_rules.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    ContactField,
    CustomerField,
    EventField,
    History,
    In,
    InStage,
    Known,
    Not,
    Pattern,
    Prior,
)
from retention_rules.events import CUSTOMER_CHANGED, Data
from retention_rules.windows import Elapsed

if TYPE_CHECKING:
    from tests.oracle.world import World

Truth = bool | None
MISSING = object()  # not there, or unknown
NONE = object()  # the aggregate of no event: every comparison with it is false
_OPERATORS: dict[str, Any] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@attrs.frozen
class Range:
    """Any number from low to high."""

    low: Any
    high: Any


def both(*truths: Truth) -> Truth:
    """Kleene's and."""
    return False if False in truths else None if None in truths else True


def either(*truths: Truth) -> Truth:
    """Kleene's or."""
    return True if True in truths else None if None in truths else False


def opposite(truth: Truth) -> Truth:
    """Kleene's not."""
    return None if truth is None else not truth


# patterns and conditions


def matches(world: World, pattern: Pattern, e: Happening, contact: Data | None = None) -> Truth:
    """Whether an event matches; one that happened only perhaps does so at most perhaps."""
    key = ("match", id(pattern), e, contact)
    if key not in world.memo:
        found = either(
            *(
                True if one.condition is None else holds(world, one.condition, e, contact)
                for one in pattern.alternatives
                if one.kind == e.kind
            )
        )
        world.memo[key] = both(found, None) if e.doubt else found
    known: Truth = world.memo[key]
    return known


def holds(world: World, condition: Any, e: Happening, contact: Data | None = None) -> Truth:
    """Whether a condition holds at an event."""
    if isinstance(condition, AllOf):
        return both(*(holds(world, one, e, contact) for one in condition.of))
    if isinstance(condition, AnyOf):
        return either(*(holds(world, one, e, contact) for one in condition.of))
    if isinstance(condition, Not):
        return opposite(holds(world, condition.of, e, contact))
    if isinstance(condition, Known):
        found = values(world, condition.term, e, contact)
        return len(found) == 1 and found[0] not in (MISSING, NONE) and not _wide(found[0])
    if isinstance(condition, InStage):
        return stages.is_in(world, condition.lifecycle, condition.stage, e)
    if isinstance(condition, In):
        return _agreed(
            _one_of(left, condition.values) for left in values(world, condition.term, e, contact)
        )
    assert isinstance(condition, Comparison)
    return _agreed(
        _compared(left, condition.operator, right)
        for left in values(world, condition.left, e, contact)
        for right in values(world, condition.right, e, contact)
    )


def _agreed(truths: Any) -> Truth:
    found = set(truths)
    return found.pop() if len(found) == 1 else None


def _one_of(left: Any, choices: tuple[Any, ...]) -> Truth:
    if left is NONE:
        return False
    same = [one for one in choices if left is not MISSING and family(one) == _family(left)]
    return either(*(_compared(left, "==", one) for one in same)) if same else None


def family(value: Any) -> str | None:
    """The type within which values compare."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float | Decimal | Fraction):
        return "number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, datetime):
        return "instant"
    return "date" if isinstance(value, date) else None


def _family(value: Any) -> str | None:
    return "number" if isinstance(value, Range) else family(value)


def _wide(value: Any) -> bool:
    return isinstance(value, Range) and value.low != value.high


def same(one: Any, other: Any) -> bool:
    """Whether two fields hold the same."""
    return family(one) == family(other) and bool(one == other)


def _compared(left: Any, sign: str, right: Any) -> Truth:
    if left is NONE or right is NONE:
        return False
    kind = _family(left)
    if left is MISSING or right is MISSING or kind is None or kind != _family(right):
        return None
    if kind == "boolean" and sign not in ("==", "!="):
        return None
    compare = _OPERATORS[sign]
    if not (isinstance(left, Range) or isinstance(right, Range)):
        return bool(compare(left, right))
    a, b = _range(left), _range(right)
    if sign in ("==", "!="):
        if a.low == a.high == b.low == b.high:
            return sign == "=="
        return sign == "!=" if a.high < b.low or b.high < a.low else None
    return _agreed((compare(a.low, b.high), compare(a.high, b.low)))


def _range(value: Any) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


# terms: all the values that a term may have


def values(world: World, term: Any, e: Happening, contact: Data | None) -> tuple[Any, ...]:
    """What a term may be at an event."""
    if isinstance(term, EventField):
        return (e.data.get(term.name, MISSING),)
    if isinstance(term, ContactField):
        return (MISSING if contact is None else contact.get(term.name, MISSING),)
    if isinstance(term, CustomerField):
        return (fact(world, term.name, e),)
    if isinstance(term, History):
        return tuple(_times(one, term.factor) for one in aggregate(world, term, e))
    return (term,)


def fact(world: World, name: str, e: Happening) -> Any:
    """A fact of the customer at an event."""
    said = [
        one.data[name]
        for one in world.records
        if one.kind == CUSTOMER_CHANGED and one.order <= e.order and name in one.data
    ]
    return said[-1] if said else world.customer.facts.get(name, MISSING)


def _times(value: Any, factor: Any) -> Any:
    if value in (MISSING, NONE) or (factor == 1 and not isinstance(factor, bool)):
        return value
    if isinstance(value, Range):
        low, high = _times(value.low, factor), _times(value.high, factor)
        return Range(min(low, high), max(low, high))
    if family(value) != "number":
        return MISSING
    if value in (math.inf, -math.inf):
        return value * (1 if factor > 0 else -1) if factor else 0
    return _exact(operator.mul, value, factor)


def _exact(how: Any, one: Any, other: Any) -> Any:
    try:
        return how(one, other)
    except TypeError:  # a float and a Decimal
        return how(Fraction(one), Fraction(other))


def aggregate(world: World, term: History, e: Happening) -> tuple[Any, ...]:
    """What an aggregate over prior events may be."""
    prior = term.of
    if any(name not in e.data for name in prior.same):
        return (MISSING,)
    since = _since(world, prior, e)
    seen = [
        (one, matches(world, prior.pattern, one))
        for one in stages.before(world, e)
        if (since is None or one.first >= since)
        and all(name in one.data and same(one.data[name], e.data[name]) for name in prior.same)
    ]
    sure = [one for one, truth in seen if truth is True]
    perhaps = [one for one, truth in seen if truth is None]
    start = world.history_start
    known = start is None or (since is not None and since >= start)
    if term.aggregate == "count":
        return (Range(len(sure), len(sure) + len(perhaps) if known else math.inf),)
    name = term.field or ""
    if term.aggregate == "last":
        return _last([one for one, truth in seen if truth is not False], sure, name, known)
    numbers = [one.data.get(name) for one in (*sure, *perhaps)]
    if any(family(number) != "number" for number in numbers):
        return (MISSING,)
    return _measured(term.aggregate, numbers[: len(sure)], numbers[len(sure) :], known)


def _last(seen: list[Happening], sure: list[Happening], name: str, known: bool) -> tuple[Any, ...]:
    start = seen.index(sure[-1]) if sure else 0
    found = tuple(one.data.get(name, MISSING) for one in seen[start:])
    if sure:
        return found
    if known:
        return (*found, NONE)
    return (MISSING,)


def _measured(how: str, sure: list[Any], perhaps: list[Any], known: bool) -> tuple[Any, ...]:
    if not sure and not perhaps and known:
        return (NONE,)
    if how == "sum":
        if not known:
            return (MISSING,)
        down = [*sure, *(one for one in perhaps if one < 0)] or [min(perhaps)]
        up = [*sure, *(one for one in perhaps if one > 0)] or [max(perhaps)]
        found = Range(_sum(down), _sum(up))
    elif how == "max":
        low = max(sure) if sure else min(perhaps) if perhaps and known else -math.inf
        found = Range(low, max([*sure, *perhaps]) if known else math.inf)
    else:
        high = min(sure) if sure else max(perhaps) if perhaps and known else math.inf
        found = Range(min([*sure, *perhaps]) if known else -math.inf, high)
    return (found,) if sure else (found, NONE)


def _sum(numbers: list[Any]) -> Any:
    total: Any = 0
    for number in numbers:
        total = _exact(operator.add, total, number)
    return total


def _since(world: World, prior: Prior, e: Happening) -> int | None:
    if prior.since is None:
        return None
    if isinstance(prior.since, Elapsed):
        return e.first - prior.since.microseconds
    back = relativedelta(months=prior.since.months, days=prior.since.days)
    day = world.table.to_date(world.table.day(e.first)) - back
    return world.table.start(day.toordinal())
