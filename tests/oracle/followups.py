"""Follow-ups, alone and in chains ("Obligations", "Chains and procedures")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from tests.oracle.claims import Claim, claims, frees, pays
from tests.oracle.happenings import Happening, Q
from tests.oracle.obligations import (
    FOREVER,
    Act,
    Group,
    Outcome,
    correlation,
    counts,
    earliest,
    first_payment,
    freed_in_time,
    group_of,
    had_paid,
    handed_on,
    key_of,
    pauses,
    pay_instant,
    payable,
    reach,
)
from tests.oracle.points import Anchors, Terms, terms

from retention_rules.errors import DefinitionError
from retention_rules.rules import FollowUp

if TYPE_CHECKING:
    from tests.oracle.world import World

# chains


def chain_of(world: World, rule_id: str) -> list[str]:
    """The rules that hang together by `step`, each after those that it counts from."""
    links: dict[str, set[str]] = {}
    for rule in world.rulebook:
        if isinstance(rule, FollowUp):
            links.setdefault(rule.id, set()).update(rule.window.steps())
    together = {rule_id}
    while True:
        more = {id for id in links if id not in together and links[id] & together}
        more |= {one for id in together for one in links.get(id, ()) if one in links} - together
        if not more:
            break
        together |= more
    ordered: list[str] = []
    while len(ordered) < len(together):
        ready = [
            id
            for id in links
            if id in together and id not in ordered and links[id] & together <= set(ordered)
        ]
        if not ready:
            raise DefinitionError(f"the chain of `{rule_id}` goes round in a circle")
        ordered += ready
    return ordered


class Run:
    """One chain (often of one rule) in one group, for one contact, in one run."""

    def __init__(
        self, world: World, ids: list[str], group: Group, contact: str | None, maybe: bool
    ) -> None:
        self.world, self.ids, self.group, self.maybe = world, ids, group, maybe
        self.claims: dict[str, dict[Happening, Claim]] = {
            id: {
                one.trigger: one
                for one in claims(world, id)
                if one.contact == contact
                and group_of(one.trigger, one.rule.correlate_on, 0) == group
                and counts(one.truth, maybe)
            }
            for id in ids
        }
        found = {e for mine in self.claims.values() for e in mine}
        self.triggers = sorted(found, key=lambda e: e.order)
        self.outcomes: dict[tuple[str, Happening], Outcome] = {}

    def all(self) -> list[Outcome]:
        """What becomes of all triggers."""
        policy = next((one.rule.on_retrigger for one in self._every_claim()), "separate")
        if policy == "queue":
            for id in self.ids:
                self._queue(id)
        else:
            accepted: list[Happening] = []
            for trigger in self.triggers:
                if policy != "ignore" or all(self._end(e) <= trigger.first for e in accepted):
                    accepted.append(trigger)
                    for id in self.ids:
                        self._settle(id, trigger)
        return list(self.outcomes.values())

    def _every_claim(self) -> list[Claim]:
        return [one for mine in self.claims.values() for one in mine.values()]

    def _end(self, trigger: Happening) -> int:
        """When the chain of a trigger ended, as a whole."""
        return max(
            (self.outcomes[id, trigger].end for id in self.ids if (id, trigger) in self.outcomes),
            default=-FOREVER,
        )

    def _settle(self, id: str, trigger: Happening) -> None:
        begun = self._begun(id, trigger)
        if begun is not None:
            draft, acts = begun
            paid = first_payment(draft.terms, acts, draft.freed)
            self._keep(id, draft, paid)

    def _queue(self, id: str) -> None:
        """Of all eligible (p, τ, e), in turn, each touch pays one obligation."""
        begun = [one for one in (self._begun(id, e) for e in self.triggers) if one is not None]
        eligible = [
            (act[0], draft.trigger.order, act[1].order, act, draft)
            for draft, acts in begun
            for act in acts
            if payable(draft.terms, act[0], draft.freed)
        ]
        paid: dict[Happening, Act] = {}
        used: set[Happening] = set()
        for _, _, _, act, draft in sorted(eligible, key=lambda one: one[:3]):
            if draft.trigger not in paid and act[1] not in used:
                paid[draft.trigger] = act
                used.add(act[1])
        for draft, _ in begun:
            self._keep(id, draft, paid.get(draft.trigger))

    def _keep(self, id: str, draft: Outcome, paid: Act | None) -> None:
        freed = None if paid is not None else freed_in_time(draft.terms, draft.freed)
        self.outcomes[id, draft.trigger] = attrs.evolve(draft, paid=paid, freed=freed)

    def _begun(self, id: str, trigger: Happening) -> tuple[Outcome, list[Act]] | None:
        """The obligation with its earliest release, and all that might pay it; None if unborn."""
        claim = self.claims[id].get(trigger)
        if claim is None:
            return None
        steps = claim.rule.window.steps()
        handed: dict[str, tuple[int, int]] = {}
        payments: list[Act] = []
        for name in steps:
            before = self.outcomes.get((name, trigger))
            given = None if before is None else handed_on(before, procedure=False)
            if before is None or given is None:
                return None
            handed[name] = given
            if before.paid is not None:
                payments.append(before.paid)
        birth = max([trigger.first, *(at for at, _ in handed.values())])
        anchor = max([trigger.first, *(at for _, at in handed.values())])
        window = self._terms(claim, {name: at for name, (_, at) in handed.items()}, anchor)
        acts = [
            (p, e)
            for e in self._others(claim)
            if counts(pays(self.world, claim, e), self.maybe)
            for p in [pay_instant(e, self._reach(claim, e, window), window.opens)]
            if p is not None and not had_paid(payments, e, p)
        ]
        rule = claim.rule
        root = key_of(rule.id, self.world.customer.id, self.group, trigger.name, claim.part)
        later = [one for one in self.ids if id in _steps(self.world, one)]
        bears = tuple(
            key_of(one, self.world.customer.id, self.group, trigger.name, claim.part)
            for one in later
        )
        policy = (
            (self.ids, self.group, claim.contact)
            if rule.on_retrigger in ("ignore", "queue")
            else None
        )
        pairs = correlation(rule.correlate_on, self.group)
        draft = Outcome(
            root,
            rule.id,
            pairs,
            trigger,
            claim.part,
            window,
            birth,
            anchor,
            None,
            self._freed(claim, window),
            policy=policy,
            bears=bears,
        )
        return draft, acts

    def _terms(self, claim: Claim, steps: dict[str, int], anchor: int) -> Terms:
        rule, e = claim.rule, claim.trigger
        opens = anchor + Q if steps else e.first
        anchors = Anchors(self.world.table, (e.first, e.last), e.data, steps)
        stopped = pauses(self.world, rule.paused_by, self.group, rule.correlate_on, self.maybe)
        return terms(
            anchors,
            rule.window,
            pauses=stopped,
            default_opens=opens,
            not_before=max(e.first, opens),
            first=e.first,
        )

    def _others(self, claim: Claim) -> list[Happening]:
        keys = claim.rule.correlate_on
        return [e for e in self.world.events if group_of(e, keys, 1) == self.group]

    def _reach(self, claim: Claim, e: Happening, window: Terms) -> int | None:
        return reach(
            e,
            claim.trigger,
            whole_day=window.whole_day,
            is_trigger=e in self.claims[claim.rule.id],
            maybe=self.maybe,
        )

    def _freed(self, claim: Claim, window: Terms) -> Act | None:
        by = [e for e in self._others(claim) if counts(frees(self.world, claim, e), self.maybe)]
        if claim.rule.on_retrigger == "restart":
            by += [e for e in self.claims[claim.rule.id] if e is not claim.trigger]
        acts = [(self._reach(claim, e, window), e) for e in by]
        return earliest((f, e) for f, e in acts if f is not None)


def _steps(world: World, id: str) -> set[str]:
    return {
        step
        for rule in world.rulebook
        if rule.id == id and isinstance(rule, FollowUp)
        for step in rule.window.steps()
    }


def outcomes(world: World, rule_id: str, maybe: bool) -> list[Outcome]:
    """All obligations of the chain of a rule, in one run; only those of the rule itself."""
    ids = chain_of(world, rule_id)
    groups: dict[Any, None] = {}
    for claim in claims(world, rule_id):
        group = group_of(claim.trigger, claim.rule.correlate_on, 0)
        groups[group, claim.contact] = None
    return [
        one
        for group, contact in groups
        for one in Run(world, ids, group, contact, maybe).all()
        if one.rule == rule_id
    ]
