"""The kernel of procedures: what ends each step of a case, and which case a step is owed in."""

from __future__ import annotations

from typing import Any

import numpy as np

from retention_rules.evaluation.batch.kernels.acts import (
    ABSENT,
    FULFILLED,
    LAPSED,
    NONE,
    RELEASED,
    REPAIRED,
    beginning,
    judged,
    next_change,
)
from retention_rules.evaluation.batch.kernels.jit import compiled

NEVER = 2**62
"""In place of an instant that does not come."""
UNENDED, PAID, SKIPPED, CLOSED = range(4)
"""What ended a step."""


@compiled
def closings(at: Any, kind: Any, start: Any, end: Any, trigger: Any, some: Any, opens: Any) -> Any:
    """The place of the first event that closes each case, -1 for none.

    Args:
        at: The instant of each event.
        kind: The class of each event.
        start: By case, where the events of its group begin.
        end: Where they end.
        trigger: The place of what opened it.
        some: The places of the events that close cases, in order.
        opens: By class of events, whether such a one opens a case.
    """
    found = np.full(len(trigger), -1, np.int64)
    for w in range(len(trigger)):
        i = trigger[w]
        x = np.searchsorted(some, beginning(at, i, start[w]))
        while x < len(some) and some[x] < end[w]:
            p = some[x]
            if p != i and (p > i or not opens[kind[p]]):
                found[w] = p
                break
            x += 1
    return found


@compiled
def ends(
    at: Any,
    kind: Any,
    start: Any,
    end: Any,
    trigger: Any,
    close: Any,
    opens: Any,
    expires: Any,
    birth: Any,
    some: Any,
    pays: Any,
    skips: Any,
    triggers: Any,
) -> tuple[Any, Any]:
    """What ended each obligation of a step: the place of the event, -1 for none, and how.

    Args:
        at: The instant of each event.
        kind: The class of each event.
        start: By obligation, where the events of its group begin.
        end: Where they end.
        trigger: The place of what it is owed for.
        close: The place of what closes its case, -1 for nothing.
        opens: From when it can be done.
        expires: When it lapses, once it is owed; `NONE` for never.
        birth: From when it is owed; a touch may come before.
        some: The places of touches and skips, in order.
        pays: By class of events, whether such a one is a touch.
        skips: By class, whether such a one is a skip.
        triggers: By class, whether such a one opens it.
    """
    place = np.full(len(trigger), -1, np.int64)
    how = np.zeros(len(trigger), np.int8)
    for w in range(len(trigger)):
        i = trigger[w]
        closed = at[close[w]] if close[w] >= 0 else NEVER
        skip = -1
        x = np.searchsorted(some, beginning(at, i, start[w]))
        while x < len(some) and some[x] < end[w] and at[some[x]] <= closed:
            p, now = some[x], at[some[x]]
            if skip >= 0 and now > at[skip]:
                break
            if now > birth[w] and expires[w] != NONE and now > expires[w]:
                break
            if p != i and (p > i or not triggers[kind[p]]):
                if pays[kind[p]] and now >= opens[w]:
                    place[w], how[w] = p, PAID
                    break
                if skip < 0 and skips[kind[p]]:
                    skip = p
            x += 1
        if place[w] >= 0:
            continue
        if skip >= 0:
            place[w], how[w] = skip, SKIPPED
        elif closed < NEVER:
            if closed <= birth[w] or expires[w] == NONE or closed <= expires[w]:
                place[w], how[w] = close[w], CLOSED
    return place, how


@compiled
def statuses(
    at: Any, place: Any, how: Any, birth: Any, opens: Any, due: Any, expires: Any, as_of: int
) -> tuple[Any, Any]:
    """The status of each obligation of a step, and when it changes next."""
    status = np.full(len(place), ABSENT, np.int8)
    change = np.full(len(place), NONE, np.int64)
    for w in range(len(place)):
        if birth[w] > as_of:
            continue
        if how[w] != UNENDED:
            late = at[place[w]] > due[w]
            if how[w] == PAID:
                status[w] = REPAIRED if late else FULFILLED
            else:
                status[w] = LAPSED if late else RELEASED
        else:
            status[w], _, _ = judged(NONE, NONE, opens[w], due[w], expires[w], as_of)
        change[w] = next_change(status[w], opens[w], due[w], expires[w])
    return status, change


@compiled
def case_of(at: Any, group: Any, trigger: Any, cases: Any, opened: Any, close: Any) -> Any:
    """For each event that a step is owed for, the first case that was open then.

    That is -1 where none was any more, and -2 where none had been.

    Args:
        at: The instant of each event.
        group: The group of each such event, in order.
        trigger: Its place.
        cases: The group of each case, in order.
        opened: The place of what opened it.
        close: The place of what closed it, -1 for nothing.
    """
    found = np.full(len(trigger), -2, np.int64)
    first = 0
    for w in range(len(trigger)):
        now = at[trigger[w]]
        while first < len(cases) and cases[first] < group[w]:
            first += 1
        c = first
        while c < len(cases) and cases[c] == group[w] and at[opened[c]] <= now:
            found[w] = -1
            if close[c] < 0 or at[close[c]] >= now:
                found[w] = c
                break
            c += 1
    return found
