"""Steps that wait for others: which of them the kernel takes, and how it counts their windows."""

from __future__ import annotations

from typing import Any

import attrs

from retention_rules.evaluation.clustering import by_day
from retention_rules.evaluation.program import Cluster, Race
from retention_rules.windows import Due, Never, Point, StepEnd, Trigger, Window


def plain_steps(cluster: Cluster) -> bool:
    """Whether the kernel takes a procedure: each step opens with its case and waits for one."""
    return not cluster.clocks and all(
        race.same_on is None and not race.follows and _waits_plainly(race) for race in cluster.races
    )


def _waits_plainly(race: Race) -> bool:
    """Whether a window counts from the case, or from one step before and nothing else."""
    if not race.needs:
        return True
    window = race.window
    ends = [one for one in (window.due, window.expires, window.target) if one is not None]
    return (
        len(race.needs) == 1
        and window.opens is None
        and all(isinstance(one, Never) or _counts_on(one) for one in ends)
    )


def _counts_on(end: object) -> bool:
    """Whether a point lies some time after a step, or after what is due."""
    if not isinstance(end, Point) or not isinstance(end.anchor, StepEnd | Due):
        return False
    offset: Any = end.offset
    amounts = [getattr(offset, name, 0) for name in ("months", "days", "microseconds", "count")]
    return getattr(offset, "clock", None) is None and all(amount >= 0 for amount in amounts)


def from_there(race: Race) -> Race:
    """The same race, its window counted from a trigger in place of the step it waits for."""
    window = race.window

    def moved(end: Any) -> Any:
        if isinstance(end, Point) and isinstance(end.anchor, StepEnd):
            return Point(Trigger(), end.offset)
        return end

    plain_window = Window(
        due=moved(window.due), expires=moved(window.expires), target=moved(window.target)
    )
    found = attrs.evolve(race, window=plain_window, needs=(), flow="once")
    found.by_day = by_day(plain_window, "once")
    return found
