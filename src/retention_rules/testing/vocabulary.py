"""What a rulebook talks about: the kinds, fields, values, facts and offsets that it mentions.

Histories are drawn from the vocabulary of a rulebook, so that they hit its rules: an event is
aimed at one alternative of one pattern, with data that satisfies it or nearly does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import attrs

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
    Known,
    Not,
    Pattern,
    Term,
    shape,
    walk,
)
from retention_rules.events import CONCLUSION, CUSTOMER_CHANGED, RESERVED
from retention_rules.premises import Found
from retention_rules.rules import Derivation, FollowUp, Prohibition, Shape
from retention_rules.testing.roles import points, roles
from retention_rules.windows import Field, Offset

ABSENT: Any = None
MOMENT = "<a date or an instant>"
"""Stands for a value that depends on when: the field of an `until`."""
CASES = ("c1", "c2", 7)


@attrs.frozen
class Use:
    """A kind of event in one of its roles, with data that satisfies the pattern there."""

    kind: str
    wishes: tuple[tuple[str, Any], ...] = ()
    role: str = "other"
    by_day: bool = False
    """Whether the same local day matters most: a prohibition and its clearance."""


@attrs.frozen(eq=False)
class Vocabulary:
    """All that some rules talk about.

    Attributes:
        uses: Kinds in their roles, those that matter more standing more often.
        triggers: Those that something is owed after.
        fields: Per kind, the fields that are read of it and values worth trying.
        facts: The facts of customers that are read, and values worth trying.
        contacts: The same for the contacts of customers; empty if no rule asks for them.
        offsets: The offsets of all windows and timeouts.
    """

    uses: tuple[Use, ...]
    triggers: tuple[Use, ...]
    fields: Mapping[str, tuple[tuple[str, tuple[Any, ...]], ...]]
    facts: tuple[tuple[str, tuple[Any, ...]], ...]
    contacts: tuple[tuple[str, tuple[Any, ...]], ...]
    has_contacts: bool
    offsets: tuple[Offset, ...]


@lru_cache(maxsize=512)
def vocabulary(rules: tuple[Shape, ...]) -> Vocabulary:
    """The vocabulary of some rules."""
    book = _Collector()
    for rule in rules:
        book.rule(rule)
        if isinstance(rule, Derivation):
            book.premises(rule, rules)
    return book.done()


class _Collector:
    def __init__(self) -> None:
        self.uses: list[Use] = []
        self.fields: dict[str, dict[str, dict[Any, Any]]] = {}
        self.facts: dict[str, dict[Any, Any]] = {}
        self.contacts: dict[str, dict[Any, Any]] = {}
        self.has_contacts = False
        self.offsets: dict[Offset, None] = {}

    def done(self) -> Vocabulary:
        if self.facts:
            self.uses += [Use(CUSTOMER_CHANGED)] * 4
        for name, values in self.facts.items():
            self._values(CUSTOMER_CHANGED, name, values.values())
        return Vocabulary(
            uses=tuple(self.uses) or (Use("note.written"),),
            triggers=tuple(use for use in self.uses if use.role == "trigger"),
            fields={
                kind: tuple((name, tuple(values.values())) for name, values in named.items())
                for kind, named in self.fields.items()
            },
            facts=tuple((name, tuple(values.values())) for name, values in self.facts.items()),
            contacts=tuple(
                (name, tuple(values.values())) for name, values in self.contacts.items()
            ),
            has_contacts=self.has_contacts,
            offsets=tuple(self.offsets),
        )

    def rule(self, rule: Shape) -> None:
        for pattern, weight, role in roles(rule):
            self._pattern(pattern, weight, role, by_day=isinstance(rule, Prohibition))
            self._keys(rule, pattern, role)
        for point in points(rule):
            if point.offset is not None:
                self.offsets.setdefault(point.offset)
            if isinstance(point.anchor, Field):
                for pattern, _, role in roles(rule):
                    if role == "trigger":
                        self._each(pattern, point.anchor.name, (MOMENT,))
        if isinstance(rule, Prohibition):
            self._condition((), rule.context)
        if isinstance(rule, FollowUp) and rule.for_each is not None:
            self.has_contacts = True
            self._each(rule.fulfilled_by, "contact", ("ann", "bob"))
            self._condition((), rule.for_each.where)

    def premises(self, rule: Derivation, rules: tuple[Shape, ...]) -> None:
        """What ties facts to a case, or makes them count once."""
        self._condition((), rule.where)
        for one in (*rule.given, *rule.unless):
            if isinstance(one, Found):
                among = [other for other in rules if other.id == one.rule]
                behind = [part for other in among for part in roles(other)]
            else:
                behind = [(one.pattern, 1, "trigger")]
            for pattern, _, role in behind:
                for name in (*rule.correlate_on, *((one.distinct,) if one.distinct else ())):
                    if role == "trigger":
                        values = ("ann", "bob") if name in ("contact", "channel") else CASES
                        self._each(pattern, name, values)

    def _keys(self, rule: Shape, pattern: Pattern, role: str) -> None:
        for key in getattr(rule, "correlate_on", ()):
            mine, other = key if isinstance(key, tuple) else (key, key)
            self._each(pattern, mine if role == "trigger" else other, CASES)
        pause = getattr(rule, "paused_by", None)
        if role == "pause" and pause is not None:
            for name in pause.paired_on:
                self._each(pattern, name, CASES)
        if isinstance(rule, FollowUp) and rule.differs_on is not None and role != "pause":
            self._each(pattern, rule.differs_on, ("ann", "bob"))

    def _pattern(self, pattern: Pattern, weight: int, role: str, *, by_day: bool = False) -> None:
        for one in pattern.alternatives:
            if one.kind.startswith((RESERVED, CONCLUSION)):
                continue
            wishes = tuple(dict(_wishes(one.condition, True)).items())
            self.uses += [Use(one.kind, wishes, role, by_day)] * weight
            self.fields.setdefault(one.kind, {})
            self._condition((one.kind,), one.condition)

    def _condition(self, kinds: Iterable[str], condition: Condition | None) -> None:
        for node in walk(condition):
            if isinstance(node, Comparison):
                self._compared(kinds, node.left, (node.right,))
                if isinstance(node.right, Term):
                    self._compared(kinds, node.right, (node.left,))
            elif isinstance(node, In):
                self._compared(kinds, node.term, node.values)
            elif isinstance(node, Known):
                self._compared(kinds, node.term, ("x",))
            elif isinstance(node, History):
                self._pattern(node.of.pattern, 2, "other")
                for name in node.of.same:
                    for kind in (*kinds, *node.of.pattern.kinds):
                        self._values(kind, name, CASES)
                if node.of.since is not None:
                    self.offsets.setdefault(node.of.since)

    def _compared(self, kinds: Iterable[str], term: Term, given: Iterable[Any]) -> None:
        values = [one for value in given for one in _near(value)]
        if isinstance(term, EventField):
            for kind in kinds:
                self._values(kind, term.name, values)
        elif isinstance(term, CustomerField):
            _add(self.facts.setdefault(term.name, {}), values)
        elif isinstance(term, ContactField):
            _add(self.contacts.setdefault(term.name, {}), values)
        elif isinstance(term, History) and term.field is not None:
            numbers = (5, 10) if term.aggregate != "last" else values
            self._each(term.of.pattern, term.field, numbers)

    def _each(self, pattern: Pattern, name: str, values: Iterable[Any]) -> None:
        for kind in pattern.kinds:
            self._values(kind, name, values)

    def _values(self, kind: str, name: str, values: Iterable[Any]) -> None:
        if not kind.startswith((RESERVED, CONCLUSION)):
            _add(self.fields.setdefault(kind, {}).setdefault(name, {}), values)


def _add(into: dict[Any, Any], values: Iterable[Any]) -> None:
    for value in values:
        if len(into) < 8:
            into.setdefault(shape(value), value)


def _near(value: Any) -> tuple[Any, ...]:
    """A constant, its neighbours, and a value of another type."""
    if isinstance(value, Term):
        return (5, 10)
    if isinstance(value, bool):
        return (value, not value)
    if isinstance(value, str):
        return (value, "other")
    if isinstance(value, int | float):
        return (value, value + 1, value - 1, "ten")
    return (value, MOMENT)


_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def _wishes(condition: Condition | None, holds: bool) -> Iterator[tuple[str, Any]]:
    """Fields and values that make a condition hold (or not), as far as that is easy to see."""
    if isinstance(condition, Not):
        yield from _wishes(condition.of, not holds)
    elif isinstance(condition, AllOf | AnyOf):
        every = isinstance(condition, AllOf) is holds
        for part in condition.of if every else condition.of[:1]:
            yield from _wishes(part, holds)
    elif isinstance(condition, Known) and isinstance(condition.term, EventField):
        yield condition.term.name, "x" if holds else ABSENT
    elif isinstance(condition, In) and isinstance(condition.term, EventField):
        yield condition.term.name, condition.values[0] if holds else "other"
    elif (
        isinstance(condition, Comparison)
        and isinstance(condition.left, EventField)
        and not isinstance(condition.right, Term)
    ):
        operator = condition.operator if holds else _OPPOSITE[condition.operator]
        yield condition.left.name, _satisfying(operator, condition.right)


def _satisfying(operator: str, value: Any) -> Any:
    if operator in ("==", "<=", ">="):
        return value
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value - 1 if operator == "<" else value + 1
    return "other" if operator == "!=" else value
