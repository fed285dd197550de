"""Who acts on whom: from when an event may pay or free an obligation, in one run."""

from __future__ import annotations

from retention_rules.evaluation.happenings import Happening, alike
from retention_rules.evaluation.lanes import Lanes
from retention_rules.evaluation.obligations import Act, Obligation
from retention_rules.evaluation.program import TRIGGER

UNKNOWN_CONTACT = "?"


class Acting(Lanes):
    """Lanes that know who acts on whom."""

    def reach(self, act: Act, one: Obligation) -> int | None:
        """The instant from which an event acts on an obligation; None for never."""
        e, trigger = act.happening, one.trigger
        if e.root == trigger.root:
            return None
        if e.first == e.last and trigger.first == trigger.last:
            if e.first != trigger.first:
                return e.first if e.first > trigger.first else None
            return e.first if self._may_act(act, one) else None
        if not one.fine:
            day, own = self.table.day(e.first), self.table.day(trigger.first)
            if day < own or (day == own and not self._may_act(act, one)):
                return None
            return max(e.first, trigger.first)
        if self.maybe:
            if e.last < trigger.first or not self._may_act(act, one):
                return None
            return max(e.first, trigger.first)
        if e.first < trigger.last:
            return None
        return e.last if e.first > trigger.last or self._may_act(act, one) else None

    def _may_act(self, act: Act, one: Obligation) -> bool:
        """Triggers of a rule act on each other in their order only; other events do so freely."""
        return act.happening.order > one.trigger.order or not self._is_trigger(act, one)

    def _is_trigger(self, act: Act, one: Obligation) -> bool:
        race = one.race
        if race.flow in ("every", "dates"):
            return False
        for index, role, sure in act.roles:
            if role == TRIGGER and (sure or self.maybe):
                other = self.cluster.races[index]
                day = self.table.day(act.happening.first)
                if other.family == race.family and other.in_force(day):
                    if one.contact is None or self._fans_to(act, index, one.contact):
                        return True
        return False

    def _fans_to(self, act: Act, index: int, contact: str) -> bool:
        some = (act.contacts or {}).get(index, ())
        return any(name == contact and (sure or self.maybe) for name, sure in some)

    def payment(self, act: Act, one: Obligation) -> int | None:
        """The instant at which an event would pay an obligation; None for never."""
        e, race = act.happening, one.race
        if not self._fits(e, one, self.maybe):
            return None
        if race.needs and not race.early:
            if one.born is None or (race.follows and self._ended_a_need(e, one)):
                return None
        start = self.reach(act, one)
        if start is None:
            return None
        p = start if start > one.opens else one.opens
        return p if p <= e.last else None

    def _fits(self, e: Happening, one: Obligation, maybe: bool) -> bool:
        """Whether an event names the contact of an obligation, and the fields that tie them."""
        race = one.race
        if one.contact is not None:
            contact = e.data.get("contact")
            if contact is None or one.contact == UNKNOWN_CONTACT:
                if not maybe:
                    return False
            elif contact != one.contact:
                return False
        for name, same in ((race.differs_on, False), (race.same_on, True)):
            if name is not None:
                mine, other = one.trigger.data.get(name), e.data.get(name)
                if mine is None or other is None:
                    if not maybe:
                        return False
                elif (alike(mine) == alike(other)) is not same:
                    return False
        return True

    def _ended_a_need(self, e: Happening, one: Obligation) -> bool:
        assert one.case is not None
        needs = (one.case.steps[index] for index, _ in one.race.needs)
        return any(need and need.paid and need.paid[1] is e for need in needs)
