"""From a frame to an answer: what is checked, what the kernel takes, and what it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from retention_rules.evaluation.arguments import completeness
from retention_rules.evaluation.batch import apart, frames, sorting
from retention_rules.evaluation.batch.ahead import ahead
from retention_rules.evaluation.batch.answer import FrameFindings
from retention_rules.evaluation.batch.classes import (
    Classes,
    classes_of,
    match_histories,
)
from retention_rules.evaluation.batch.columns import Events
from retention_rules.evaluation.batch.groups import Sorter
from retention_rules.evaluation.batch.histories import Histories, Ordered
from retention_rules.evaluation.batch.known import known_rows, order_ties
from retention_rules.evaluation.batch.lanes import Lane, Setting, words
from retention_rules.evaluation.batch.owed import Owed
from retention_rules.evaluation.batch.people import People
from retention_rules.evaluation.batch.plan import Unit, units_of
from retention_rules.evaluation.batch.sorting import CHUNKS
from retention_rules.evaluation.batch.stages import Stages, stays
from retention_rules.evaluation.batch.streams import Stream
from retention_rules.evaluation.batch.supposed import Supposed
from retention_rules.evaluation.batch.times import NONE
from retention_rules.evaluation.monitor import Monitor
from retention_rules.evaluation.program import Life
from retention_rules.events import CONCLUSION, CUSTOMER_CHANGED, RESERVED
from retention_rules.findings import Finding


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
        relevant = events.among(self.program.relevant)
        mine = known[relevant[events.kind[known]]]
        present = np.zeros(len(people.names), bool)
        present[events.customer[mine]] = True
        certain = present.copy()
        certain[flagged] = False  # what is retracted needs no zone: the pure evaluator tells
        people.refuse_unplaced(certain)

        seen = mine[(events.at[mine] != NONE) & (events.at[mine] <= at)]
        seen = seen[people.table[events.customer[seen]] >= 0]
        flags = np.zeros((len(people.names), len(self.units)), bool)
        flags[flagged] = True
        self._flag_given(flags, mine, arguments)
        sorter = Sorter(events, people, self.program)
        priors = list(dict.fromkeys(p for unit in self._taken() for p in unit.priors))
        ordered = None
        if priors:
            ordered = self._ordered(seen)
            histories = Histories(events, people, ordered)
            doubtful = match_histories(sorter, ordered.row, histories, priors)
            for unit in self.units:
                for prior in unit.exact & set(doubtful):
                    flags[events.customer[doubtful[prior]], unit.index] = True
        classes = classes_of(sorter, seen, self.units)
        if sorter.histories is not None:
            sorter.histories.forget()  # before the kernel, which needs the room
        doubts = self._doubts(seen, classes)
        for unit in self.units:
            if not unit.decides_doubts:
                flags[:, unit.index] |= doubts[:, unit.index]
        self._flag_hearing(flags)
        self._spare(flags, mine)
        of = np.zeros(events.size, np.int32)
        of[seen] = classes.of
        if ordered is None:
            ordered = self._ordered(seen[classes.of != 0])
        kind, nothing = of[ordered.row], np.empty(0, np.int64)
        bits = (words(flags), words(doubts))
        setting = Setting(events, people, classes, ordered, kind, nothing, *bits, at)
        owed: list[Owed] = []
        lives = [unit for unit in self._taken() if isinstance(unit.what, Life)]
        if lives and len(ordered.row):
            places = [
                stays(one, events, people, classes, ordered, kind, flags, at) for one in lives
            ]
            owed += [Stages.of(one, events, people, ordered) for one in places]
            for one in places:
                flags[one.bad, one.unit.index] = True
            self._flag_hearing(flags)
            hearing = [unit for unit in self._taken() if unit.hears]
            if hearing:
                stream = Stream(events, ordered, places, of, classes.derived)
                touched = classes.touches()[:, [unit.index for unit in hearing]].any(axis=1)
                some = stream.ordered(seen[touched[classes.of]], len(people.names))
                root = stream.root[some.row]
                bits = (words(flags), words(doubts))
                beside = Setting(
                    stream, people, classes, some, stream.cls[some.row], root, *bits, at
                )
                heard = self._found(beside, hearing, flags)
                owed += ahead(heard, places, classes, beside, flags)
        plain = [u for u in self._taken() if not u.hears and not isinstance(u.what, Life)]
        owed += [one for one, _ in self._found(setting, plain, flags)]
        Supposed(sorter, known, self.units, owed, flags).narrow()
        asked = apart.Question(self.book, as_of, arguments)
        found: list[Finding] = apart.findings(events, known, people, self.units, flags, asked)
        return FrameFindings(self.frame, as_of, owed, found, self._share(flags, present))

    def _flag_hearing(self, flags: Any) -> None:
        """Flag customers for what hears of stages where they are flagged for the stages."""
        lives = {unit.rules[0].id: unit for unit in self.units if isinstance(unit.what, Life)}
        for unit in self.units:
            for name in unit.hears:
                flags[:, unit.index] |= flags[:, lives[name].index]

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
        found = [one for keys, some in by_keys.items() for one in Lane(setting, keys, some).found()]
        if not setting.aside:
            return found
        for number, customers in setting.aside:
            flags[customers, number] = True
        index = [np.array([unit.index for unit in some]) for _, some in found]
        return [
            (owed.where(~flags[owed.customer, own[owed.race]]), some)
            for (owed, some), own in zip(found, index, strict=True)
        ]

    def _ordered(self, rows: Any) -> Ordered:
        """Some events in the order of their customers."""
        events = self.events
        kept = np.zeros(events.size, bool)
        kept[rows] = True
        start = sorting.starts_of(events.customer, kept, len(self.people.names))
        row, at = sorting.scatter(events.customer, kept, events.at, start)
        if sorting.sort_each(start, at, row, CHUNKS).sum():
            order_ties(events, start, at, row)
        return Ordered(start, row, at)

    # ---- who goes where --------------------------------------------------------------------

    def _flag_given(self, flags: Any, mine: Any, arguments: Mapping[str, Any]) -> None:
        """Flag, by customer and unit, what the pure evaluator takes whatever the events are."""
        partial = self.people.partial | (arguments["history_from"] is not None)
        cut = completeness(arguments["complete"]) is not None
        for unit in self.units:
            if unit.why_not is not None or cut:
                flags[:, unit.index] = True
            if unit.priors or getattr(unit.rules[0], "unless_prior", None) is not None:
                flags[partial, unit.index] = True
            if unit.contacts:
                flags[self.people.contacts, unit.index] = True
            if unit.facts or unit.contacts:
                self._flag_kinds(flags, unit, mine, {CUSTOMER_CHANGED}, dated=False)
            if self.events.day is not None:
                self._flag_kinds(flags, unit, mine, unit.kinds(self.book), dated=True)

    def _spare(self, flags: Any, mine: Any) -> None:
        """Spare the pure evaluator the customers of whom it would find nothing."""
        events = self.events
        for unit in self.units:
            openers = unit.openers
            if not flags[:, unit.index].any():
                continue
            if any(kind.startswith((RESERVED, CONCLUSION)) for kind in openers):
                openers = {*openers, *self.program.relevant}
            wanted = events.among(openers)
            opened = np.zeros(len(flags), bool)
            opened[events.customer[mine[wanted[events.kind[mine]]]]] = True
            opened[events.customer[events.amending]] = True
            flags[:, unit.index] &= opened

    def _doubts(self, seen: Any, classes: Classes) -> Any:
        """By customer and unit, whether some event plays a part only perhaps."""
        found = np.zeros((len(self.people.names), len(self.units)), bool)
        found[:, [unit.index for unit in self.units if unit.compared]] = True
        doubts = classes.doubts()
        if doubts.any():
            doubtful = doubts.any(axis=1)[classes.of]
            customers, kinds = self.events.customer[seen[doubtful]], classes.of[doubtful]
            for kind in np.unique(kinds):
                for unit in np.flatnonzero(doubts[kind]):
                    found[customers[kinds == kind], unit] = True
        return found

    def _flag_kinds(
        self, flags: Any, unit: Unit, mine: Any, kinds: set[str], *, dated: bool
    ) -> None:
        """Flag customers for whom events of these kinds happened, or only those without a time."""
        events = self.events
        wanted = events.among(kinds)
        some = mine[wanted[events.kind[mine]]]
        if dated:
            some = some[events.at[some] == NONE]
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
