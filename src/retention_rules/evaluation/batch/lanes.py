"""Lanes: the units that share the fields that make their groups, put to the kernel together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from retention_rules.evaluation.acting import UNKNOWN_CONTACT
from retention_rules.evaluation.batch import (
    acts,
    days,
    kernel,
    plain,
    procedures,
    sorting,
    turns,
    wrongs,
)
from retention_rules.evaluation.batch.cases import cases
from retention_rules.evaluation.batch.classes import Classes, listed, played, together
from retention_rules.evaluation.batch.histories import Ordered
from retention_rules.evaluation.batch.owed import Owed
from retention_rules.evaluation.batch.people import People
from retention_rules.evaluation.batch.placing import Placer, Windows
from retention_rules.evaluation.batch.plan import CLEAR, FORBID, POLICIES, SEPARATE, Unit
from retention_rules.evaluation.batch.sorting import CHUNKS
from retention_rules.evaluation.batch.times import NONE
from retention_rules.evaluation.happenings import alike
from retention_rules.evaluation.program import FREE, PAY, TRIGGER, Ban, Cluster, Race

_NOTHING = np.empty(0, np.int64)


@attrs.define(eq=False)
class Setting:
    """What all lanes share.

    Attributes:
        ordered: The events, customer by customer; `kind` the class of each, `root` the record
            behind it (empty if all are records).
        flags: By customer, words of bits of the units that are evaluated elsewhere.
        doubts: By customer, words of bits of the units in which something is in doubt.
        as_of: The instant asked about.
        aside: By unit, customers of whom days say too little, so that the pure evaluator is asked.
    """

    events: Any
    people: People
    classes: Classes
    ordered: Ordered
    kind: Any
    root: Any
    flags: Any
    doubts: Any
    as_of: int
    aside: list[tuple[int, Any]] = attrs.Factory(list)


class Lane:
    """The events of some units, group by group.

    Attributes:
        begin: Where the events of each group begin, one longer; `owner` the customer of each.
        row: The row of each event, `at` its instant, `kind` its class.
        late: The last instant of each event, `day` where those begin that stand before it but may
            come after it (see `days.day_before`); both are empty if none differs from the first.
        case: By group, a code of its correlation values; `values` what codes stand for.
    """

    def __init__(self, setting: Setting, keys: tuple[str, ...], units: list[Unit]) -> None:
        self.setting = setting
        self.keys = keys
        self.units = units
        self.values: Sequence[tuple[str, ...]] = []
        self.case: Any = None
        ordered = setting.ordered
        if not keys:
            self.begin, self.at, self.row = ordered.start, ordered.at, ordered.row
            self.kind, self.root = setting.kind, setting.root
            self.owner = np.arange(len(self.begin) - 1, dtype=np.int32)
            self.late, self.day = days.of_lane(setting.events, self.begin, self.row, self.at)
            return
        touches = setting.classes.touches()[:, [unit.index for unit in units]]
        wanted = touches.any(axis=1).take(setting.kind)
        mine = np.empty(np.count_nonzero(wanted), np.int64)
        start = sorting.narrowed(ordered.start, wanted, mine)
        key, self.values = cases(setting.events, keys, ordered.row[mine])
        place, sizes = sorting.group_each(start, key, CHUNKS)
        self.begin, self.owner, where, self.at, self.kind = sorting.gathered(
            start, place, sizes, key, ordered.at[mine], setting.kind[mine]
        )
        self.case = key[where[self.begin[:-1]]] if len(where) else key[:0]
        where = mine[where]
        self.row = ordered.row[where]
        self.root = setting.root[where] if len(setting.root) else setting.root
        self.late, self.day = days.of_lane(setting.events, self.begin, self.row, self.at)

    def found(self) -> list[tuple[Owed, list[Unit]]]:
        """The findings of its units, and which unit each rule of theirs is of."""
        once: list[Unit] = []
        every: list[Unit] = []
        bans: list[Unit] = []
        stepped: list[Unit] = []
        for unit in self.units:
            if isinstance(unit.what, Ban):
                bans.append(unit)
            elif isinstance(unit.what, Cluster):
                flow = unit.what.races[0].flow
                if unit.what.procedure is not None:
                    stepped.append(unit)
                elif flow != "dates":  # of those that are here, none has a date
                    (every if flow == "every" else once).append(unit)
        return [
            *([(self._once(once), _by_race(once))] if once else []),
            *((self._every(unit), [unit]) for unit in every),
            *((one, [unit]) for unit in stepped for one in procedures.found(self, unit)),
            *([(self._wrong(bans), bans)] if bans else []),
        ]

    # ---- shapes ----------------------------------------------------------------------------

    def _once(self, units: list[Unit]) -> Owed:
        """Follow-ups: an obligation for each trigger."""
        setting, people = self.setting, self.setting.people
        races, numbers, owners = _races(units)
        roles = (PAY, FREE, TRIGGER)
        surely = played(setting.classes, numbers, roles, surely=True)
        perhaps = played(setting.classes, numbers, roles)
        offset, starts = listed(setting.classes, numbers, TRIGGER)
        first = kernel.count_triggers(self.begin, self.kind, offset, CHUNKS)
        trigger, race, customer = kernel.find_triggers(
            self.begin, self.owner, self.kind, first, offset, starts, CHUNKS
        )
        windows = self._windows(races, race, trigger, customer)
        since, until = in_force([one.rule for one in races], people)
        fine = days.unsure(self, _by_race(units), race, trigger, windows.fine)
        doubtful = bool(setting.doubts.any())
        ties = self._ties(units, races)
        separate = all(POLICIES[one.policy] == SEPARATE for one in races)
        if separate and not doubtful and not any(map(len, (self.root, self.late, ties[0][0]))):
            status, ended = np.empty(len(trigger), np.int8), np.empty(len(trigger), np.int32)
            offset, acting = together(setting.classes, numbers, (PAY, FREE))
            plain.settle_plain(
                self.begin,
                self.owner,
                self.at,
                self.kind,
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
            return self._owed(races, race, trigger, customer, first, windows, status, ended, change)
        status, ended, when, change = kernel.settle(
            self.begin,
            self.owner,
            self.at,
            self.kind,
            self.root,
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
            self.late,
            self.day,
            fine,
            setting.as_of,
            doubtful,
            CHUNKS,
        )
        return self._owed(
            races, race, trigger, customer, first, windows, status, ended, change, when
        )

    def _every(self, unit: Unit) -> Owed:
        """A recurring duty: an obligation from each touch to the next."""
        setting, people = self.setting, self.setting.people
        races, numbers, _ = _races([unit])
        since, until = in_force([one.rule for one in races], people)

        def turn_by_turn(surely: bool) -> tuple[Any, ...]:
            roles = (TRIGGER, PAY, FREE)
            starts, pays, stops = played(setting.classes, numbers, roles, surely=surely)
            events = (self.begin, self.owner, self.at, self.kind, self.root, 0, starts, pays, stops)
            force = (since, until, people.table, self.late, self.day)
            first = turns.count_turns(*events, *force, setting.flags, unit.index)
            found: tuple[Any, ...] = turns.find_turns(*events, *force, first)
            return found

        one = turn_by_turn(surely=True)
        word, bit = unit.index >> 6, np.uint64(unit.index & 63)
        doubtful = bool(((setting.doubts[:, word] >> bit) & np.uint64(1)).any())
        two = turn_by_turn(surely=False) if doubtful else one
        trigger = np.union1d(one[0], two[0])
        both = [_found_in(trigger, *run) for run in (one, two)]
        group = np.searchsorted(self.begin, trigger, "right") - 1
        first = np.searchsorted(group, np.arange(len(self.begin)))
        customer = self.owner[group] if len(group) else np.empty(0, np.int32)
        race = np.zeros(len(trigger), np.int16)
        windows = self._windows(races, race, trigger, customer)
        (here, ended, stopped, run), (there, ended_too, stopped_too, run_too) = both
        status, by, when, change = turns.judge_turns(
            self.at,
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
        if not len(self.late):
            when = _NOTHING
        return self._owed(races, race, trigger, customer, first, windows, status, by, change, when)

    def _wrong(self, units: list[Unit]) -> Owed:
        """Prohibitions: a violation for each event that nothing made right."""
        setting, people = self.setting, self.setting.people
        numbers = [(unit.index, 0) for unit in units]
        surely = played(setting.classes, numbers, (CLEAR, FORBID), surely=True)
        perhaps = played(setting.classes, numbers, (CLEAR,))
        offset, forbidden = listed(setting.classes, numbers, FORBID)
        first = kernel.count_triggers(self.begin, self.kind, offset, CHUNKS)
        event, ban, customer = kernel.find_triggers(
            self.begin, self.owner, self.kind, first, offset, forbidden, CHUNKS
        )
        since, until = in_force([unit.rules[0] for unit in units], people)
        how = wrongs.find_wrongs(
            self.begin,
            self.owner,
            self.at,
            self.late,
            self.kind,
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
        if len(self.late):  # until their day is over, something may clear them
            pending = self.late[event] > setting.as_of
            for number, unit in enumerate(units):
                if unit.rules[0].unless_prior is not None:
                    setting.aside.append((unit.index, customer[pending & (ban == number)]))
        nothing = np.broadcast_to(np.int64(NONE), len(event))
        reason = np.where(how == wrongs.DOUBTED, acts.DOUBTFUL, 0).astype(np.int8)
        windows = Windows(self.at[event], nothing, nothing, nothing, reason)
        status = np.where(how == wrongs.RIGHT, acts.ABSENT, acts.VIOLATED).astype(np.int8)
        ended = np.broadcast_to(np.int32(-1), len(event))
        rules = [unit.rules[0] for unit in units]
        found = self._owed(rules, ban, event, customer, first, windows, status, ended, nothing)
        return attrs.evolve(found, nature="violation")

    def _ties(self, units: list[Unit], races: list[Race]) -> tuple[Any, Any, Any]:
        """The fields by which touches are compared with triggers, who does so, and how."""
        names = sorted({unit.compared for unit in units if unit.compared})
        ties = np.full((max(1, len(names)), len(self.row) if names else 0), -1, np.int32)
        for number, name in enumerate(names):
            field = self.setting.events.fields.get(name)
            if field is not None:
                codes, values = field.coded(self.setting.events.data_rows(self.row))
                seen: dict[Any, int] = {}
                lut = [seen.setdefault(alike(value), len(seen)) for value in values]
                ties[number] = np.array([*lut, -1], np.int32)[codes]
        compared = [race.differs_on or race.same_on for race in races]
        tied = np.array([names.index(one) if one else -1 for one in compared], np.int64)
        return ties, tied, np.array([race.same_on is not None for race in races])

    # ---- what they share -------------------------------------------------------------------

    def _windows(self, races: list[Race], race: Any, trigger: Any, customer: Any) -> Windows:
        people = self.setting.people
        low, high = (int(self.at.min()), int(self.at.max())) if len(self.at) else (0, 0)
        placer = Placer(races, people.tables, low, high)

        def field(some: Any, name: str) -> tuple[Any, list[Any]]:
            return self.field(trigger[some], name)

        one = len(people.tables) == 1  # then nobody here is of another zone
        zone = np.broadcast_to(np.int32(0), len(trigger)) if one else people.table.take(customer)
        return placer.place(trigger, self.at, race, zone, field, self.late)

    def field(self, places: Any, name: str) -> tuple[Any, list[Any]]:
        """For the events at some places codes of a field, -1 for null, and what codes stand for."""
        one = self.setting.events.fields.get(name)
        if one is None:
            return np.full(len(places), -1, np.int32), []
        coded: tuple[Any, list[Any]] = one.coded(self.setting.events.data_rows(self.row[places]))
        return coded

    def in_force(self, rules: Sequence[Any]) -> tuple[Any, Any]:
        """By rule and zone, from when a rule is in force, and up to before when."""
        return in_force(rules, self.setting.people)

    def _owed(
        self,
        races: Sequence[Any],
        race: Any,
        trigger: Any,
        customer: Any,
        first: Any,
        windows: Windows,
        status: Any,
        ended: Any,
        change: Any,
        when: Any = _NOTHING,
    ) -> Owed:
        parts = [None if getattr(r, "contacts", None) is None else UNKNOWN_CONTACT for r in races]
        found = Owed(
            self.setting.events,
            self.setting.people,
            [getattr(one, "rule", one).id for one in races],
            race,
            customer,
            self.row,
            self.at,
            trigger,
            status,
            windows.opens,
            windows.due,
            windows.expires,
            windows.target,
            windows.reason,
            ended,
            change,
            "obligation",
            self.keys,
            self.values,
            None if self.case is None else np.repeat(self.case, np.diff(first)),
            parts,
            when,
        )
        return found.where(status != acts.ABSENT) if (status == acts.ABSENT).any() else found


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


def in_force(rules: Sequence[Any], people: People) -> tuple[Any, Any]:
    """By rule and zone, from when a rule is in force, and up to before when."""
    shape = (len(rules), max(1, len(people.tables)))
    since, until = np.full(shape, NONE, np.int64), np.full(shape, 2**62, np.int64)
    for number, rule in enumerate(rules):
        period = rule.in_force
        for place, table in enumerate(people.tables):
            if period.start_on is not None:
                since[number, place] = table.start(period.start_on.toordinal())
            if period.end_on is not None:
                until[number, place] = table.start(period.end_on.toordinal())
    return since, until


def words(flags: Any) -> Any:
    """Rows of truth as words of bits."""
    found = np.zeros((flags.shape[0], max(1, (flags.shape[1] + 63) // 64)), np.uint64)
    for place in range(flags.shape[1]):
        found[:, place >> 6] |= flags[:, place].astype(np.uint64) << np.uint64(place & 63)
    return found
