"""Two runs make one finding ("Unknowns", "Findings, field by field")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs
from tests.oracle import followups
from tests.oracle.claims import Claim, claims, frees, touches
from tests.oracle.conditions import both
from tests.oracle.happenings import Happening, Q
from tests.oracle.obligations import Outcome, group_of

from retention_rules.findings import Finding
from retention_rules.rules import FollowUp

if TYPE_CHECKING:
    from tests.oracle.world import World

State = tuple[str, int | None, str | None]  # status, ended, ended_by


def state(one: Outcome, t: int) -> State:
    """The status of an obligation in one run at t."""
    if one.paid is not None and one.paid[0] <= t:
        p, by = one.paid
        due = one.terms.due_at(p)
        return "fulfilled" if due is None or p <= due else "repaired", p, by.name
    if one.freed is not None and one.freed[0] <= t:
        f, by = one.freed
        due = one.terms.due_at(f)
        return "released" if due is None or f <= due else "lapsed", f, by.name
    if one.terms.bad is not None:
        return "open", None, None
    due, expires = one.terms.due_at(t), one.terms.expires_at(t)
    if expires is not None and t > expires:
        return "lapsed", None, None
    if due is not None and t > due:
        return "breached", None, None
    return "upcoming" if t < one.terms.opens else "open", None, None


@attrs.frozen(eq=False)
class Obligation:
    """One obligation in both runs; None where a run lacks it."""

    world: World
    lo: Outcome | None
    hi: Outcome | None

    @property
    def bears(self) -> tuple[str, ...]:
        return tuple({key for one in (self.lo, self.hi) if one is not None for key in one.bears})

    def finding(self, t: int) -> Finding | None:
        """What is found at t, but for `next_change`."""
        lo = self.lo if self.lo is not None and self.lo.birth <= t else None
        hi = self.hi if self.hi is not None and self.hi.birth <= t else None
        shown = lo or hi
        if shown is None:
            return None
        status, ended, ended_by = state(shown, t)
        doubtful = lo is None or hi is None
        if lo is not None and hi is not None:
            agreed = state(lo, t) == state(hi, t)
            doubtful = not agreed and status not in ("upcoming", "open", "fulfilled")
            if shown.policy is not None and not doubtful:
                settled = status in ("upcoming", "open") or (agreed and status == "fulfilled")
                doubtful = not settled and group_doubt(self.world, shown)
        leaning = reason = None
        bad = shown.terms.bad
        k = t if ended is None else ended
        due, expires, target, paused_since = shown.terms.known(k)
        if doubtful:
            status, leaning, reason = "indeterminate", status, bad or "doubtful"
        elif bad is not None:
            status, leaning, reason = "indeterminate", status, bad
        else:
            complete = self.world.complete
            by_time = status == "lapsed" and ended is None
            if complete is not None and due is not None:
                if status in ("lapsed", "breached", "repaired") and complete < due:
                    status, leaning, reason = "indeterminate", status, "incomplete"
                elif by_time and expires is not None and complete < expires:
                    status = "breached"
        if status == "indeterminate":
            ended = ended_by = None
        live = state(shown, t)[1] is None
        return Finding(
            key=shown.key,
            rule=shown.rule,
            nature="obligation",
            customer=self.world.customer.id,
            correlation=shown.correlation,
            status=status,  # type: ignore[arg-type]
            trigger=shown.trigger.name,
            zone=self.world.table.zone,
            part=shown.part,
            opens=shown.terms.opens,
            due=due,
            expires=expires,
            target=target,
            ended=ended,
            ended_by=ended_by,
            paused_since=paused_since if live else None,
            leaning=leaning,  # type: ignore[arg-type]
            reason=reason,
        )

    def candidates(self, t: int) -> Iterator[int]:
        """The instants at which it may change."""
        for one in (self.lo, self.hi):
            if one is None:
                continue
            yield one.birth
            yield one.terms.opens
            for act in (one.paid, one.freed):
                if act is not None:
                    yield act[0]
            resumed = [r for _, r in one.terms.pauses if r is not None and r > t]
            yield from resumed
            for k in (t, *resumed):
                for end in one.terms.known(k)[:2]:
                    if end is not None:
                        yield end + Q


def group_doubt(world: World, one: Outcome) -> bool:
    """Whether its group has a doubtful thing that may bear on it."""
    key = ("doubt", len(world.events), one.policy[0][0], one.policy[1:])
    if key not in world.memo:
        world.memo[key] = list(_doubtful(world, *one.policy))
    fine = not one.terms.whole_day
    return any(
        e.first <= one.end and (unknown or (fine and e.dated)) for e, unknown in world.memo[key]
    )


def _doubtful(
    world: World, ids: list[str], group: Any, contact: str | None
) -> Iterator[tuple[Happening, bool]]:
    """The events of a group that have a part in it, and whether that part is unknown."""
    for id in ids:
        mine = [one for one in claims(world, id) if one.contact == contact]
        mine = [one for one in mine if group_of(one.trigger, one.rule.correlate_on, 0) == group]
        versions = [one for one in world.rulebook if one.id == id and isinstance(one, FollowUp)]
        for claim in [attrs.evolve(one, rule=rule) for one in mine for rule in versions]:
            yield claim.trigger, claim.truth is None
            for e in world.events:
                if group_of(e, claim.rule.correlate_on, 1) == group:
                    paying = both(touches(world, claim, e), _comparable(claim, e))
                    for truth in (paying, frees(world, claim, e)):
                        if truth is not False:
                            yield e, truth is None


def _comparable(claim: Claim, e: Happening) -> bool | None:
    """Unknown if a payment lacks a field to be compared by, or a trigger that was there does."""
    names = [one for one in (claim.rule.differs_on, claim.rule.same_on) if one is not None]
    there = [e] if claim.trigger.first > e.first else [e, claim.trigger]
    return None if any(one.data.get(name) is None for one in there for name in names) else True


def followed_up(world: World, rule: FollowUp) -> list[Obligation]:
    """The obligations of all versions of a follow-up."""
    if not claims(world, rule.id):
        return []
    return paired(
        world,
        followups.outcomes(world, rule.id, False),
        followups.outcomes(world, rule.id, True),
    )


def paired(world: World, lo: list[Outcome], hi: list[Outcome]) -> list[Obligation]:
    """The obligations of both runs, by key."""
    low = {one.key: one for one in lo}
    high = {one.key: one for one in hi}
    return [Obligation(world, low.get(key), high.get(key)) for key in {**low, **high}]
