"""Deduction: the history of one customer's conclusions, from the moments at which facts changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from retention_rules.calendars import DayTable
from retention_rules.customers import Customer
from retention_rules.evaluation.bans import Wrong
from retention_rules.evaluation.chaining import Came, Chaining, Conclusion, Fact
from retention_rules.evaluation.concluding import came_at, conclusion, fact_of, moment, no_event
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.memory import read, written
from retention_rules.evaluation.strata import Stratum
from retention_rules.events import CONCLUSION
from retention_rules.findings import Change, Finding, escaped
from retention_rules.premises import Found

if TYPE_CHECKING:
    from retention_rules.evaluation.found import Viewpoint
    from retention_rules.evaluation.timeline import Timeline

_NOTHING = (None, None, None)


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
        self.behind: dict[str, tuple[Happening | None, str | None, Any]] = {}
        self.done: int | None = None
        one.reported = {}
        if self.start is not None:
            read(self.chaining, self.start["chaining"])
            self.done = self.start["done"]
            one.report(self.start["done"], None)  # what it says is known, but not when it changes

    # ---- events --------------------------------------------------------------------------

    def load(self, happenings: Sequence[Happening]) -> None:
        """Take many events, in any order, before time passes."""
        relevant = [one for one in happenings if one.kind in self.stratum.program.relevant]
        self.premises.load(relevant)
        self.roots |= {one.name: one.root for one in relevant}

    def add(self, happening: Happening) -> None:
        """Take one event."""
        if happening.kind not in self.stratum.program.relevant:
            return
        late = happening.first <= self.premises.done
        self.premises.add(happening)
        self.roots[happening.name] = happening.root
        if late:
            self._restart()

    def remove(self, happening: Happening) -> None:
        """Take an event back."""
        if happening.kind not in self.stratum.program.relevant:
            return
        late = happening.first <= self.premises.done
        self.premises.remove(happening)
        if late:
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
        changes = [(self._came(one, now), one) for one in self.premises.report(now, None)]
        for came, change in sorted(changes, key=lambda pair: pair[0]):
            one = change.after or change.before
            assert one is not None
            if one.nature == "conclusion":
                self.fresh.add(change.key)
            self._bear(one.rule, change, came)
        for number, test in enumerate(self.stratum.tests):
            if test is not None:
                chaining.ask(number, test(no_event(now), self.premises))
        late = self.complete is not None and now > self.complete
        if late and self.done is not None and self.complete is not None:
            if self.done <= self.complete:
                chaining.touch_absent()
        self.done = now
        for found, bit, turned in chaining.settle(now, late):
            self.fresh.add(chaining.key(found))
            if turned:
                self.derived.append(moment("concluded" if bit else "withdrawn", found, now))

    def _watch(self, finding: Finding, what: Any) -> None:
        """Remember what is behind a finding that is about to be reported, and what ended it."""
        if isinstance(what, Wrong):
            self.behind[finding.key] = (what.happening, None, None)
        elif isinstance(what, tuple) and what[1] is not None:
            one = what[1][0] or what[1][1]
            act = one.paid or one.freed
            self.behind[finding.key] = (one.trigger, one.contact, act and act[1].root)

    def _came(self, change: Change, now: int) -> Came:
        """The place of a change among those of its instant."""
        one = change.after or change.before
        assert one is not None
        return came_at(one, self.behind.get(change.key, _NOTHING)[0], now)

    def _bear(self, rule: str, change: Change, came: Came) -> None:
        """Let a finding that changed bear on the premises that ask for it."""
        finding = change.after
        for place in self.stratum.listening.get(rule, ()):
            premise = self.chaining.premise(place)
            if finding is None:
                self.chaining.drop(place, change.key, came, self._gone(change.key, came[0]))
                continue
            sure = finding.status != "indeterminate"
            if isinstance(premise, Found):
                wrong = premise.part not in (None, finding.part)
                wrong = wrong or (sure and finding.status not in premise.accepted)
                if wrong:
                    self.chaining.drop(place, change.key, came, self._root(finding, came[0]))
                    continue
            self.chaining.put(place, self._fact(finding, came), sure)

    def _fact(self, finding: Finding, came: Came) -> Fact:
        trigger, contact, _ = self.behind.get(finding.key, _NOTHING)
        return fact_of(finding, trigger, contact, came, self._root(finding, came[0]))

    def _root(self, finding: Finding, now: int) -> Any:
        """The lineage of what brought a finding about, if that happened just now."""
        trigger, _, by = self.behind.get(finding.key, _NOTHING)
        if finding.nature == "conclusion":
            assert self.lower is not None
            return self.lower.conclusions()[finding.key][1].brought(now)
        if finding.nature == "stage":
            cause = finding.ended_by if finding.ended == now else finding.trigger
            if now not in (finding.ended, finding.opens) or cause is None:
                return None
            return self.roots.get(cause, f"{finding.rule}@{cause}")  # or it timed out
        if finding.ended == now:
            return by
        if trigger is not None:
            return trigger.root if trigger.first == now else None
        return self._named(finding.trigger) if finding.opens == now else None

    def _gone(self, key: str, now: int) -> Any:
        """The lineage of what took a conclusion away just now."""
        below = [] if self.lower is None else self.lower.moments()
        for one in below:
            if one.first == now and one.kind.startswith(f"{CONCLUSION}withdrawn:"):
                rule = one.kind.partition(":")[2]
                values = [escaped(str(value)) for value in one.data.values()]
                if "/".join((escaped(rule), escaped(self.premises.customer.id), *values)) == key:
                    return one.root
        return None

    def _named(self, name: str) -> Any:
        """The lineage of an event by its name."""
        if name in self.roots:
            return self.roots[name]
        lifecycle, _, cause = name.partition("@")
        if ":" in lifecycle:
            return self.roots.get(cause, f"{lifecycle.partition(':')[0]}@{cause}")
        below = [] if self.lower is None else self.lower.moments()
        return next((one.root for one in below if one.name == name), None)

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
        return conclusion(key, one, view, self.complete, self.done)

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
            self._restart()
