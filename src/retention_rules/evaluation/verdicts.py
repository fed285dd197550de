"""Verdicts: from two runs of a race to one finding, and when it changes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Any, TypeAlias

import attrs

from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.obligations import Act, Case, Obligation
from retention_rules.evaluation.program import FREE, PAY
from retention_rules.evaluation.races import BIRTH, Group
from retention_rules.findings import FINAL, Correlation, Finding, Status, escaped

Pair: TypeAlias = tuple["Obligation | None", "Obligation | None"]
Identity: TypeAlias = tuple[Any, ...]
_BENIGN = ("upcoming", "open", "fulfilled")
_NEVER = 2**62
_FAR = 1000
_ROUNDS = 40  # what stages bring comes round: what has no effect twice has none later


class Viewpoint:
    """From where findings are seen: whose they are, and how far the sources are complete.

    Attributes:
        customer: The customer's id; `name` the same as part of a key.
        zone: In which their dates are reckoned.
        complete: Up to when all is known; None for always.
        origin: What can explain the findings.
    """

    __slots__ = ("complete", "customer", "name", "origin", "zone")

    def __init__(self, customer: str, zone: str, complete: int | None, origin: Any) -> None:
        self.customer = customer
        self.name = escaped(customer)
        self.zone = zone
        self.complete = complete
        self.origin = origin


def judge(one: Obligation, at: int) -> tuple[Status, int | None, Happening | None]:
    """The status of an obligation in one run, and what ended it when."""
    due = one.due
    if one.paid is not None and one.paid[0] <= at:
        p, e = one.paid
        return ("fulfilled" if due is None or p <= due else "repaired"), p, e
    if one.freed is not None and one.freed[0] <= at:
        f, e = one.freed
        return ("released" if due is None or f <= due else "lapsed"), f, e
    if one.expires is not None and at > one.expires:
        return "lapsed", None, None
    if due is not None and at > due:
        return "breached", None, None
    return ("upcoming" if at < one.opens and one.reason is None else "open"), None, None


def identity(one: Obligation) -> Identity:
    """What makes it the same obligation in both runs."""
    return one.race.index, one.trigger.order, one.contact, one.day


def pairs(group: Group) -> Iterator[Pair]:
    """The obligations of both runs, matched."""
    if group.twin is None:
        for one in group.obligations:
            if one.born is not None:
                yield one, one
        return
    other = {identity(one): one for one in group.twin.obligations if one.born is not None}
    for one in group.obligations:
        if one.born is not None:
            yield one, other.pop(identity(one), None)
    for one in other.values():
        yield None, one


Future: TypeAlias = Iterator[tuple[int, list[Act]]]
"""What will come to a group by itself: the instants, and what stages that time out bring."""


def finding(
    group: Group,
    pair: Pair,
    at: int,
    view: Viewpoint,
    future: Callable[[int | None], Future] | None = None,
) -> Finding:
    """The finding that a matched pair is, with its next change.

    `future` tells what stages that time out will bring to the group, up to an instant.
    """
    one = pair[0]
    if one is not None and one is pair[1] and future is None and view.complete is None:
        if not group.timers and one.reason is None and group.cluster.certain:
            status, ended, by = judge(one, at)
            return _finding(group, one, view, status, ended, by, change=_change(one, status))
    now = _verdict(group, pair, at, view.complete)
    change = None
    if now[0] not in FINAL:
        change = _next_change(group, pair, at, view, now)
        if future is not None:
            ahead = list(islice(future(change), _ROUNDS))
            if ahead:
                change = _simulated_change(group, pair, at, view, now, ahead)
    status, leaning, reason, ended, by = now
    one = pair[0] or pair[1]
    assert one is not None
    return _finding(group, one, view, status, ended, by, leaning, reason, change)


def _shown(pair: Pair, verdict: _Verdict) -> tuple[Any, ...]:
    """All of a finding that may change with time."""
    one = pair[0] or pair[1]
    assert one is not None
    paused = one.paused if one.end is None else None
    return *verdict, one.opens, one.due, one.expires, one.target, paused


def _finding(
    group: Group,
    one: Obligation,
    view: Viewpoint,
    status: Status,
    ended: int | None,
    by: Happening | None,
    leaning: Status | None = None,
    reason: str | None = None,
    change: int | None = None,
) -> Finding:
    race = one.race
    if one.key is None:
        one.name = one.trigger.name
        one.part = _part(one)
        one.key = f"{race.name}/{view.name}{group.path}/{one.name}"
        if one.part is not None:
            one.key = f"{one.key}/{one.part}"
    return Finding(
        key=one.key,
        rule=race.id,
        nature="obligation",
        customer=view.customer,
        correlation=group.correlation,
        status=status,
        trigger=one.name,
        zone=view.zone,
        part=one.part,
        opens=one.opens,
        due=one.due,
        expires=one.expires,
        target=one.target,
        ended=ended,
        ended_by=None if by is None else by.name,
        paused_since=one.paused if one.end is None else None,
        leaning=leaning,
        reason=reason,
        next_change=change,
        origin=view.origin,
    )


def _change(one: Obligation, status: Status) -> int | None:
    """When an obligation of a certain group changes next, if nothing happens."""
    if status == "upcoming":
        return one.opens
    if status == "open":
        return None if one.due is None else one.due + 1
    if status == "breached":
        return None if one.expires is None else one.expires + 1
    return None


def _part(one: Obligation) -> str | None:
    if one.contact is not None:
        return escaped(one.contact)
    if one.day is not None:
        return date.fromordinal(one.day).isoformat()
    return None if one.race.part is None else escaped(one.race.part)


_Verdict: TypeAlias = tuple[Status, "Status | None", "str | None", "int | None", "Happening | None"]


def _verdict(group: Group, pair: Pair, at: int, complete: int | None) -> _Verdict:
    """Status, leaning, reason, end and what ended it, of two runs."""
    lo, hi = pair
    if lo is None or hi is None:
        only = lo or hi
        assert only is not None
        status = judge(only, at)[0]
        return "indeterminate", status, only.reason or "doubtful", None, None
    found = judge(lo, at)
    status, ended, by = found
    same = lo is hi or found == judge(hi, at)
    agreed = same or status in _BENIGN
    if agreed and not group.cluster.certain:
        agreed = status in ("upcoming", "open") or (same and status == "fulfilled")
        agreed = agreed or not _tainted(group, lo, at)
    if not agreed:
        return "indeterminate", status, lo.reason or "doubtful", None, None
    if lo.reason is not None:
        return "indeterminate", status, lo.reason, None, None
    if complete is not None and lo.due is not None:
        if status in ("breached", "lapsed", "repaired") and complete < lo.due:
            return "indeterminate", status, "incomplete", None, None
        if status == "lapsed" and ended is None and lo.expires is not None:
            if complete < lo.expires:
                return "breached", None, None, None, None
    return status, None, None, ended, by


def _tainted(group: Group, one: Obligation, at: int) -> bool:
    """Whether two runs are not all there is to consider: something in doubt came before its end."""
    end = one.end
    if end is None:
        end = _NEVER if one.expires is None else one.expires + 1
    marks = [group.doubt, group.dated] if one.fine else [group.doubt]
    doubts = [mark.get(contact) for mark in marks for contact in {None, one.contact}]
    return any(doubt is not None and doubt <= min(end, at) for doubt in doubts)


def _next_change(group: Group, pair: Pair, at: int, view: Viewpoint, now: _Verdict) -> int | None:
    lo, hi = pair
    if group.timed() and not _only_births(group):
        return _simulated_change(group, pair, at, view, now)
    if (
        lo is hi
        and lo is not None
        and view.complete is None
        and now[0] != "indeterminate"
        and group.cluster.certain
    ):
        return _change(lo, now[0])
    candidates: set[int] = set()
    for one in (lo, hi):
        if one is not None:
            candidates |= _own_instants(one, at)
    births = _births(group, pair) if group.timers else set()
    for instant in sorted(candidates | {birth for birth in births if birth > at}):
        if instant in births or _verdict(group, pair, instant, view.complete) != now:
            return instant
    return None


def _own_instants(one: Obligation, at: int) -> set[int]:
    ends = (one.opens, None if one.due is None else one.due + 1)
    more = (None if one.expires is None else one.expires + 1,)
    return {instant for instant in (*ends, *more) if instant is not None and instant > at}


def _only_births(group: Group) -> bool:
    return group.twin is None and all(timer[1] == BIRTH for timer in group.timers)


def _births(group: Group, pair: Pair) -> set[int]:
    """When something will be born of this obligation, if nothing happens."""
    found = set()
    one = pair[0]
    for at, what, _, other in group.timers:
        if what == BIRTH and one is not None and other is one and one.end is None:
            if one.race.flow == "dates":
                # The next date, if there is one, is born as this one opens.
                if one.opens == at and group.running:
                    found.add(at)
            elif one.due is not None and one.due + 1 == at and _bears(one):
                found.add(at)
    return found


def _bears(one: Obligation) -> bool:
    if one.case is None or one.handed is not None:
        return False
    for index in one.race.feeds:
        following = one.case.steps[index]
        if following is not None and following.born is None:
            needs = [one.case.steps[need] for need, _ in following.race.needs]
            if all(need is one or (need and need.handed) for need in needs):
                return True
    return False


def _simulated_change(
    group: Group,
    pair: Pair,
    at: int,
    view: Viewpoint,
    now: _Verdict,
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
        mine = [one for run in _runs(ghost) for one in run.obligations if identity(one) == known]
        ahead = {moment for one in mine for moment in _own_instants(one, instant)}
        ahead |= {timer[0] for run in _runs(ghost) for timer in run.timers if timer[0] > instant}
        ahead |= {moment for moment in coming if moment > instant}
        if not ahead or (not coming and all(_over(one, instant, offspring) for one in mine)):
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
        if _shown(matched, _verdict(ghost, matched, instant, view.complete)) != shown:
            return instant
        if _offspring(ghost, known) - offspring:
            return instant
    return None


def _over(one: Obligation, at: int, offspring: set[Identity]) -> bool:
    """Whether nothing can come of an obligation any more, in its run."""
    bears = one.race.flow == "dates" and not offspring
    bears = bears or (bool(one.race.feeds) and one.handed is None and one.freed is None)
    return one.born is not None and one.ended(at) and not bears


def _runs(group: Group) -> list[Group]:
    return [group] if group.twin is None else [group, group.twin]


def _offspring(group: Group, known: Identity) -> set[Identity]:
    """What has been born of an obligation, in either run."""
    found: set[Identity] = set()
    for run in _runs(group):
        for one in run.obligations:
            if identity(one) != known:
                continue
            if one.race.flow == "dates":
                mine = [other for other in run.obligations if other.trigger is one.trigger]
                later = [other for other in mine if (other.day or 0) > (one.day or 0)]
                found |= {identity(other) for other in later[:1]}
            elif one.case is not None:
                steps = [one.case.steps[index] for index in one.race.feeds]
                found |= {identity(step) for step in steps if step and step.born is not None}
    return found


# ---- what procedures must not do ---------------------------------------------------------------

Breach: TypeAlias = tuple[str, Happening]
"""A violation of a procedure: its part in the key, and the event."""


def procedure_findings(group: Group, at: int, view: Viewpoint) -> list[Finding]:
    """Steps done out of order, and cases closed without a step."""
    procedure = group.cluster.procedure
    if procedure is None:
        return []
    runs = [_breaches(run) for run in _runs(group)]
    found = []
    for breach in {key: None for run in runs for key in run}:
        part, e = breach
        one = violation(
            procedure.id,
            group.correlation,
            e,
            part,
            all(run.get(breach) is True for run in runs),
            True,
            at,
            view,
        )
        if at < e.last and group.timed():
            # What its day brings decides whether it will be sure then.
            later = [_breaches(run) for run in _runs(_ghost(group, e.last))]
            change = e.last if all(run.get(breach) is True for run in later) else None
            one = attrs.evolve(one, next_change=change)
        found.append(one)
    return found


def _ghost(group: Group, at: int) -> Group:
    """A copy of a group, as it will be if nothing more happens."""
    ghost = group.copy()
    ghost.twin = None if group.twin is None else group.twin.copy()
    ghost.advance(at)
    return ghost


def _breaches(group: Group) -> dict[Breach, bool]:
    """The violations of one run, and whether for sure."""
    found: dict[Breach, bool] = {}
    procedure = group.cluster.procedure
    assert procedure is not None
    for case in group.cases:
        if procedure.ordered:
            for step in case.steps:
                if step is not None and step.paid is not None:
                    _out_of_order(case, step, found)
        if case.closed is not None:
            f, e = case.closed
            for step in case.steps:
                if step is None or not step.race.required or step.race.survives:
                    continue
                done = step.paid is not None and step.paid[0] <= f
                skipped = step.skipped and step.freed is not None and step.freed[0] <= f
                if not (done or skipped):
                    breach = (f"closed-without:{step.race.part}", e)
                    found[breach] = not step.doubtful or found.get(breach, False)
    return found


def _out_of_order(case: Case, step: Obligation, found: dict[Breach, bool]) -> None:
    assert step.paid is not None
    e = step.paid[1]
    missing = doubtful = False
    for before in case.steps[: step.race.index]:
        if before is None or not before.race.required:
            continue
        decided = before.paid or before.freed
        if decided is not None and (decided[1] is e or decided[1].last <= e.first):
            continue
        if decided is not None and decided[1].first <= e.last:
            doubtful = True
        else:
            missing = True
    if missing or doubtful:
        breach = (f"out-of-order:{step.race.part}", e)
        found[breach] = missing or found.get(breach, False)


def violation(
    rule: str,
    correlation: Correlation,
    e: Happening,
    part: str | None,
    sure: bool,
    clearable: bool,
    at: int,
    view: Viewpoint,
    partial_history: bool = False,
) -> Finding:
    """The finding that a violation is: sure once its day is over and nothing can clear it."""
    incomplete = clearable and view.complete is not None and view.complete < e.last
    incomplete = incomplete or (clearable and partial_history)
    pending = clearable and at < e.last
    status: Status = "violated"
    reason = None
    change = None
    if not sure or pending:
        status, reason = "indeterminate", "doubtful"
        if sure:
            change = e.last
    elif incomplete:
        status, reason = "indeterminate", "incomplete"
    trigger = e.name
    values = "".join(f"/{escaped(value)}" for _, value in correlation)
    key = f"{escaped(rule)}/{view.name}{values}/{trigger}"
    return Finding(
        key=key if part is None else f"{key}/{escaped(part)}",
        rule=rule,
        nature="violation",
        customer=view.customer,
        correlation=correlation,
        status=status,
        trigger=trigger,
        zone=view.zone,
        part=part,
        opens=e.first,
        reason=reason,
        next_change=change,
        origin=view.origin,
    )


__all__ = ["FREE", "PAY", "Viewpoint", "finding", "judge", "pairs", "procedure_findings"]
