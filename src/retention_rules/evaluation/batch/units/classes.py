"""Classes of events: all that play the same parts, so that the kernel knows them by one number.

Conditions are not translated. Events of a kind are sorted into groups that no condition can tell
apart, by the values of the fields that the conditions read (numbers by the ranges between the
constants they are compared with), and one event of each group is put to the tests that the pure
evaluator uses. Groups that play the same parts are one class.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import attrs
import numpy as np

from retention_rules.conditions import (
    Prior,
)
from retention_rules.evaluation.batch.units.groups import (
    Case,
    Sorter,
)
from retention_rules.evaluation.batch.units.histories import Histories
from retention_rules.evaluation.batch.units.plan import CLEAR, FORBID, MOVE, Unit, conditions_on
from retention_rules.evaluation.bits import compile_pattern
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.program import TRIGGER, Program
from retention_rules.events import CONCLUSION, RESERVED

_MANY = 1 << 15
"""So many classes need wider numbers."""
Part: TypeAlias = tuple[int, int, int, bool]


"""Unit, role, race's number in the unit, and whether for sure."""


@attrs.define(eq=False)
class Classes:
    """The classes of some events.

    Attributes:
        of: By row, the class of the event; 0 for those that play no part.
        parts: What each class plays.
        units: How many units there are.
        derived: The classes of what derives from stages and conclusions, by kind.
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


def classes_of(sorter: Sorter, counted: Any, units: list[Unit]) -> Classes:
    """Sort events into classes, as the units that the kernel takes see them.

    Args:
        sorter: What sorts those of one kind.
        counted: By row, whether the event counts.
        units: All units.
    """
    events = sorter.events
    classes: dict[tuple[Part, ...], int] = {(): 0}
    plain = np.zeros(len(events.kinds) + 1, np.int32)  # of kinds that are one class each
    parted: list[tuple[Any, Any]] = []
    for code, kind in enumerate(events.kinds):
        tests = _tests(sorter.program, units, kind)
        if not tests:
            continue
        wanted = {unit for _, (unit, _, _) in tests}
        conditions = [
            one
            for unit in units
            if unit.index in wanted
            for one in conditions_on(unit, kind, sorter.program.rulebook)
        ]
        if not conditions:
            _, (case,) = sorter.sort(kind, np.zeros(1, np.int64), [])
            plain[code] = _class(case, tests, classes)
            continue
        mine = np.flatnonzero(counted & (events.kind == code))
        if len(mine):
            group, cases = sorter.sort(kind, mine, conditions)
            lut = np.array([_class(case, tests, classes) for case in cases], np.int32)
            parted.append((mine, lut[group]))
    derived = {}
    for kind in sorter.program.routes:
        if kind.startswith((RESERVED, CONCLUSION)):
            tests = _tests(sorter.program, units, kind)
            parts = tuple((*part, test is None) for test, part in tests)
            if parts:
                derived[kind] = classes.setdefault(parts, len(classes))
    small = np.int16 if len(classes) < _MANY else np.int32
    of = plain.astype(small).take(events.kind)
    of *= counted
    for mine, own in parted:
        of[mine] = own
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
    """Both a test and a context, as the evaluator takes them together; None if neither."""
    if test is None and context is None:
        return None

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


def together(classes: Classes, races: list[tuple[int, int]], roles: tuple[int, ...]) -> Any:
    """The same for several roles: those of the second are numbered after all races, and so on."""
    lists = [listed(classes, races, role) for role in roles]
    offset, found = [0], []
    for place in range(len(classes.parts)):
        for number, (starts, own) in enumerate(lists):
            found += [
                number * len(races) + int(one) for one in own[starts[place] : starts[place + 1]]
            ]
        offset.append(len(found))
    return np.array(offset, np.int64), np.array(found, np.int64)
