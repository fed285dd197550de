"""The kernel of recurring duties: from each touch to the next."""

from __future__ import annotations

from typing import Any

import numpy as np

from retention_rules.evaluation.batch.jit import compiled
from retention_rules.evaluation.batch.kernel import (
    FULFILLED,
    LAPSED,
    NONE,
    RELEASED,
    REPAIRED,
    has,
    judged,
    related,
)


@compiled
def count_turns(
    begin: Any,
    owner: Any,
    at: Any,
    kind: Any,
    root: Any,
    race: int,
    starts: Any,
    pays: Any,
    stops: Any,
    since: Any,
    until: Any,
    zone: Any,
    flags: Any,
    unit: int,
) -> Any:
    """Where the obligations of a recurring duty begin in each group, one longer."""
    sizes = np.zeros(len(begin), np.int64)
    nothing = np.empty(0, np.int64)
    for g in range(len(begin) - 1):
        who = owner[g]
        if not (flags[who, unit >> 6] >> np.uint64(unit & 63)) & np.uint64(1):
            sizes[g + 1] = take_turns(
                begin[g],
                begin[g + 1],
                at,
                kind,
                root,
                race,
                starts,
                pays,
                stops,
                since[race, zone[who]],
                until[race, zone[who]],
                0,
                nothing,
                nothing,
                nothing,
            )
    return np.cumsum(sizes)


@compiled
def find_turns(
    begin: Any,
    owner: Any,
    at: Any,
    kind: Any,
    root: Any,
    race: int,
    starts: Any,
    pays: Any,
    stops: Any,
    since: Any,
    until: Any,
    zone: Any,
    first: Any,
) -> Any:
    """By obligation its trigger, what ended it (-1 for nothing), and whether that was a stop."""
    trigger = np.empty(first[-1], np.int64)
    ended = np.empty(first[-1], np.int64)
    stopped = np.zeros(first[-1], np.int64)
    for g in range(len(begin) - 1):
        if first[g] < first[g + 1]:
            who = owner[g]
            take_turns(
                begin[g],
                begin[g + 1],
                at,
                kind,
                root,
                race,
                starts,
                pays,
                stops,
                since[race, zone[who]],
                until[race, zone[who]],
                first[g],
                trigger,
                ended,
                stopped,
            )
    return trigger, ended, stopped


@compiled
def take_turns(
    begin: int,
    end: int,
    at: Any,
    kind: Any,
    root: Any,
    race: int,
    starts: Any,
    pays: Any,
    stops: Any,
    since: int,
    until: int,
    w: int,
    trigger: Any,
    ended: Any,
    stopped: Any,
) -> int:
    """A start opens, every touch while it runs opens the next, a stop ends the run.

    At one instant come starts, then touches in order, then stops. How many obligations there are;
    they are written from `w` on, if there is room.
    """
    writes = len(trigger) > 0
    running = False
    start = last = -1
    count = 0
    i = begin
    while i < end:
        j = i
        while j < end and at[j] == at[i]:
            j += 1
        begun = -1
        if not running:
            for p in range(i, j):
                if has(starts, kind[p], race) and since <= at[p] < until:
                    begun = p
                    break
            if begun >= 0:
                running, start, last = True, begun, begun
                if writes:
                    trigger[w + count] = begun
                    ended[w + count] = -1
                count += 1
        if running:
            for p in range(i, j):
                if not has(pays, kind[p], race) or related(root, p, start):
                    continue
                if not related(root, p, last):
                    if writes:
                        ended[w + count - 1] = p
                        trigger[w + count] = p
                        ended[w + count] = -1
                    last = p
                    count += 1
            for p in range(i, j):
                if has(stops, kind[p], race) and not related(root, p, start):
                    running = False
                    if writes:
                        ended[w + count - 1] = p
                        stopped[w + count - 1] = 1
                    break
        i = j
    return count


@compiled
def judge_turns(
    at: Any, trigger: Any, ended: Any, stopped: Any, opens: Any, due: Any, as_of: int
) -> Any:
    """The statuses of the obligations of a recurring duty: a touch too early to pay replaces."""
    status = np.empty(len(trigger), np.int8)
    for w in range(len(trigger)):
        p = ended[w]
        if p < 0:
            status[w] = judged(NONE, NONE, opens[w], due[w], NONE, as_of)[0]
        elif stopped[w] or at[p] < opens[w]:
            status[w] = RELEASED if at[p] <= due[w] else LAPSED
        else:
            status[w] = FULFILLED if at[p] <= due[w] else REPAIRED
    return status
