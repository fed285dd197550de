"""The kernel: obligations of follow-ups, group by group, over events in time order.

It interprets arrays: bits that say which classes of events trigger, pay and free which races, and
the policy of each race. A new rulebook compiles nothing. It knows exact instants and certain events
only, and a group is a stretch of the columns: the events of one customer and one set of correlation
values, each with its instant and its class.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from retention_rules.evaluation.batch.jit import compiled, parallel

UPCOMING, OPEN, FULFILLED, BREACHED, REPAIRED, LAPSED, RELEASED, VIOLATED = range(8)
STATUSES = (
    "upcoming",
    "open",
    "fulfilled",
    "breached",
    "repaired",
    "lapsed",
    "released",
    "violated",
)
ABSENT = -1
"""In place of a status: there is no finding, as its trigger was not accepted."""
NONE = -(2**63)
SEPARATE, RESTART, IGNORE = 0, 1, 2


@compiled
def has(table: Any, kind: int, race: int) -> bool:
    """Whether a class of events plays a part in a race."""
    word: Any = table[kind, race >> 6]
    found: bool = (word >> np.uint64(race & 63)) & np.uint64(1) != 0
    return found


@parallel
def count_triggers(begin: Any, kind: Any, offset: Any, chunks: int) -> Any:
    """Where the obligations of each group begin, one longer: at most one for each trigger."""
    groups = len(begin) - 1
    sizes = np.zeros(groups + 1, np.int64)
    for chunk in prange(chunks):
        for g in range(groups * chunk // chunks, groups * (chunk + 1) // chunks):
            size = 0
            for i in range(begin[g], begin[g + 1]):
                size += offset[kind[i] + 1] - offset[kind[i]]
            sizes[g + 1] = size
    return np.cumsum(sizes)


@parallel
def find_triggers(begin: Any, kind: Any, first: Any, offset: Any, listed: Any, chunks: int) -> Any:
    """The trigger and the race of each obligation, group by group, in the order of triggers."""
    groups = len(begin) - 1
    trigger = np.empty(first[-1], np.int64)
    race = np.empty(first[-1], np.int16)
    for chunk in prange(chunks):
        for g in range(groups * chunk // chunks, groups * (chunk + 1) // chunks):
            w = first[g]
            for i in range(begin[g], begin[g + 1]):
                for x in range(offset[kind[i]], offset[kind[i] + 1]):
                    trigger[w] = i
                    race[w] = listed[x]
                    w += 1
    return trigger, race


@compiled
def beginning(at: Any, i: int, begin: int) -> int:
    """The first event of the instant of another one."""
    while i > begin and at[i - 1] == at[i]:
        i -= 1
    return i


@compiled
def find_payment(
    at: Any, kind: Any, i: int, end: int, race: int, opens: int, p: int, pays: Any, triggers: Any
) -> int:
    """The first event from `p` on that pays what `i` triggered; `end` if there is none.

    What shares the instant of the trigger pays it too, unless it triggers the same rule and comes
    before it.
    """
    while p < end:
        if at[p] >= opens and has(pays, kind[p], race):
            if p > i or (p < i and not has(triggers, kind[p], race)):
                return p
        p += 1
    return end


@compiled
def find_release(
    at: Any,
    kind: Any,
    i: int,
    end: int,
    race: int,
    p: int,
    frees: Any,
    triggers: Any,
    restarts: bool,
    since: int,
    until: int,
) -> int:
    """The first event from `p` on that frees what `i` triggered; `end` if there is none."""
    while p < end:
        if p > i and restarts and since <= at[p] < until and has(triggers, kind[p], race):
            return p
        if p != i and has(frees, kind[p], race):
            if p > i or not has(triggers, kind[p], race):
                return p
        p += 1
    return end


@compiled
def judged(
    paid: int, freed: int, opens: int, due: int, expires: int, as_of: int
) -> tuple[int, bool, bool]:
    """The status, and whether it was paid or freed; `NONE` for what never came."""
    forever = expires == NONE
    counts = paid != NONE and (forever or paid <= expires)
    if counts and (freed == NONE or freed >= paid):
        return (FULFILLED if paid <= due else REPAIRED), True, False
    if freed != NONE and (forever or freed <= expires):
        return (RELEASED if freed <= due else LAPSED), False, True
    if not forever and as_of > expires:
        return LAPSED, False, False
    if as_of > due:
        return BREACHED, False, False
    return (UPCOMING if as_of < opens else OPEN), False, False


@parallel
def settle(
    begin: Any,
    owner: Any,
    at: Any,
    kind: Any,
    first: Any,
    trigger: Any,
    race: Any,
    opens: Any,
    due: Any,
    expires: Any,
    policy: Any,
    since: Any,
    until: Any,
    zone: Any,
    flags: Any,
    unit: Any,
    pays: Any,
    frees: Any,
    triggers: Any,
    as_of: int,
    chunks: int,
) -> Any:
    """The status of each obligation, and the event that ended it, -1 for none.

    Args:
        begin: Where groups begin, one longer.
        owner: The customer of each group.
        at: The instant of each event.
        kind: The class of each event.
        first: Where the obligations of each group begin.
        trigger: The event behind each obligation.
        race: Its race.
        opens: From when it can be done.
        due: Its last instant in time.
        expires: The last instant at which it is worth doing; `NONE` for never.
        policy: By race, what a new trigger does.
        since: By race and zone, from when its rule is in force.
        until: By race and zone, up to before when it is.
        zone: By customer, its zone.
        flags: By customer, bits of the units that are evaluated elsewhere.
        unit: By race, the number of its bit there.
        pays: By class, bits of the races that it pays.
        frees: By class, bits of the races that it frees.
        triggers: By class, bits of the races that it triggers.
        as_of: The instant asked about.
        chunks: In how many pieces the work is shared out.
    """
    groups = len(begin) - 1
    races = len(policy)
    status = np.empty(len(trigger), np.int8)
    ended = np.empty(len(trigger), np.int64)
    for chunk in prange(chunks):
        paying = np.empty(races, np.int64)  # where the search for the next payment goes on
        opened = np.empty(races, np.int64)  # from when the last one was looked for
        freeing = np.empty(races, np.int64)
        ends = np.empty(races, np.int64)  # when the last accepted one ended
        for g in range(groups * chunk // chunks, groups * (chunk + 1) // chunks):
            if first[g] == first[g + 1]:
                continue
            start, end, who = begin[g], begin[g + 1], owner[g]
            place = zone[who]
            paying[:] = start
            freeing[:] = start
            opened[:] = NONE
            ends[:] = NONE
            for w in range(first[g], first[g + 1]):
                i, r = trigger[w], np.int64(race[w])
                now, low, high = at[i], since[r, place], until[r, place]
                ended[w] = -1
                if not low <= now < high:
                    status[w] = ABSENT
                    continue
                u = unit[r]
                if (flags[who, u >> 6] >> np.uint64(u & 63)) & np.uint64(1):
                    status[w] = ABSENT
                    continue
                if policy[r] == IGNORE and ends[r] > now:
                    status[w] = ABSENT
                    continue
                p = paying[r]
                if opens[w] < opened[r]:
                    p = beginning(at, i, start)
                p = find_payment(at, kind, i, end, r, opens[w], p, pays, triggers)
                paying[r], opened[r] = p, opens[w]
                restarts = policy[r] == RESTART
                f = freeing[r]
                while f < i and at[f] < now:
                    f += 1
                f = find_release(at, kind, i, end, r, f, frees, triggers, restarts, low, high)
                freeing[r] = f
                status[w], paid, freed = judged(
                    at[p] if p < end else NONE,
                    at[f] if f < end else NONE,
                    opens[w],
                    due[w],
                    expires[w],
                    as_of,
                )
                if paid:
                    ended[w] = p
                elif freed:
                    ended[w] = f
                if policy[r] == IGNORE:
                    if paid or freed:
                        ends[r] = at[ended[w]]
                    else:
                        ends[r] = expires[w] + 1 if expires[w] != NONE else np.int64(2**62)
    return status, ended
