"""Histories as columns: what had happened before each event, as running values.

A history is counted over the events of a customer in their order (or, with `same`, over those that
share some fields). What is kept for each event are numbers and places of earlier events; values are
looked up where they are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import attrs
import numpy as np
from dateutil.relativedelta import relativedelta

from retention_rules.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    History,
    In,
    Known,
    Not,
    Pattern,
    Prior,
    Term,
)
from retention_rules.evaluation.batch.columns import sorting
from retention_rules.evaluation.batch.columns.events import Events
from retention_rules.evaluation.batch.columns.people import People
from retention_rules.evaluation.batch.columns.sorting import CHUNKS
from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.kernels.jit import compiled
from retention_rules.evaluation.happenings import alike
from retention_rules.evaluation.history import NONE as NOTHING
from retention_rules.evaluation.history import UNKNOWN, Range
from retention_rules.events import CONCLUSION, RESERVED
from retention_rules.windows import Elapsed

ABSENT, MISSING = -1, -2
"""In place of the place of an event: there is none; or one lacked the field."""


def shallow(condition: Condition | None) -> Iterator[Any]:
    """The conditions and terms of a condition, but for those of the histories in it."""
    if condition is None:
        return
    yield condition
    inner: tuple[Any, ...] = ()
    if isinstance(condition, AllOf | AnyOf):
        inner = condition.of
    elif isinstance(condition, Not):
        inner = (condition.of,)
    elif isinstance(condition, Comparison):
        inner = (condition.left, condition.right)
    elif isinstance(condition, In | Known):
        inner = (condition.term,)
    for one in inner:
        if isinstance(one, Condition):
            yield from shallow(one)
        elif isinstance(one, Term):
            yield one


def read_by(patterns: list[Pattern | Condition]) -> list[History]:
    """The histories that patterns and conditions read of an event itself."""
    conditions: list[Condition | None] = []
    for one in patterns:
        if isinstance(one, Pattern):
            conditions += [part.condition for part in one.alternatives]
        else:
            conditions.append(one)
    return [node for one in conditions for node in shallow(one) if isinstance(node, History)]


def nested(terms: list[History]) -> list[Prior]:
    """The histories behind terms, those that others are made of first."""
    found: dict[Prior, None] = {}
    for term in terms:
        if term.of not in found:
            found |= dict.fromkeys(nested(read_by([term.of.pattern])))
            found[term.of] = None
    return list(found)


def unsupported(terms: list[History]) -> bool:
    """Whether running values do not tell some of these."""
    for prior in nested(terms):
        if any(kind.startswith((RESERVED, CONCLUSION)) for kind in prior.pattern.kinds):
            return True
    every = [*terms, *(inner for prior in nested(terms) for inner in read_by([prior.pattern]))]
    return any(
        term.aggregate == "sum" or (term.of.since is not None and term.aggregate in ("max", "min"))
        for term in every
    )


@attrs.define(eq=False)
class Ordered:
    """Events in the order of their customers.

    Attributes:
        start: Where those of each customer begin, one longer.
        row: Their rows.
        at: Their instants.
    """

    start: Any
    row: Any
    at: Any


class Histories:
    """The histories of ordered events.

    Attributes:
        matched: By history, which of the events match it for sure; `perhaps` which only may.
        place: By row, its place among the ordered events.
    """

    def __init__(self, events: Events, people: People, ordered: Ordered) -> None:
        self.events = events
        self.people = people
        self.ordered = ordered
        self.matched: dict[Prior, Any] = {}
        self.perhaps: dict[Prior, Any] = {}
        self.place = np.full(events.size, -1, np.int64)
        self.place[ordered.row] = np.arange(len(ordered.row))
        self._known: dict[Any, Any] = {}
        self._groups: dict[tuple[str, ...], Any] = {}

    def codes(self, term: History, rows: Any) -> tuple[Any, Callable[[int], Range]]:
        """Codes for what a history is at some rows, and what it is at one of them."""
        places = self.place[rows]
        unshared = self._unshared(term.of, places)
        if term.aggregate == "count":
            counts = self._counts(term.of, self.matched)[places]
            maybe = np.zeros(len(rows), np.int64)
            if term.of in self.perhaps:
                maybe = self._counts(term.of, self.perhaps)[places].astype(np.int64)

            def count(one: int) -> Range:
                if unshared[one]:
                    return UNKNOWN
                return Range(int(counts[one]), int(counts[one] + maybe[one]))

            wide = int(maybe.max(initial=0)) + 1
            return np.where(unshared, ABSENT, counts * wide + maybe), count
        found = np.where(unshared, MISSING, self._best(term)[places])
        there = np.flatnonzero(found >= 0)
        assert term.field is not None
        field = self.events.fields.get(term.field)
        own: Any = np.full(len(there), -1)
        values: list[Any] = []
        if field is not None:
            own, values = field.coded(self.ordered.row[found[there]])
        # Nothing before is 0, a value that is not there 1, and values follow.
        codes = np.where(found == ABSENT, 0, 1)
        codes[there] = own + 2

        def best(one: int) -> Range:
            code = int(codes[one])
            if code < 2:
                return UNKNOWN if code else NOTHING
            value = values[code - 2]
            if term.aggregate == "last":
                return Range(options=(value,))
            return Range(value, value)

        return codes, best

    def numbers(self, term: History, rows: Any) -> tuple[Any, Any]:
        """The greatest or least number before some rows, and whether it is there.

        That is 0 for nothing before, 1 for a number that nobody knows, 2 for one that is known.
        """
        places = self.place[rows]
        found = np.where(self._unshared(term.of, places), MISSING, self._best(term)[places])
        known = np.where(found == ABSENT, 0, np.where(found == MISSING, 1, 2))
        numbers = np.zeros(len(rows), np.int64)
        there = np.flatnonzero(known == 2)
        assert term.field is not None
        numbers[there] = self.events.fields[term.field].numbers(self.ordered.row[found[there]])[0]
        return numbers, known

    def forget(self) -> None:
        """Let go of what was counted; it is counted again if somebody asks."""
        self._known.clear()
        self._groups.clear()

    # ---- running values --------------------------------------------------------------------

    def _unshared(self, prior: Prior, places: Any) -> Any:
        """Which events lack a field by which a history is shared."""
        if not prior.same:
            return np.zeros(len(places), bool)
        return self._shared(prior.same)[places] < 0

    def _shared(self, names: tuple[str, ...]) -> Any:
        """By event, a code of the values that tie it to others; -1 where one is missing."""
        if ("same", names) not in self._known:
            code = np.zeros(len(self.ordered.row), np.int64)
            for name in names:
                field = self.events.fields.get(name)
                if field is None:
                    code[:] = -1
                    break
                own, options = field.coded(self.ordered.row)
                seen: dict[Any, int] = {}
                lut = [seen.setdefault(alike(option), len(seen)) for option in options]
                own = np.array([*lut, -1], np.int64)[own]
                code = np.where((own < 0) | (code < 0), -1, code * max(1, len(seen)) + own)
                if len(names) > 1:
                    there = code >= 0
                    _, code[there] = np.unique(code[there], return_inverse=True)
            self._known["same", names] = code
        return self._known["same", names]

    def _sequence(self, prior: Prior) -> tuple[Any, Any]:
        """Where sequences of events begin, and the places of the events in them."""
        ordered = self.ordered
        if not prior.same:
            return ordered.start, np.arange(len(ordered.row))
        if prior.same not in self._groups:
            key = self._shared(prior.same)
            place, sizes = sorting.group_each(ordered.start, key, CHUNKS)
            kind = np.zeros(len(key), np.int16)
            begin, _, where, _, _ = sorting.gathered(
                ordered.start, place, sizes, key, ordered.at, kind
            )
            self._groups[prior.same] = (begin, where)
        found: tuple[Any, Any] = self._groups[prior.same]
        return found

    def _counts(self, prior: Prior, which: dict[Prior, Any]) -> Any:
        key = ("count" if which is self.matched else "perhaps", prior)
        if key not in self._known:
            begin, where = self._sequence(prior)
            self._known[key] = counted(
                begin, where, which[prior], self.ordered.at, self._bound(prior)
            )
        return self._known[key]

    def _best(self, term: History) -> Any:
        """By event, the place of the last, greatest or least before it."""
        key = (term.aggregate, term.of, term.field)
        if key not in self._known:
            begin, where = self._sequence(term.of)
            matched, bound = self.matched[term.of], self._bound(term.of)
            if term.aggregate == "last":
                found = latest(begin, where, matched, self.ordered.at, bound)
            else:
                rank = self._ranks(term, np.flatnonzero(matched))
                found = greatest(begin, where, matched, rank)
            self._known[key] = found
        return self._known[key]

    def _ranks(self, term: History, places: Any) -> Any:
        """Numbers that order events by a field, the greater the better; -1 where it has none."""
        rank = np.full(len(self.ordered.row), -1, np.int64)
        field = None if term.field is None else self.events.fields.get(term.field)
        if field is None:
            return rank
        codes, values = field.coded(self.ordered.row[places])
        numbers = [alike(one)[0] == "number" for one in values]
        order = sorted(
            (place for place, good in enumerate(numbers) if good), key=values.__getitem__
        )
        if term.aggregate == "min":
            order.reverse()
        lut = np.full(len(values) + 1, -1, np.int64)
        lut[order] = np.arange(len(order))
        rank[places] = lut[codes]
        return rank

    def _bound(self, prior: Prior) -> Any:
        """By event, from when on earlier ones count."""
        since, at = prior.since, self.ordered.at
        if since is None:
            return np.full(len(at), NONE, np.int64)
        if isinstance(since, Elapsed):
            return at - since.microseconds
        bound = np.empty(len(at), np.int64)
        owner = np.repeat(np.arange(len(self.ordered.start) - 1), np.diff(self.ordered.start))
        zone = self.people.table[owner]
        for number, table in enumerate(self.people.tables):
            mine = np.flatnonzero(zone == number)
            if not len(mine):
                continue
            first, last = table.day(int(at[mine].min())), table.day(int(at[mine].max()))
            start = np.array([table.start(day) for day in range(first, last + 2)], np.int64)
            moved = np.array(
                [
                    table.start(
                        (
                            date.fromordinal(day)
                            - relativedelta(months=since.months, days=since.days)
                        ).toordinal()
                    )
                    for day in range(first, last + 1)
                ],
                np.int64,
            )
            bound[mine] = moved[np.searchsorted(start, at[mine], "right") - 1]
        return bound


@compiled
def counted(begin: Any, where: Any, matched: Any, at: Any, bound: Any) -> Any:
    """By event, how many of those before it in its sequence match, from a bound on."""
    found = np.zeros(len(at), np.int32)
    recent = np.empty(len(where), np.int64)
    for g in range(len(begin) - 1):
        size = 0
        gone = 0
        for x in range(begin[g], begin[g + 1]):
            p = where[x]
            while gone < size and at[recent[gone]] < bound[p]:
                gone += 1
            found[p] = size - gone
            if matched[p]:
                recent[size] = p
                size += 1
    return found


@compiled
def latest(begin: Any, where: Any, matched: Any, at: Any, bound: Any) -> Any:
    """By event, the last of those before it in its sequence that match, from a bound on."""
    found = np.full(len(at), -1, np.int64)
    for g in range(len(begin) - 1):
        last = -1
        for x in range(begin[g], begin[g + 1]):
            p = where[x]
            if last >= 0 and at[last] >= bound[p]:
                found[p] = last
            if matched[p]:
                last = p
    return found


@compiled
def greatest(begin: Any, where: Any, matched: Any, rank: Any) -> Any:
    """By event, the one of the highest rank before it; `MISSING` if one had none."""
    found = np.full(len(matched), -1, np.int64)
    for g in range(len(begin) - 1):
        best = -1
        for x in range(begin[g], begin[g + 1]):
            p = where[x]
            found[p] = best
            if matched[p] and best != -2:
                if rank[p] < 0:
                    best = -2
                elif best < 0 or rank[p] > rank[best]:
                    best = p
    return found
