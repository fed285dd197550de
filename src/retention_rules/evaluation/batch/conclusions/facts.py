"""Facts in columns: what premises count, since when, and until when.

The kernel tells how things stand at the end. How a finding came to stand so follows from that: by
its window, and by what ended it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeAlias

import attrs
import numpy as np

from retention_rules.conditions import Condition, Pattern
from retention_rules.evaluation.batch.columns.events import Events
from retention_rules.evaluation.batch.columns.fields import items_of
from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.kernels.acts import BREACHED, LAPSED, OPEN, UPCOMING
from retention_rules.evaluation.batch.shapes.owed import ALL_STATUSES, INDETERMINATE, Owed
from retention_rules.evaluation.batch.shapes.stages import Stays
from retention_rules.evaluation.batch.units.groups import Sorter
from retention_rules.evaluation.bits import compile_pattern
from retention_rules.evaluation.chaining import Came, Fact, Place
from retention_rules.rules import Lifecycle

Step: TypeAlias = tuple[int, Came, Any, str, Fact | None, bool, int | None]
"""A customer; when something came, and its place among what came then; the premise; the key of the
fact; the fact, None if it counts no more; whether it is certain; the row that brought this about.

Where a customer entered a stage, the lifecycle stands for the premise, and the stage for the key.
"""


def matching(sorter: Sorter, rows: Any, pattern: Pattern) -> tuple[Any, Any]:
    """Which of some rows match a pattern, perhaps or for sure; and which of those for sure."""
    events = sorter.events
    found, sure = [np.empty(0, np.int64)], [np.empty(0, bool)]
    for kind, test in compile_pattern(pattern, {}).items():
        mine = rows[events.among((kind,))[events.kind[rows]]]
        if not len(mine):
            continue
        certain = np.ones(len(mine), bool)
        if test is not None:
            own: list[Condition] = [
                one.condition
                for one in pattern.alternatives
                if one.kind == kind and one.condition is not None
            ]
            group, cases = sorter.sort(kind, mine, own)
            bits = [test(*case) for case in cases]
            may = np.array([bit is not False for bit in bits])[group]
            certain = np.array([bit is True for bit in bits])[group][may]
            mine = mine[may]
        found.append(mine)
        sure.append(certain)
    return np.concatenate(found), np.concatenate(sure)


@attrs.define(eq=False)
class Watched:
    """Events that match a premise.

    Attributes:
        place: The premise; `names` the fields by which it tells cases apart.
        rows: The events, customer by customer; `sure` which of them match for sure.
    """

    events: Events
    place: Place
    names: Sequence[str]
    rows: Any
    sure: Any

    @classmethod
    def of(
        cls, place: Place, names: Sequence[str], events: Events, found: tuple[Any, Any], wanted: Any
    ) -> Watched:
        """Those of some customers, of all that match, perhaps or for sure."""
        rows, sure = found
        mine = np.flatnonzero(wanted[events.customer[rows]])
        mine = mine[np.argsort(events.customer[rows[mine]], kind="stable")]
        return cls(events, place, names, rows[mine], sure[mine])

    @property
    def customer(self) -> Any:
        """Whose they are, in order."""
        return self.events.customer[self.rows]

    def steps(self, begin: int, end: int) -> Iterator[Step]:
        """What came, for the customers from one up to before another."""
        events = self.events
        low, high = np.searchsorted(self.customer, [begin, end])
        rows = self.rows[low:high]
        columns = (
            rows.tolist(),
            events.customer[rows].tolist(),
            events.at[rows].tolist(),
            self.sure[low:high].tolist(),
            events.orders(rows),
            events.named(rows).to_pylist(),
            _fields(events, rows, self.names),
        )
        for row, who, at, sure, order, name, fields in zip(*columns, strict=True):
            came = (at, 0, at, *order)
            yield who, came, self.place, name, Fact(name, name, fields, name, came, row), sure, row


@attrs.define(eq=False)
class Owing:
    """Findings of a rule that were at some time in one of the statuses that a premise asks for.

    Attributes:
        place: The premise; `names` the fields by which it tells cases apart.
        owed: The findings.
    """

    place: Place
    names: Sequence[str]
    owed: Owed
    _at: Any
    _counts: Any

    @classmethod
    def of(
        cls,
        place: Place,
        names: Sequence[str],
        owed: Owed,
        accepted: Collection[str],
        wanted: Any,
        as_of: int,
    ) -> Owing:
        """Those of some customers, of all findings of a rule."""
        owed = owed.where(wanted[owed.customer])
        at, status = history(owed, as_of)
        counts = np.isin(status, [ALL_STATUSES.index(one) for one in accepted]).astype(np.int8) * 2
        counts[status == INDETERMINATE] = 1
        counts[at == NONE] = 0
        ever = np.flatnonzero(counts.any(axis=1))
        ever = ever[np.argsort(owed.customer[ever], kind="stable")]
        return cls(place, names, owed.those(ever), at[ever], counts[ever])

    @property
    def customer(self) -> Any:
        """Whose they are, in order."""
        return self.owed.customer

    def steps(self, begin: int, end: int) -> Iterator[Step]:
        """What came, for the customers from one up to before another."""
        low, high = np.searchsorted(self.owed.customer, [begin, end])
        if low == high:
            return
        some = self.owed.those(np.arange(low, high))
        events, trigger = some.events, some.trigger
        fields = _fields(events, trigger, self.names)
        columns = (
            some.customer.tolist(),
            some.column("key").to_pylist(),
            events.named(trigger).to_pylist(),
            trigger.tolist(),
            events.at[trigger].tolist(),
            some.ended_row.tolist(),
            some.ended.tolist(),
            self._at[low:high].tolist(),
            self._counts[low:high].tolist(),
        )
        for number, one in enumerate(zip(*columns, strict=True)):
            who, key, cause, row, born, by, ended, at, counts = one
            data = fields[number]
            if some.case is not None:
                data |= dict(zip(some.keys, some.values[some.case[number]], strict=True))
            before = 0
            for when, count in zip(at, counts, strict=True):
                if when == NONE or count == before:
                    continue
                root = by if ended == when else row if born == when else None
                came = (when, 1, key)
                fact = Fact(key, key, data, cause, came, root) if count else None
                yield who, came, self.place, key, fact, count == 2, root
                before = count


def history(owed: Owed, as_of: int) -> tuple[Any, Any]:
    """By finding, when it entered each of its statuses up to an instant, in order, and which.

    There are five columns; `NONE` where nothing new was entered.
    """
    born = owed.events.at[owed.trigger]
    never = np.int64(2**62)
    unclear = owed.reason != 0
    ended = np.where((owed.ended_place >= 0) & ~unclear, owed.ended, never)
    late = np.where(owed.due == NONE, never, owed.due + 1)
    over = np.where(owed.expires == NONE, never, owed.expires + 1)
    at = np.stack([born, owed.opens, late, over, ended], axis=1)
    at = np.where(at == NONE, never, np.maximum(at, born[:, None]))
    at = np.sort(at, axis=1)
    gone = (at > as_of) | (at > ended[:, None])
    same = np.zeros(at.shape, bool)
    same[:, 1:] = at[:, 1:] == at[:, :-1]
    status = np.full(at.shape, UPCOMING, np.int8)
    status[at >= owed.opens[:, None]] = OPEN
    status[at >= late[:, None]] = BREACHED
    status[at >= over[:, None]] = LAPSED
    status = np.where(at >= ended[:, None], owed.leaning[:, None], status)
    status[unclear] = INDETERMINATE
    same[unclear, 1:] = True
    return np.where(gone | same, NONE, at), status


def _fields(events: Any, rows: Any, names: Sequence[str]) -> list[dict[str, Any]]:
    """Some fields of some rows."""
    return items_of({name: events.fields[name] for name in names if name in events.fields}, rows)


@attrs.define(eq=False)
class Moved:
    """The stages that customers entered, in one lifecycle."""

    life: Lifecycle
    customer: Any
    first: Any
    stage: Any

    @classmethod
    def of(cls, stays: Stays, wanted: Any) -> Moved:
        """Those of some customers."""
        mine = wanted[stays.customer]
        return cls(stays.life, stays.customer[mine], stays.first[mine], stays.stage[mine])

    def steps(self, begin: int, end: int) -> Iterator[Step]:
        """What came, for the customers from one up to before another."""
        low, high = np.searchsorted(self.customer, [begin, end])
        names = [one.name for one in self.life.stages]
        columns = (column[low:high].tolist() for column in (self.customer, self.first, self.stage))
        for who, at, stage in zip(*columns, strict=True):
            yield who, (at, 3), self.life.id, names[stage], None, True, None
