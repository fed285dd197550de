"""The findings of each shape: what its kernel needs, and what becomes of what that leaves."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from retention_rules.evaluation.batch.columns.sorting import CHUNKS
from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.kernels import acts, days, plain, settling, turns, wrongs
from retention_rules.evaluation.batch.shapes import procedures
from retention_rules.evaluation.batch.shapes.lanes import Lane, in_force
from retention_rules.evaluation.batch.shapes.owed import Owed
from retention_rules.evaluation.batch.shapes.placing import Windows
from retention_rules.evaluation.batch.units.classes import listed, played, together
from retention_rules.evaluation.batch.units.plan import CLEAR, FORBID, POLICIES, SEPARATE, Unit
from retention_rules.evaluation.happenings import alike
from retention_rules.evaluation.program import FREE, PAY, TRIGGER, Ban, Cluster, Race

_NOTHING = np.empty(0, np.int64)


def found(lane: Lane) -> list[tuple[Owed, list[Unit]]]:
    """The findings of the units of a lane, and which unit each rule of theirs is of."""
    once: list[Unit] = []
    every: list[Unit] = []
    bans: list[Unit] = []
    stepped: list[Unit] = []
    for unit in lane.units:
        if isinstance(unit.what, Ban):
            bans.append(unit)
        elif isinstance(unit.what, Cluster):
            flow = unit.what.races[0].flow
            if unit.what.procedure is not None:
                stepped.append(unit)
            elif flow != "dates":  # of those that are here, none has a date
                (every if flow == "every" else once).append(unit)
    return [
        *([(_once(lane, once), _by_race(once))] if once else []),
        *((_every(lane, unit), [unit]) for unit in every),
        *((one, [unit]) for unit in stepped for one in procedures.found(lane, unit)),
        *([(_wrong(lane, bans), bans)] if bans else []),
    ]


def _once(lane: Lane, units: list[Unit]) -> Owed:
    """Follow-ups: an obligation for each trigger."""
    setting, people = lane.setting, lane.setting.people
    races, numbers, owners = _races(units)
    roles = (PAY, FREE, TRIGGER)
    surely = played(setting.classes, numbers, roles, surely=True)
    perhaps = played(setting.classes, numbers, roles)
    offset, starts = listed(setting.classes, numbers, TRIGGER)
    first = settling.count_triggers(lane.begin, lane.kind, offset, CHUNKS)
    trigger, race, customer = settling.find_triggers(
        lane.begin, lane.owner, lane.kind, first, offset, starts, CHUNKS
    )
    windows = lane.windows(races, race, trigger, customer)
    since, until = in_force([one.rule for one in races], people)
    fine = days.unsure(lane, _by_race(units), race, trigger, windows.fine)
    doubtful = bool(setting.doubts.any())
    ties = _ties(lane, units, races)
    separate = all(POLICIES[one.policy] == SEPARATE for one in races)
    if separate and not doubtful and not any(map(len, (lane.root, lane.late, ties[0][0]))):
        status, ended = np.empty(len(trigger), np.int8), np.empty(len(trigger), np.int32)
        offset, acting = together(setting.classes, numbers, (PAY, FREE))
        plain.settle_plain(
            lane.begin,
            lane.owner,
            lane.at,
            lane.kind,
            first,
            trigger,
            race,
            windows.opens,
            windows.due,
            windows.expires,
            windows.reason,
            since,
            until,
            people.table,
            setting.flags,
            owners,
            offset,
            acting,
            surely[2],
            setting.as_of,
            status,
            ended,
            CHUNKS,
        )
        change = np.empty(0, np.int64)
        return lane.owed(
            races, race, trigger, customer, lane.cases_from(first), windows, status, ended, change
        )
    status, ended, when, change = settling.settle(
        lane.begin,
        lane.owner,
        lane.at,
        lane.kind,
        lane.root,
        first,
        trigger,
        race,
        windows.opens,
        windows.due,
        windows.expires,
        windows.reason,
        np.array([POLICIES[one.policy] for one in races], np.int8),
        since,
        until,
        people.table,
        setting.flags,
        setting.doubts,
        owners,
        surely,
        perhaps,
        *ties,
        lane.late,
        lane.day,
        fine,
        setting.as_of,
        doubtful,
        CHUNKS,
    )
    return lane.owed(
        races, race, trigger, customer, lane.cases_from(first), windows, status, ended, change, when
    )


def _every(lane: Lane, unit: Unit) -> Owed:
    """A recurring duty: an obligation from each touch to the next."""
    setting, people = lane.setting, lane.setting.people
    races, numbers, _ = _races([unit])
    since, until = in_force([one.rule for one in races], people)

    def turn_by_turn(surely: bool) -> tuple[Any, ...]:
        roles = (TRIGGER, PAY, FREE)
        starts, pays, stops = played(setting.classes, numbers, roles, surely=surely)
        events = (lane.begin, lane.owner, lane.at, lane.kind, lane.root, 0, starts, pays, stops)
        force = (since, until, people.table, lane.late, lane.day)
        first = turns.count_turns(*events, *force, setting.flags, unit.index)
        found: tuple[Any, ...] = turns.find_turns(*events, *force, first)
        return found

    one = turn_by_turn(surely=True)
    word, bit = unit.index >> 6, np.uint64(unit.index & 63)
    doubtful = bool(((setting.doubts[:, word] >> bit) & np.uint64(1)).any())
    two = turn_by_turn(surely=False) if doubtful else one
    trigger = np.union1d(one[0], two[0])
    both = [_found_in(trigger, *run) for run in (one, two)]
    group = np.searchsorted(lane.begin, trigger, "right") - 1
    first = np.searchsorted(group, np.arange(len(lane.begin)))
    customer = lane.owner[group] if len(group) else np.empty(0, np.int32)
    race = np.zeros(len(trigger), np.int16)
    windows = lane.windows(races, race, trigger, customer)
    (here, ended, stopped, run), (there, ended_too, stopped_too, run_too) = both
    status, by, when, change = turns.judge_turns(
        lane.at,
        here,
        there,
        ended,
        stopped,
        run,
        ended_too,
        stopped_too,
        run_too,
        windows.opens,
        windows.due,
        windows.reason,
        setting.as_of,
    )
    if not len(lane.late):
        when = _NOTHING
    return lane.owed(
        races, race, trigger, customer, lane.cases_from(first), windows, status, by, change, when
    )


def _wrong(lane: Lane, units: list[Unit]) -> Owed:
    """Prohibitions: a violation for each event that nothing made right."""
    setting, people = lane.setting, lane.setting.people
    numbers = [(unit.index, 0) for unit in units]
    surely = played(setting.classes, numbers, (CLEAR, FORBID), surely=True)
    perhaps = played(setting.classes, numbers, (CLEAR,))
    offset, forbidden = listed(setting.classes, numbers, FORBID)
    first = settling.count_triggers(lane.begin, lane.kind, offset, CHUNKS)
    event, ban, customer = settling.find_triggers(
        lane.begin, lane.owner, lane.kind, first, offset, forbidden, CHUNKS
    )
    since, until = in_force([unit.rules[0] for unit in units], people)
    how = wrongs.find_wrongs(
        lane.begin,
        lane.owner,
        lane.at,
        lane.late,
        lane.kind,
        first,
        event,
        ban,
        surely,
        perhaps[0],
        np.array([unit.rules[0].unless_prior is not None for unit in units]),
        since,
        until,
        people.table,
        setting.flags,
        np.array([unit.index for unit in units], np.int64),
        CHUNKS,
    )
    if len(lane.late):  # until their day is over, something may clear them
        pending = lane.late[event] > setting.as_of
        for number, unit in enumerate(units):
            if unit.rules[0].unless_prior is not None:
                setting.aside.append((unit.index, customer[pending & (ban == number)]))
    nothing = np.broadcast_to(np.int64(NONE), len(event))
    reason = np.where(how == wrongs.DOUBTED, acts.DOUBTFUL, 0).astype(np.int8)
    windows = Windows(lane.at[event], nothing, nothing, nothing, reason)
    status = np.where(how == wrongs.RIGHT, acts.ABSENT, acts.VIOLATED).astype(np.int8)
    ended = np.broadcast_to(np.int32(-1), len(event))
    rules = [unit.rules[0] for unit in units]
    found = lane.owed(
        rules, ban, event, customer, lane.cases_from(first), windows, status, ended, nothing
    )
    return attrs.evolve(found, nature="violation")


def _ties(lane: Lane, units: list[Unit], races: list[Race]) -> tuple[Any, Any, Any]:
    """The fields by which touches are compared with triggers, who does so, and how."""
    names = sorted({unit.compared for unit in units if unit.compared})
    ties = np.full((max(1, len(names)), len(lane.row) if names else 0), -1, np.int32)
    for number, name in enumerate(names):
        field = lane.setting.events.fields.get(name)
        if field is not None:
            codes, values = field.coded(lane.setting.events.data_rows(lane.row))
            seen: dict[Any, int] = {}
            lut = [seen.setdefault(alike(value), len(seen)) for value in values]
            ties[number] = np.array([*lut, -1], np.int32)[codes]
    compared = [race.differs_on or race.same_on for race in races]
    tied = np.array([names.index(one) if one else -1 for one in compared], np.int64)
    return ties, tied, np.array([race.same_on is not None for race in races])


def _races(units: list[Unit]) -> tuple[list[Race], list[tuple[int, int]], Any]:
    """The races of units, with the numbers by which classes know them, and their units."""
    races, numbers, owners = [], [], []
    for unit in units:
        assert isinstance(unit.what, Cluster)
        for race in unit.what.races:
            races.append(race)
            numbers.append((unit.index, race.index))
            owners.append(unit.index)
    return races, numbers, np.array(owners, np.int64)


def _by_race(units: list[Unit]) -> list[Unit]:
    """The unit of each race: versions of a rule are several in one."""
    return [unit for unit in units if isinstance(unit.what, Cluster) for _ in unit.what.races]


def _found_in(every: Any, trigger: Any, *told: Any) -> tuple[Any, ...]:
    """Which of all triggers one run knows, and what it tells of what they opened there.

    That is what ended it, whether that was a stop, and when the run started; -1 for those unknown.
    """
    # A touch may come before the start of its instant, and then opens what follows that.
    order = np.argsort(trigger)
    trigger, told = trigger[order], tuple(one[order] for one in told)
    if len(every) == len(trigger):
        return np.ones(len(every), bool), *told
    if not len(trigger):
        return np.zeros(len(every), bool), *(np.full(len(every), -1, np.int64) for _ in told)
    place = np.minimum(np.searchsorted(trigger, every), len(trigger) - 1)
    here = trigger[place] == every
    return here, *(np.where(here, one[place], -1) for one in told)
