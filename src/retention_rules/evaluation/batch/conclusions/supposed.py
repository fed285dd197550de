"""Of whom something may be concluded: of all others the pure evaluator need not be asked.

A conclusion needs all that is `given`. Where too few events match a premise, or the kernel found
too little of a rule, there is none, whatever speaks against it. In doubt a customer may well be one
of whom something is concluded.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import attrs
import numpy as np

from retention_rules.conditions import CustomerField, Pattern
from retention_rules.evaluation.batch.conclusions.facts import matching
from retention_rules.evaluation.batch.shapes.owed import ALL_STATUSES, Owed
from retention_rules.evaluation.batch.shapes.stages import Stays
from retention_rules.evaluation.batch.units.components import Present, asked, derived, plain
from retention_rules.evaluation.batch.units.groups import Sorter, joined
from retention_rules.evaluation.batch.units.histories import shallow
from retention_rules.evaluation.batch.units.plan import Unit
from retention_rules.evaluation.bits import compile_condition
from retention_rules.evaluation.concluding import no_event
from retention_rules.evaluation.mentions import patterns
from retention_rules.evaluation.program import Life
from retention_rules.evaluation.strata import Stratum
from retention_rules.events import CONCLUSION, CUSTOMER_CHANGED
from retention_rules.premises import MISSED, Found, Happened, Premise
from retention_rules.rules import Derivation, Shape


@attrs.define(eq=False)
class Supposed:
    """What may be concluded of whom.

    Attributes:
        sorter: What puts events to the test; `known` tells by row which are known, whenever they
            happened.
        units: All units.
        owed: What the kernel found of them, but for the customers that are `flagged` there.
        stays: In which stages customers were, likewise.
        anything: By customer, whether anything may be concluded whatever events seem to say: they
            are amended, or the customer's facts change.
    """

    sorter: Sorter
    known: Any
    units: list[Unit]
    owed: list[Owed]
    stays: list[Stays]
    flagged: Any
    anything: Any = attrs.field(init=False)
    _found: dict[tuple[str, bool], Any] = attrs.field(init=False, factory=dict)
    _matches: dict[Pattern, tuple[Any, Any]] = attrs.field(init=False, factory=dict)
    _heard: set[str] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        events = self.sorter.events
        self.anything = self._have((CUSTOMER_CHANGED,), 1)
        self.anything[events.customer[events.amending]] = True
        named = {
            kind
            for rule in self.sorter.program.rulebook
            for one in patterns(rule)
            for kind in one.kinds
        }
        self._heard = {kind.split(":")[1] for kind in named if kind.startswith(CONCLUSION)}

    def concluded(self, unit: Unit) -> Any:
        """By customer, whether any of the conclusions of a unit may hold, or be heard of."""
        ids = [rule.id for rule in unit.rules]
        return np.logical_or.reduce([self.may_hold(id, ever=id in self._heard) for id in ids])

    def matches(self, pattern: Pattern) -> tuple[Any, Any]:
        """The known rows that match a pattern, perhaps or for sure, and which of those for sure."""
        if pattern not in self._matches:
            self._matches[pattern] = matching(self.sorter, self._of_kinds(pattern.kinds), pattern)
        return self._matches[pattern]

    def narrow(self) -> None:
        """Take the flag of those units that conclude, or follow from conclusions, off others."""
        for unit in self.units:
            if isinstance(unit.what, Stratum):
                may = [self.concluded(unit)]
            elif all(kind.startswith(CONCLUSION) for kind in unit.openers):
                may = [self.may_hold(kind.split(":")[1], ever=True) for kind in unit.openers]
            else:
                continue
            self.flagged[:, unit.index] &= np.logical_or.reduce([self.anything, *may])

    def may_hold(self, id: str, *, ever: bool) -> Any:
        """By customer, whether a conclusion may hold, or may have held at some time (`ever`)."""
        known = self._found.get((id, ever))
        if known is None:
            rule = self._rule(id)
            assert isinstance(rule, Derivation)
            premises = [self._may_be_given(one, ever) for one in rule.given]
            known = np.logical_and.reduce([*premises, self._may_stand(rule)])
            self._found[id, ever] = known
        return known

    def _may_stand(self, rule: Derivation) -> Any:
        """By customer, whether what a conclusion asks of it may hold, in some stage or other."""
        test = compile_condition(rule.where, {})
        if test is None or not len(self.flagged):
            return np.ones(len(self.flagged), bool)
        names = {n.name for n in shallow(rule.where) if isinstance(n, CustomerField)}
        facts = {name: self.sorter.fact(name) for name in sorted(names)}
        moved = {life: self._may_have_moved(life) for life in sorted(asked(rule))}
        columns = [*(codes for codes, _ in facts.values()), *moved.values()]
        group, firsts = joined(columns, len(self.flagged))
        bits = []
        for one in firsts:
            present = Present.of(facts, one)
            present.stages = {life: None if may[one] else "" for life, may in moved.items()}
            bits.append(test(no_event(0), present) is not False)
        found: Any = np.array(bits, bool)[group]
        return found

    def _may_have_moved(self, life: str) -> Any:
        """By customer, whether it may have been in some stage of a lifecycle."""
        (unit,) = (u for u in self.units if any(rule.id == life for rule in u.rules))
        may = self.flagged[:, unit.index].copy()
        for one in self.stays:
            if one.life.id == life:
                may[one.customer] = True
        return may.astype(np.int64)

    def _rule(self, id: str) -> Shape:
        return next(rule for rule in self.sorter.program.rulebook if rule.id == id)

    # ---- premises ----------------------------------------------------------------------------

    def _may_be_given(self, premise: Premise, ever: bool) -> Any:
        if isinstance(premise, Happened):
            return self._may_have_happened(premise)
        if isinstance(self._rule(premise.rule), Derivation):
            return self.may_hold(premise.rule, ever=ever)
        return self._may_be_found(premise, ever)

    def _may_have_happened(self, premise: Happened) -> Any:
        pattern = premise.pattern
        if not plain(pattern):
            return self._have(pattern.kinds, premise.at_least)
        mine, _ = self.matches(pattern)
        customer = self.sorter.events.customer[mine]
        counts = np.bincount(customer, minlength=len(self.flagged))
        return counts >= premise.at_least

    def _may_be_found(self, premise: Found, ever: bool) -> Any:
        """By what the kernel found of the rule, and where it was not asked by what may open it."""
        (unit,) = (u for u in self.units if any(r.id == premise.rule for r in u.rules))
        opened = self._have(unit.openers, 1)
        if unit.why_not is not None or isinstance(unit.what, Life):
            return opened
        wanted = premise.accepted
        any_will_do = ever and not wanted <= MISSED
        if ever:  # what was not done in time stays so, in one way or another
            wanted |= MISSED
        numbers = [ALL_STATUSES.index(one) for one in wanted if one in ALL_STATUSES]
        counts = np.zeros(len(self.flagged), np.int64)
        for owed in self.owed:
            races = [place for place, id in enumerate(owed.rules) if id == premise.rule]
            if races:
                mine = np.isin(owed.race, races)
                if not any_will_do:
                    mine &= np.isin(owed.leaning, numbers) | (owed.reason != 0)
                counts += np.bincount(owed.customer[mine], minlength=len(counts))
        return np.where(self.flagged[:, unit.index], opened, counts >= premise.at_least)

    # ---- events ------------------------------------------------------------------------------

    def _of_kinds(self, kinds: Collection[str]) -> Any:
        events = self.sorter.events
        wanted = events.among(kinds)
        if not wanted.any():
            return np.empty(0, np.int64)
        return np.flatnonzero(self.known & wanted[events.kind])

    def _have(self, kinds: Collection[str], number: int) -> Any:
        """By customer, whether there are so many events of some kinds; of what is derived, yes."""
        if derived(kinds):
            return np.ones(len(self.flagged), bool)
        mine = self.sorter.events.customer[self._of_kinds(kinds)]
        return np.bincount(mine, minlength=len(self.flagged)) >= number
