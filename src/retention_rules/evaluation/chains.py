"""Births: triggers open obligations, steps hand on to those after them, and cases close."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from retention_rules.evaluation.lanes import BIRTH
from retention_rules.evaluation.obligations import (
    Act,
    Case,
    Obligation,
    early_opens,
    place_window,
)
from retention_rules.evaluation.payments import Payments
from retention_rules.evaluation.program import CLOSE, OPEN, PAY, SKIP, TRIGGER


class Chains(Payments):
    """What begins, and what follows from what."""

    # ---- triggers --------------------------------------------------------------------------

    def _trigger(self, at: int, acts: Sequence[Act]) -> None:
        races = self.cluster.races
        for each in (False, True):
            for act in acts:
                started = [
                    index
                    for index, role, sure in act.roles
                    if role == TRIGGER
                    and (sure or self.maybe)
                    and (races[index].flow == "each") is each
                ]
                if not each:
                    if started or act.plays(0, OPEN, self.maybe):
                        self._accept(at, act, started)
                    continue
                if not started:
                    continue
                case = next((c for c in self.closing if not c.closed or c.closed[0] == at), None)
                for index in started:
                    if case is not None or (self.was_open and races[index].survives):
                        one = self._create(races[index], act.happening, None)
                        one.case = case
                        self._be_born(one, at)
                        if case is not None and case.closed and not races[index].survives:
                            self._release(one, case.closed[1], at, False)
                            self._trim(index, at)

    def _accept(self, at: int, act: Act, started: list[int]) -> None:
        """Open the obligations of a trigger, as its rule's policy says."""
        races, policy, e = self.cluster.races, self.cluster.races[0].policy, act.happening
        day = self.table.day(e.first)
        started = [index for index in started if races[index].in_force(day)]
        if self.cluster.procedure is not None:
            if races[0].in_force(day):
                self._open_case(at, act, started, None)
            return
        if not started:
            return
        for contact in self._contacts(act, races[started[0]]):
            if policy == "ignore":
                old = [one for one in self.unended() if one.contact == contact]
                if any(not one.ended(at) for one in old):
                    continue
            if self.cluster.chained:
                self._open_case(at, act, started, contact)
            else:
                for index in started:
                    self._be_born(self._create(races[index], e, contact), at)

    def _open_case(self, at: int, act: Act, started: list[int], contact: str | None) -> None:
        races = self.cluster.races
        case = Case(act.happening, [None] * len(races))
        self.cases = self.cases or []
        self.cases.append(case)
        if self.cluster.procedure is not None:
            self.closing = [*self.closing, case]
            self.was_open = True
        for index in self.cluster.order:
            if index in started:
                step = case.steps[index] = self._create(races[index], act.happening, contact)
                step.case = case
        for one in [case.steps[index] for index in self.cluster.order]:
            if one is None:
                continue
            if not one.race.needs:
                self._be_born(one, at)
            elif one.born is None and one.end is None:
                one.fine, one.opens = one.race.may_be_fine, early_opens(one, self.table)
                self.live[one.race.index].append(one)
                self._apply(one, at)
            elif one.race.early and one.end is None:
                self._apply(one, at)  # the one before was done at the opening itself

    def _be_born(self, one: Obligation, at: int) -> None:
        """Give an obligation its window, and let the events of this instant act on it."""
        one.born = at
        known = one.paid is not None or one.freed is not None
        pauses = () if one.race.clock is None else self._pauses_until(one)
        place_window(one, self.table, pauses)
        self.touched.append(one)
        index = one.race.index
        if known:
            self._hand_on(one, at)
            return
        lane = self.live[index]
        if one.opens > at:
            if one.race.needs and one in lane:
                lane.remove(one)
            heapq.heappush(self.waiting[index], (one.opens, one.seq, one))
        elif not one.race.needs or one not in lane:
            lane.append(one)
        if one.race.flow != "every" and not (one.race.early and one.race.needs):
            self._apply(one, at)
        self._release_born(one)
        self._await_due(one, at)

    def _apply(self, one: Obligation, at: int) -> None:
        """Let the events of this instant, and dated ones of this day, act on a new obligation."""
        acts = [*self.recent, *self.acts] if self.recent else self.acts
        if len(acts) == 1 and acts[0].happening is one.trigger and one.race.flow == "once":
            return
        index = one.race.index
        for act in acts:
            if act.plays(index, PAY, self.maybe):
                self._offer(one, act, at)
        for act in acts:
            for place, skip in self._releases(act):
                if place == index:
                    self._offer_release(one, act, at, skip)
            if one.contact in self._restarted(act):
                self._free(one, act, at, False)
        if one.end is not None:
            self._trim(index, at)

    # ---- chains ----------------------------------------------------------------------------

    def _await_due(self, one: Obligation, at: int) -> None:
        if one.race.feeds and one.due is not None and one.handed is None:
            if one.due < at:
                self._pass_due(one, at)
            else:
                self._later(one.due + 1, BIRTH, one)

    def _pass_due(self, one: Obligation, at: int) -> None:
        """A due instant went by: what follows is born."""
        if one.handed is None and one.end is None and one.due is not None:
            if one.due < at:
                self._hand(one, at, one.due)
            elif one.due + 1 > at:
                self._await_due(one, at)

    def _hand_on(self, one: Obligation, at: int) -> None:
        """Hand the anchor on at the end of a step, or end the chain."""
        if one.handed is not None or one.born is None or not one.race.feeds:
            return
        end = one.end
        if end is None:
            return
        if one.paid is not None or one.skipped:
            self._hand(one, at, end if one.due is None else min(end, one.due))
        elif self.cluster.procedure is None:
            self._end_chain(one)

    def _hand(self, one: Obligation, at: int, value: int) -> None:
        one.handed = (at, max(one.anchor, value))
        assert one.case is not None
        steps = one.case.steps
        for index in one.race.feeds:
            following = steps[index]
            if following is None or following.born is not None:
                continue
            needs = [steps[need] for need, _ in following.race.needs]
            if all(need is not None and need.handed is not None for need in needs):
                following.anchor = max(need.handed[1] for need in needs if need and need.handed)
                self._be_born(following, at)

    def _end_chain(self, one: Obligation) -> None:
        """What counts from a released rule will never be born: nothing waits for it any more."""
        assert one.case is not None
        for index in one.race.feeds:
            following = one.case.steps[index]
            assert following is not None
            following.freed = one.freed
            self._end_chain(following)

    # ---- procedures ------------------------------------------------------------------------

    def _close_cases(self, at: int, acts: Sequence[Act], *, fresh: bool) -> None:
        """Close the cases there were before anything is born; then those of this very instant."""
        for case in self.closing:
            if case.fresh is fresh and case.closed is None:
                for act in (*self.recent, *acts) if fresh else acts:
                    if act.plays(0, CLOSE, self.maybe):
                        self._close(case, act, at)
                case.fresh = False

    def _watch_closings(self, at: int, acts: Sequence[Act]) -> None:
        """Until the day of a dated closing is over, what happens may leave it in doubt."""
        for case in self.closing:
            if case.closed is not None and case.closed[0] < at <= case.closed[1].last:
                for act in acts:
                    self._doubt_closing(case, act)
        self.closing = [
            case for case in self.closing if case.closed is None or case.closed[1].last > at
        ]

    def _close(self, case: Case, act: Act, at: int) -> None:
        """Close a case, and free its steps, by the rule for windows of whole days."""
        e, trigger = act.happening, case.trigger
        if case.closed is not None or e.root == trigger.root:
            return
        mine, own = e.first, trigger.first
        if e.first != e.last or trigger.first != trigger.last:
            mine, own = self.table.day(mine), self.table.day(own)
        again = act.plays(0, OPEN, self.maybe) and e.order < trigger.order
        if mine < own or (mine == own and again):
            return
        case.closed = (at, e)
        owed = [one for one in self.unended() if one.case is case and not one.race.survives]
        for one in owed:
            self._release(one, e, at, False)
        for index in {one.race.index for one in owed}:
            self._trim(index, at)
        self.touched += [one for one in case.steps if one is not None]

    def _doubt_closing(self, case: Case, act: Act) -> None:
        """A touch on the day of a dated closing may have come before it."""
        for index, role, _ in act.roles:
            step = case.steps[index]
            if role in (PAY, SKIP) and step is not None and step.paid is None:
                if role == PAY and not self._fits(act.happening, step, True):
                    continue
                step.doubtful = True
                self.touched.append(step)
