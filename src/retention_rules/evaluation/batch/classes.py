"""Classes of events: all that play the same parts, so that the kernel knows them by one number.

Conditions are not translated. Events of a kind are sorted into groups that no condition can tell
apart, by the values of the fields that the conditions read (numbers by the ranges between the
constants they are compared with), and one event of each group is put to the tests that the pure
evaluator uses. Groups that play the same parts are one class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import attrs
import numpy as np

from retention_rules.conditions import Comparison, Condition, EventField, In, Known, Term, walk
from retention_rules.evaluation.batch.columns import Events
from retention_rules.evaluation.batch.fields import Field
from retention_rules.evaluation.batch.people import People
from retention_rules.evaluation.batch.plan import Unit, conditions_on, fields_in
from retention_rules.evaluation.happenings import RECORD, Happening
from retention_rules.evaluation.program import FREE, PAY, TRIGGER, Cluster, Program

_WIDE = 1 << 22
_EXACT = 2**53


class _Day:
    """A day table for conditions that turn on no day."""

    def day(self, _: int) -> int:
        return 0


class Sample:
    """What conditions may look at beside the event, for one event of a group."""

    table = _Day()
    contact: Mapping[str, Any] = {}

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts


@attrs.define(eq=False)
class Classes:
    """The classes of some events.

    Attributes:
        of: The class of each event; 0 for those that play no part.
        parts: What each class plays: unit, role, race's number in the unit, and whether for sure.
    """

    of: Any
    parts: list[tuple[tuple[int, int, int, bool], ...]]

    def plays(self, unit: int, role: int, sure: bool | None = None) -> Any:
        """By class, whether it plays a part in a unit."""
        return np.array(
            [
                any(u == unit and r == role and sure in (None, s) for u, r, _, s in parts)
                for parts in self.parts
            ]
        )

    def touches(self, units: int) -> Any:
        """By class and unit, whether it plays any part there."""
        return self._table(units, (True, False))

    def doubts(self, units: int) -> Any:
        """By class and unit, whether it plays a part there only perhaps."""
        return self._table(units, (False,))

    def _table(self, units: int, wanted: Iterable[bool]) -> Any:
        found = np.zeros((len(self.parts), units), bool)
        for place, parts in enumerate(self.parts):
            for unit, _, _, sure in parts:
                if sure in wanted:
                    found[place, unit] = True
        return found


def classes_of(
    events: Events, rows: Any, people: People, program: Program, units: list[Unit]
) -> Classes:
    """Sort events into classes, as the units that the kernel takes see them.

    Args:
        events: All events.
        rows: Which of them.
        people: Whose they are.
        program: The rules, compiled.
        units: All units.
    """
    maker = _Maker(events, people, program, units)
    kinds = events.kind[rows]
    of = np.zeros(len(rows), np.int32)
    for code, kind in enumerate(events.kinds):
        tests = maker.tests(kind)
        if tests:
            mine = np.flatnonzero(kinds == code)
            if len(mine):
                of[mine] = maker.sort(kind, rows[mine], tests)
    return Classes(of, list(maker.classes))


class _Maker:
    def __init__(self, events: Events, people: People, program: Program, units: list[Unit]) -> None:
        self.events = events
        self.people = people
        self.program = program
        self.units = units
        self.classes: dict[tuple[tuple[int, int, int, bool], ...], int] = {(): 0}
        self.facts: dict[str, tuple[Any, list[Any]]] = {}

    def tests(self, kind: str) -> list[tuple[Any, tuple[int, int, int]]]:
        """The tests that decide which parts events of a kind play: unit, role, and race."""
        route = self.program.routes.get(kind)
        found: list[tuple[Any, tuple[int, int, int]]] = []
        for unit in self.units if route is not None else ():
            if unit.why_not is not None or not isinstance(unit.what, Cluster):
                continue
            for listener in route.listeners:  # type: ignore[union-attr]
                if listener.cluster is unit.what:
                    for test, (race, role, _), _ in listener.roles:
                        found.append((test, (unit.index, role, race)))
        return found

    def sort(self, kind: str, rows: Any, tests: list[tuple[Any, tuple[int, int, int]]]) -> Any:
        """The classes of events of one kind."""
        wanted = {unit for _, (unit, _, _) in tests}
        conditions = [
            one
            for unit in self.units
            if unit.index in wanted
            for one in conditions_on(unit, kind, self.program.rulebook)
        ]
        fields, facts = fields_in(conditions)
        inputs: list[tuple[str, bool, Any, Any]] = []
        for name in sorted(fields):
            field = self.events.fields.get(name)
            if field is not None:
                codes, values = _grouped(field, rows, conditions)
                inputs.append((name, False, codes, values))
        for name in sorted(facts):
            if name not in self.facts:
                self.facts[name] = self.people.fact(name)
            own, values = self.facts[name]
            inputs.append((name, True, own[self.events.customer[rows]], values))
        group, firsts = _joined([codes for _, _, codes, _ in inputs], len(rows))
        lut = np.empty(len(firsts), np.int32)
        for place, row in enumerate(firsts):
            data: dict[str, Any] = {}
            known: dict[str, Any] = {}
            for name, is_fact, codes, values in inputs:
                if codes[row] >= 0:
                    (known if is_fact else data)[name] = values[codes[row]]
            lut[place] = self._class(kind, data, known, tests)
        return lut[group]

    def _class(
        self,
        kind: str,
        data: Mapping[str, Any],
        facts: Mapping[str, Any],
        tests: list[tuple[Any, tuple[int, int, int]]],
    ) -> int:
        happening = Happening(kind, data, 0, 0, (0, RECORD, "", ""), ("", ""), False)
        sample = Sample(facts)
        parts = []
        for test, (unit, role, race) in tests:
            bit = True if test is None else test(happening, sample)
            if bit is not False:
                parts.append((unit, role, race, bit is True))
        return self.classes.setdefault(tuple(parts), len(self.classes))


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


def _grouped(field: Field, rows: Any, conditions: list[Condition]) -> tuple[Any, list[Any]]:
    """Codes for the values of a field, equal where no condition can tell them apart."""
    limits = _limits(field.name, conditions) if field.numeric else None
    if limits is None:
        return field.coded(rows)
    numbers, known = field.numbers(rows)
    if numbers.dtype.kind != "f" and any(isinstance(one, float) for one in limits):
        if len(numbers) and max(abs(int(numbers.max())), abs(int(numbers.min()))) >= _EXACT:
            return field.coded(rows)
    below = np.searchsorted(np.array(limits), numbers, "left")
    upto = np.searchsorted(np.array(limits), numbers, "right")
    ranges = below + upto  # even between two limits, odd at one
    codes = np.where(known, ranges, -1).astype(np.int32)
    values: list[Any] = [None] * (2 * len(limits) + 1)
    there = np.flatnonzero(known)
    firsts = np.full(len(values), -1, np.int64)
    firsts[ranges[there[::-1]]] = there[::-1]
    for place, row in enumerate(firsts):
        if row >= 0:
            values[place] = numbers[row].item()
    return codes, values


def _limits(name: str, conditions: list[Condition]) -> list[Any] | None:
    """The numbers that a field is compared with; None if it is compared with anything else."""
    found: set[Any] = set()
    for condition in conditions:
        for node in walk(condition):
            if isinstance(node, Comparison):
                for side, other in ((node.left, node.right), (node.right, node.left)):
                    if isinstance(side, EventField) and side.name == name:
                        if isinstance(other, Term | Decimal):
                            return None
                        found.add(other)
            elif isinstance(node, In) and isinstance(node.term, EventField):
                if node.term.name == name:
                    found |= set(node.values)
            elif isinstance(node, Known):
                continue
    if any(isinstance(one, Decimal) for one in found):
        return None
    numbers = {one for one in found if isinstance(one, int | float) and not isinstance(one, bool)}
    if any(abs(one) >= _EXACT for one in numbers):
        return None
    return sorted(numbers)


def bits(classes: Classes, races: list[tuple[int, int]]) -> tuple[Any, Any, Any]:
    """By class, words of bits that say in which races it triggers, pays and frees."""
    words = max(1, (len(races) + 63) // 64)
    found = [np.zeros((len(classes.parts), words), np.uint64) for _ in range(3)]
    number = {race: place for place, race in enumerate(races)}
    places = {TRIGGER: 0, PAY: 1, FREE: 2}
    for place, parts in enumerate(classes.parts):
        for unit, role, race, _ in parts:
            at = number.get((unit, race))
            if at is not None and role in places:
                table = found[places[role]]
                table[place, at >> 6] |= np.uint64(1) << np.uint64(at & 63)
    return found[0], found[1], found[2]
