"""The kernel: obligations of follow-ups, group by group, over events in time order.

It interprets arrays: bits that say which classes of events trigger, pay and free which races, and
the policy of each race. A new rulebook compiles nothing. A group is a stretch of the columns: the
events of one customer and one set of correlation values, each with its instant (or the first and
last of its day) and its class.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from retention_rules.evaluation.batch.kernels.acts import (
    ABSENT,
    DOUBTFUL,
    FULFILLED,
    IGNORE,
    NONE,
    OPEN,
    RESTART,
    UPCOMING,
    has,
    judged,
    next_change,
    outcome,
    over,
)
from retention_rules.evaluation.batch.kernels.days import first_day, outcome_of_days
from retention_rules.evaluation.batch.kernels.jit import compiled, parallel


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


def find_triggers(
    begin: Any, owner: Any, kind: Any, first: Any, offset: Any, listed: Any, chunks: int
) -> tuple[Any, Any, Any]:
    """Trigger, race and customer of each obligation, group by group, in the order of triggers."""
    # NumPy asks for huge pages, which compiled code does not: to touch new memory is dear.
    size = int(first[-1])
    found = np.empty(size, np.int32), np.empty(size, np.int16), np.empty(size, np.int32)
    list_triggers(begin, owner, kind, first, offset, listed, *found, chunks)
    return found


@parallel
def list_triggers(
    begin: Any,
    owner: Any,
    kind: Any,
    first: Any,
    offset: Any,
    listed: Any,
    trigger: Any,
    race: Any,
    customer: Any,
    chunks: int,
) -> None:
    """Put trigger, race and customer of each obligation into arrays."""
    groups = len(begin) - 1
    for chunk in prange(chunks):
        for g in range(groups * chunk // chunks, groups * (chunk + 1) // chunks):
            w = first[g]
            for i in range(begin[g], begin[g + 1]):
                for x in range(offset[kind[i]], offset[kind[i] + 1]):
                    trigger[w] = i
                    race[w] = listed[x]
                    customer[w] = owner[g]
                    w += 1


@compiled
def told(
    here: bool,
    there: bool,
    status: int,
    ended: int,
    other: int,
    other_ended: int,
    tainted: bool,
) -> tuple[int, bool]:
    """The status of two runs, and whether it stands in spite of what is in doubt.

    The first is the run in which nothing doubtful counts; `here` and `there` say which of them know
    the obligation. Two runs are not all that there is to consider where it is `tainted`.
    """
    if not here:
        return other, False
    if not there:
        return status, False
    same = status == other and ended == other_ended
    if status in (UPCOMING, OPEN):
        return status, True
    return status, (same and (status == FULFILLED or not tainted)) or (
        status == FULFILLED and not tainted
    )


@compiled
def first_doubt(
    begin: int,
    end: int,
    at: Any,
    kind: Any,
    race: int,
    since: int,
    until: int,
    surely: Any,
    perhaps: Any,
    tie: Any,
) -> int:
    """The instant of the first event of a group that plays a part only perhaps."""
    lacks = False
    i = begin
    while i < end:
        j = i
        while j < end and at[j] == at[i]:
            if len(tie) > 0 and tie[j] < 0 and since <= at[j] < until:
                lacks = lacks or has(perhaps[2], kind[j], race)
            j += 1
        for p in range(i, j):
            for role in range(3):
                if has(perhaps[role], kind[p], race):
                    if role == 2 and not since <= at[p] < until:
                        continue
                    sure = has(surely[role], kind[p], race)
                    if role == 0 and len(tie) > 0 and (lacks or tie[p] < 0):
                        sure = False
                    if not sure:
                        return int(at[p])
        i = j
    return 2**62


@parallel
def settle(
    begin: Any,
    owner: Any,
    at: Any,
    kind: Any,
    root: Any,
    first: Any,
    trigger: Any,
    race: Any,
    opens: Any,
    due: Any,
    expires: Any,
    reason: Any,
    policy: Any,
    since: Any,
    until: Any,
    zone: Any,
    flags: Any,
    doubts: Any,
    unit: Any,
    surely: Any,
    perhaps: Any,
    ties: Any,
    tied: Any,
    alike: Any,
    late: Any,
    day: Any,
    fine: Any,
    as_of: int,
    doubtful: bool,
    chunks: int,
) -> Any:
    """The status of each obligation, what ended it (-1 for nothing) and when, and its next change.

    Args:
        begin: Where groups begin, one longer.
        owner: The customer of each group.
        at: The instant of each event.
        kind: The class of each event.
        root: The record behind each event; empty if all are records.
        first: Where the obligations of each group begin.
        trigger: The event behind each obligation.
        race: Its race.
        opens: From when it can be done.
        due: Its last instant in time.
        expires: The last instant at which it is worth doing; `NONE` for never.
        reason: Why its window lies nowhere; `DOUBTFUL` is set where two runs disagree.
        policy: By race, what a new trigger does.
        since: By race and zone, from when its rule is in force.
        until: By race and zone, up to before when it is.
        zone: By customer, its zone.
        flags: By customer, bits of the units that are evaluated elsewhere.
        doubts: By customer, bits of the units in which something is in doubt.
        unit: By race, the number of its bit there.
        surely: By class, bits of the races that it pays, frees and triggers for sure.
        perhaps: The same, counting what is in doubt.
        ties: Codes of the fields by which touches are compared with their triggers.
        tied: By race, which of them it compares; -1 for none.
        alike: By race, whether they must be equal, or differ.
        late: The last instant of each event; empty if none differs from the first.
        day: By event, what `days.day_before` says; empty if all have an instant.
        fine: Which windows end at instants rather than with local dates; empty if there are no
            days that make these matter.
        as_of: The instant asked about.
        doubtful: Whether anything is in doubt; if not, next changes follow from statuses.
        chunks: In how many pieces the work is shared out.
    """
    groups = len(begin) - 1
    races = len(policy)
    status = np.empty(len(trigger), np.int8)
    ended = np.empty(len(trigger), np.int32)
    when = np.empty(len(trigger) if len(late) else 0, np.int64)
    change = np.empty(len(trigger) if doubtful else 0, np.int64)
    for chunk in prange(chunks):
        marks = np.empty((races, 3), np.int64)
        others = np.empty((races, 3), np.int64)
        ends = np.empty((races, 2), np.int64)  # when the last accepted one ended, in either run
        doubt = np.empty((races, 2), np.int64)  # when the first doubt arose, and the first day
        for g in range(groups * chunk // chunks, groups * (chunk + 1) // chunks):
            if first[g] == first[g + 1]:
                continue
            start, end, who = begin[g], begin[g + 1], owner[g]
            for r in range(races):
                marks[r, 0] = others[r, 0] = marks[r, 2] = others[r, 2] = start
                marks[r, 1] = others[r, 1] = doubt[r, 0] = NONE
                ends[r, 0] = ends[r, 1] = NONE
            for w in range(first[g], first[g + 1]):
                i, r = np.int64(trigger[w]), np.int64(race[w])
                last = due[w] if reason[w] == 0 else np.int64(2**62)
                low, high = since[r, zone[who]], until[r, zone[who]]
                word, bit = unit[r] >> 6, np.uint64(unit[r] & 63)
                away = (flags[who, word] >> bit) & np.uint64(1) != 0
                ended[w] = -1
                status[w] = ABSENT
                if away or not low <= at[i] < high:
                    continue
                ignores, restarts = policy[r] == IGNORE, policy[r] == RESTART
                two = doubtful and (doubts[who, word] >> bit) & np.uint64(1) != 0
                tie = ties[max(tied[r], 0), : ties.shape[1] if tied[r] >= 0 else 0]
                # The run in which nothing doubtful counts, then the one in which everything does.
                here = not two or has(surely[2], kind[i], r)
                here = here and not (ignores and ends[r, 0] > at[i])
                there = two and not (ignores and ends[r, 1] > at[i])
                paid = freed = paid_too = freed_too = NONE
                p = f = q = e = end
                ending = ending_too = NONE
                vague = len(fine) > 0 and fine[w]
                if here:
                    if vague:
                        p, paid, f, freed = outcome_of_days(
                            at, late, day, kind, root, start, end, i, r, opens[w], expires[w],
                            restarts, low, high, surely[0], surely[1], surely[2], tie, alike[r],
                            False,
                        )  # fmt: skip
                    else:
                        p, f = outcome(
                            at, kind, root, start, end, i, r, opens[w], restarts, low, high,
                            surely[0], surely[1], surely[2], tie, alike[r], False, marks, late, day,
                        )  # fmt: skip
                        paid = max(at[p], at[i]) if p < end else NONE
                        freed = max(at[f], at[i]) if f < end else NONE
                    status[w], is_paid, is_freed = judged(
                        paid, freed, opens[w], last, expires[w], as_of
                    )
                    ended[w] = p if is_paid else f if is_freed else -1
                    ending = paid if is_paid else freed if is_freed else NONE
                    if ignores:
                        ends[r, 0] = over(ending, expires[w])
                if len(when) > 0:
                    when[w] = ending
                if not doubtful:
                    continue
                change[w] = next_change(status[w], opens[w], last, expires[w])
                if not two or not (here or there):
                    continue
                other, by = ABSENT, -1
                if there:
                    if vague:
                        q, paid_too, e, freed_too = outcome_of_days(
                            at, late, day, kind, root, start, end, i, r, opens[w], expires[w],
                            restarts, low, high, perhaps[0], perhaps[1], perhaps[2], tie, alike[r],
                            True,
                        )  # fmt: skip
                    else:
                        q, e = outcome(
                            at, kind, root, start, end, i, r, opens[w], restarts, low, high,
                            perhaps[0], perhaps[1], perhaps[2], tie, alike[r], True, others, late,
                            day,
                        )  # fmt: skip
                        paid_too = max(at[q], at[i]) if q < end else NONE
                        freed_too = max(at[e], at[i]) if e < end else NONE
                    other, is_paid, is_freed = judged(
                        paid_too, freed_too, opens[w], last, expires[w], as_of
                    )
                    ending_too = paid_too if is_paid else freed_too if is_freed else NONE
                    if ignores:
                        ends[r, 1] = over(ending_too, expires[w])
                    # The same event at another instant is another end.
                    q = q if q != p or paid == paid_too else -2
                    e = e if e != f or freed == freed_too else -2
                    by = q if is_paid else e if is_freed else -1
                # From then on two runs are not all that there is to consider.
                taint = 2**62
                if ignores:
                    if doubt[r, 0] == NONE:
                        doubt[r, 0] = first_doubt(
                            start, end, at, kind, r, low, high, surely, perhaps, tie
                        )
                        doubt[r, 1] = first_day(start, end, at, late, kind, r, low, high, perhaps)
                    taint = min(doubt[r, 0], doubt[r, 1]) if vague else doubt[r, 0]
                    if taint > over(ending if here else ending_too, expires[w]):
                        taint = 2**62
                mine, mine_by = status[w], ended[w]
                status[w], stands = told(here, there, mine, mine_by, other, by, taint <= as_of)
                if not stands and reason[w] == 0:
                    reason[w] = DOUBTFUL
                if not stands:
                    ended[w] = -1
                # The first of the instants at which the two runs tell another thing.
                change[w] = NONE
                if reason[w] != 0 and reason[w] != DOUBTFUL:
                    continue
                for later in (opens[w], last + 1, expires[w] + 1):
                    if later <= as_of or (later == expires[w] + 1 and expires[w] == NONE):
                        continue
                    then, a, b = judged(paid, freed, opens[w], last, expires[w], later)
                    then_by = p if a else f if b else -1
                    too, a, b = judged(paid_too, freed_too, opens[w], last, expires[w], later)
                    too_by = q if a else e if b else -1
                    then, still = told(here, there, then, then_by, too, too_by, taint <= later)
                    if then != status[w] or still != stands:
                        change[w] = later
                        break
    return status, ended, when, change
