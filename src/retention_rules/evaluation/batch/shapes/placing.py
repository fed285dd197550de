"""Windows for many triggers at once.

Most windows turn on the local date of their trigger alone (and, where business days count, on
whether opening hours are left in it). For these a table by race, zone and date is made, with the
functions that the pure evaluator places windows by; the kernel looks them up. Windows that turn on
fields too are placed once for all triggers alike in these, and every other window one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numba import prange

from retention_rules.calendars import DayTable
from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.kernels.jit import parallel
from retention_rules.evaluation.batch.shapes.reckoning import (
    ADDED,
    BY_DATE,
    ONE_BY_ONE,
    POISON,
    Days,
    amounts,
    fill,
    how,
)
from retention_rules.evaluation.batch.units.groups import joined
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.obligations import Obligation, place_window
from retention_rules.evaluation.points import (
    IMPOSSIBLE,
    MISSING,
    NOT_A_DATE,
    TOO_EARLY,
    Setting,
    expiry,
    place,
)
from retention_rules.evaluation.program import Race
from retention_rules.windows import Earliest, Field, Never, Point, Window

REASONS = (None, MISSING, NOT_A_DATE, TOO_EARLY, IMPOSSIBLE, "doubtful")
"""Why a window lies nowhere, or what else is not known, by number."""
_NUMBER = {reason: number for number, reason in enumerate(REASONS)}
_DAY = 86_400_000_000


@attrs.define(eq=False)
class Windows:
    """Where the windows of some obligations lie; `NONE` for no instant.

    Attributes:
        reason: Why one lies nowhere, as a number among `REASONS`.
        fine: Which end at instants rather than with local dates.
    """

    opens: Any
    due: Any
    expires: Any
    target: Any
    reason: Any
    fine: Any = None


class Placer:
    """Places the windows of races for triggers between two instants."""

    def __init__(
        self, races: Sequence[Race], tables: Sequence[DayTable], low: int, high: int
    ) -> None:
        self.races = races
        self.tables = tables
        self.days = [Days(table, low, high) for table in tables]
        most = max((one.count for one in self.days), default=1)
        self.start = np.full((len(tables), most + 1), POISON, np.int64)
        self.cutoff = np.full((len(tables), most), POISON, np.int64)
        self.table = np.full((len(races), len(tables), most, 2, 4), NONE, np.int64)
        self.how = np.array([how(race) for race in races], np.int8)
        self.amounts = np.array(
            [amounts(r.window) if how(r) == ADDED else (NONE,) * 4 for r in races], np.int64
        )
        for zone, days in enumerate(self.days):
            self.start[zone, : days.count + 1] = days.start
            business = any(race.by_day is not None and race.by_day.business for race in races)
            if business:
                self.cutoff[zone, : days.count] = days.cutoff
            for number, race in enumerate(races):
                if self.how[number] == BY_DATE:
                    fill(self.table[number, zone, : days.count], race, days)

    def place(
        self,
        trigger: Any,
        at: Any,
        race: Any,
        zone: Any,
        field: Callable[[Any, str], tuple[Any, list[Any]]],
        late: Any,
    ) -> Windows:
        """The windows of some triggers.

        Args:
            trigger: Their places; `at` the instant of each place.
            at: The instants of all places.
            race: The races, as numbers.
            zone: The number of the day table of each.
            field: Gives for some of them codes of a field, -1 for none, and what codes stand for.
            late: The last instants of all places; empty if none differs from the first.
        """
        size = len(trigger)
        expire = any(not isinstance(one.window.expires, Never) for one in self.races)
        aim = any(one.window.target is not None for one in self.races)
        opens, due = np.empty(size, np.int64), np.empty(size, np.int64)
        expires = np.empty(size if expire else 0, np.int64)
        target = np.empty(size if aim else 0, np.int64)
        reason, bad = np.empty(size, np.int8), np.zeros(size, bool)
        look_up(
            trigger,
            at,
            race,
            zone,
            self.how,
            self.table,
            self.amounts,
            self.start,
            self.cutoff,
            late,
            opens,
            due,
            expires,
            target,
            reason,
            bad,
            64,
        )
        fine = np.array([one.may_be_fine for one in self.races])[race]
        found = Windows(opens, due, _room(expires, opens), _room(target, opens), reason, fine)
        again = self.how == ONE_BY_ONE
        if len(late):  # then it matters which of several ends came first
            again |= np.array([_may_end_so_or_so(one) for one in self.races])
        late = late if len(late) else at
        for one in np.flatnonzero(bad):
            now = int(at[trigger[one]])
            self._one(found, one, now, now, race, zone, {})  # raises what is wrong
        for number in np.flatnonzero(again):
            mine = np.flatnonzero(race == number)
            if not len(mine):
                continue
            own = self.races[number]
            fields = [(name, *field(mine, name)) for name in _fields(own.window)]
            if own.by_day is not None and not own.needs:
                self._alike(found, mine, own, zone[mine], at[trigger[mine]], fields)
                continue
            for place_, one in enumerate(mine):
                first, last = int(at[trigger[one]]), int(late[trigger[one]])
                self._one(found, one, first, last, race, zone, _told(fields, place_))
        return found

    def _alike(
        self, found: Windows, mine: Any, race: Race, zone: Any, now: Any, fields: list[Any]
    ) -> None:
        """Place windows that turn on fields and local dates, once for those alike in them."""
        assert race.by_day is not None
        keys = [zone.astype(np.int64), *(codes for _, codes, _ in fields)]
        if race.by_day.trigger:
            keys += self._dates(zone, now, business=race.by_day.business)
        which, first = joined(keys, len(mine))
        lies = [
            _lies(race, self.tables[zone[one]], int(now[one]), _told(fields, one)) for one in first
        ]
        low, due, expires, target, reason, fine = np.array(lies, np.int64).T[:, which]
        opens = np.maximum(low, now)
        early = (reason == 0) & (due < now)
        never = (reason == 0) & ~early & (opens > due)
        reason = np.where(early, _NUMBER[TOO_EARLY], np.where(never, _NUMBER[IMPOSSIBLE], reason))
        bad = reason != 0
        found.opens[mine] = np.where(bad, now, opens)
        found.due[mine] = np.where(bad, NONE, due)
        found.reason[mine] = reason
        found.fine[mine] = fine
        for column, values in ((found.expires, expires), (found.target, target)):
            if column.flags.writeable:
                column[mine] = np.where(bad, NONE, values)

    def _dates(self, zone: Any, now: Any, *, business: bool) -> list[Any]:
        """The local dates of instants, and whether opening hours are left in them."""
        date, late = np.zeros(len(now), np.int64), np.zeros(len(now), np.int64)
        for number, days in enumerate(self.days):
            mine = np.flatnonzero(zone == number)
            date[mine] = np.searchsorted(days.start, now[mine], "right") - 1
            if business:
                late[mine] = now[mine] >= self.cutoff[number, date[mine]]
        return [date, late]

    def _one(
        self,
        found: Windows,
        one: int,
        first: int,
        last: int,
        race: Any,
        zone: Any,
        fields: Mapping[str, Any],
    ) -> None:
        trigger = Happening("", fields, first, last, (first, 1, "", ""), ("", ""), False)
        owed = Obligation(self.races[race[one]], trigger, 0, None)
        place_window(owed, self.tables[zone[one]], ())
        found.opens[one] = owed.opens
        found.due[one] = NONE if owed.due is None else owed.due
        if owed.expires is not None:
            found.expires[one] = owed.expires
        if owed.target is not None:
            found.target[one] = owed.target
        found.reason[one] = _NUMBER[owed.reason]
        found.fine[one] = owed.fine


def _may_end_so_or_so(race: Race) -> bool:
    """Whether only its place tells if a window ends at an instant or with a local date."""
    ends = (race.window.opens, race.window.due)
    return race.may_be_fine and any(isinstance(end, Earliest) for end in ends)


def _fields(window: Window) -> list[str]:
    ends = (window.opens, window.due, window.expires, window.target)
    parts = [part for end in ends if isinstance(end, Point | Earliest) for part in end.parts()]
    return sorted({part.anchor.name for part in parts if isinstance(part.anchor, Field)})


def _told(fields: list[Any], one: int) -> dict[str, Any]:
    """The fields of one trigger."""
    return {name: values[codes[one]] for name, codes, values in fields if codes[one] >= 0}


def _lies(
    race: Race, table: DayTable, first: int, data: Mapping[str, Any]
) -> tuple[int, int, int, int, int, bool]:
    """Opens, due, expires and target, whenever the trigger was; or the number of the reason.

    Last comes whether the window ends at an instant.
    """
    window, setting = race.window, Setting(table, first, first, data, {})
    due = place(window.due, setting)
    opens = place(window.opens, setting) if window.opens is not None else None
    reason = due if isinstance(due, str) else opens if isinstance(opens, str) else None
    if reason is not None or isinstance(due, str) or isinstance(opens, str):
        return NONE, NONE, NONE, NONE, _NUMBER[reason], True
    expires = expiry(window, due, setting, ())
    target = place(window.target, setting) if window.target is not None else None
    return (
        NONE if opens is None else opens.low,
        due.high,
        NONE if expires is None else expires,
        NONE if target is None or isinstance(target, str) else target.high,
        0,
        not due.whole_day or (opens is not None and not opens.whole_day),
    )


@parallel
def look_up(
    trigger: Any,
    when: Any,
    race: Any,
    zone: Any,
    how: Any,
    table: Any,
    amounts: Any,
    start: Any,
    cutoff: Any,
    last: Any,
    opens: Any,
    due: Any,
    expires: Any,
    target: Any,
    reason: Any,
    bad: Any,
    chunks: int,
) -> None:
    """Place the windows that turn on the local date, or are additions; and which cannot be.

    Args:
        trigger: The place of each trigger.
        when: The instant of each place.
        race: The race of each trigger.
        zone: The number of its day table.
        how: By race, how its windows are placed.
        table: By race, zone, date, and whether opening hours are left: opens, due and so on.
        amounts: By race, the same as additions to the trigger.
        start: By zone, where days start.
        cutoff: By zone, from when on no opening hours are left in a day.
        last: The last instant of each place; empty if none differs from the first.
        opens: Where it goes from when each is open.
        due: Where it goes until when.
        expires: Where it goes when each expires; empty if none does.
        target: Where targets go; empty if there are none.
        reason: Where it goes why one lies nowhere.
        bad: Where it is told which cannot be placed.
        chunks: In how many pieces the work is shared out.
    """
    size = len(trigger)
    for chunk in prange(chunks):
        for w in range(size * chunk // chunks, size * (chunk + 1) // chunks):
            r, z, now = np.int64(race[w]), zone[w], when[trigger[w]]
            low = ends = late = wanted = NONE
            if how[r] == ADDED:
                over = last[trigger[w]] if len(last) else now
                if amounts[r, 0] != NONE:
                    low = now + amounts[r, 0]
                ends = over + amounts[r, 1]
                if amounts[r, 2] != NONE:
                    late = over + amounts[r, 2]
                if amounts[r, 3] != NONE:
                    wanted = over + amounts[r, 3]
            elif how[r] == BY_DATE:
                day = (now - start[z, 0]) // _DAY
                while start[z, day] > now:
                    day -= 1
                while start[z, day + 1] <= now:
                    day += 1
                none_left = 1 if now >= cutoff[z, day] else 0
                low = table[r, z, day, none_left, 0]
                ends = table[r, z, day, none_left, 1]
                late = table[r, z, day, none_left, 2]
                wanted = table[r, z, day, none_left, 3]
                bad[w] = ends == POISON
            low = max(low, now)
            reason[w] = 0
            if how[r] != ONE_BY_ONE and (ends < now or low > ends):
                reason[w] = 3 if ends < now else 4
                low, ends, late, wanted = now, NONE, NONE, NONE
            opens[w] = low
            due[w] = ends
            if len(expires) > 0:
                expires[w] = late
            if len(target) > 0:
                target[w] = wanted


def _room(given: Any, other: Any) -> Any:
    """A column, of nothing if it was left out."""
    return given if len(given) == len(other) else np.broadcast_to(np.int64(NONE), len(other))
