"""Deduction: the history of one customer's conclusions, from the moments at which facts changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from retention_rules.calendars import DayTable
from retention_rules.customers import Customer
from retention_rules.evaluation.bans import Wrong
from retention_rules.evaluation.chaining import Chaining, Conclusion, Fact
from retention_rules.evaluation.happenings import DRAWN, Happening
from retention_rules.evaluation.memory import read, written
from retention_rules.evaluation.strata import WATCH, Stratum
from retention_rules.events import CONCLUSION
from retention_rules.findings import Finding
from retention_rules.premises import Found

if TYPE_CHECKING:
    from retention_rules.evaluation.found import Viewpoint
    from retention_rules.evaluation.timeline import Timeline


class Deduction:
    """What one customer's events and findings lead to, and led to before.

    Time passes in steps, from one moment at which a premise may change to the next.

    Attributes:
        premises: The rules that conclusions are drawn from, and the events they watch.
        derived: The moments at which its own conclusions were drawn, and withdrawn.
        fresh: The keys of conclusions that changed since last asked.
        start: What was concluded before events were let go of.
    """

    def __init__(
        self, stratum: Stratum, customer: Customer, table: DayTable, history_from: date | None
    ) -> None:
        from retention_rules.evaluation.reasoning import timeline_of

        self.stratum = stratum
        self.premises: Timeline = timeline_of(stratum.program, customer, table, history_from)
        self.premises.watch = self._watch
        self.complete: int | None = None
        self.fresh: set[str] = set()
        self.start: dict[str, Any] | None = None
        self.roots: dict[str, Any] = {}
        self._restart()

    def _restart(self) -> None:
        """Conclude all anew."""
        one = self.premises
        self.chaining = Chaining(
            self.stratum.derivations, one.customer.id, partial=one.history_start is not None
        )
        self.derived: list[Happening] = []
        self.behind: dict[str, Happening] = {}
        self.done: int | None = None
        one.reported = {}
        if self.start is not None:
            read(self.chaining, self.start["chaining"])
            self.done = self.start["done"]
            one.report(self.start["done"], None)  # what it says is known, but not when it changes

    # ---- events --------------------------------------------------------------------------

    def load(self, happenings: Sequence[Happening]) -> None:
        """Take many events, in any order, before time passes."""
        self.premises.load(list(happenings))
        self.roots |= {one.name: one.root for one in happenings}

    def add(self, happening: Happening) -> None:
        """Take one event."""
        late = happening.first <= self.premises.done
        self.premises.add(happening)
        self.roots[happening.name] = happening.root
        if late:
            self._again()

    def remove(self, happening: Happening) -> None:
        """Take an event back."""
        late = happening.first <= self.premises.done
        self.premises.remove(happening)
        if late:
            self._again()

    def _again(self) -> None:
        self._restart()

    # ---- time ----------------------------------------------------------------------------

    def knowing(self, complete: int | None) -> None:
        """Take it that events are complete up to an instant only."""
        self.complete = complete
        self.premises.knowing(complete)

    def next_wake(self) -> int | None:
        """When a premise may change next, if nothing more is added."""
        wake = self.premises.next_wake()
        if self.complete is not None and self.done is not None and self.done <= self.complete:
            if any(one.absent for one in self.chaining.holding.values()):
                return min(self.complete + 1, wake if wake is not None else self.complete + 1)
        return wake

    def advance(self, at: int) -> None:
        """Let time pass up to an instant (closed)."""
        while (now := self.next_wake()) is not None and now <= at:
            self._instant(now)

    def _instant(self, now: int) -> None:
        chaining = self.chaining
        for change in sorted(self.premises.report(now, None), key=lambda one: one.key):
            one = change.after or change.before
            assert one is not None
            if one.nature == "conclusion":
                self.fresh.add(change.key)
            self._bear(one.rule, change.key, change.after, now)
        for number, test in enumerate(self.stratum.tests):
            if test is not None:
                nothing = Happening("", {}, now, now, (now, DRAWN, "", ""), "")
                chaining.ask(number, test(nothing, self.premises))
        late = self.complete is not None and now > self.complete
        if late and self.done is not None and self.complete is not None:
            if self.done <= self.complete:
                chaining.touch_absent()
        self.done = now
        for conclusion, bit, turned in chaining.settle(now, late):
            self.fresh.add(chaining.key(conclusion))
            if turned:
                what = "concluded" if bit else "withdrawn"
                self.derived.append(_moment(what, conclusion, now))

    def _watch(self, finding: Finding, what: Any) -> None:
        """Remember the event behind a finding that is about to be reported."""
        if isinstance(what, Wrong):
            self.behind[finding.key] = what.happening
        elif isinstance(what, tuple) and what[1] is not None:
            found = what[1][0] or what[1][1]
            self.behind[finding.key] = found.trigger

    def _bear(self, rule: str, key: str, finding: Finding | None, now: int | None = None) -> None:
        """Let a finding that changed bear on the premises that ask for it."""
        for place in self.stratum.listening.get(rule, ()):
            premise = self.chaining.premise(place)
            if finding is None:
                self.chaining.drop(place, key)
                continue
            sure = finding.status != "indeterminate"
            if isinstance(premise, Found):
                wrong = premise.part not in (None, finding.part)
                wrong = wrong or (sure and finding.status not in premise.accepted)
                if wrong:
                    self.chaining.drop(place, key)
                    continue
            self.chaining.put(place, self._fact(finding, now), sure)

    def _fact(self, finding: Finding, now: int | None) -> Fact:
        behind = self.behind.get(finding.key)
        fields: dict[str, Any] = {} if behind is None else dict(behind.data)
        fields |= dict(finding.correlation)
        if finding.nature == "conclusion":
            return Fact(finding.key, finding.key, fields, finding.trigger)
        event = finding.rule.startswith(WATCH)
        ended = finding.ended_by if finding.ended == now else None
        root = self.roots.get(ended) if ended is not None else None
        if root is None and behind is not None and behind.first == now:
            root = behind.root
        name = finding.trigger if event else finding.key
        return Fact(finding.key, name, fields, finding.trigger, root)

    # ---- conclusions ---------------------------------------------------------------------

    @property
    def lower(self) -> Deduction | None:
        """What is concluded below, for what these conclusions are drawn from."""
        return getattr(self.premises, "deduction", None)

    def moments(self) -> list[Happening]:
        """The moments at which conclusions were drawn and withdrawn, those below too, in order."""
        if self.lower is None:
            return self.derived
        return sorted((*self.lower.moments(), *self.derived), key=lambda one: one.order)

    def conclusions(self) -> dict[str, tuple[Deduction, Conclusion]]:
        """What holds, or may hold, by key, and where it was concluded."""
        chaining = self.chaining
        below = {} if self.lower is None else self.lower.conclusions()
        return {**below, **{chaining.key(one): (self, one) for one in chaining.holding.values()}}

    def finding(self, key: str, one: Conclusion, view: Viewpoint) -> Finding:
        """The finding that one of its conclusions is."""
        ends = self.complete if one.absent and one.sure else None
        passes = ends is not None and (self.done is None or self.done <= ends)
        return Finding(
            key=key,
            rule=one.rule.id,
            nature="conclusion",
            customer=view.customer,
            correlation=tuple(zip(one.rule.correlate_on, one.values, strict=True)),
            status="holds" if one.sure else "indeterminate",
            trigger=one.cause,
            zone=view.zone,
            opens=one.since,
            reason=None if one.sure else "doubtful",
            next_change=ends + 1 if passes and ends is not None else None,
            reasons=one.reasons,
            origin=view.origin,
        )

    def findings(self, view: Viewpoint) -> Iterator[Finding]:
        """A finding for each conclusion."""
        for key, (where, one) in self.conclusions().items():
            yield where.finding(key, one, view)

    # ---- the horizon ---------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """What was concluded so far, as plain data, with what it may still follow from."""
        return {
            "done": self.premises.done,
            "premises": self.premises.state(),
            "chaining": written(self.chaining),
        }

    def resume(self, start: dict[str, Any] | None) -> None:
        """Go on from what was concluded before, and let go of the events until then."""
        self.start = start
        if start is not None:
            premises = self.premises
            premises.log = [one for one in premises.log if one.first > start["done"]]
            premises.resume(start["premises"])
            self._again()


def _moment(what: str, one: Conclusion, now: int) -> Happening:
    """The moment at which a conclusion is drawn or withdrawn."""
    id = one.name if what == "concluded" else f"-{one.name}"
    data = dict(zip(one.rule.correlate_on, one.values, strict=True))
    root = one.root if what == "concluded" and one.root is not None else id
    kind = f"{CONCLUSION}{what}:{one.rule.id}"
    return Happening(kind, data, now, now, (now, DRAWN, "", id), root)
