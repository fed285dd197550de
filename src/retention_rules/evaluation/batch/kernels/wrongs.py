"""The kernel of prohibitions: which events are wrong, as nothing cleared them in time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from retention_rules.evaluation.batch.kernels.acts import has
from retention_rules.evaluation.batch.kernels.jit import compiled, parallel

RIGHT, WRONG, DOUBTED = range(3)
"""What an event is in the eyes of a prohibition."""


@parallel
def find_wrongs(
    begin: Any,
    owner: Any,
    at: Any,
    late: Any,
    kind: Any,
    first: Any,
    event: Any,
    ban: Any,
    surely: Any,
    perhaps: Any,
    clearable: Any,
    since: Any,
    until: Any,
    zone: Any,
    flags: Any,
    unit: Any,
    chunks: int,
) -> Any:
    """How wrong the events are that prohibitions speak of: not if something cleared them in time.

    What clears comes before, or at the same instant, and is another event. Of events known by their
    day only it must be over, and may be over, by then.

    Args:
        begin: Where groups begin, one longer.
        owner: The customer of each group.
        at: The instant of each event.
        late: The last instant of each event; empty if none differs from the first.
        kind: The class of each event.
        first: Where what prohibitions speak of begins, by group.
        event: The events that they speak of.
        ban: The prohibition that speaks of each.
        surely: By class, bits of the prohibitions that it clears, and speaks of, for sure.
        perhaps: By class, bits of those that it clears at least perhaps.
        clearable: By prohibition, whether anything clears it.
        since: By prohibition and zone, from when it is in force.
        until: By prohibition and zone, up to before when it is.
        zone: By customer, its zone.
        flags: By customer, bits of the units that are evaluated elsewhere.
        unit: By prohibition, the number of its bit there.
        chunks: In how many pieces the work is shared out.
    """
    groups = len(begin) - 1
    how = np.zeros(len(event), np.int8)
    for chunk in prange(chunks):
        clears = np.empty((len(unit), 2), np.int64)  # the first two of the group that clear
        may = np.empty((len(unit), 2), np.int64)  # and the first two that may
        for g in range(groups * chunk // chunks, groups * (chunk + 1) // chunks):
            if first[g] == first[g + 1]:
                continue
            end, who = begin[g + 1], owner[g]
            for r in range(len(unit)):  # a slice here, and Numba would lose what is noted below
                clears[r, 0] = -1
            for w in range(first[g], first[g + 1]):
                i, r = np.int64(event[w]), np.int64(ban[w])
                u = unit[r]
                if (flags[who, u >> 6] >> np.uint64(u & 63)) & np.uint64(1):
                    continue
                if not since[r, zone[who]] <= at[i] < until[r, zone[who]]:
                    continue
                how[w] = WRONG if has(surely[1], kind[i], r) else DOUBTED
                if clearable[r]:
                    if clears[r, 0] < 0:
                        first_two(kind, begin[g], end, r, surely[0], clears)
                        first_two(kind, begin[g], end, r, perhaps, may)
                        if len(late):
                            soonest(kind, late, begin[g], end, r, surely[0], clears)
                    if comes(late if len(late) else at, clears, r, i, end, at[i]):
                        how[w] = RIGHT
                    elif comes(at, may, r, i, end, late[i] if len(late) else at[i]):
                        how[w] = DOUBTED
    return how


@compiled
def comes(at: Any, both: Any, ban: int, i: int, end: int, by: int) -> bool:
    """Whether another event than `i` clears it by an instant."""
    p = both[ban, 1] if both[ban, 0] == i else both[ban, 0]
    return bool(p < end and at[p] <= by)


@compiled
def first_two(kind: Any, begin: int, end: int, ban: int, clears: Any, both: Any) -> None:
    """Note the first two events of a group that clear."""
    both[ban, 0] = next_clearing(kind, begin, end, ban, clears)
    both[ban, 1] = next_clearing(kind, both[ban, 0] + 1, end, ban, clears)


@compiled
def soonest(kind: Any, late: Any, begin: int, end: int, ban: int, clears: Any, both: Any) -> None:
    """Note the two events of a group that clear and whose last instants come first."""
    one = two = end
    for p in range(begin, end):
        if has(clears, kind[p], ban):
            if one == end or late[p] < late[one]:
                one, two = p, one
            elif two == end or late[p] < late[two]:
                two = p
    both[ban, 0], both[ban, 1] = one, two


@compiled
def next_clearing(kind: Any, p: int, end: int, ban: int, clears: Any) -> int:
    """The first event from `p` on that clears."""
    while p < end and not has(clears, kind[p], ban):
        p += 1
    return min(p, end)
