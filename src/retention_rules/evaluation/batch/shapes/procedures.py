"""Procedures in columns: the steps of cases, one after the other, and what was out of order."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from retention_rules.evaluation.batch.columns.sorting import CHUNKS
from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.kernels import acts, settling, stepping
from retention_rules.evaluation.batch.kernels.stepping import CLOSED, NEVER, PAID, SKIPPED, UNENDED
from retention_rules.evaluation.batch.shapes.lanes import Lane, in_force
from retention_rules.evaluation.batch.shapes.owed import Owed
from retention_rules.evaluation.batch.shapes.placing import Placer, Windows
from retention_rules.evaluation.batch.units.classes import listed, played
from retention_rules.evaluation.batch.units.plan import Unit
from retention_rules.evaluation.batch.units.waiting import from_there
from retention_rules.evaluation.program import CLOSE, OPEN, PAY, SKIP, TRIGGER, Cluster, Race
from retention_rules.rules import Procedure


@attrs.define(eq=False)
class Step:
    """The obligations of one step.

    Attributes:
        group: By obligation, its group; `trigger` the place of what it is owed for.
        birth: From when it is owed; `NEVER` if that has not come.
        place: The place of what ended it; `how` it did.
    """

    race: Race
    group: Any
    trigger: Any
    birth: Any
    anchor: Any
    windows: Windows
    place: Any
    how: Any


class Cases:
    """The cases of one procedure, in the groups of a lane."""

    def __init__(self, lane: Lane, unit: Unit) -> None:
        assert isinstance(unit.what, Cluster)
        self.lane = lane
        self.unit = unit
        self.cluster = unit.what
        setting = lane.setting
        classes = setting.classes
        numbers = [(unit.index, race.index) for race in self.cluster.races]
        self.numbers = numbers
        self.pays, self.skips, self.starts = played(
            classes, numbers, (PAY, SKIP, TRIGGER), surely=True
        )
        (self.opens,), (self.closes,) = played(classes, numbers[:1], (OPEN, CLOSE), surely=True)
        trigger, group = self._events(numbers[0], OPEN)
        since, until = in_force([self.cluster.races[0].rule], setting.people)
        zone = setting.people.table[lane.owner[group]]
        at = lane.at[trigger]
        inside = (since[0, zone] <= at) & (at < until[0, zone])
        self.trigger, self.group = trigger[inside], group[inside]
        self.close = stepping.closings(
            lane.at,
            lane.kind,
            *self._span(self.group),
            self.trigger,
            np.flatnonzero(self.closes[lane.kind]),
            self.opens,
        )

    def steps(self) -> dict[int, Step]:
        """The steps of the cases, each after the one that it waits for."""
        found: dict[int, Step] = {}
        for index in self.cluster.order:
            race = self.cluster.races[index]
            found[index] = self._each(race) if race.flow == "each" else self._step(race, found)
        return found

    # ---- steps -----------------------------------------------------------------------------

    def _step(self, race: Race, before: dict[int, Step]) -> Step:
        now = self.lane.at[self.trigger]
        if not race.needs:
            windows = self._windows(race, self.trigger, self.group, now)
            close = np.where(race.survives, -1, self.close)
            return self._ended(race, self.group, self.trigger, now, now, windows, close)
        ((need, _),) = race.needs
        birth, anchor = self._handed(before[need])
        born = birth <= self.lane.setting.as_of
        birth, anchor = np.where(born, birth, NEVER), np.where(born, anchor, now)
        windows = self._windows(from_there(race), self.trigger, self.group, anchor)
        windows.opens = now
        close = np.where(race.survives, -1, self.close)
        return self._ended(race, self.group, self.trigger, birth, anchor, windows, close)

    def _each(self, race: Race) -> Step:
        """A step that is owed for each of some events of a case."""
        trigger, group = self._events(self.numbers[race.index], TRIGGER)
        of = stepping.case_of(self.lane.at, group, trigger, self.group, self.trigger, self.close)
        owed = of >= (-1 if race.survives else 0)
        trigger, group, of = trigger[owed], group[owed], of[owed]
        close = np.full(len(of), -1)
        if not race.survives and len(of):
            close = self.close[of]
        now = self.lane.at[trigger]
        windows = self._windows(race, trigger, group, now)
        return self._ended(race, group, trigger, now, now, windows, close)

    def _ended(
        self,
        race: Race,
        group: Any,
        trigger: Any,
        birth: Any,
        anchor: Any,
        windows: Windows,
        close: Any,
    ) -> Step:
        lane = self.lane
        place, how = stepping.ends(
            lane.at,
            lane.kind,
            *self._span(group),
            trigger,
            close,
            windows.opens,
            np.ascontiguousarray(windows.expires),
            birth,
            np.flatnonzero((self.pays | self.skips)[race.index][lane.kind]),
            self.pays[race.index],
            self.skips[race.index],
            self.starts[race.index],
        )
        return Step(race, group, trigger, birth, anchor, windows, place, how)

    def _handed(self, step: Step) -> tuple[Any, Any]:
        """When a step handed on, `NEVER` if it did not, and the instant that it handed on."""
        at, windows = self.lane.at, step.windows
        end = np.where(step.how == UNENDED, NEVER, at[step.place])
        done = (step.how == PAID) | (step.how == SKIPPED)
        lost = step.how == CLOSED
        due = np.where(windows.reason != 0, NEVER, windows.due)
        in_time = done & (end <= due)
        when = np.maximum(np.where(in_time, end, np.minimum(due, NEVER - 1) + 1), step.birth)
        never = (lost & (end <= when)) | (step.birth == NEVER) | (when >= NEVER)
        anchor = np.maximum(step.anchor, np.minimum(end, due))
        return np.where(never, NEVER, when), anchor

    # ---- what steps share ------------------------------------------------------------------

    def _events(self, number: tuple[int, int], role: int) -> tuple[Any, Any]:
        """The places and groups of the events that play a part, of customers that are not away."""
        lane, setting = self.lane, self.lane.setting
        offset, played_by = listed(setting.classes, [number], role)
        first = settling.count_triggers(lane.begin, lane.kind, offset, CHUNKS)
        place, _, customer = settling.find_triggers(
            lane.begin, lane.owner, lane.kind, first, offset, played_by, CHUNKS
        )
        group = np.repeat(np.arange(len(first) - 1), np.diff(first))
        word, bit = self.unit.index >> 6, np.uint64(self.unit.index & 63)
        here = (setting.flags[customer, word] >> bit) & np.uint64(1) == 0
        return place[here].astype(np.int64), group[here]

    def _span(self, group: Any) -> tuple[Any, Any]:
        return self.lane.begin[group], self.lane.begin[group + 1]

    def _windows(self, race: Race, trigger: Any, group: Any, anchor: Any) -> Windows:
        """Windows counted from some instants, for triggers whose fields they may read."""
        lane, people = self.lane, self.lane.setting.people
        low, high = (int(anchor.min()), int(anchor.max())) if len(anchor) else (0, 0)
        placer = Placer([race], people.tables, low, high)
        zone = people.table[lane.owner[group]]
        every = np.arange(len(anchor))
        return placer.place(
            every,
            anchor,
            np.zeros(len(anchor), np.int16),
            zone,
            lambda some, name: lane.field(trigger[some], name),
            np.empty(0, np.int64),
        )


def found(lane: Lane, unit: Unit) -> list[Owed]:
    """What is owed, and what was wrong, in the cases of a procedure."""
    cases_ = Cases(lane, unit)
    steps = cases_.steps()
    rule = cases_.cluster.procedure
    assert rule is not None
    return [*(_owed(lane, step) for step in steps.values()), *_wrong(lane, cases_, steps, rule)]


def _owed(lane: Lane, step: Step) -> Owed:
    windows = step.windows
    status, change = stepping.statuses(
        lane.at,
        step.place,
        step.how,
        step.birth,
        windows.opens,
        np.where(windows.reason != 0, NEVER, windows.due),
        np.ascontiguousarray(windows.expires),
        lane.setting.as_of,
    )
    return _told(lane, step.race, step.group, step.trigger, windows, status, step.place, change)


def _wrong(lane: Lane, them: Cases, steps: dict[int, Step], rule: Procedure) -> list[Owed]:
    """Steps that were done out of order, and cases that were closed without a step."""
    at = lane.at
    found: list[Owed] = []
    fixed = [steps[race.index] for race in them.cluster.races if race.flow != "each"]
    required = [one for one in fixed if one.race.required]
    ended = {one.race.index: np.where(one.how == UNENDED, NEVER, at[one.place]) for one in fixed}
    for one in fixed:
        index, part = one.race.index, one.race.part
        done = (one.how == PAID) | (one.how == SKIPPED)
        if rule.ordered:
            early = np.zeros(len(one.how), bool)
            for other in required:
                if other.race.index < index:
                    early |= ended[other.race.index] > ended[index]
            early &= one.how == PAID
            found.append(_violated(lane, rule, f"out-of-order:{part}", them, early, one.place))
        if one.race.required and not one.race.survives:
            closed = np.where(them.close >= 0, at[them.close], NEVER)
            without = (them.close >= 0) & ~(done & (ended[index] <= closed))
            name = f"closed-without:{part}"
            found.append(_violated(lane, rule, name, them, without, them.close))
    return [one for one in found if one.size]


def _violated(lane: Lane, rule: Procedure, part: str, them: Cases, which: Any, event: Any) -> Owed:
    """A violation for each of some events, though it be one in two cases."""
    _, first = np.unique(event[which], return_index=True)
    group, place = them.group[which][first], event[which][first]
    nothing = np.broadcast_to(np.int64(NONE), len(place))
    status = np.full(len(place), acts.VIOLATED, np.int8)
    windows = Windows(lane.at[place], nothing, nothing, nothing, np.zeros(len(place), np.int8))
    ended = np.full(len(place), -1)
    found = _told(lane, rule, group, place, windows, status, ended, nothing)
    return attrs.evolve(found, nature="violation", parts=[part])


def _told(lane: Lane, race: Any, group: Any, place: Any, *rest: Any) -> Owed:
    """What a step, or the procedure itself, finds in some groups, of events at some places."""
    case = None if lane.case is None else lane.case[group]
    zero = np.zeros(len(place), np.int16)
    return lane.owed([race], zero, place, lane.owner[group], case, *rest)
