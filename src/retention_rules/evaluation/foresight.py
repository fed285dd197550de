"""Foresight: when a verdict changes next, or bears another, if nothing more happens.

In one run alone what bears another finding changes itself as it does so: a step when its due
instant goes by, an occurrence on a date when it opens. Only of two runs may one bear another in
silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeAlias

from retention_rules.evaluation.lanes import BIRTH
from retention_rules.evaluation.obligations import Act, Obligation
from retention_rules.evaluation.races import Group
from retention_rules.evaluation.verdicts import (
    Identity,
    Pair,
    Verdict,
    identity,
    pairs,
    verdict,
)
from retention_rules.findings import Status

Future: TypeAlias = Iterator[tuple[int, list[Act]]]
"""What will come to a group by itself: the instants, and what stages that time out bring."""

_FAR = 1000
_ROUNDS = 40  # what stages bring comes round: what has no effect twice has none later


def next_change(
    group: Group,
    pair: Pair,
    at: int,
    complete: int | None,
    now: Verdict,
    future: Callable[[int | None], Future] | None = None,
) -> int | None:
    """When the verdict `now` on a matched pair changes; None for never.

    `future` tells what stages that time out will bring to the group, up to an instant.
    """
    change = _next_change(group, pair, at, complete, now)
    if future is not None:
        ahead = list(islice(future(change), _ROUNDS))
        if ahead:
            change = _simulated_change(group, pair, at, complete, now, ahead)
    return change


def _next_change(
    group: Group, pair: Pair, at: int, complete: int | None, now: Verdict
) -> int | None:
    lo, hi = pair
    if group.timed() and not _only_births(group):
        return _simulated_change(group, pair, at, complete, now)
    if (
        lo is hi
        and lo is not None
        and complete is None
        and now[0] != "indeterminate"
        and group.cluster.certain
    ):
        return usual_change(lo, now[0])
    candidates: set[int] = set()
    for one in (lo, hi):
        if one is not None:
            candidates |= _own_instants(one, at)
    for instant in sorted(candidates):
        if verdict(group, pair, instant, complete) != now:
            return instant
    return None


def usual_change(one: Obligation, status: Status) -> int | None:
    """When an obligation of a certain group changes next, if nothing happens."""
    if status == "upcoming":
        return one.opens
    if status == "open":
        return None if one.due is None else one.due + 1
    if status == "breached":
        return None if one.expires is None else one.expires + 1
    return None


def _own_instants(one: Obligation, at: int) -> set[int]:
    ends = (one.opens, None if one.due is None else one.due + 1)
    more = (None if one.expires is None else one.expires + 1,)
    return {instant for instant in (*ends, *more) if instant is not None and instant > at}


def _only_births(group: Group) -> bool:
    return group.twin is None and all(timer[1] == BIRTH for timer in group.timers)


def _simulated_change(
    group: Group,
    pair: Pair,
    at: int,
    complete: int | None,
    now: Verdict,
    future: list[tuple[int, list[Act]]] | None = None,
) -> int | None:
    """Let a copy of the group live on until this finding differs, or bears another."""
    ghost = group.copy()
    ghost.twin = None if group.twin is None else group.twin.copy()
    shown = _shown(pair, now)
    known = identity(pair[0] or pair[1])  # type: ignore[arg-type]
    offspring = _offspring(ghost, known)
    instant = at
    coming = dict(future or ())
    for _ in range(_FAR):
        mine = [one for run in ghost.runs() for one in run.obligations if identity(one) == known]
        ahead = {moment for one in mine for moment in _own_instants(one, instant)}
        ahead |= {timer[0] for run in ghost.runs() for timer in run.timers if timer[0] > instant}
        ahead |= {moment for moment in coming if moment > instant}
        if not ahead or (not coming and all(_over(one, instant) for one in mine)):
            return None
        instant = min(ahead)
        if instant in coming:
            ghost.step(instant, coming[instant])
        else:
            ghost.advance(instant)
        matched = next(
            (two for two in pairs(ghost) if identity(two[0] or two[1]) == known),  # type: ignore[arg-type]
            None,
        )
        if matched is None:
            return instant
        if _shown(matched, verdict(ghost, matched, instant, complete)) != shown:
            return instant
        if _offspring(ghost, known) - offspring:
            return instant
    return None


def _shown(pair: Pair, verdict: Verdict) -> tuple[Any, ...]:
    """All of a finding that may change with time."""
    one = pair[0] or pair[1]
    assert one is not None
    paused = one.paused if one.end is None else None
    return *verdict, one.opens, one.due, one.expires, one.target, paused


def _over(one: Obligation, at: int) -> bool:
    """Whether nothing can come of an obligation any more, in its run."""
    return one.born is not None and one.ended(at)


def _offspring(group: Group, known: Identity) -> set[Identity]:
    """The steps that an obligation has borne, in either run."""
    found: set[Identity] = set()
    for run in group.runs():
        for one in run.obligations:
            if identity(one) == known and one.case is not None:
                steps = [one.case.steps[index] for index in one.race.feeds]
                found |= {identity(step) for step in steps if step and step.born is not None}
    return found
