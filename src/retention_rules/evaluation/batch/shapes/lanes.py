"""Lanes: the units that share the fields that make their groups, put to the kernel together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from retention_rules.evaluation.acting import UNKNOWN_CONTACT
from retention_rules.evaluation.batch.columns import sorting
from retention_rules.evaluation.batch.columns.people import People
from retention_rules.evaluation.batch.columns.sorting import CHUNKS
from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.kernels import acts, days
from retention_rules.evaluation.batch.shapes.cases import cases
from retention_rules.evaluation.batch.shapes.owed import Owed
from retention_rules.evaluation.batch.shapes.placing import Placer, Windows
from retention_rules.evaluation.batch.units.classes import Classes
from retention_rules.evaluation.batch.units.histories import Ordered
from retention_rules.evaluation.batch.units.plan import Unit
from retention_rules.evaluation.program import Race
from retention_rules.findings import escaped

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

    def windows(self, races: list[Race], race: Any, trigger: Any, customer: Any) -> Windows:
        """The windows of what some races owe, for triggers at some places, to some customers."""
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

    def cases_from(self, first: Any) -> Any:
        """The case of each obligation, if those of each group begin there, one longer."""
        return None if self.case is None else np.repeat(self.case, np.diff(first))

    def owed(
        self,
        races: Sequence[Any],
        race: Any,
        trigger: Any,
        customer: Any,
        case: Any,
        windows: Windows,
        status: Any,
        ended: Any,
        change: Any,
        when: Any = _NOTHING,
    ) -> Owed:
        """What is owed, and to whom; what turned out not to be owed is left out.

        Args:
            races: What it is owed by; `race` the number of each.
            race: The race of each obligation.
            trigger: The place of its trigger.
            customer: Whom it is owed to.
            case: The code of its correlation values, None where nothing correlates.
            windows: When it can be done.
            status: What became of it.
            ended: The place of what ended it, -1 for nothing.
            change: When it changes next; empty where that follows from its status.
            when: When it ended, if that need not be the instant of what ended it.
        """
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
            case,
            [_part(one) for one in races],
            when,
        )
        return found.where(status != acts.ABSENT) if (status == acts.ABSENT).any() else found


def _part(race: Any) -> str | None:
    """The part that findings of a race, or of a rule itself, are of."""
    if getattr(race, "contacts", None) is not None:
        return UNKNOWN_CONTACT
    part = getattr(race, "part", None)
    return None if part is None else escaped(part)


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
