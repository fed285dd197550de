"""Triggers, contacts, and what pays or frees a follow-up, wherever in time it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from tests.oracle.conditions import both, holds, matches, opposite, same
from tests.oracle.happenings import Happening
from tests.oracle.obligations import group_of

from retention_rules.errors import DefinitionError
from retention_rules.events import CUSTOMER_CHANGED, Data
from retention_rules.findings import escaped
from retention_rules.rules import FollowUp, Prohibition

if TYPE_CHECKING:
    from tests.oracle.world import World

UNKNOWN_CONTACT = "?"


@attrs.frozen(eq=False)
class Claim:
    """A trigger of a version of a rule, for one contact if the rule is for each."""

    rule: FollowUp
    trigger: Happening
    contact: str | None
    truth: bool | None

    @property
    def part(self) -> str | None:
        if self.contact is None or self.contact == UNKNOWN_CONTACT:
            return self.contact
        return escaped(self.contact)


# triggers


def is_triggered(world: World, rule: FollowUp, e: Happening) -> bool | None:
    """Whether an event triggers this version of a rule."""
    if e.kind not in rule.trigger.kinds or not world.in_force(rule, e):
        return False
    found = matches(world, rule.trigger, e)
    if rule.unless_forbidden is None or found is False:
        return found
    named = [one for one in world.rulebook if one.id == rule.unless_forbidden]
    if not named or not all(isinstance(one, Prohibition) for one in named):
        raise DefinitionError(f"`{rule.unless_forbidden}` is no prohibition here")
    for one in named:
        if isinstance(one, Prohibition) and world.in_force(one, e):
            found = both(
                found, False if one.context is None else opposite(holds(world, one.context, e))
            )
    return found


def contacts_at(world: World, e: Happening) -> tuple[Data, ...] | None:
    """The contacts known at an event; None if they are not known."""
    said = [
        found
        for one in world.records
        if one.kind == CUSTOMER_CHANGED and one.order <= e.order
        for found in [one.data.get("contacts")]
        if isinstance(found, tuple)
        and all(isinstance(each, Data) and isinstance(each.get("id"), str) for each in found)
    ]
    return said[-1] if said else world.customer.contacts


def claims(world: World, rule_id: str) -> list[Claim]:
    """All triggers of a rule, certain and doubtful, in order."""
    key = ("claims", rule_id, len(world.events))
    if key not in world.memo:
        world.memo[key] = [
            claim
            for e in world.events
            for rule in world.rulebook
            if rule.id == rule_id and isinstance(rule, FollowUp)
            for claim in _claims(world, rule, e)
        ]
    found: list[Claim] = world.memo[key]
    return found


def _claims(world: World, rule: FollowUp, e: Happening) -> list[Claim]:
    truth = is_triggered(world, rule, e)
    if truth is False or group_of(e, rule.correlate_on, 0) is None:
        return []
    if rule.for_each is None:
        return [Claim(rule, e, None, truth)]
    known = contacts_at(world, e)
    if known is None:
        return [Claim(rule, e, UNKNOWN_CONTACT, None)]
    where = rule.for_each.where
    found = [
        (str(one["id"]), both(truth, True if where is None else holds(world, where, e, one)))
        for one in known
    ]
    return [Claim(rule, e, contact, one) for contact, one in found if one is not False]


# payments and releases


def touches(world: World, claim: Claim, e: Happening) -> bool | None:
    """Whether an event is a touch, and of the contact of this claim."""
    found = matches(world, claim.rule.fulfilled_by, e)
    if found is False:
        return False
    if claim.contact == UNKNOWN_CONTACT:
        found = both(found, None)
    elif claim.contact is not None:
        named = e.data.get("contact")
        found = both(found, None if named is None else named == claim.contact)
    return found


def pays(world: World, claim: Claim, e: Happening) -> bool | None:
    """Whether an event is of the kind that pays this claim, wherever it stands."""
    rule = claim.rule
    found = touches(world, claim, e)
    if rule.differs_on is not None:
        mine, its = claim.trigger.data.get(rule.differs_on), e.data.get(rule.differs_on)
        found = both(found, None if mine is None or its is None else not same(mine, its))
    if rule.same_on is not None:
        mine, its = claim.trigger.data.get(rule.same_on), e.data.get(rule.same_on)
        found = both(found, None if mine is None or its is None else same(mine, its))
    return found


def frees(world: World, claim: Claim, e: Happening) -> bool | None:
    """Whether an event is of the kind that frees this claim."""
    if claim.rule.released_by is None:
        return False
    found = matches(world, claim.rule.released_by, e)
    named = e.data.get("contact")
    if claim.contact is None or named is None:
        return found
    return both(found, None if claim.contact == UNKNOWN_CONTACT else named == claim.contact)
