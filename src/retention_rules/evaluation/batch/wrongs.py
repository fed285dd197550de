"""The kernel of prohibitions: which events are wrong, as nothing cleared them in time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from retention_rules.evaluation.batch.jit import compiled, parallel
from retention_rules.evaluation.batch.kernel import has


@parallel
def find_wrongs(
    begin: Any,
    owner: Any,
    at: Any,
    kind: Any,
    first: Any,
    event: Any,
    ban: Any,
    clears: Any,
    clearable: Any,
    since: Any,
    until: Any,
    zone: Any,
    flags: Any,
    unit: Any,
    chunks: int,
) -> Any:
    """Which of the events that prohibitions speak of are wrong: nothing cleared them in time.

    What clears comes before, or at the same instant, and is another event.
    """
    groups = len(begin) - 1
    wrong = np.zeros(len(event), np.bool_)
    for chunk in prange(chunks):
        one = np.empty(len(unit), np.int64)  # the first event of the group that clears
        two = np.empty(len(unit), np.int64)  # and the next
        for g in range(groups * chunk // chunks, groups * (chunk + 1) // chunks):
            if first[g] == first[g + 1]:
                continue
            end, who = begin[g + 1], owner[g]
            one[:] = -1
            for w in range(first[g], first[g + 1]):
                i, r = event[w], np.int64(ban[w])
                u = unit[r]
                if (flags[who, u >> 6] >> np.uint64(u & 63)) & np.uint64(1):
                    continue
                if not since[r, zone[who]] <= at[i] < until[r, zone[who]]:
                    continue
                wrong[w] = True
                if clearable[r]:
                    if one[r] < 0:
                        one[r] = next_clearing(kind, begin[g], end, r, clears)
                        two[r] = next_clearing(kind, one[r] + 1, end, r, clears)
                    p = two[r] if one[r] == i else one[r]
                    wrong[w] = p >= end or at[p] > at[i]
    return wrong


@compiled
def next_clearing(kind: Any, p: int, end: int, ban: int, clears: Any) -> int:
    """The first event from `p` on that clears."""
    while p < end and not has(clears, kind[p], ban):
        p += 1
    return min(p, end)
