"""From a frame to an answer: what is checked, what the kernel takes, and what it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from retention_rules.errors import OutOfRange
from retention_rules.evaluation.arguments import completeness
from retention_rules.evaluation.batch import apart, frames, kernel, sorting
from retention_rules.evaluation.batch.answer import FrameFindings
from retention_rules.evaluation.batch.classes import Classes, bits, classes_of
from retention_rules.evaluation.batch.columns import Events
from retention_rules.evaluation.batch.known import known_rows, order_ties
from retention_rules.evaluation.batch.owed import Owed
from retention_rules.evaluation.batch.people import People
from retention_rules.evaluation.batch.placing import Placer
from retention_rules.evaluation.batch.plan import POLICIES, Unit, units_of
from retention_rules.evaluation.batch.times import NONE
from retention_rules.evaluation.happenings import _EARLIEST, _LATEST
from retention_rules.evaluation.monitor import Monitor
from retention_rules.evaluation.program import TRIGGER, Cluster, Race
from retention_rules.events import CUSTOMER_CHANGED
from retention_rules.findings import Finding

CHUNKS = 64


class Engine:
    """One question, put to a frame of events."""

    def __init__(self, monitor: Monitor, frame: Any, customers: Any, naive: str | None) -> None:
        self.monitor = monitor
        self.program = monitor.program
        self.book = monitor.rulebook
        self.frame = frame
        self.events = Events(frames.table_of(frame, "events"), naive)
        self.people = People(self.events.names, customers, monitor)
        self.units = units_of(self.program)

    def answer(
        self, as_of: Any, at: int, arguments: dict[str, Any], known_at: int | None
    ) -> FrameFindings:
        """What is found at an instant."""
        events, people = self.events, self.people
        known, flagged = known_rows(events, known_at)
        relevant = np.array([kind in self.program.relevant for kind in events.kinds] + [False])
        mine = known[relevant[events.kind[known]]]
        self._check(mine)
        present = np.zeros(len(people.names), bool)
        present[events.customer[mine]] = True
        people.refuse_unplaced(present)

        seen = mine[(events.at[mine] != NONE) & (events.at[mine] <= at)]
        classes = classes_of(events, seen, people, self.program, self.units)
        flags = self._flags(mine, seen, classes, flagged, arguments) & present[:, None]
        owed = self._owed(seen, classes, flags, at) if len(seen) else []
        asked = apart.Question(self.book, as_of, arguments)
        found: list[Finding] = apart.findings(events, known, people, self.units, flags, asked)
        return FrameFindings(self.frame, as_of, owed, found, self._share(flags, present))

    def _check(self, rows: Any) -> None:
        at = self.events.at[rows]
        bad = rows[(at != NONE) & ((at < _EARLIEST) | (at >= _LATEST))]
        if len(bad):
            shown = self.events.table.column("occurred_at")[int(bad[0])]
            raise OutOfRange(f"row {bad[0]} of `occurred_at` is `{shown}`: give 1901 to 2998")

    # ---- who goes where --------------------------------------------------------------------

    def _flags(
        self, mine: Any, seen: Any, classes: Classes, flagged: Any, arguments: Mapping[str, Any]
    ) -> Any:
        """By customer and unit, whether the pure evaluator takes it."""
        events, units = self.events, self.units
        flags = np.zeros((len(self.people.names), len(units)), bool)
        flags[flagged] = True
        for unit in units:
            if unit.why_not is not None or completeness(arguments.get("complete")) is not None:
                flags[:, unit.index] = True
        doubts = classes.doubts(len(units))
        if doubts.any():
            doubtful = doubts.any(axis=1)[classes.of]
            for row, kind in zip(seen[doubtful], classes.of[doubtful], strict=True):
                flags[events.customer[row]] |= doubts[kind]
        for unit in units:
            kinds = unit.kinds(self.book)
            if unit.facts:
                self._flag_kinds(flags, unit, mine, {CUSTOMER_CHANGED}, dated=False)
            self._flag_kinds(flags, unit, mine, kinds, dated=True)
        return flags

    def _flag_kinds(
        self, flags: Any, unit: Unit, mine: Any, kinds: set[str], *, dated: bool
    ) -> None:
        """Flag customers for whom events of these kinds happened, or only those without a time."""
        events = self.events
        if dated and events.day is None:
            return
        wanted = np.array([kind in kinds for kind in events.kinds] + [False])
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

    # ---- the kernel ------------------------------------------------------------------------

    def _owed(self, seen: Any, classes: Classes, flags: Any, at: int) -> list[Owed]:
        events = self.events
        kept = np.zeros(events.size, bool)
        kept[seen] = classes.of != 0
        of = np.zeros(events.size, np.int32)
        of[seen] = classes.of
        start = sorting.starts_of(events.customer, kept, len(self.people.names))
        row, when, kind = sorting.scatter(events.customer, kept, events.at, of, start)
        if sorting.sort_each(start, when, row, kind, CHUNKS).sum():
            order_ties(events, start, when, row, kind)
        by_keys: dict[tuple[str, ...], list[Unit]] = {}
        for unit in self.units:
            if unit.why_not is None and isinstance(unit.what, Cluster):
                by_keys.setdefault(unit.keys, []).append(unit)
        found = []
        for keys, units in by_keys.items():
            lane = _Lane(self, keys, units, classes, start, row, when, kind)
            found.append(lane.owed(flags, at))
        return found


class _Lane:
    """The units that share the fields that make their groups."""

    def __init__(
        self,
        engine: Engine,
        keys: tuple[str, ...],
        units: list[Unit],
        classes: Classes,
        start: Any,
        row: Any,
        when: Any,
        kind: Any,
    ) -> None:
        self.engine = engine
        self.keys = keys
        self.units = units
        self.classes = classes
        self.values: list[tuple[str, ...]] = []
        self.case: Any = None
        if not keys:
            self.begin, self.at, self.kind, self.row = start, when, kind, row
            self.owner = np.arange(len(start) - 1, dtype=np.int32)
            return
        touches = classes.touches(len(engine.units))[:, [unit.index for unit in units]]
        wanted = touches.any(axis=1)[kind]
        key = np.full(len(row), -1, np.int64)
        mine = np.flatnonzero(wanted)
        key[mine], self.values = _cases(engine.events, keys, row[mine])
        place, sizes = sorting.group_each(start, key, wanted, CHUNKS)
        self.begin, self.owner, where, self.at, self.kind = sorting.gathered(
            start, place, sizes, key, when, kind
        )
        self.row = row[where]
        self.case = key[where[self.begin[:-1]]] if len(where) else key[:0]

    def owed(self, flags: Any, at: int) -> Owed:
        events, people = self.engine.events, self.engine.people
        races: list[Race] = []
        numbers: list[tuple[int, int]] = []
        units: list[int] = []
        for unit in self.units:
            assert isinstance(unit.what, Cluster)
            for race in unit.what.races:
                races.append(race)
                numbers.append((unit.index, race.index))
                units.append(unit.index)
        triggers, pays, frees = bits(self.classes, numbers)
        offset, listed = _listed(self.classes, numbers)
        first = kernel.count_triggers(self.begin, self.kind, offset, CHUNKS)
        trigger, race_of = kernel.find_triggers(
            self.begin, self.kind, first, offset, listed, CHUNKS
        )
        group = np.repeat(np.arange(len(self.begin) - 1), np.diff(first))
        customer = self.owner[group]
        zone = people.table[customer]
        when = self.at[trigger]
        low, high = (int(self.at.min()), int(self.at.max())) if len(self.at) else (0, 0)
        placer = Placer(races, people.tables, low, high)

        def data(some: Any, names: Sequence[str]) -> list[Mapping[str, Any]]:
            rows = self.row[trigger[some]]
            columns = [
                (name, events.fields[name].values(rows)) for name in names if name in events.fields
            ]
            return [
                {name: values[at] for name, values in columns if values[at] is not None}
                for at in range(len(rows))
            ]

        windows = placer.place(when, race_of, zone, data)
        since, until = _in_force(races, people)
        words = _words(flags)
        status, ended = kernel.settle(
            self.begin,
            self.owner,
            self.at,
            self.kind,
            first,
            trigger,
            race_of,
            windows.opens,
            np.where(windows.reason != 0, 2**62, windows.due),
            windows.expires,
            np.array([POLICIES[race.policy] for race in races], np.int8),
            since,
            until,
            people.table,
            words,
            np.array(units, np.int64),
            pays,
            frees,
            triggers,
            at,
            CHUNKS,
        )
        found = Owed(
            events,
            people,
            races,
            race_of,
            customer,
            self.row[trigger],
            status,
            windows.opens,
            windows.due,
            windows.expires,
            windows.target,
            windows.reason,
            np.where(ended >= 0, self.row[ended], -1) if len(ended) else ended,
            self.keys,
            self.values,
            None if self.case is None else self.case[group],
        )
        absent = status == kernel.ABSENT
        return found.where(~absent) if absent.any() else found


def _listed(classes: Classes, numbers: list[tuple[int, int]]) -> tuple[Any, Any]:
    """By class, the races that it triggers: where they begin in a list, and the list."""
    number = {race: place for place, race in enumerate(numbers)}
    offset, listed = [0], []
    for parts in classes.parts:
        listed += [
            number[unit, race]
            for unit, role, race, _ in parts
            if role == TRIGGER and (unit, race) in number
        ]
        offset.append(len(listed))
    return np.array(offset, np.int64), np.array(listed, np.int16)


def _in_force(races: list[Race], people: People) -> tuple[Any, Any]:
    """By race and zone, from when a rule is in force, and up to before when."""
    shape = (len(races), max(1, len(people.tables)))
    since, until = np.full(shape, NONE, np.int64), np.full(shape, 2**62, np.int64)
    for number, race in enumerate(races):
        period = race.rule.in_force
        for place, table in enumerate(people.tables):
            if period.start_on is not None:
                since[number, place] = table.start(period.start_on.toordinal())
            if period.end_on is not None:
                until[number, place] = table.start(period.end_on.toordinal())
    return since, until


def _words(flags: Any) -> Any:
    """Rows of truth as words of bits."""
    words = np.zeros((flags.shape[0], max(1, (flags.shape[1] + 63) // 64)), np.uint64)
    for place in range(flags.shape[1]):
        words[:, place >> 6] |= flags[:, place].astype(np.uint64) << np.uint64(place & 63)
    return words


def _cases(events: Events, keys: tuple[str, ...], rows: Any) -> tuple[Any, list[tuple[str, ...]]]:
    """A code for the correlation values of each row, -1 where one is missing, and their text."""
    code = np.zeros(len(rows), np.int64)
    values: list[tuple[str, ...]] = [()]
    for name in keys:
        field = events.fields.get(name)
        if field is None:
            return np.full(len(rows), -1, np.int64), []
        own, options = field.coded(rows)
        texts: dict[str, int] = {}
        lut = np.full(len(options) + 1, -1, np.int64)
        for place, option in enumerate(options):
            if isinstance(option, str):
                lut[place] = texts.setdefault(option, len(texts))
            elif isinstance(option, int) and not isinstance(option, bool):
                lut[place] = texts.setdefault(str(option), len(texts))
        own = lut[own]
        width = max(1, len(texts))
        code = np.where((own < 0) | (code < 0), -1, code * width + own)
        if len(keys) == 1:
            return code, [(text,) for text in texts]
        kept = np.unique(code[code >= 0])
        listed = list(texts)
        values = [(*values[one // width], listed[one % width]) for one in kept]
        code = np.where(code < 0, -1, np.searchsorted(kept, code))
    return code, values
