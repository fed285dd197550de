"""Classes of events: all that play the same parts, so that the kernel knows them by one number.

Conditions are not translated. Events of a kind are sorted into groups that no condition can tell
apart, by the values of the fields that the conditions read (numbers by the ranges between the
constants they are compared with), and one event of each group is put to the tests that the pure
evaluator uses. Groups that play the same parts are one class.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any, TypeAlias

import attrs
import numpy as np

from retention_rules.conditions import (
    Comparison,
    Condition,
    CustomerField,
    EventField,
    History,
    In,
    Prior,
    Term,
)
from retention_rules.evaluation.batch.columns import Events
from retention_rules.evaluation.batch.fields import Field
from retention_rules.evaluation.batch.histories import Histories, shallow
from retention_rules.evaluation.batch.people import People
from retention_rules.evaluation.batch.plan import CLEAR, FORBID, MOVE, Unit, conditions_on
from retention_rules.evaluation.bits import compile_pattern
from retention_rules.evaluation.happenings import RECORD, Happening
from retention_rules.evaluation.history import Range
from retention_rules.evaluation.program import TRIGGER, Program
from retention_rules.events import RESERVED

_OPERATORS: dict[str, Any] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_WIDE = 1 << 22
_EXACT = 2**53


class _Day:
    """A day table for conditions that turn on no day."""

    def day(self, _: int) -> int:
        return 0


class Sample:
    """What conditions may look at beside the event, for one event of a group."""

    table = _Day()

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}
        self.ranges: dict[Any, Range] = {}

    def history(self, _: int, term: History, __: Happening) -> Range:
        """An aggregate over what happened before."""
        return self.ranges[_named(term)].scaled(term.factor)

    def count(self, _: int, __: History, ___: Happening) -> int | None:
        """Nothing that is easier told than by `history`."""
        return None


Case: TypeAlias = tuple[Happening, Sample]
"""One event of a group, with its situation."""
Part: TypeAlias = tuple[int, int, int, bool]
"""Unit, role, race's number in the unit, and whether for sure."""


@attrs.define(eq=False)
class Classes:
    """The classes of some events.

    Attributes:
        of: The class of each event; 0 for those that play no part.
        parts: What each class plays.
        units: How many units there are.
        derived: The classes of what derives from stages, by kind.
    """

    of: Any
    parts: list[tuple[Part, ...]]
    units: int
    derived: dict[str, int]

    def touches(self) -> Any:
        """By class and unit, whether it plays any part there."""
        return self._table((True, False))

    def doubts(self) -> Any:
        """By class and unit, whether it plays a part there only perhaps."""
        return self._table((False,))

    def _table(self, wanted: tuple[bool, ...]) -> Any:
        found = np.zeros((len(self.parts), self.units), bool)
        for place, parts in enumerate(self.parts):
            for unit, _, _, sure in parts:
                if sure in wanted:
                    found[place, unit] = True
        return found


class Sorter:
    """Sorts events of one kind into groups that no condition can tell apart, and tests each group.

    Attributes:
        histories: What had happened before events; None while no condition asks.
    """

    def __init__(self, events: Events, people: People, program: Program) -> None:
        self.events = events
        self.people = people
        self.program = program
        self.histories: Histories | None = None
        self.facts: dict[str, tuple[Any, list[Any]]] = {}

    def sort(self, kind: str, rows: Any, conditions: list[Condition]) -> tuple[Any, list[Case]]:
        """The group of each of some rows, and one event of each group with its situation."""
        inputs = self._inputs(rows, conditions)
        group, firsts = _joined([one.codes for one in inputs], len(rows))
        cases = []
        for place in firsts:
            data: dict[str, Any] = {}
            sample = Sample()
            for one in inputs:
                one.tell(int(place), data, sample)
            happening = Happening(kind, data, 0, 0, (0, RECORD, "", ""), ("", ""), False)
            cases.append((happening, sample))
        return group, cases

    def _inputs(self, rows: Any, conditions: list[Condition]) -> list[_Input]:
        nodes = [node for one in conditions for node in shallow(one)]
        terms = {_named(node): node for node in nodes if isinstance(node, History)}
        crossed = [node for node in nodes if isinstance(node, Comparison) and self._crosses(node)]
        found: list[_Input] = [self._crossing(node, rows) for node in crossed]
        for name in sorted({node.name for node in nodes if isinstance(node, EventField)}):
            field = self.events.fields.get(name)
            if field is not None:
                found.append(_field_input(field, rows, _limits(name, nodes, crossed)))
        for name in sorted({node.name for node in nodes if isinstance(node, CustomerField)}):
            if name not in self.facts:
                self.facts[name] = self.people.fact(name)
            own, values = self.facts[name]
            found.append(_fact_input(name, own[self.events.customer[rows]], values))
        only = _only_crossed(nodes, crossed)
        for known, term in terms.items():
            assert self.histories is not None
            codes, value = self.histories.codes(term, rows)
            if known in only:  # whether there is a number; which one has been compared
                codes = np.minimum(codes, 2)
            found.append(_Input(codes, partial(_tell_history, known, value)))
        return found

    def _crosses(self, node: Comparison) -> bool:
        """Whether it compares a whole number with the greatest or least of earlier ones."""
        left, right = node.left, node.right
        if not (isinstance(left, EventField) and isinstance(right, History)):
            return False
        if right.aggregate not in ("max", "min") or right.field is None:
            return False
        fields = [self.events.fields.get(name) for name in (left.name, right.field)]
        return all(field is not None and field.whole for field in fields)

    def _crossing(self, node: Comparison, rows: Any) -> _Input:
        """How such a comparison comes out."""
        assert isinstance(node.left, EventField) and isinstance(node.right, History)
        assert self.histories is not None
        mine, known = self.events.fields[node.left.name].numbers(rows)
        other, seen = self.histories.numbers(node.right, rows)
        share, whole = Decimal(repr(node.right.factor)).as_integer_ratio()
        mine, other = mine.astype(object) * whole, other.astype(object) * share
        if _fits(mine) and _fits(other):
            mine, other = mine.astype(np.int64), other.astype(np.int64)
        outcome = _OPERATORS[node.operator](mine, other).astype(np.int8)
        outcome[~known | (seen == 1)] = 2
        outcome[seen == 0] = 0
        return _Input(outcome, lambda place, data, sample: None)


def _fits(numbers: Any) -> bool:
    return len(numbers) == 0 or max(abs(numbers.max()), abs(numbers.min())) < 2**62


@attrs.define(eq=False)
class _Input:
    """Something that conditions read, as codes; `tell` puts it before them for one event."""

    codes: Any
    tell: Callable[[int, dict[str, Any], Sample], None]


def _field_input(field: Field, rows: Any, limits: list[Any] | None) -> _Input:
    codes, values = _grouped(field, rows, limits)

    def tell(place: int, data: dict[str, Any], _: Sample) -> None:
        value = values(place)
        if value is not None:
            data[field.name] = value

    return _Input(codes, tell)


def _fact_input(name: str, codes: Any, values: list[Any]) -> _Input:
    def tell(place: int, _: dict[str, Any], sample: Sample) -> None:
        if codes[place] >= 0:
            sample.facts[name] = values[codes[place]]

    return _Input(codes, tell)


def _tell_history(
    name: Any, value: Callable[[int], Range], place: int, _: Any, sample: Sample
) -> None:
    sample.ranges[name] = value(place)


def _named(term: History) -> tuple[Prior, str, str | None]:
    """A history without its factor, to be found again: terms compare to conditions."""
    return term.of, term.aggregate, term.field


def _only_crossed(nodes: list[Any], crossed: list[Comparison]) -> set[Any]:
    """The histories that conditions read only where they are compared with a field."""
    uses = Counter(_named(node) for node in nodes if isinstance(node, History))
    uses.subtract(_named(node.right) for node in crossed if isinstance(node.right, History))
    return {name for name, count in uses.items() if not count}


def classes_of(sorter: Sorter, rows: Any, units: list[Unit]) -> Classes:
    """Sort events into classes, as the units that the kernel takes see them.

    Args:
        sorter: What sorts those of one kind.
        rows: Which events.
        units: All units.
    """
    events = sorter.events
    classes: dict[tuple[Part, ...], int] = {(): 0}
    kinds = events.kind[rows]
    of = np.zeros(len(rows), np.int32)
    for code, kind in enumerate(events.kinds):
        tests = _tests(sorter.program, units, kind)
        mine = np.flatnonzero(kinds == code) if tests else ()
        if not len(mine):
            continue
        wanted = {unit for _, (unit, _, _) in tests}
        conditions = [
            one
            for unit in units
            if unit.index in wanted
            for one in conditions_on(unit, kind, sorter.program.rulebook)
        ]
        group, cases = sorter.sort(kind, rows[mine], conditions)
        lut = np.array([_class(case, tests, classes) for case in cases], np.int32)
        of[mine] = lut[group]
    derived = {}
    for kind in sorter.program.routes:
        if kind.startswith(RESERVED):
            tests = _tests(sorter.program, units, kind)
            parts = tuple((*part, test is None) for test, part in tests)
            if parts:
                derived[kind] = classes.setdefault(parts, len(classes))
    return Classes(of, list(classes), len(units), derived)


def _tests(
    program: Program, units: list[Unit], kind: str
) -> list[tuple[Any, tuple[int, int, int]]]:
    """The tests that decide which parts events of a kind play: unit, role, and race."""
    route = program.routes.get(kind)
    found: list[tuple[Any, tuple[int, int, int]]] = []
    for unit in units if route is not None else ():
        if unit.why_not is not None:
            continue
        assert route is not None
        for listener in route.listeners:
            if listener.cluster is unit.what:
                for test, (race, role, _), _ in listener.roles:
                    if role == TRIGGER and unit.contacts:  # nobody knows for whom
                        test = _perhaps(test)
                    found.append((test, (unit.index, role, race)))
        for life, moves in route.lives:
            if life is unit.what:
                found += [(test, (unit.index, MOVE, place)) for place, test in moves]
        for ban, test in route.clearing:
            if ban is unit.what:
                found.append((test, (unit.index, CLEAR, 0)))
        for ban, test in route.forbidden:
            if ban is unit.what:
                found.append((_within(test, ban.context), (unit.index, FORBID, 0)))
    return found


def _perhaps(test: Any) -> Any:
    """A test that is never sure to hold."""

    def perhaps(happening: Happening, situation: Any) -> bool | None:
        return None if test is None or test(happening, situation) is not False else False

    return perhaps


def _within(test: Any, context: Any) -> Any:
    """Both a pattern's test and a context, as the evaluator takes them together."""

    def both(happening: Happening, situation: Any) -> bool | None:
        bits = [one(happening, situation) if one else True for one in (test, context)]
        return False if False in bits else None if None in bits else True

    return both


def _class(
    case: Case, tests: list[tuple[Any, tuple[int, int, int]]], classes: dict[tuple[Part, ...], int]
) -> int:
    parts = []
    for test, (unit, role, race) in tests:
        bit = True if test is None else test(*case)
        if bit is not False:
            parts.append((unit, role, race, bit is True))
    return classes.setdefault(tuple(parts), len(classes))


def match_histories(sorter: Sorter, rows: Any, histories: Histories, priors: list[Prior]) -> Any:
    """Match events against the patterns of histories; by row and history, what may match perhaps.

    Args:
        sorter: What sorts those of one kind.
        rows: Which events, in the order of their customers.
        histories: Where the matches are noted.
        priors: The histories, those that others are made of first.
    """
    events = sorter.events
    sorter.histories = histories
    kinds = events.kind[rows]
    doubtful: dict[Prior, Any] = {}
    for prior in priors:
        matched = np.zeros(len(rows), bool)
        perhaps = np.zeros(len(rows), bool)
        for code, kind in enumerate(events.kinds):
            options = [one for one in prior.pattern.alternatives if one.kind == kind]
            mine = np.flatnonzero(kinds == code) if options else ()
            if not len(mine):
                continue
            conditions = [one.condition for one in options if one.condition is not None]
            test = compile_pattern(prior.pattern, sorter.program.priors)[kind]
            group, cases = sorter.sort(kind, rows[mine], conditions)
            bits = [True if test is None else test(*case) for case in cases]
            matched[mine] = np.array([bit is True for bit in bits])[group]
            perhaps[mine] = np.array([bit is None for bit in bits])[group]
        histories.matched[prior] = matched
        if perhaps.any():
            histories.perhaps[prior] = perhaps
            doubtful[prior] = rows[perhaps]
    return doubtful


def _joined(columns: list[Any], size: int) -> tuple[Any, Any]:
    """Numbers for rows that are equal where all columns are, and a row of each number."""
    group = np.zeros(size, np.int64)
    count = 1
    for codes in columns:
        width = int(codes.max(initial=-1)) + 2
        group = group * width + (codes + 1)
        count *= width
        if count > _WIDE:
            _, group = np.unique(group, return_inverse=True)
            count = int(group.max(initial=-1)) + 1
        else:
            seen = np.zeros(count, bool)
            seen[group] = True
            order = np.cumsum(seen) - 1
            group = order[group]
            count = int(seen.sum())
    firsts = np.empty(count, np.int64)
    firsts[group[::-1]] = np.arange(size)[::-1]
    return group, firsts


def _grouped(field: Field, rows: Any, limits: list[Any] | None) -> tuple[Any, Callable[[int], Any]]:
    """Codes for a field, equal where no condition can tell values apart, and a value by place."""
    if limits is not None and field.numeric:
        numbers, known = field.numbers(rows)
        floats = any(isinstance(one, float) for one in limits)
        if numbers.dtype.kind == "f" or not floats or _small(numbers):
            below = np.searchsorted(np.array(limits), numbers, "left")
            upto = np.searchsorted(np.array(limits), numbers, "right")
            # Even between two limits, odd at one.
            codes = np.where(known, below + upto, -1)
            return codes, lambda place: numbers[place].item() if known[place] else None
    codes, values = field.coded(rows)
    options = [*values, None]
    return codes, lambda place: options[codes[place]]


def _small(numbers: Any) -> bool:
    return not len(numbers) or max(abs(int(numbers.max())), abs(int(numbers.min()))) < _EXACT


def _limits(name: str, nodes: list[Any], crossed: list[Comparison]) -> list[Any] | None:
    """The numbers that a field is compared with; None if it is compared with anything else."""
    found: set[Any] = set()
    for node in nodes:
        if isinstance(node, Comparison) and not any(node is one for one in crossed):
            for side, other in ((node.left, node.right), (node.right, node.left)):
                if isinstance(side, EventField) and side.name == name:
                    if isinstance(other, Term):
                        return None
                    found.add(other)
        elif isinstance(node, In) and isinstance(node.term, EventField) and node.term.name == name:
            found |= set(node.values)
    if any(isinstance(one, Decimal) for one in found):
        return None
    numbers = {one for one in found if isinstance(one, int | float) and not isinstance(one, bool)}
    if any(abs(one) >= _EXACT for one in numbers):
        return None
    return sorted(numbers)


def played(
    classes: Classes, races: list[tuple[int, int]], roles: tuple[int, ...], *, surely: bool = False
) -> tuple[Any, ...]:
    """For each role, by race and class, whether it is played there (for sure)."""
    found = tuple(np.zeros((len(races), len(classes.parts)), bool) for _ in roles)
    number = {race: place for place, race in enumerate(races)}
    for place, parts in enumerate(classes.parts):
        for unit, role, race, sure in parts:
            at = number.get((unit, race))
            if at is not None and role in roles and (sure or not surely):
                found[roles.index(role)][at, place] = True
    return found


def listed(classes: Classes, races: list[tuple[int, int]], role: int) -> tuple[Any, Any]:
    """By class, the races in which it plays a role: where they begin in a list, and the list."""
    number = {race: place for place, race in enumerate(races)}
    offset, found = [0], []
    for parts in classes.parts:
        found += [number[u, race] for u, r, race, _ in parts if r == role and (u, race) in number]
        offset.append(len(found))
    return np.array(offset, np.int64), np.array(found, np.int16)
