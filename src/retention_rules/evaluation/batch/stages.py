"""Lifecycles in columns: which stage each customer was in and when, and what follows from that."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retention_rules.evaluation.batch.classes import Classes, played
from retention_rules.evaluation.batch.columns import Events, escaped_texts
from retention_rules.evaluation.batch.histories import Ordered
from retention_rules.evaluation.batch.jit import compiled
from retention_rules.evaluation.batch.kernel import BREACHED, OPEN, UPCOMING
from retention_rules.evaluation.batch.lanes import in_force
from retention_rules.evaluation.batch.owed import Owed, instants
from retention_rules.evaluation.batch.people import People
from retention_rules.evaluation.batch.placing import Days
from retention_rules.evaluation.batch.plan import MOVE, Unit, default_of
from retention_rules.evaluation.batch.times import NONE
from retention_rules.evaluation.points import Setting, place
from retention_rules.evaluation.program import FREE, PAY, TRIGGER, Cluster, Life
from retention_rules.events import RESERVED
from retention_rules.findings import escaped
from retention_rules.rules import Lifecycle
from retention_rules.windows import BusinessDays, CalendarDays, Field, Point

_NEVER = 2**63 - 1
_POISON = 2**63 - 2
_DAY = 86_400_000_000
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
    start = np.full((zones, most + 1), _NEVER, np.int64)
    cutoff = np.full((zones, most), _NEVER, np.int64)
    table = np.full((len(names), zones, most, 2), _POISON, np.int64)
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


@compiled
def walk(
    begin: Any,
    at: Any,
    kind: Any,
    moving: Any,
    source: Any,
    target: Any,
    after: Any,
    since: Any,
    until: Any,
    zone: Any,
    away: Any,
    start: Any,
    cutoff: Any,
    table: Any,
    plus: Any,
    fixed: Any,
    as_of: int,
    into: Any,
    found: Any,
) -> Any:
    """Go through the events of each customer, and note stays; how many there are, and bad ones.

    Args:
        begin: Where the events of each customer begin, one longer.
        at: The instant of each event.
        kind: The class of each event.
        moving: By move and class, whether such an event makes that move.
        source: By move, the stage it leads from; -1 for any.
        target: By move, the stage it leads to.
        after: By stage, the one that follows when its time is over; -1 for none.
        since: By zone, from when the lifecycle is in force.
        until: By zone, up to before when it is.
        zone: By customer, its zone.
        away: By customer, whether the pure evaluator takes it.
        start: By zone, where days start.
        cutoff: By zone, from when on no opening hours are left in a day.
        table: By stage, zone, date, and whether any are left: the last instant of a stay.
        plus: By stage, how long a stay is at most, if that is elapsed time.
        fixed: By stage and opener, the last instant of a stay, if the opener says it.
        as_of: The instant up to which time passes.
        into: By customer, where its stays are noted.
        found: The stays, by column.
    """
    customers = len(begin) - 1
    sizes = np.zeros(customers, np.int64)
    bad = np.zeros(customers, np.bool_)
    used = np.zeros(len(at), np.bool_)
    writes = len(into) > 0
    for who in range(customers):
        if away[who] or begin[who] == begin[who + 1]:
            continue
        if writes and into[who] == into[who + 1]:
            continue
        stage, timeout, size = -1, _NEVER, 0
        cause, opener, added = -1, -1, 0
        w = into[who] if writes else 0
        i, end, z = begin[who], begin[who + 1], zone[who]
        while not bad[who]:
            now = min(at[i] if i < end else _NEVER, timeout)
            if now > as_of:
                break
            if timeout == now:
                stage, added = after[stage], added + 1
                timeout = timing(now, stage, z, opener, after, start, cutoff, table, plus, fixed)
                bad[who] |= timeout == _POISON
                if writes:
                    note(found, w + size, size, who, stage, now, cause, added, opener, timeout)
                size += 1
            j = i
            while j < end and at[j] == now:
                used[j] = not since[z] <= now < until[z]
                j += 1
            for move in range(len(source)):
                for p in range(i, j):
                    if used[p] or not moving[move, kind[p]]:
                        continue
                    if source[move] >= 0 and source[move] != stage:
                        continue
                    used[p] = True
                    if source[move] < 0:
                        opener = p
                    stage, cause, added = target[move], p, 0
                    timeout = timing(
                        now, stage, z, opener, after, start, cutoff, table, plus, fixed
                    )
                    bad[who] |= timeout == _POISON
                    if writes:
                        note(found, w + size, size, who, stage, now, cause, added, opener, timeout)
                    size += 1
            i = j
        sizes[who] = 0 if bad[who] else size
    return sizes, bad


@compiled
def note(
    found: Any,
    place: int,
    size: int,
    who: int,
    stage: int,
    now: int,
    cause: int,
    added: int,
    opener: int,
    timeout: int,
) -> None:
    """Write down a stay, and that the one before it is over."""
    if size > 0:
        found[3, place - 1] = now
    found[0, place] = who
    found[1, place] = stage
    found[2, place] = now
    found[3, place] = NONE
    found[4, place] = cause
    found[5, place] = added
    found[6, place] = opener
    found[7, place] = timeout


@compiled
def timing(
    now: int,
    stage: int,
    zone: int,
    opener: int,
    after: Any,
    start: Any,
    cutoff: Any,
    table: Any,
    plus: Any,
    fixed: Any,
) -> int:
    """When a stay that begins now ends by itself; `_NEVER` if it does not."""
    if after[stage] < 0:
        return _NEVER
    if fixed.shape[1] > 0 and fixed[stage, opener] != NONE:
        return int(max(fixed[stage, opener], now) + 1)
    if plus[stage] != NONE:
        return int(max(now + plus[stage], now) + 1)
    day = (now - start[zone, 0]) // _DAY
    while start[zone, day] > now:
        day -= 1
    while start[zone, day + 1] <= now:
        day += 1
    last = table[stage, zone, day, 1 if now >= cutoff[zone, day] else 0]
    return _POISON if last == _POISON else int(max(last, now) + 1)


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
        return np.where((found.left == NONE) & (found.timeout != _NEVER), found.timeout, NONE)

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


# ---- what time will bring ----------------------------------------------------------------------


def ahead(
    found: list[tuple[Owed, list[Unit]]],
    places: list[Stays],
    classes: Classes,
    setting: Any,
    flags: Any,
) -> list[Owed]:
    """The findings of what hears of stages, with the changes that stages which time out will bring.

    Where that is not plain, the customer is flagged, and the pure evaluator asked.

    Args:
        found: The findings, and the units that their rules are of.
        places: Where customers are.
        classes: Who hears of entries and exits.
        setting: What the findings were made of.
        flags: By customer and unit, what the pure evaluator takes; more is added.
    """
    kept = []
    for owed, units in found:
        change = np.array(owed.next_change)
        live = np.isin(owed.leaning, (UPCOMING, OPEN, BREACHED)) | (owed.reason != 0)
        unclear = live & (owed.reason != 0)
        if owed.nature == "obligation":
            for one in places:
                last = np.flatnonzero((one.left == NONE) & (one.timeout != _NEVER))
                where = np.full(len(flags), -1)
                where[one.customer[last]] = last
                at = where[owed.customer]
                when = np.where(at >= 0, one.timeout[at], NONE)
                stage = np.where(at >= 0, one.stage[at], 0)
                ends, stirs = _effects(one, units, classes)
                early = live & (at >= 0) & ((change == NONE) | (when <= change))
                hit = early & ends[owed.race, stage]
                change = np.where(hit, when, change)
                unclear |= early & ~hit & stirs[owed.race, stage]
        for number, unit in enumerate(units):
            flags[owed.customer[unclear & (owed.race == number)], unit.index] = True
        index = np.array([unit.index for unit in units])
        away = flags[owed.customer, index[owed.race]]
        kept.append(attrs.evolve(owed, change=change).where(~away))
    return kept


def _effects(one: Stays, units: list[Unit], classes: Classes) -> tuple[Any, Any]:
    """By race and stage: whether its end by time ends what is owed; and may do anything else."""
    names = [stage.name for stage in one.life.stages]
    following = {timeout.source: timeout.to for timeout in one.life.timeouts}
    ends = np.zeros((len(units), len(names)), bool)
    stirs = ends.copy()
    for number, unit in enumerate(units):
        assert isinstance(unit.what, Cluster)
        race = unit.what.races[0]
        restarts = race.policy == "restart" and race.flow == "once" and race.timeless
        opens = race.window.opens is not None
        for place_, name in enumerate(names):
            stage, seen = name, set()
            while stage in following and stage not in seen:
                seen.add(stage)
                roles = _roles(one.life.id, stage, following[stage], unit, classes)
                if stage == name and not unit.keys:  # for which case is not known here
                    surely = FREE in roles or (PAY in roles and not opens)
                    ends[number, place_] = surely or (restarts and TRIGGER in roles)
                stirs[number, place_] |= bool(roles)
                stage = following[stage]
    return ends, stirs


def _roles(life: str, stage: str, to: str, unit: Unit, classes: Classes) -> set[int]:
    """The parts that an exit by time and the entry after it play in a unit."""
    found: set[int] = set()
    for kind in (f"{RESERVED}left:{life}:{stage}", f"{RESERVED}entered:{life}:{to}"):
        if kind in classes.derived:
            parts = classes.parts[classes.derived[kind]]
            found |= {role for number, role, _, _ in parts if number == unit.index}
    return found
