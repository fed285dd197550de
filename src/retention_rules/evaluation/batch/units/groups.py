"""Groups of events that no condition can tell apart, each with one event that stands for all.

Numbers are told apart by the ranges between the constants that they are compared with; whatever
else conditions read, by its values.
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
from retention_rules.evaluation.batch.columns.events import Events
from retention_rules.evaluation.batch.columns.fields import Field
from retention_rules.evaluation.batch.columns.people import People
from retention_rules.evaluation.batch.units.histories import Histories, shallow
from retention_rules.evaluation.happenings import RECORD, Happening
from retention_rules.evaluation.history import Range, decimal
from retention_rules.evaluation.program import Program

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
        group, firsts = joined([one.codes for one in inputs], len(rows))
        cases = []
        for place in firsts:
            data: dict[str, Any] = {}
            sample = Sample()
            for one in inputs:
                one.tell(int(place), data, sample)
            happening = Happening(kind, data, 0, 0, (0, RECORD, "", ""), ("", ""), False)
            cases.append((happening, sample))
        return group, cases

    def fact(self, name: str) -> tuple[Any, list[Any]]:
        """By customer a code of a fact, -1 where it is not known, and what codes stand for."""
        if name not in self.facts:
            self.facts[name] = self.people.fact(name)
        return self.facts[name]

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
            own, values = self.fact(name)
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
        share, whole = decimal(node.right.factor).as_integer_ratio()
        kind = np.int64 if _fits(mine, whole) and _fits(other, share) else object
        mine, other = mine.astype(kind) * whole, other.astype(kind) * share
        outcome = _OPERATORS[node.operator](mine, other).astype(np.int8)
        outcome[~known | (seen == 1)] = 2
        outcome[seen == 0] = 0
        return _Input(outcome, lambda place, data, sample: None)


def _fits(numbers: Any, times: int) -> bool:
    """Whether numbers so many times as large are still numbers of the machine."""
    if not len(numbers):
        return True
    return max(abs(int(numbers.max())), abs(int(numbers.min()))) * abs(times) < 2**62


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


def joined(columns: list[Any], size: int) -> tuple[Any, Any]:
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
