"""Lifecycles in columns: which stage each customer was in and when, and what follows from that."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retention_rules.evaluation.batch.columns.events import Events, escaped_texts
from retention_rules.evaluation.batch.columns.people import People
from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.kernels.walking import (
    NEVER,
    POISON,
    walk,
)
from retention_rules.evaluation.batch.shapes.lanes import in_force
from retention_rules.evaluation.batch.shapes.owed import Owed, instants
from retention_rules.evaluation.batch.shapes.reckoning import Days
from retention_rules.evaluation.batch.units.classes import Classes, played
from retention_rules.evaluation.batch.units.histories import Ordered
from retention_rules.evaluation.batch.units.plan import MOVE, Unit, default_of
from retention_rules.evaluation.points import Setting, place
from retention_rules.evaluation.program import Life
from retention_rules.findings import escaped
from retention_rules.rules import Lifecycle
from retention_rules.windows import BusinessDays, CalendarDays, Field, Point

CURRENT, LEFT = 9, 10


"""Statuses of stages, among those of `owed`."""


@attrs.define(eq=False)
class Stays:
    """The stays of all customers in the stages of one lifecycle, in order.

    Attributes:
        unit: The lifecycle's unit; `life` itself.
        customer: By stay, whose it is; `stage` the number of the stage.
        first: When it began; `left` when it ended, `NONE` if it did not.
        cause: The place of the record that led to it; `plus` how often time passed since.
        opener: The place of the record that opened the run.
        timeout: When it ends by itself.
        bad: The customers of whom some timeout could not be placed.
    """

    unit: Unit
    life: Lifecycle
    customer: Any
    stage: Any
    first: Any
    left: Any
    cause: Any
    plus: Any
    opener: Any
    timeout: Any
    bad: Any

    @property
    def before(self) -> Any:
        """The stay before each, of the same customer; -1 for none."""
        before = np.arange(len(self.stage)) - 1
        same = np.zeros(len(before), bool)
        same[1:] = self.customer[1:] == self.customer[:-1]
        return np.where(same, before, -1)


def stays(
    unit: Unit,
    events: Events,
    people: People,
    classes: Classes,
    ordered: Ordered,
    kind: Any,
    flags: Any,
    as_of: int,
) -> Stays:
    """Where the customers were, in one lifecycle."""
    assert isinstance(unit.what, Life)
    life = unit.what.rule
    names = [one.name for one in life.stages]
    moves = [(unit.index, place_) for place_ in range(len(life.moves))]
    (moving,) = played(classes, moves, (MOVE,), surely=True)
    source = [-1 if one.source is None else names.index(one.source) for one in life.moves]
    target = [names.index(one.to) for one in life.moves]
    after = np.full(len(names), -1, np.int64)
    for one in life.timeouts:
        after[names.index(one.source)] = names.index(one.to)
    since, until = in_force([life], people)
    low = int(ordered.at.min()) if len(ordered.at) else as_of
    start, cutoff, table, plus = _tables(life, names, people, min(low, as_of), as_of)
    fixed = _fixed(life, names, events, people, ordered, moving.any(axis=0)[kind])
    given = (
        ordered.start,
        ordered.at,
        np.empty(0, np.int64) if events.late is None else events.late[ordered.row],
        kind,
        moving,
        np.array(source, np.int64),
        np.array(target, np.int64),
        after,
        since[0],
        until[0],
        people.table,
        flags[:, unit.index],
        start,
        cutoff,
        table,
        plus,
        fixed,
        as_of,
    )
    nothing = np.empty((8, 0), np.int64)
    sizes, bad = walk(*given, np.empty(0, np.int64), nothing)
    begin = np.concatenate([[0], np.cumsum(sizes)])
    found = np.empty((8, begin[-1]), np.int64)
    walk(*given, begin, found)
    who, stage, first, left, cause, plus, opener, timeout = found
    return Stays(unit, life, who, stage, first, left, cause, plus, opener, timeout, bad)


def _tables(
    life: Lifecycle, names: list[str], people: People, low: int, high: int
) -> tuple[Any, Any, Any, Any]:
    """By stage, zone, date, and whether opening hours are left: the last instant of a stay."""
    days = [Days(table, low, high) for table in people.tables]
    most = max((one.count for one in days), default=1)
    zones = max(1, len(days))
    start = np.full((zones, most + 1), NEVER, np.int64)
    cutoff = np.full((zones, most), NEVER, np.int64)
    table = np.full((len(names), zones, most, 2), POISON, np.int64)
    plus = np.full(len(names), NONE, np.int64)
    for one in life.timeouts:
        point = default_of(one)
        assert point is not None
        stage = names.index(one.source)
        if not isinstance(point.offset, CalendarDays | BusinessDays):
            plus[stage] = 0 if point.offset is None else point.offset.microseconds
            continue
        for zone, span in enumerate(days):
            for number in range(span.count):
                day = span.first + number
                for late, at in enumerate((span.table.start(day), span.table.end(day))):
                    try:
                        found = place(point, Setting(span.table, at, at, {}, {}))
                    except Exception:  # told by the pure evaluator, if anybody needs it
                        continue
                    table[stage, zone, number, late] = found.high  # type: ignore[union-attr]
    business = any(isinstance(getattr(default_of(one), "offset", None), BusinessDays)
                   for one in life.timeouts)  # fmt: skip
    for zone, span in enumerate(days):
        start[zone, : span.count + 1] = span.start
        if business:
            cutoff[zone, : span.count] = span.cutoff
    return start, cutoff, table, plus


def _fixed(
    life: Lifecycle, names: list[str], events: Events, people: People, ordered: Ordered, may: Any
) -> Any:
    """By stage and place, the last instant of a stay if a field of that opener says it."""
    reading = [one for one in life.timeouts if isinstance(getattr(one.after, "anchor", 0), Field)]
    found = np.full((len(names), len(ordered.row) if reading else 0), NONE, np.int64)
    for one in reading:
        assert isinstance(one.after, Point) and isinstance(one.after.anchor, Field)
        field = events.fields.get(one.after.anchor.name)
        if field is None:
            continue
        places = np.flatnonzero(may)
        codes, values = field.coded(ordered.row[places])
        there = np.flatnonzero(codes >= 0)
        zone = people.table[events.customer[ordered.row[places]]]
        for number in there:
            data = {one.after.anchor.name: values[codes[number]]}
            setting = Setting(people.tables[zone[number]], 0, 0, data, {})
            point = attrs.evolve(one.after, anchor=attrs.evolve(one.after.anchor, default=None))
            lies = place(point, setting)
            if not isinstance(lies, str):
                found[names.index(one.source), places[number]] = lies.high
    return found


class Stages(Owed):
    """Stays as findings."""

    stays: Stays

    @classmethod
    def of(cls, found: Stays, events: Events, people: People, ordered: Ordered) -> Stages:
        """The findings that stays are."""
        size = len(found.stage)
        nothing = np.broadcast_to(np.int64(NONE), size)
        one = cls(
            events,
            people,
            [found.life.id],
            np.zeros(size, np.int16),
            found.customer.astype(np.int32),
            ordered.row,
            ordered.at,
            found.cause,
            np.where(found.left == NONE, CURRENT, LEFT).astype(np.int8),
            found.first,
            nothing,
            nothing,
            nothing,
            np.zeros(size, np.int8),
            np.full(size, -1),
            np.empty(0, np.int64),
            "stage",
        )
        one.stays = found
        return one

    @property
    def ended(self) -> Any:
        """When each was left."""
        return self.stays.left

    @property
    def next_change(self) -> Any:
        """When each ends by itself, while it lasts."""
        found = self.stays
        return np.where((found.left == NONE) & (found.timeout != NEVER), found.timeout, NONE)

    def _trigger(self) -> Any:
        return causes(self.events, self.row, self.stays)

    def _ended_by(self) -> Any:
        said = self._trigger()
        following = np.full(len(said), -1)
        before = self.stays.before
        following[before[before >= 0]] = np.flatnonzero(before >= 0)
        return said.take(pa.array(following, mask=following < 0))

    def _part(self) -> Any:
        names = pa.array([one.name for one in self.stays.life.stages])
        return names.take(pa.array(self.stays.stage))

    def _key(self) -> Any:
        who = escaped_texts(self._customer().cast(pa.string()))
        at = pc.binary_join_element_wise(self._part(), self._trigger(), "@")
        return pc.binary_join_element_wise(escaped(self.stays.life.id), who, at, "/")

    def _ended_at(self) -> Any:
        return instants(self.ended)


def causes(events: Events, row: Any, found: Stays) -> Any:
    """What led to each stay, as text."""
    names = events.named(row[found.cause])
    times = pa.array(["+" * int(one) for one in range(int(found.plus.max(initial=0)) + 1)])
    return pc.binary_join_element_wise(names, times.take(pa.array(found.plus)), "")
