"""From a frame to an answer: what is checked, what the kernel takes, and what it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from retention_rules.evaluation.arguments import completeness
from retention_rules.evaluation.batch import apart
from retention_rules.evaluation.batch.answer import FrameFindings
from retention_rules.evaluation.batch.columns import frames, sorting
from retention_rules.evaluation.batch.columns.events import Events
from retention_rules.evaluation.batch.columns.known import known_rows, order_ties
from retention_rules.evaluation.batch.columns.people import People
from retention_rules.evaluation.batch.columns.sorting import CHUNKS
from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.conclusions.drawing import Drawing, Drawn
from retention_rules.evaluation.batch.conclusions.supposed import Supposed
from retention_rules.evaluation.batch.shapes import findings
from retention_rules.evaluation.batch.shapes.ahead import ahead
from retention_rules.evaluation.batch.shapes.lanes import Lane, Setting, words
from retention_rules.evaluation.batch.shapes.owed import Owed
from retention_rules.evaluation.batch.shapes.stages import Stages, Stays, stays
from retention_rules.evaluation.batch.shapes.streams import Stream
from retention_rules.evaluation.batch.units.classes import (
    Classes,
    classes_of,
    match_histories,
)
from retention_rules.evaluation.batch.units.components import derived
from retention_rules.evaluation.batch.units.groups import Sorter
from retention_rules.evaluation.batch.units.histories import Histories, Ordered
from retention_rules.evaluation.batch.units.plan import Unit, units_of
from retention_rules.evaluation.monitor import Monitor
from retention_rules.evaluation.program import Life
from retention_rules.evaluation.strata import Stratum
from retention_rules.events import CONCLUSION, CUSTOMER_CHANGED


class Given:
    """A frame of events and what is known of their customers, for any rulebook.

    Attributes:
        frame: The frame itself; `events` its columns, `people` the customers that they name.
    """

    def __init__(self, monitor: Monitor, frame: Any, customers: Any, naive: str | None) -> None:
        self.frame = frame
        self.events = Events(frames.table_of(frame, "events"), naive)
        self.people = People(self.events.names, customers, monitor)
        self.events.place(self.people.tables, self.people.table)


class Engine:
    """One rulebook, put to a frame of events."""

    def __init__(self, monitor: Monitor, given: Given) -> None:
        self.monitor = monitor
        self.program = monitor.program
        self.book = monitor.rulebook
        self.frame, self.events, self.people = given.frame, given.events, given.people
        self.units = units_of(self.program, monitor.calendar)

    def answer(
        self, as_of: Any, at: int, arguments: dict[str, Any], known_at: int | None
    ) -> FrameFindings:
        """What is found at an instant."""
        events, people = self.events, self.people
        known, flagged = known_rows(events, known_at)
        mine = known & events.among(self.program.relevant)[events.kind]
        present = sorting.present(events.customer, mine, len(people.names))
        certain = present.copy()
        certain[flagged] = False  # what is retracted needs no zone: the pure evaluator tells
        people.refuse_unplaced(certain)

        counted = mine & (events.at != NONE) & (events.at <= at)
        if (people.table < 0).any():
            counted &= people.table[events.customer] >= 0
        flags = np.zeros((len(people.names), len(self.units)), bool)
        flags[flagged] = True
        self._flag_given(flags, mine, arguments)
        sorter = Sorter(events, people, self.program)
        priors = list(dict.fromkeys(p for unit in self._taken() for p in unit.priors))
        ordered = None
        if priors:
            ordered = self._ordered(counted)
            histories = Histories(events, people, ordered)
            doubtful = match_histories(sorter, ordered.row, histories, priors)
            for unit in self.units:
                for prior in unit.exact & set(doubtful):
                    flags[events.customer[doubtful[prior]], unit.index] = True
        classes = classes_of(sorter, counted, self.units)
        if sorter.histories is not None:
            sorter.histories.forget()  # before the kernel, which needs the room
        doubts = self._doubts(classes)
        for unit in self.units:
            if not unit.decides_doubts:
                flags[:, unit.index] |= doubts[:, unit.index]
        self._flag_following(flags, doubts)
        self._spare(flags, mine)
        if ordered is None:
            ordered = self._ordered(classes.of != 0)
        kind = sorting.picked(classes.of, ordered.row, 0, CHUNKS)
        nothing = np.empty(0, np.int64)
        bits = (words(flags), words(doubts))
        setting = Setting(events, people, classes, ordered, kind, nothing, *bits, at)
        lives = [unit for unit in self._taken() if isinstance(unit.what, Life)]
        places: list[Stays] = []
        if len(ordered.row):
            places = [
                stays(one, events, people, classes, ordered, kind, flags, at) for one in lives
            ]
        owed: list[Owed] = [Stages.of(one, events, people, ordered) for one in places]
        for one in places:
            flags[one.bad, one.unit.index] = True
        self._flag_following(flags, doubts)
        plain = [unit for unit in self._taken() if not unit.hears and _owes(unit)]
        owed += [one for one, _ in self._found(setting, plain, flags)]
        self._flag_following(flags, doubts)
        supposed = Supposed(sorter, known, self.units, owed, places, flags)
        drawn = self._drawn(supposed, counted, self._partial(arguments), at)
        hearing = [unit for unit in self._taken() if unit.hears]
        if hearing:
            stream = Stream(events, ordered, places, drawn.moments, classes.of, classes.derived)
            touched = classes.touches()[:, [unit.index for unit in hearing]].any(axis=1)
            some = stream.ordered(touched[classes.of], len(people.names))
            root = stream.root[some.row]
            bits = (words(flags), words(doubts))
            beside = Setting(stream, people, classes, some, stream.cls[some.row], root, *bits, at)
            heard = self._found(beside, hearing, flags)
            owed += ahead(heard, places, classes, beside, flags)
        supposed.narrow()
        self._narrow(drawn, flags)
        asked = apart.Question(self.book, as_of, arguments)
        found = drawn.found + apart.findings(events, known, people, self.units, flags, asked)
        about = partial(apart.about, events, known, people, asked)
        return FrameFindings(self.frame, as_of, owed, found, self._share(flags, present), about)

    def _drawn(self, supposed: Supposed, counted: Any, cut: Any, at: int) -> Drawn:
        """What is concluded from all that was found so far."""
        found = Drawn()
        for unit in self._taken():
            if isinstance(unit.what, Stratum):
                wanted = supposed.concluded(unit) & ~supposed.flagged[:, unit.index]
                if wanted.any():
                    Drawing(unit, supposed, counted, wanted, cut, at).draw(found)
        return found

    def _narrow(self, drawn: Drawn, flags: Any) -> None:
        """Take the flag off whom nothing was concluded of that a unit hears of."""
        by = {rule.id: unit for unit in self._taken() for rule in unit.rules}
        for unit in self._taken():
            openers = unit.openers
            if unit.hears and all(kind.startswith(CONCLUSION) for kind in openers):
                opened = np.zeros(len(flags), bool)
                opened[[who for who, one in drawn.moments if one.kind in openers]] = True
                for id in unit.hears:
                    opened |= flags[:, by[id].index]
                flags[:, unit.index] &= opened

    def _flag_following(self, flags: Any, doubts: Any) -> None:
        """Flag customers for what turns on a unit for which they are flagged themselves.

        Nothing is drawn by the kernel from what is in doubt: how that came about is not known.
        """
        of = {rule.id: unit for unit in self.units for rule in unit.rules}
        for unit in sorted(self.units, key=_owes):  # what conclusions lead to comes after them
            for id in unit.follows:
                flags[:, unit.index] |= flags[:, of[id].index]
                if isinstance(unit.what, Stratum):
                    flags[:, unit.index] |= doubts[:, of[id].index]

    def _taken(self) -> list[Unit]:
        return [unit for unit in self.units if unit.why_not is None]

    def _found(
        self, setting: Setting, units: list[Unit], flags: Any
    ) -> list[tuple[Owed, list[Unit]]]:
        """The findings of some units; customers whose days leave them in doubt are flagged."""
        by_keys: dict[tuple[str, ...], list[Unit]] = {}
        for unit in units:
            by_keys.setdefault(unit.keys, []).append(unit)
        if not len(setting.ordered.row):
            return []
        found = [
            one
            for keys, some in by_keys.items()
            for one in findings.found(Lane(setting, keys, some))
        ]
        if not setting.aside:
            return found
        for number, customers in setting.aside:
            flags[customers, number] = True
        index = [np.array([unit.index for unit in some]) for _, some in found]
        return [
            (owed.where(~flags[owed.customer, own[owed.race]]), some)
            for (owed, some), own in zip(found, index, strict=True)
        ]

    def _ordered(self, kept: Any) -> Ordered:
        """Some events in the order of their customers."""
        events = self.events
        start, row, at = sorting.parted(events.customer, kept, events.at, len(self.people.names))
        if sorting.sort_each(start, at, row, CHUNKS).sum():
            order_ties(events, start, at, row)
        return Ordered(start, row, at)

    # ---- who goes where --------------------------------------------------------------------

    def _flag_given(self, flags: Any, mine: Any, arguments: Mapping[str, Any]) -> None:
        """Flag, by customer and unit, what the pure evaluator takes whatever the events are."""
        short = self._partial(arguments)
        cut = completeness(arguments["complete"]) is not None
        for unit in self.units:
            if unit.why_not is not None or cut:
                flags[:, unit.index] = True
            if unit.priors or getattr(unit.rules[0], "unless_prior", None) is not None:
                flags[short, unit.index] = True
            if unit.contacts:
                flags[self.people.contacts, unit.index] = True
            if unit.facts or unit.contacts:
                self._flag_kinds(flags, unit, mine, {CUSTOMER_CHANGED})
            if self.events.day is not None:
                self._flag_days(flags, unit, mine)

    def _partial(self, arguments: Mapping[str, Any]) -> Any:
        """By customer, whether its history does not reach back for ever."""
        return self.people.partial | (arguments["history_from"] is not None)

    def _spare(self, flags: Any, mine: Any) -> None:
        """Spare the pure evaluator the customers of whom it would find nothing."""
        events = self.events
        for unit in self.units:
            openers = unit.openers
            if not flags[:, unit.index].any():
                continue
            if derived(openers):
                openers = {*openers, *self.program.relevant}
            wanted = events.among(openers)
            opened = np.zeros(len(flags), bool)
            opened[events.customer[mine & wanted[events.kind]]] = True
            opened[events.customer[events.amending]] = True
            flags[:, unit.index] &= opened

    def _doubts(self, classes: Classes) -> Any:
        """By customer and unit, whether some event plays a part only perhaps."""
        found = np.zeros((len(self.people.names), len(self.units)), bool)
        found[:, [unit.index for unit in self.units if unit.compared]] = True
        doubts = classes.doubts()
        if doubts.any():
            rows = np.flatnonzero(doubts.any(axis=1)[classes.of])
            kinds = classes.of[rows]
            for unit in self.units:
                mine = rows[doubts[kinds, unit.index]]
                for name in unit.keys:  # what belongs to no case plays no part in any
                    field = self.events.fields.get(name)
                    mine = mine[:0] if field is None else mine[field.known(mine)]
                found[self.events.customer[mine], unit.index] = True
        return found

    def _flag_kinds(self, flags: Any, unit: Unit, mine: Any, kinds: set[str]) -> None:
        """Flag customers for whom events of these kinds happened."""
        events = self.events
        flags[events.customer[mine & events.among(kinds)[events.kind]], unit.index] = True

    def _flag_days(self, flags: Any, unit: Unit, mine: Any) -> None:
        """Flag customers of whom some day cannot be placed, or leaves open in which order.

        The kernel neither follows cases through such days, nor draws from what happened on them.
        """
        events = self.events
        some = mine & events.among(unit.kinds(self.book))[events.kind]
        exact = isinstance(unit.what, Stratum) or unit.stepped
        some &= (events.day != NONE) if exact else (events.at == NONE)
        flags[events.customer[some], unit.index] = True

    def _share(self, flags: Any, present: Any) -> list[dict[str, Any]]:
        customers = int(present.sum())
        found = []
        for unit in self.units:
            away = int(flags[:, unit.index].sum())
            found.append(
                {
                    "rules": unit.name,
                    "customers": customers,
                    "kernel": customers - away,
                    "pure": away,
                    "why": unit.why_not,
                }
            )
        return found


def _owes(unit: Unit) -> bool:
    """Whether something is owed, or forbidden, by its rules."""
    return not isinstance(unit.what, Life | Stratum)
