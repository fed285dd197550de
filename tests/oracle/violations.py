"""Violations: what must not be ("Violations, stages")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs
from tests.oracle.conditions import both, holds, matches
from tests.oracle.happenings import Happening
from tests.oracle.obligations import correlation, group_of, key_of

from retention_rules.findings import Finding
from retention_rules.rules import Prohibition

if TYPE_CHECKING:
    from tests.oracle.world import World


@attrs.frozen(eq=False)
class Said:
    """What one run says about a violation: from when, and whether for certain."""

    since: int
    sure: bool


@attrs.frozen(eq=False)
class Violation:
    """Something that must not be, in both runs; None where a run does not see it."""

    world: World
    key: str
    rule: str
    correlation: tuple[tuple[str, str], ...]
    event: Happening
    part: str | None
    lo: Said | None
    hi: Said | None
    wanting: bool  # for want of a clearance
    history: bool  # a clearance may lie before what is known
    bears: tuple[str, ...] = ()

    def finding(self, t: int) -> Finding | None:
        """What is found at t, but for `next_change`."""
        lo = self.lo if self.lo is not None and self.lo.since <= t else None
        hi = self.hi if self.hi is not None and self.hi.since <= t else None
        if lo is None and hi is None:
            return None
        reason = None
        sure = lo is not None and hi is not None and lo.sure and hi.sure
        if not sure or (self.wanting and self.event.dated and t < self.event.last):
            reason = "doubtful"
        elif self.wanting and (self.history or self._incomplete()):
            reason = "incomplete"
        return Finding(
            key=self.key,
            rule=self.rule,
            nature="violation",
            customer=self.world.customer.id,
            correlation=self.correlation,
            status="violated" if reason is None else "indeterminate",
            trigger=self.event.name,
            zone=self.world.table.zone,
            part=self.part,
            opens=self.event.first,
            reason=reason,
        )

    def _incomplete(self) -> bool:
        return self.world.complete is not None and self.world.complete < self.event.last

    def candidates(self, t: int) -> Iterator[int]:
        """The instants at which it may change."""
        yield self.event.last
        for one in (self.lo, self.hi):
            if one is not None:
                yield one.since


def prohibited(world: World, rule: Prohibition) -> list[Violation]:
    """The violations of a prohibition."""
    found = []
    for e in world.events:
        group = group_of(e, rule.correlate_on, 0)
        if group is None or e.kind not in rule.forbids.kinds or not world.in_force(rule, e):
            continue
        wrong = matches(world, rule.forbids, e)
        if rule.context is not None and wrong is not False:
            wrong = both(wrong, holds(world, rule.context, e))
        if wrong is False:
            continue
        cleared: bool | None = False
        if rule.unless_prior is not None:
            for a in world.events:
                if a is e or group_of(a, rule.correlate_on, 1) != group:
                    continue
                truth = matches(world, rule.unless_prior, a)
                if truth is True and a.last <= e.first:
                    cleared = True
                elif truth is not False and a.first <= e.last and cleared is False:
                    cleared = None
        if cleared is True:
            continue
        said = Said(e.first, wrong is True and cleared is False)
        key = key_of(rule.id, world.customer.id, group, e.name, None)
        pairs = correlation(rule.correlate_on, group)
        wanting = rule.unless_prior is not None
        history = wanting and world.history_start is not None
        found.append(Violation(world, key, rule.id, pairs, e, None, said, said, wanting, history))
    return found
