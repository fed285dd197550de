"""From verdicts to findings: obligations, and what must not be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

import attrs

from retention_rules.evaluation.foresight import Future, next_change, usual_change
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.lanes import PAYMENT, RELEASE
from retention_rules.evaluation.obligations import Case, Obligation
from retention_rules.evaluation.races import Group
from retention_rules.evaluation.verdicts import Pair, judge, verdict
from retention_rules.findings import FINAL, Correlation, Finding, Status, escaped


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
            return _finding(group, one, view, status, ended, by, change=usual_change(one, status))
    now = verdict(group, pair, at, view.complete)
    change = None
    if now[0] not in FINAL:
        change = next_change(group, pair, at, view.complete, now, future)
    status, leaning, reason, ended, by = now
    one = pair[0] or pair[1]
    assert one is not None
    return _finding(group, one, view, status, ended, by, leaning, reason, change)


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


def _part(one: Obligation) -> str | None:
    if one.contact is not None:
        return escaped(one.contact)
    if one.day is not None:
        return date.fromordinal(one.day).isoformat()
    return None if one.race.part is None else escaped(one.race.part)


# ---- what procedures must not do ---------------------------------------------------------------

Breach: TypeAlias = tuple[str, Happening]
"""A violation of a procedure: its part in the key, and the event."""


def procedure_findings(group: Group, at: int, view: Viewpoint) -> list[Finding]:
    """Steps done out of order, and cases closed without a step."""
    procedure = group.cluster.procedure
    if procedure is None:
        return []
    runs = [_breaches(run) for run in group.runs()]
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
            later = [_breaches(run) for run in _ghost(group, e.last).runs()]
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
    # What is set to end within its day has its event already.
    scheduled: dict[int, Happening] = {}
    for _, what, _, payload in sorted(group.timers, key=lambda timer: timer[:3]):
        if what in (PAYMENT, RELEASE):
            e = payload[1].happening if what == PAYMENT else payload[1]
            scheduled.setdefault(id(payload[0]), e)
    for case in group.cases:
        if procedure.ordered:
            for step in case.steps:
                if step is not None and step.paid is not None:
                    _out_of_order(case, step, found, scheduled)
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


def _out_of_order(
    case: Case, step: Obligation, found: dict[Breach, bool], scheduled: Mapping[int, Happening]
) -> None:
    assert step.paid is not None
    e = step.paid[1]
    missing = doubtful = False
    for before in case.steps[: step.race.index]:
        if before is None or not before.race.required:
            continue
        ended = before.paid or before.freed
        decided = ended[1] if ended else scheduled.get(id(before))
        if decided is not None and (decided is e or decided.last <= e.first):
            continue
        if decided is not None and decided.first <= e.last:
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
