"""The kernel of lifecycles: from event to event and from timeout to timeout."""

from __future__ import annotations

from typing import Any

import numpy as np

from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.kernels.jit import compiled

NEVER = 2**63 - 1


POISON = 2**63 - 2


_DAY = 86_400_000_000


@compiled
def walk(
    begin: Any,
    at: Any,
    late: Any,
    kind: Any,
    moving: Any,
    source: Any,
    target: Any,
    after: Any,
    since: Any,
    until: Any,
    zone: Any,
    away: Any,
    start: Any,
    cutoff: Any,
    table: Any,
    plus: Any,
    fixed: Any,
    as_of: int,
    into: Any,
    found: Any,
) -> Any:
    """Go through the events of each customer, and note stays; how many there are, and bad ones.

    Args:
        begin: Where the events of each customer begin, one longer.
        at: The instant of each event.
        late: The last instant of each event; empty if none differs from the first.
        kind: The class of each event.
        moving: By move and class, whether such an event makes that move.
        source: By move, the stage it leads from; -1 for any.
        target: By move, the stage it leads to.
        after: By stage, the one that follows when its time is over; -1 for none.
        since: By zone, from when the lifecycle is in force.
        until: By zone, up to before when it is.
        zone: By customer, its zone.
        away: By customer, whether the pure evaluator takes it.
        start: By zone, where days start.
        cutoff: By zone, from when on no opening hours are left in a day.
        table: By stage, zone, date, and whether any are left: the last instant of a stay.
        plus: By stage, how long a stay is at most, if that is elapsed time.
        fixed: By stage and opener, the last instant of a stay, if the opener says it.
        as_of: The instant up to which time passes.
        into: By customer, where its stays are noted.
        found: The stays, by column.
    """
    customers = len(begin) - 1
    sizes = np.zeros(customers, np.int64)
    bad = np.zeros(customers, np.bool_)
    used = np.zeros(len(at), np.bool_)
    writes = len(into) > 0
    for who in range(customers):
        if away[who] or begin[who] == begin[who + 1]:
            continue
        if writes and into[who] == into[who + 1]:
            continue
        stage, timeout, size = -1, NEVER, 0
        cause, opener, added = -1, -1, 0
        w = into[who] if writes else 0
        i, end, z = begin[who], begin[who + 1], zone[who]
        while not bad[who]:
            now = min(at[i] if i < end else NEVER, timeout)
            if now > as_of:
                break
            if timeout == now:
                stage, added = after[stage], added + 1
                timeout = timing(
                    now, now, stage, z, opener, after, start, cutoff, table, plus, fixed
                )
                bad[who] |= timeout == POISON
                if writes:
                    note(found, w + size, size, who, stage, now, cause, added, opener, timeout)
                size += 1
            j = i
            while j < end and at[j] == now:
                used[j] = not since[z] <= now < until[z]
                j += 1
            for move in range(len(source)):
                for p in range(i, j):
                    if used[p] or not moving[move, kind[p]]:
                        continue
                    if source[move] >= 0 and source[move] != stage:
                        continue
                    used[p] = True
                    if source[move] < 0:
                        opener = p
                    stage, cause, added = target[move], p, 0
                    last = late[p] if len(late) else now
                    timeout = timing(
                        now, last, stage, z, opener, after, start, cutoff, table, plus, fixed
                    )
                    bad[who] |= timeout == POISON
                    if writes:
                        note(found, w + size, size, who, stage, now, cause, added, opener, timeout)
                    size += 1
            i = j
        sizes[who] = 0 if bad[who] else size
    return sizes, bad


@compiled
def note(
    found: Any,
    place: int,
    size: int,
    who: int,
    stage: int,
    now: int,
    cause: int,
    added: int,
    opener: int,
    timeout: int,
) -> None:
    """Write down a stay, and that the one before it is over."""
    if size > 0:
        found[3, place - 1] = now
    found[0, place] = who
    found[1, place] = stage
    found[2, place] = now
    found[3, place] = NONE
    found[4, place] = cause
    found[5, place] = added
    found[6, place] = opener
    found[7, place] = timeout


@compiled
def timing(
    now: int,
    last: int,
    stage: int,
    zone: int,
    opener: int,
    after: Any,
    start: Any,
    cutoff: Any,
    table: Any,
    plus: Any,
    fixed: Any,
) -> int:
    """When a stay that begins now ends by itself; `NEVER` if it does not.

    What began it is over at an instant that is the `last` of its day, if that is all that is known.
    """
    if after[stage] < 0:
        return NEVER
    if fixed.shape[1] > 0 and fixed[stage, opener] != NONE:
        return int(max(fixed[stage, opener], now) + 1)
    if plus[stage] != NONE:
        return int(max(last + plus[stage], now) + 1)
    day = (now - start[zone, 0]) // _DAY
    while start[zone, day] > now:
        day -= 1
    while start[zone, day + 1] <= now:
        day += 1
    ends = table[stage, zone, day, 1 if now >= cutoff[zone, day] else 0]
    return POISON if ends == POISON else int(max(ends, now) + 1)
