"""The kernel of recurring duties: from each touch to the next."""

from __future__ import annotations

from typing import Any

import numpy as np

from retention_rules.evaluation.batch.kernels.acts import (
    DOUBTFUL,
    FULFILLED,
    LAPSED,
    NONE,
    RELEASED,
    REPAIRED,
    has,
    judged,
    related,
)
from retention_rules.evaluation.batch.kernels.jit import compiled
from retention_rules.evaluation.batch.kernels.settling import told


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
    late: Any,
    day: Any,
    flags: Any,
    unit: int,
) -> Any:
    """Where the obligations of a recurring duty begin in each group, one longer."""
    sizes = np.zeros(len(begin), np.int64)
    nothing = np.empty(0, np.int64)
    used = np.zeros(len(day), np.bool_)
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
                late,
                day,
                used,
                0,
                nothing,
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
    late: Any,
    day: Any,
    first: Any,
) -> Any:
    """By obligation its trigger, what ended it (-1 for nothing), and whether that was a stop.

    Last comes the instant at which its run started: nothing ends it before, though what is known by
    its day only may stand there.
    """
    trigger = np.empty(first[-1], np.int64)
    ended = np.empty(first[-1], np.int64)
    stopped = np.zeros(first[-1], np.int64)
    run = np.empty(first[-1], np.int64)
    used = np.zeros(len(day), np.bool_)
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
                late,
                day,
                used,
                first[g],
                trigger,
                ended,
                stopped,
                run,
            )
    return trigger, ended, stopped, run


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
    late: Any,
    day: Any,
    used: Any,
    w: int,
    trigger: Any,
    ended: Any,
    stopped: Any,
    run: Any,
) -> int:
    """A start opens, every touch while it runs opens the next, a stop ends the run.

    At one instant come starts, then touches in order, then stops. A touch known by its day only
    acts once, on the first run that starts that day, though it may stand before the start (`day`
    says from where on). How many obligations there are; they are written from `w` on, if there is
    room.
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
        begun, head = -1, i
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
                    run[w + count] = at[start]
                count += 1
                if len(day) > 0:
                    head = day[i]
                    used[begun] = True
        if running:
            for p in range(head, j):
                if not has(pays, kind[p], race) or related(root, p, start):
                    continue
                if p < i and (at[p] > at[head] or late[p] == at[p] or used[p]):
                    continue
                if len(day) > 0:
                    used[p] = True
                if not related(root, p, last):
                    if writes:
                        ended[w + count - 1] = p
                        trigger[w + count] = p
                        ended[w + count] = -1
                        run[w + count] = at[start]
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
def turn(ended: int, now: int, stopped: int, opens: int, due: int, as_of: int) -> int:
    """The status of one obligation of a recurring duty: a touch too early to pay replaces it."""
    if ended < 0:
        return int(judged(NONE, NONE, opens, due, NONE, as_of)[0])
    if stopped or now < opens:
        return RELEASED if now <= due else LAPSED
    return FULFILLED if now <= due else REPAIRED


@compiled
def judge_turns(
    at: Any,
    here: Any,
    there: Any,
    ended: Any,
    stopped: Any,
    run: Any,
    ended_too: Any,
    stopped_too: Any,
    run_too: Any,
    opens: Any,
    due: Any,
    reason: Any,
    as_of: int,
) -> Any:
    """The statuses of the obligations of a recurring duty, what ended them when, and next changes.

    Args:
        at: The instant of each event.
        here: Whether each is there if nothing doubtful counts.
        there: Whether it is if everything does.
        ended: What ended it, -1 for nothing, if nothing doubtful counts.
        stopped: Whether that was a stop.
        run: The instant before which nothing ended it.
        ended_too: What ended it if everything doubtful counts.
        stopped_too: Whether that was a stop.
        run_too: The instant before which nothing ended it then.
        opens: From when it can be done.
        due: Its last instant in time.
        reason: Why its window lies nowhere; `DOUBTFUL` is set where two runs disagree.
        as_of: The instant asked about.
    """
    status = np.empty(len(here), np.int8)
    by = np.empty(len(here), np.int32)
    when = np.empty(len(here), np.int64)
    change = np.empty(len(here), np.int64)
    for w in range(len(here)):
        last = due[w] if reason[w] == 0 else 2**62
        mine, other = ended[w], ended_too[w]
        now = now_too = NONE
        if mine >= 0:
            now = max(at[mine], run[w])
        if other >= 0:
            now_too = max(at[other], run_too[w])
        when[w] = now
        one = turn(mine, now, stopped[w], opens[w], last, as_of)
        two = turn(other, now_too, stopped_too[w], opens[w], last, as_of)
        end = other if now_too == now else -2  # the same event at another instant
        found, stands = told(here[w], there[w], one, mine, two, end, False)
        status[w] = found
        by[w] = mine if stands else -1
        change[w] = NONE
        bad = reason[w] != 0
        if not stands and not bad:
            reason[w] = DOUBTFUL
        if bad:
            continue
        for later in (opens[w], last + 1):
            if later > as_of:
                one = turn(mine, now, stopped[w], opens[w], last, later)
                two = turn(other, now_too, stopped_too[w], opens[w], last, later)
                then, still = told(here[w], there[w], one, mine, two, end, False)
                if then != found or still != stands:
                    change[w] = later
                    break
    return status, by, when, change
