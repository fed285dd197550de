"""Cases worked step by step ("Chains and procedures")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.conditions import both, matches, same
from tests.oracle.happenings import Happening, Q
from tests.oracle.obligations import (
    Act,
    Group,
    Outcome,
    acts_of,
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
    reach,
)
from tests.oracle.points import Anchors, Terms, always_whole_days, terms
from tests.oracle.violations import Said

from retention_rules.rules import Procedure, Step
from retention_rules.windows import StepEnd

if TYPE_CHECKING:
    from tests.oracle.world import World


def _opens_after(step: Step) -> bool:
    """Whether a step's window opens where an earlier one ended: nothing pays it before."""
    opens = step.window.opens
    return opens is not None and any(isinstance(one.anchor, StepEnd) for one in opens.parts())


class Case:
    """One case in one run."""

    def __init__(
        self, world: World, rule: Procedure, group: Group, opening: Happening, maybe: bool
    ) -> None:
        self.world, self.rule, self.group = world, rule, group
        self.opening, self.maybe = opening, maybe
        keys = rule.correlate_on
        self.events = [e for e in world.events if group_of(e, keys, 1) == group]
        self.pauses = pauses(world, rule.paused_by, group, keys, maybe)
        self.closed = self._closing()
        self.outcomes: dict[str, Outcome] = {}
        self.each: list[Outcome] = []
        # Of each step that is owed once: what paid it and what freed it, though it be unborn.
        self.paid: dict[str, Act | None] = {}
        self.freed: dict[str, Act | None] = {}
        self.skipped: dict[str, bool] = {}
        for step in rule.steps:
            if step.each is None:
                self._work(step)
            else:
                self.each += [self._owed(step, e) for e in self._occasions(step)]

    def _closing(self) -> Act | None:
        """The first closing that acts on the case, by the whole-day rule of reach."""
        rule = self.rule
        acts = []
        for e in acts_of(self.world, rule.closed_by, self.group, rule.correlate_on, self.maybe):
            opens = counts(matches(self.world, rule.opened_by, e), self.maybe)
            f = reach(e, self.opening, whole_day=True, is_trigger=opens, maybe=self.maybe)
            if f is not None:
                acts.append((f, e))
        return earliest(acts)

    def _occasions(self, step: Step) -> list[Happening]:
        """The events for which a step is owed: while the case is open."""
        rule = self.rule
        return [
            e
            for e in acts_of(self.world, step.each, self.group, rule.correlate_on, self.maybe)
            if e.first >= self.opening.first
            and (step.survives_closing or self.closed is None or e.first <= self.closed[0])
        ]

    def _terms(self, step: Step, trigger: Happening, steps: dict[str, int], anchor: int) -> Terms:
        anchors = Anchors(self.world.table, (trigger.first, trigger.last), trigger.data, steps)
        return terms(
            anchors,
            step.window,
            pauses=self.pauses,
            default_opens=trigger.first,
            not_before=max(trigger.first, anchor + Q) if _opens_after(step) else trigger.first,
            first=trigger.first,
        )

    def _reach(
        self, step: Step, trigger: Happening, e: Happening, *, whole_day: bool
    ) -> int | None:
        again = self.rule.opened_by if step.each is None else step.each
        is_trigger = counts(matches(self.world, again, e), self.maybe)
        return reach(e, trigger, whole_day=whole_day, is_trigger=is_trigger, maybe=self.maybe)

    def _freed(self, step: Step, trigger: Happening, *, whole_day: bool) -> tuple[Act | None, bool]:
        """The earliest release, and whether it is the step's own; a skip wins the tie."""
        skips = acts_of(
            self.world, step.released_by, self.group, self.rule.correlate_on, self.maybe
        )
        reached = [(self._reach(step, trigger, e, whole_day=whole_day), e) for e in skips]
        skip = earliest((f, e) for f, e in reached if f is not None)
        closing = None if step.survives_closing else self.closed
        if skip is not None and (closing is None or skip[0] <= closing[0]):
            return skip, True
        return closing, False

    def _pays(self, step: Step, trigger: Happening, e: Happening) -> bool | None:
        """Whether an event is of the kind that pays a step owed for a trigger."""
        found = matches(self.world, step.fulfilled_by, e)
        if step.same_on is not None:
            mine, its = trigger.data.get(step.same_on), e.data.get(step.same_on)
            found = both(found, None if mine is None or its is None else same(mine, its))
        return found

    def _touches(self, step: Step, trigger: Happening, *, whole_day: bool, opens: int) -> list[Act]:
        found = []
        before = [self.paid.get(name) for name in step.window.steps() if _opens_after(step)]
        payments = [act for act in before if act is not None]
        for e in self.events:
            if not counts(self._pays(step, trigger, e), self.maybe):
                continue
            p = pay_instant(e, self._reach(step, trigger, e, whole_day=whole_day), opens)
            if p is not None and not had_paid(payments, e, p):
                found.append((p, e))
        return found

    def _settled(
        self, step: Step, trigger: Happening, window: Terms, birth: int, anchor: int
    ) -> Outcome:
        whole = window.whole_day
        freed, skipped = self._freed(step, trigger, whole_day=whole)
        touches = self._touches(step, trigger, whole_day=whole, opens=window.opens)
        paid = first_payment(window, touches, freed)
        freed = None if paid is not None else freed_in_time(window, freed)
        rule, customer = self.rule, self.world.customer.id
        next_steps = [one for one in rule.steps if step.name in one.window.steps()]
        return Outcome(
            key_of(rule.id, customer, self.group, trigger.name, step.name),
            rule.id,
            correlation(rule.correlate_on, self.group),
            trigger,
            step.name,
            window,
            birth,
            anchor,
            paid,
            freed,
            skipped=skipped and freed is not None,
            bears=tuple(
                key_of(rule.id, customer, self.group, trigger.name, one.name)
                for one in next_steps
                if step.each is None
            ),
        )

    def _owed(self, step: Step, e: Happening) -> Outcome:
        """A step owed for one event of the case."""
        return self._settled(step, e, self._terms(step, e, {}, e.first), e.first, e.first)

    def _work(self, step: Step) -> None:
        """A step owed once: born when all that it counts from have handed on."""
        handed: dict[str, tuple[int, int]] = {}
        for name in step.window.steps():
            before = self.outcomes.get(name)
            given = None if before is None else handed_on(before, procedure=True)
            if given is not None:
                handed[name] = given
        if len(handed) < len(step.window.steps()):
            self._unborn(step)
            return
        first = self.opening.first
        birth = max([first, *(at for at, _ in handed.values())])
        anchor = max([first, *(at for _, at in handed.values())])
        window = self._terms(
            step, self.opening, {name: at for name, (_, at) in handed.items()}, anchor
        )
        one = self._settled(step, self.opening, window, birth, anchor)
        self.outcomes[step.name] = one
        self.paid[step.name] = one.paid
        self.freed[step.name] = one.freed
        self.skipped[step.name] = one.skipped

    def _unborn(self, step: Step) -> None:
        """What an early touch or skip does to a step that is not yet there."""
        anchors = Anchors(
            self.world.table,
            (self.opening.first, self.opening.last),
            self.opening.data,
            dict.fromkeys(step.window.steps(), self.opening.first),
        )
        whole = terms(
            anchors,
            step.window,
            pauses=(),
            default_opens=self.opening.first,
            not_before=self.opening.first,
            first=self.opening.first,
        )
        whole_day = always_whole_days(step.window)
        freed, skipped = self._freed(step, self.opening, whole_day=whole_day)
        paid = None
        if not _opens_after(step):
            touches = self._touches(step, self.opening, whole_day=whole_day, opens=whole.opens)
            paid = earliest(one for one in touches if freed is None or one[0] <= freed[0])
        self.paid[step.name] = paid
        self.freed[step.name] = None if paid is not None else freed
        self.skipped[step.name] = skipped and paid is None

    # violations

    def out_of_order(self) -> dict[tuple[Happening, str], Said]:
        """Steps that were paid before an earlier one was done."""
        found: dict[tuple[Happening, str], Said] = {}
        if not self.rule.ordered:
            return found
        earlier: list[Step] = []
        for step in self.rule.steps:
            if step.each is not None:
                continue
            paid = self.paid[step.name]
            if paid is not None:
                states = [self._done_before(one, paid[1]) for one in earlier]
                if any(one is not True for one in states):
                    found[paid[1], step.name] = Said(paid[0], False in states)
            if not step.optional:
                earlier.append(step)
        return found

    def _done_before(self, step: Step, b: Happening) -> bool | None:
        act = self.paid[step.name] or self.freed[step.name]
        if act is None:
            return False
        a = act[1]
        if a is b or a.last <= b.first:
            return True
        return None if a.first <= b.last else False

    def closed_without(self) -> dict[tuple[Happening, str], Said]:
        """Steps that were left undone when the case was closed."""
        if self.closed is None:
            return {}
        f, closing = self.closed
        found = {}
        for step in self.rule.steps:
            if step.optional or step.each is not None or step.survives_closing:
                continue
            paid, freed = self.paid[step.name], self.freed[step.name]
            done = (paid is not None and paid[0] <= f) or (
                freed is not None and self.skipped[step.name] and freed[0] <= f
            )
            if not done:
                sure = not (closing.dated and self._done_later(step, f, closing))
                found[closing, step.name] = Said(f, sure)
        return found

    def _done_later(self, step: Step, f: int, closing: Happening) -> bool:
        """Whether something that may have been done before a dated closing came that day."""
        return any(
            f < e.first <= closing.last
            and (
                self._pays(step, self.opening, e) is not False
                or (
                    step.released_by is not None
                    and matches(self.world, step.released_by, e) is not False
                )
            )
            for e in self.events
        )
