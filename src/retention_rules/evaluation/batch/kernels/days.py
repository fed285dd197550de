"""Events known by their day only, among those of a lane.

They stand at the first instant of their day. For windows that end with local dates, what is done on
the day of a trigger is done after it, unless it triggers too: so a few events act on what comes
after them. For windows that end at instants nobody can tell: where nothing doubtful counts, such an
event acts at the end of its day, and otherwise as early as may be.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.kernels.acts import beginning, fits, has, related
from retention_rules.evaluation.batch.kernels.jit import compiled
from retention_rules.evaluation.batch.units.plan import Unit


def of_lane(events: Any, begin: Any, row: Any, at: Any) -> tuple[Any, Any]:
    """The last instant of each event, and what `day_before` says; empty if all have an instant."""
    late = None if events.late is None else events.late[row]
    if late is None or bool((late == at).all()):
        nothing = np.empty(0, np.int64)
        return nothing, nothing
    return late, day_before(begin, at, late)


@compiled
def day_before(begin: Any, at: Any, late: Any) -> Any:
    """By place, the first event that stands before it, but may come after it on its day.

    That is one known by its day only, of the day of this one, and the first of those: they share an
    instant. It is the place itself if there is none.

    Args:
        begin: Where groups begin, one longer.
        at: The first instant of each event.
        late: The last instant of each.
    """
    found = np.arange(len(at))
    for g in range(len(begin) - 1):
        i, day, over = begin[g], begin[g], NONE
        while i < begin[g + 1]:
            j = i
            end = NONE
            while j < begin[g + 1] and at[j] == at[i]:
                if over >= at[i]:
                    found[j] = day
                if late[j] > at[j]:
                    end = late[j]
                j += 1
            if end != NONE:
                day, over = i, end
            i = j
    return found


@compiled
def reach(at: Any, late: Any, i: int, p: int, too: bool, maybe: bool) -> int:
    """From when an event acts on what `i` triggered, whose window ends at an instant.

    `NONE` for never. `too` says whether it triggers the rule too, `maybe` whether what is only
    possible counts.
    """
    acts = p > i or not too
    if at[p] == late[p] and at[i] == late[i]:
        return int(at[p]) if at[p] > at[i] or (at[p] == at[i] and acts) else NONE
    if maybe:
        return int(max(at[p], at[i])) if late[p] >= at[i] and acts else NONE
    if at[p] < late[i]:
        return NONE
    return int(late[p]) if at[p] > late[i] or acts else NONE


@compiled
def outcome_of_days(
    at: Any,
    late: Any,
    day: Any,
    kind: Any,
    root: Any,
    start: int,
    end: int,
    i: int,
    race: int,
    opens: int,
    expires: int,
    restarts: bool,
    since: int,
    until: int,
    pays: Any,
    frees: Any,
    triggers: Any,
    tie: Any,
    same: bool,
    maybe: bool,
) -> tuple[int, int, int, int]:
    """What would pay the obligation of `i` and when, and what would free it and when.

    It is `end` for nothing, and `NONE` for never; this is for windows that end at instants.
    """
    p = f = end
    paid = freed = 2**62
    limit = 2**62 if expires == NONE else expires
    q = day[i] if day[i] < i else beginning(at, i, start)
    while q < end and at[q] <= min(limit, paid, freed):
        if not related(root, q, i):
            too = has(triggers, kind[q], race)
            now = reach(at, late, i, q, too, maybe)
            if now != NONE:
                if has(pays, kind[q], race) and fits(tie, i, q, same, maybe):
                    then = max(now, opens)
                    if then <= late[q] and then < paid:
                        p, paid = q, then
                restart = restarts and too and q > i and since <= at[q] < until
                if (restart or has(frees, kind[q], race)) and now < freed:
                    f, freed = q, now
        q += 1
    return p, NONE if p == end else paid, f, NONE if f == end else freed


@compiled
def first_day(
    start: int,
    end: int,
    at: Any,
    late: Any,
    kind: Any,
    race: int,
    since: int,
    until: int,
    perhaps: Any,
) -> int:
    """The first instant of the first event known by its day that plays a part in a group."""
    for p in range(start, end if len(late) else start):
        if late[p] > at[p]:
            for role in range(3):
                if has(perhaps[role], kind[p], race):
                    if role < 2 or since <= at[p] < until:
                        return int(at[p])
    return 2**62


def unsure(lane: Any, units: list[Unit], race: Any, trigger: Any, fine: Any) -> Any:
    """Which windows end at instants in groups of a lane in which days make that matter.

    Their units are in doubt for these customers, or left to the pure evaluator if stages matter
    too, or a day is not over yet.

    Args:
        lane: The lane of the units.
        units: The units, as many as races.
        race: The race of each obligation.
        trigger: The place of its trigger.
        fine: Whether its window ends at an instant.
    """
    setting, begin, late = lane.setting, lane.begin, lane.late
    if not len(late) or not fine.any():
        return np.empty(0, bool)
    found = np.zeros(len(trigger), bool)
    touches = setting.classes.touches()
    of = _groups(begin, trigger)
    for number, unit in enumerate(units):
        dated = (late != lane.at) & touches[lane.kind, unit.index]
        mine = fine & (race == number)
        mine &= np.isin(of, _groups(begin, np.flatnonzero(dated)))
        found |= mine
        word, bit = unit.index >> 6, np.uint64(1 << (unit.index & 63))
        setting.doubts[lane.owner[of[mine]], word] |= bit
        today = dated if unit.hears else dated & (late > setting.as_of)
        away = np.intersect1d(of[mine], _groups(begin, np.flatnonzero(today)))
        setting.aside.append((unit.index, lane.owner[away]))
    return found


def _groups(begin: Any, places: Any) -> Any:
    return np.searchsorted(begin, places, "right") - 1
