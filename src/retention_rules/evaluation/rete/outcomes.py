"""From how an obligation ends in two runs to its finding: no matching is left to do here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs

from retention_rules.evaluation.found import Viewpoint, violation
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.program import Cluster
from retention_rules.evaluation.rete.windows import Owed, Terms
from retention_rules.findings import Finding, Status, escaped

Behind = tuple["Happening | None", "str | None", Any]
"""The event behind a finding, its contact, and the lineage of what ended it."""
State = tuple[Status, "int | None", "str | None"]
"""Status, and when it ended by what."""


def state(one: Owed, t: int) -> State:
    """The status of an obligation in one run."""
    if one.paid is not None and one.paid[0] <= t:
        p, e = one.paid
        due = one.at(p).due
        return ("fulfilled" if due is None or p <= due else "repaired"), p, e.name
    if one.freed is not None and one.freed[0] <= t:
        f, e = one.freed
        due = one.at(f).due
        return ("released" if due is None or f <= due else "lapsed"), f, e.name
    terms = one.at(t)
    if terms.expires is not None and t > terms.expires:
        return "lapsed", None, None
    if terms.due is not None and t > terms.due:
        return "breached", None, None
    return ("upcoming" if t < one.opens and one.reason is None else "open"), None, None


@attrs.define(eq=False)
class Pair:
    """One obligation in both runs; None where a run lacks it."""

    lo: Owed | None
    hi: Owed | None

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes it the same one in another run, or at another time."""
        return self.either.identity

    def behind(self, now: int) -> Behind:
        """The event behind it, the contact it is owed to, and the lineage of what ended it."""
        early = self.lo is None or self.lo.born > now
        one = self.either if not early or self.hi is None else self.hi
        act = one.paid or one.freed
        return one.trigger, one.contact, None if act is None else act[1].root

    @property
    def either(self) -> Owed:
        """The one that is shown."""
        one = self.lo or self.hi
        assert one is not None
        return one

    def finding(self, t: int, view: Viewpoint, cluster: Cluster) -> Finding | None:
        """What is found at an instant, but for `next_change`."""
        lo = self.lo if self.lo is not None and self.lo.born <= t else None
        hi = self.hi if self.hi is not None and self.hi.born <= t else None
        shown = lo or hi
        if shown is None:
            return None
        now = state(shown, t)
        status, ended, by = now
        doubtful = lo is None or hi is None
        if lo is not None and hi is not None:
            same = lo is hi or now == state(hi, t)
            doubtful = not (same or status in ("upcoming", "open", "fulfilled"))
            if not cluster.certain and not doubtful and lo.tainted:
                settled = status in ("upcoming", "open") or (same and status == "fulfilled")
                doubtful = not settled
        terms = shown.at(t if ended is None else ended)
        leaning: Status | None = None
        reason = None
        if doubtful or shown.reason is not None:
            status, leaning, reason = "indeterminate", status, shown.reason or "doubtful"
        elif view.complete is not None and terms.due is not None:
            if status in ("lapsed", "breached", "repaired") and view.complete < terms.due:
                status, leaning, reason = "indeterminate", status, "incomplete"
            elif status == "lapsed" and ended is None and terms.expires is not None:
                if view.complete < terms.expires:
                    status = "breached"
        live = ended is None
        if status == "indeterminate":
            ended = by = None
        return _finding(shown, view, cluster, terms, status, ended, by, leaning, reason, live)

    def ahead(self, t: int) -> Iterator[int]:
        """The instants after `t` at which it may change."""
        for one in (self.lo, self.hi):
            if one is None:
                continue
            yield one.born
            yield one.opens
            for act in (one.paid, one.freed):
                if act is not None:
                    yield act[0]
            for terms in one.terms:
                yield terms.since
                for end in (terms.due, terms.expires):
                    if end is not None:
                        yield end + 1


def pairs(lo: list[Owed], hi: list[Owed]) -> list[Pair]:
    """The obligations of two runs, matched."""
    if lo is hi:
        return [Pair(one, one) for one in lo]
    other = {one.identity: one for one in hi}
    found = [Pair(one, other.pop(one.identity, None)) for one in lo]
    return found + [Pair(None, one) for one in other.values()]


def _finding(
    one: Owed,
    view: Viewpoint,
    cluster: Cluster,
    terms: Terms,
    status: Status,
    ended: int | None,
    by: str | None,
    leaning: Status | None,
    reason: str | None,
    live: bool,
) -> Finding:
    part = part_of(one)
    name = one.trigger.name
    path = "".join(f"/{escaped(value)}" for value in one.values)
    key = f"{one.race.name}/{view.name}{path}/{name}"
    return Finding(
        key=key if part is None else f"{key}/{part}",
        rule=one.race.id,
        nature="obligation",
        customer=view.customer,
        correlation=tuple(zip(cluster.trigger_keys, one.values, strict=True)),
        status=status,
        trigger=name,
        zone=view.zone,
        part=part,
        opens=one.opens,
        due=terms.due,
        expires=terms.expires,
        target=terms.target,
        ended=ended,
        ended_by=by,
        paused_since=terms.paused if live else None,
        leaning=leaning,
        reason=reason,
        origin=view.origin,
    )


def part_of(one: Owed) -> str | None:
    """The step, contact or date that the key bears."""
    if one.contact is not None:
        return escaped(one.contact)
    if one.day is not None:
        return date.fromordinal(one.day).isoformat()
    return None if one.race.part is None else escaped(one.race.part)


def offspring(pair: Pair, every: list[Pair]) -> list[Pair]:
    """What an obligation bears: the next steps, or the next date."""
    one = pair.either
    mine = [
        other
        for other in every
        if other.either.trigger.order == one.trigger.order
        and other.either.values == one.values
        and other.either.contact == one.contact
    ]
    if one.day is not None:
        later = [other for other in mine if (other.either.day or 0) > one.day]
        return sorted(later, key=lambda other: other.either.day or 0)[:1]
    return [other for other in mine if other.either.race.index in one.race.feeds]


@attrs.define(eq=False)
class Breach:
    """What must not be, in both runs: since when, and whether for sure; None where it is not.

    Attributes:
        clearable: Whether something may have made it right.
        partial: Whether history is not known from the beginning.
    """

    rule: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    event: Happening
    part: str | None
    lo: tuple[int, bool] | None
    hi: tuple[int, bool] | None
    clearable: bool = True
    partial: bool = False

    def behind(self, _: int) -> Behind:
        """The event that a prohibition forbids; what is wrong in a procedure has none."""
        return self.event if self.part is None else None, None, None

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes it the same one at another time."""
        return self.rule, self.values, self.event.order, self.part

    def finding(self, t: int, view: Viewpoint, cluster: Cluster | None) -> Finding | None:
        """What is found at an instant, but for `next_change`."""
        runs = [run if run is not None and run[0] <= t else None for run in (self.lo, self.hi)]
        if not any(runs):
            return None
        sure = all(run is not None and run[1] for run in runs)
        pairs = tuple(zip(self.keys, self.values, strict=True))
        found = violation(
            self.rule, pairs, self.event, self.part, sure, self.clearable, t, view, self.partial
        )
        return attrs.evolve(found, next_change=None)

    def ahead(self, t: int) -> Iterator[int]:
        """The instants at which it may change."""
        yield self.event.last
        for run in (self.lo, self.hi):
            if run is not None:
                yield run[0]
