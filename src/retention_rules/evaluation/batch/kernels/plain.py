"""The plain case of `settling`: nothing is in doubt, and every trigger has its own obligation.

The events that pay or free a race are listed once for each group. What searches for an obligation
then skips all others, which are most.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from retention_rules.evaluation.batch.kernels.acts import ABSENT, NONE, has, judged
from retention_rules.evaluation.batch.kernels.jit import compiled, parallel


@compiled
def ends_it(p: int, i: int, kind: Any, race: int, triggers: Any) -> bool:
    """Whether what stands at `p`, at the instant of the trigger `i` or later, can end what it owes.

    That is not so for the trigger itself, and for triggers of the same rule before it.
    """
    return p > i or (p < i and not has(triggers, kind[p], race))


@compiled
def not_before(place: Any, at: Any, low: int, high: int, instant: int) -> int:
    """Where the events of a part of a list are no longer before an instant."""
    while low < high:
        middle = (low + high) // 2
        if at[place[middle]] < instant:
            low = middle + 1
        else:
            high = middle
    return low


@parallel
def settle_plain(
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
    reason: Any,
    since: Any,
    until: Any,
    zone: Any,
    flags: Any,
    unit: Any,
    offset: Any,
    listed: Any,
    triggers: Any,
    as_of: int,
    status: Any,
    ended: Any,
    chunks: int,
) -> None:
    """The status of each obligation, and the event that ended it (-1 for none).

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
        reason: Why its window lies nowhere.
        since: By race and zone, from when its rule is in force.
        until: By race and zone, up to before when it is.
        zone: By customer, its zone.
        flags: By customer, bits of the units that are evaluated elsewhere.
        unit: By race, the number of its bit there.
        offset: By class, where the parts that it plays begin in a list: that of a payment is the
            number of its race, that of a release comes after those of all payments.
        listed: The list.
        triggers: By race and class, whether it triggers.
        as_of: The instant asked about.
        status: Where statuses go.
        ended: Where the events go.
        chunks: In how many pieces the work is shared out.
    """
    groups = len(begin) - 1
    races = len(unit)
    for chunk in prange(chunks):
        place = np.empty(64, np.int32)  # of what plays a part, part by part
        starts = np.empty(2 * races + 1, np.int64)
        mark = np.empty(2 * races, np.int64)
        latest = np.empty(races, np.int64)  # from when on payments were looked for
        for g in range(groups * chunk // chunks, groups * (chunk + 1) // chunks):
            if first[g] == first[g + 1]:
                continue
            starts[:] = 0
            for i in range(begin[g], begin[g + 1]):
                for x in range(offset[kind[i]], offset[kind[i] + 1]):
                    starts[listed[x] + 1] += 1
            for part in range(2 * races):
                starts[part + 1] += starts[part]
            mark[:] = starts[:-1]
            if starts[2 * races] > len(place):
                place = np.empty(2 * starts[2 * races], np.int32)
            for i in range(begin[g], begin[g + 1]):
                for x in range(offset[kind[i]], offset[kind[i] + 1]):
                    place[mark[listed[x]]] = i
                    mark[listed[x]] += 1
            mark[:] = starts[:-1]
            latest[:] = NONE
            who = owner[g]
            for w in range(first[g], first[g + 1]):
                i, r = np.int64(trigger[w]), np.int64(race[w])
                now = at[i]
                ended[w] = -1
                status[w] = ABSENT
                away = (flags[who, unit[r] >> 6] >> np.uint64(unit[r] & 63)) & np.uint64(1) != 0
                if away or not since[r, zone[who]] <= now < until[r, zone[who]]:
                    continue
                x, stop = mark[r], starts[r + 1]
                if opens[w] < latest[r]:
                    x = not_before(place, at, starts[r], stop, opens[w])
                while x < stop:
                    p = place[x]
                    if at[p] >= opens[w] and ends_it(p, i, kind, r, triggers):
                        break
                    x += 1
                mark[r], latest[r] = x, opens[w]
                y, last = mark[races + r], starts[races + r + 1]
                while y < last:
                    p = place[y]
                    if at[p] >= now and ends_it(p, i, kind, r, triggers):
                        break
                    y += 1
                mark[races + r] = y
                paid = at[place[x]] if x < stop else NONE
                freed = at[place[y]] if y < last else NONE
                limit = due[w] if reason[w] == 0 else np.int64(2**62)
                status[w], is_paid, is_freed = judged(
                    paid, freed, opens[w], limit, expires[w], as_of
                )
                if is_paid:
                    ended[w] = place[x]
                elif is_freed:
                    ended[w] = place[y]
