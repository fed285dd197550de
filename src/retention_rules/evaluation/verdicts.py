"""Verdicts: from two runs of a race to one status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.obligations import Obligation
from retention_rules.evaluation.races import Group
from retention_rules.findings import Status

Pair: TypeAlias = tuple["Obligation | None", "Obligation | None"]
Identity: TypeAlias = tuple[Any, ...]
Verdict: TypeAlias = tuple[Status, "Status | None", "str | None", "int | None", "Happening | None"]
"""Status, leaning, reason, and what ended it when."""

_BENIGN = ("upcoming", "open", "fulfilled")
_NEVER = 2**62


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


def verdict(group: Group, pair: Pair, at: int, complete: int | None) -> Verdict:
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
