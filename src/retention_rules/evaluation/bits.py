"""Conditions become bits: functions from a happening to true, false or unknown (None)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, TypeAlias

from retention_rules.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    ContactField,
    CustomerField,
    EventField,
    History,
    In,
    InStage,
    Known,
    Not,
    Operand,
    Pattern,
    Prior,
    Term,
)
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.history import UNKNOWN, Range, decimal

Bit: TypeAlias = bool | None


class Situation(Protocol):
    """What a condition may look at beside the event."""

    facts: Mapping[str, Any]
    contact: Mapping[str, Any]

    def stage(self, lifecycle: str) -> str | None:
        """The present stage; None if unknown, empty if there is none."""

    def history(self, number: int, term: History, happening: Happening) -> Range:
        """An aggregate over what happened before."""

    def count(self, number: int, term: History, happening: Happening) -> int | None:
        """How often, if that is certain and easily told."""


Test: TypeAlias = Callable[[Happening, Any], Bit]
Value: TypeAlias = Callable[[Happening, Any], Any]
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBERS = (int, float, Decimal)
_KINDS: dict[type, type] = {str: str, bool: bool, int: int, float: int, Decimal: int}


def kind_of(value: Any) -> type | None:
    """The type within which values compare; None for what never does."""
    if isinstance(value, bool):
        return bool
    if isinstance(value, _NUMBERS):
        return int
    for kind in (str, datetime, date):
        if isinstance(value, kind):
            return kind
    return None


def compare(left: Any, op: str, right: Any) -> Bit:
    """A comparison of two values; None if one is missing or they are of different types."""
    kind = _KINDS.get(type(left)) or kind_of(left)
    other = _KINDS.get(type(right)) or kind_of(right)
    if kind is None or other is not kind or (kind is bool and op not in ("==", "!=")):
        return None
    if kind is int and (isinstance(left, Decimal) or isinstance(right, Decimal)):
        left, right = decimal(left), decimal(right)
    return _OPERATORS[op](left, right)


def compile_condition(condition: Condition | None, priors: dict[Prior, int]) -> Test | None:
    """The test that a condition is; None for one that always holds.

    Args:
        condition: What must hold.
        priors: The histories that tests ask for, numbered; new ones are added.
    """
    if condition is None:
        return None
    if isinstance(condition, Comparison):
        return _comparison(condition, priors)
    if isinstance(condition, In):
        if isinstance(condition.term, EventField) and all(
            isinstance(value, str) for value in condition.values
        ):
            return _among(condition.term.name, frozenset(condition.values))
        return _in(_value(condition.term, priors), condition.values)
    if isinstance(condition, Known):
        return _known(condition.term, priors)
    if isinstance(condition, InStage):
        return _in_stage(condition.lifecycle, condition.stage)
    if isinstance(condition, Not):
        return _not(_test(condition.of, priors))
    if isinstance(condition, AllOf):
        return _all([_test(part, priors) for part in condition.of])
    assert isinstance(condition, AnyOf)
    return _any([_test(part, priors) for part in condition.of])


def _test(condition: Condition, priors: dict[Prior, int]) -> Test:
    test = compile_condition(condition, priors)
    assert test is not None
    return test


def compile_pattern(
    pattern: Pattern | None, priors: dict[Prior, int], always: Test | None = None
) -> dict[str, Test | None]:
    """For each kind that may match, the test that decides; None where every event matches."""
    if pattern is None:
        return {}
    tests: dict[str, list[Test | None]] = {}
    for one in pattern.alternatives:
        tests.setdefault(one.kind, []).append(compile_condition(one.condition, priors))
    found: dict[str, Test | None] = {}
    for kind, options in tests.items():
        chosen = None if None in options else _any([test for test in options if test])
        found[kind] = _all([test for test in (chosen, always) if test]) if always else chosen
    return found


def _value(term: Term, priors: dict[Prior, int]) -> Value:
    if isinstance(term, EventField):
        name = term.name
        return lambda happening, _: happening.data.get(name)
    if isinstance(term, CustomerField):
        name = term.name
        return lambda _, situation: situation.facts.get(name)
    if isinstance(term, ContactField):
        name = term.name
        return lambda _, situation: situation.contact.get(name)
    assert isinstance(term, History)
    number = priors.setdefault(term.of, len(priors))
    return lambda happening, situation: situation.history(number, term, happening)


def _comparison(condition: Comparison, priors: dict[Prior, int]) -> Test:
    op, left, right = condition.operator, condition.left, condition.right
    if isinstance(left, History) or isinstance(right, History):
        if isinstance(left, History) and left.aggregate == "count" and type(right) is int:
            return _counted(left, op, right, priors)
        return _ranged(_operand(left, priors), op, _operand(right, priors))
    value = _value(left, priors)
    if isinstance(right, Term):
        other = _value(right, priors)
        return lambda happening, situation: compare(
            value(happening, situation), op, other(happening, situation)
        )
    if isinstance(left, EventField) and op == "==" and isinstance(right, str | bool):
        return _equals(left.name, right)
    if isinstance(left, EventField) and type(right) is int:
        return _against(left.name, op, right)
    return lambda happening, situation: compare(value(happening, situation), op, right)


def _equals(name: str, constant: str | bool) -> Test:
    """The commonest test by far, and so a short one."""
    kind = type(constant)

    def test(happening: Happening, _: Any) -> Bit:
        value = happening.data.get(name)
        return value == constant if isinstance(value, kind) else None

    return test


def _against(name: str, op: str, number: int) -> Test:
    """A field against a whole number: as short, where the field holds one too."""
    within = _OPERATORS[op]

    def test(happening: Happening, _: Any) -> Bit:
        value = happening.data.get(name)
        return within(value, number) if type(value) is int else compare(value, op, number)

    return test


def _among(name: str, texts: frozenset[Any]) -> Test:
    """The second commonest."""

    def test(happening: Happening, _: Any) -> Bit:
        value = happening.data.get(name)
        return value in texts if isinstance(value, str) else None

    return test


def _operand(operand: Operand, priors: dict[Prior, int]) -> Value:
    if isinstance(operand, Term):
        return _value(operand, priors)
    return lambda happening, situation: operand


def _ranged(left: Value, op: str, right: Value) -> Test:
    def test(happening: Happening, situation: Any) -> Bit:
        a, b = left(happening, situation), right(happening, situation)
        one = a if isinstance(a, Range) else UNKNOWN if a is None else Range.of(a)
        other = b if isinstance(b, Range) else UNKNOWN if b is None else Range.of(b)
        return one.compared(op, other, compare)

    return test


def _counted(term: History, op: str, limit: int, priors: dict[Prior, int]) -> Test:
    """A comparison of a count with a number: common, and so without ranges where it is certain."""
    number = priors.setdefault(term.of, len(priors))
    ranged = _ranged(
        lambda happening, situation: situation.history(number, term, happening),
        op,
        lambda happening, situation: limit,
    )
    if term.factor != 1:
        return ranged
    within = _OPERATORS[op]

    def test(happening: Happening, situation: Any) -> Bit:
        count = situation.count(number, term, happening)
        return ranged(happening, situation) if count is None else within(count, limit)

    return test


def _in(value: Value, values: Iterable[Any]) -> Test:
    options = tuple(values)

    def test(happening: Happening, situation: Any) -> Bit:
        found = value(happening, situation)
        if isinstance(found, Range):
            return _either(found.compared("==", Range.of(option), compare) for option in options)
        results = [compare(found, "==", option) for option in options]
        return None if all(result is None for result in results) else True in results

    return test


def _known(term: Term, priors: dict[Prior, int]) -> Test:
    value = _value(term, priors)

    def test(happening: Happening, situation: Any) -> Bit:
        found = value(happening, situation)
        return found.known if isinstance(found, Range) else found is not None

    return test


def _in_stage(lifecycle: str, stage: str) -> Test:
    def test(_: Happening, situation: Any) -> Bit:
        found = situation.stage(lifecycle)
        return None if found is None else bool(found == stage)

    return test


def _not(inner: Test) -> Test:
    def test(happening: Happening, situation: Any) -> Bit:
        found = inner(happening, situation)
        return None if found is None else not found

    return test


def _all(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        return _both(*tests)

    def test(happening: Happening, situation: Any) -> Bit:
        result: Bit = True
        for one in tests:
            found = one(happening, situation)
            if found is False:
                return False
            if found is None:
                result = None
        return result

    return test


def _both(one: Test, other: Test) -> Test:
    def test(happening: Happening, situation: Any) -> Bit:
        first = one(happening, situation)
        if first is False:
            return False
        second = other(happening, situation)
        return second if first or second is False else None

    return test


def _any(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def test(happening: Happening, situation: Any) -> Bit:
        result: Bit = False
        for one in tests:
            found = one(happening, situation)
            if found:
                return True
            if found is None:
                result = None
        return result

    return test


def _either(found: Iterable[Bit]) -> Bit:
    result: Bit = False
    for one in found:
        if one:
            return True
        if one is None:
            result = None
    return result
