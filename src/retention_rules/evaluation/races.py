"""Races: the obligations of one group, as payment, release and time run against each other.

A `Group` is one customer and one set of correlation values under one cluster of races. It takes
the events of an instant all at once, in time order, and never looks back. Two runs may be needed
(nothing doubtful counts, everything does); the second splits off when the first doubt arises.

Each layer adds one thing: `lanes` keep obligations, `acting` says who acts on whom, `payments` end
them, `chains` begin them, `duties` repeat them, and here time passes.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from retention_rules.evaluation.acting import UNKNOWN_CONTACT
from retention_rules.evaluation.duties import Duties
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.lanes import BIRTH
from retention_rules.evaluation.obligations import Act, Obligation, place_window
from retention_rules.evaluation.program import BEGIN, END, FREE, PAY, TRIGGER, Part, Race


class Group(Duties):
    """The obligations of one customer and one set of correlation values.

    Attributes:
        twin: The run in which everything doubtful counts; None while nothing is doubtful.
    """

    twin: Group | None = None

    def runs(self) -> list[Group]:
        """Both runs, or the only one."""
        return [self] if self.twin is None else [self, self.twin]

    def quiet(self, at: int) -> bool:
        """Whether nothing is owed at an instant that an event could pay or free."""
        for lane in self.live:
            for one in lane:
                if one.expires is None or one.expires >= at:
                    return False
        if self.timers or any(self.waiting):
            return False
        return not (self.recent or self.closing or self.twin is not None)

    def timed(self) -> bool:
        """Whether something will happen if nothing more happens."""
        return bool(self.timers or (self.twin is not None and self.twin.timers))

    # ---- the short way ---------------------------------------------------------------------

    def plain(self) -> bool:
        """Whether nothing here is dated, doubtful, or set to happen by itself."""
        return not self.dated and self.twin is None and not self.timers

    def quick(self, at: int, e: Happening, roles: Sequence[Part]) -> None:
        """What `step` does for the one certain event of an instant in a plain group.

        All that is owed here began earlier, so the event acts on all of it.
        """
        if len(roles) > 1:
            roles = sorted(roles, key=_in_turn)
        for index, role, _ in roles:
            if role == PAY:
                waiting, lane = self.waiting[index], self.live[index]
                while waiting and waiting[0][0] <= at:
                    lane.append(heapq.heappop(waiting)[2])
                if lane:
                    for one in lane:
                        if one.expires is None or one.expires >= at:
                            one.paid = (at, e)
                            self.touched.append(one)
                    self.live[index] = []
                continue
            if role == FREE:
                self._quick_release(index, at, e)
                continue
            race = self.cluster.races[index]
            if race.timeless or race.in_force(self.table.day(at)):
                if race.policy == "restart":
                    for other in range(len(self.live)):
                        self._quick_release(other, at, e)
                one = Obligation(race, e, self.count, None)
                one.born = at
                self.count += 1
                self.obligations.append(one)
                self.touched.append(one)
                place_window(one, self.table, ())
                if one.opens > at:
                    heapq.heappush(self.waiting[index], (one.opens, one.seq, one))
                else:
                    self.live[index].append(one)

    def _quick_release(self, index: int, at: int, e: Happening) -> None:
        lane, waiting = self.live[index], self.waiting[index]
        if lane or waiting:
            for one in [*lane, *(item[2] for item in waiting)]:
                if one.expires is None or one.expires >= at:
                    one.freed = (at, e)
                    self.touched.append(one)
            self.live[index], self.waiting[index] = [], []

    # ---- the passing of time -------------------------------------------------------------

    def step(self, at: int, acts: list[Act]) -> None:
        """Take all events of one instant, which is later than all before."""
        for act in acts:
            if act.doubt or act.happening.first != act.happening.last:
                self._note_doubt(acts)
                break
        if self.twin is not None:
            self.twin._run(at, acts)
        self._run(at, acts)

    def advance(self, at: int) -> None:
        """Let time pass up to an instant (closed)."""
        if self.timers:
            self._pass(at)
        if self.twin is not None and self.twin.timers:
            self.twin._pass(at)

    def is_due(self, at: int) -> bool:
        """Whether something happens by itself up to an instant."""
        if self.timers and self.timers[0][0] <= at:
            return True
        twin = self.twin
        return twin is not None and bool(twin.timers) and twin.timers[0][0] <= at

    def _pass(self, at: int) -> None:
        while self.timers and self.timers[0][0] <= at:
            self._instant(self.timers[0][0], ())

    def _run(self, at: int, acts: Sequence[Act]) -> None:
        if self.timers:
            self._pass(at - 1)
        self._instant(at, acts)

    def _instant(self, at: int, acts: Sequence[Act]) -> None:
        """Everything that happens at one instant: pauses, births, payments, releases, triggers."""
        if self.recent:
            self.recent = [act for act in self.recent if act.happening.last >= at]
        if self.used:
            recent = {act.happening.order for act in self.recent}
            self.used = frozenset(use for use in self.used if use[0] in recent)
        self.acts = acts
        due = []
        while self.timers and self.timers[0][0] <= at:
            due.append(heapq.heappop(self.timers))
        if self.cluster.clocks:
            self._take_pauses(at, acts, due)
        flow = self.cluster.races[0].flow
        self.put_off = [] if self.cluster.chained else None
        if self.obligations and flow != "every":
            self._pay_all(at, acts, due)
            self._free_all(at, acts, due)
        if self.closing:
            self._close_cases(at, acts, fresh=False)
        for timer in due:
            if timer[1] == BIRTH:
                self._pass_due(timer[3], at)
        if self.put_off is not None:
            self._release_unborn()
        if flow == "every":
            self._touch(at, acts)
        elif flow == "dates":
            self._begin_series(at, acts)
        else:
            self._trigger(at, acts)
        if self.closing:
            self._close_cases(at, acts, fresh=True)
            self._watch_closings(at, acts)
        for act in acts:
            if act.happening.first != act.happening.last:
                self.recent = [*self.recent, act]
        self.acts = ()

    # ---- doubt -------------------------------------------------------------------------------

    def _note_doubt(self, acts: list[Act]) -> None:
        """Split off the second run at the first event that counts only perhaps."""
        split = False
        for act in acts:
            lacking = self._lacking(act)
            if lacking:
                self.lacks |= lacking
                split = True
        for act in acts:
            e = act.happening
            dated = e.first != e.last
            for contact, sure in self._parts(act):
                if not sure:
                    self.doubt = {contact: e.first, **self.doubt}
                    split = True
                if dated:
                    self.dated = {contact: e.first, **self.dated}
            split = split or (dated and self.cluster.may_be_fine)
            split = split or any(role == BEGIN and not sure for _, role, sure in act.roles)
        if split and self.twin is None:
            self.twin = self.copy()
            self.twin.maybe = True

    def _parts(self, act: Act) -> list[tuple[str | None, bool]]:
        """For which contacts (None: all) an event plays a part, and whether for certain."""
        e = act.happening
        contact = e.data.get("contact")
        found: list[tuple[str | None, bool]] = []
        for index, role, sure in act.roles:
            race = self.cluster.races[index]
            if role in (BEGIN, END) or (role == TRIGGER and not self._triggers(race, e)):
                continue
            if role == PAY and (race.differs_on is not None or race.same_on is not None):
                mine = {None} if race.contacts is None else {contact}
                sure = sure and not race.lacking(e.data) and not (self.lacks & mine)
            if race.contacts is None:
                found.append((None, sure))
            elif role == TRIGGER:
                found += (act.contacts or {}).get(index, ())
            else:
                found.append((contact, sure and (role != PAY or contact is not None)))
                if role == PAY or contact is not None:
                    found.append((UNKNOWN_CONTACT, False))
        return found

    def _lacking(self, act: Act) -> set[str | None]:
        """For which contacts a trigger lacks a field that payments are compared by."""
        found: set[str | None] = set()
        for index, role, _ in act.roles:
            race = self.cluster.races[index]
            if role == TRIGGER and race.lacking(act.happening.data):
                if self._triggers(race, act.happening):
                    some = (act.contacts or {}).get(index, ())
                    found |= {name for name, _ in some} if race.contacts else {None}
        return found

    def _triggers(self, race: Race, e: Happening) -> bool:
        return race.flow == "each" or race.in_force(self.table.day(e.first))


def _in_turn(part: Part) -> int:
    """Payments come before releases, and releases before triggers."""
    return _TURNS[part[1]]


_TURNS = {PAY: 0, FREE: 1, TRIGGER: 2}
