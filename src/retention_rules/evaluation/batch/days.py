"""Events known by their day only, among those of a lane.

They stand at the first instant of their day. For windows that end with local dates, what is done on
the day of a trigger is done after it, unless it triggers too: so a few events act on what comes
after them. For windows that end at instants nobody can tell, and the pure evaluator is asked.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from retention_rules.evaluation.batch.jit import compiled
from retention_rules.evaluation.batch.times import NONE


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


def groups_in_doubt(begin: Any, at: Any, late: Any, touching: Any, fine: Any) -> Any:
    """The groups in which days and windows that end at instants meet.

    Args:
        begin: Where groups begin, one longer.
        at: The first instant of each event.
        late: The last instant of each.
        touching: Which events play any part.
        fine: The places of the triggers of such windows.
    """
    dated = np.flatnonzero((late != at) & touching)
    found: Any = np.intersect1d(_group(begin, dated), _group(begin, fine))
    return found


def _group(begin: Any, places: Any) -> Any:
    return np.searchsorted(begin, places, "right") - 1
