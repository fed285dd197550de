"""Races: the obligations of one group, as payment, release and time run against each other.

A `Group` is one customer and one set of correlation values under one cluster of races. It takes
the events of an instant all at once, in time order, and never looks back. Two runs may be needed
(nothing doubtful counts, everything does); the second splits off when the first doubt arises.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, TypeAlias

from retention_rules.calendars import DayTable
from retention_rules.evaluation.happenings import Happening, alike
from retention_rules.evaluation.obligations import (
    Act,
    Case,
    Obligation,
    early_opens,
    place_window,
    replace_due,
)
from retention_rules.evaluation.points import Interval
from retention_rules.evaluation.program import (
    BEGIN,
    CLOSE,
    END,
    FREE,
    OPEN,
    PAY,
    SKIP,
    TRIGGER,
    Cluster,
    Part,
    Race,
)
from retention_rules.findings import escaped
from retention_rules.rules import Pause, Recurring, RRule

PAYMENT, RELEASE, BIRTH, RESUME = range(4)
UNKNOWN_CONTACT = "?"
_NONE: Any = ()  # what few groups have, and so makes no list for each
Timer: TypeAlias = tuple[int, int, int, Any]
"""When, what, a serial number, and what it is about."""


class Group:
    """The obligations of one customer and one set of correlation values.

    Attributes:
        values: The correlation values, as text; `path` the same as part of a key.
        correlation: The same, with the names of their fields.
        maybe: Whether everything doubtful counts here.
        twin: The run in which it does; None while nothing is doubtful.
        doubt: The first instant of an event with a doubtful part, by contact (None: for all);
            `dated` of a dated one.
        lacks: For which contacts a trigger lacks a field that payments are compared by.
        obligations: All of them, in trigger order.
        live: By race, those that can be paid; `waiting` those that open later.
        timers: What will happen if nothing more happens.
        recent: Dated events whose day may not be over.
    """

    maybe = False
    twin: Group | None = None
    doubt: Mapping[str | None, int] = {}
    lacks: frozenset[str | None] = frozenset()
    dated: Mapping[str | None, int] = {}
    recent: Sequence[Act] = ()
    acts: Sequence[Act] = ()
    pauses: Mapping[int | None, Sequence[Interval]] = {}
    pausing: Mapping[tuple[Any, ...], int] = {}
    used: frozenset[Any] = frozenset()
    timers: list[Timer] = _NONE
    cases: list[Case] = _NONE
    closing: list[Case] = _NONE
    was_open = running = False
    start: Happening | None = None
    last_day = 0
    serial = count = 0

    def __init__(self, cluster: Cluster, table: DayTable, values: tuple[str, ...]) -> None:
        self.cluster = cluster
        self.table = table
        self.values = values
        self.path = "".join(f"/{escaped(value)}" for value in values) if values else ""
        self.correlation = tuple(zip(cluster.trigger_keys, values, strict=True)) if values else ()
        self.obligations: list[Obligation] = []
        self.touched: list[Obligation] = []
        self.live: list[list[Obligation]] = [[] for _ in cluster.races]
        self.waiting: list[list[tuple[int, int, Obligation]]] = [[] for _ in cluster.races]

    def quiet(self) -> bool:
        """Whether nothing is owed that an event could pay or free."""
        if any(self.live) or self.timers or any(self.waiting):
            return False
        return not (self.recent or self.closing or self.twin is not None)

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

    def timed(self) -> bool:
        """Whether something will happen if nothing more happens."""
        return bool(self.timers or (self.twin is not None and self.twin.timers))

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
        if self.obligations and flow != "every":
            self._pay_all(at, acts, due)
            self._free_all(at, acts, due)
        if self.closing:
            self._close_cases(at, acts, fresh=False)
        for timer in due:
            if timer[1] == BIRTH:
                self._pass_due(timer[3], at)
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

    def _later(self, at: int, what: int, payload: Any) -> None:
        self.serial += 1
        self.timers = self.timers or []
        heapq.heappush(self.timers, (at, what, self.serial, payload))

    # ---- pauses --------------------------------------------------------------------------

    def _take_pauses(self, at: int, acts: Sequence[Act], due: list[Any]) -> None:
        """Begins come before ends at one instant; an end in doubt ends nothing."""
        changed = False
        for timer in due:
            if timer[1] == RESUME and self.pausing.get(timer[3][0]) == timer[3][1]:
                self._resume(timer[3][0], at)
                changed = True
        for role in (BEGIN, END):
            for act in acts:
                for clock, pause in self.cluster.clocks:
                    if act.plays(clock, role, self.maybe and role == BEGIN):
                        key = _pairing(act.happening, clock, pause.paired_on)
                        if key is not None and (key in self.pausing) is (role == END):
                            self._resume(key, at) if role == END else self._stop(key, at, pause)
                            changed = True
        if changed:
            for one in self._unended():
                if one.born is not None:
                    self._refresh(one)
                    if one.race.feeds and one.due is not None and one.due < at:
                        due.append((at, BIRTH, 0, one))  # it passed while the clock stood
                    else:
                        self._await_due(one, at)
                self.touched.append(one)

    def _stop(self, key: tuple[Any, ...], at: int, pause: Pause) -> None:
        clock = key[0]
        if not self._stands(clock):
            before = list(self.pauses.get(clock, ()))
            again = bool(before) and before[-1][1] == at
            began = before.pop()[0] if again else at
            self.pauses = {**self.pauses, clock: [*before, (began, None)]}
        self.pausing = {**self.pausing, key: at}
        if pause.at_most is not None:
            self._later(at + max(pause.at_most.microseconds, 0), RESUME, (key, at))

    def _resume(self, key: tuple[Any, ...], at: int) -> None:
        clock = key[0]
        self.pausing = {other: began for other, began in self.pausing.items() if other != key}
        if not self._stands(clock):
            *before, (begin, _) = self.pauses[clock]
            ended = [(begin, at)] if begin < at else []
            self.pauses = {**self.pauses, clock: [*before, *ended]}

    def _stands(self, clock: int) -> bool:
        return any(key[0] == clock for key in self.pausing)

    def _refresh(self, one: Obligation) -> None:
        if one.race.clock is not None and one.born is not None:
            replace_due(one, self.table, self.pauses.get(one.race.clock, ()))

    def _unended(self) -> list[Obligation]:
        found = [one for lane in self.live for one in lane]
        return found + [item[2] for lane in self.waiting for item in lane]

    # ---- who acts on whom ------------------------------------------------------------------

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

    # ---- payment and release ---------------------------------------------------------------

    def _pay_all(self, at: int, acts: Sequence[Act], due: list[Any]) -> None:
        """Payments of one instant: older obligations first, then earlier events."""
        scheduled = [timer[3] for timer in due if timer[1] == PAYMENT]
        queue = self.cluster.races[0].policy == "queue"
        if not scheduled and len(acts) == 1 and not self.cluster.chained and not queue:
            act = acts[0]
            for index, role, sure in act.roles:
                if role == PAY and (sure or self.maybe):
                    for one in self._payable(index, act, at):
                        self._offer(one, act, at)
                    self._trim(index, at)
            return
        pairs = [
            (index, act)
            for act in acts
            for index, r, s in act.roles
            if r == PAY and (s or self.maybe)
        ]
        # Steps are done in their order; the versions of one rule stand in one queue.
        turns = [[index] for index in self.cluster.order]
        for turn in turns if self.cluster.chained else [list(self.cluster.order)]:
            options: list[tuple[int, Any, Obligation, Act]] = [
                (one.seq, act.happening.order, one, act)
                for one, act in scheduled
                if one.race.index in turn
            ]
            for index, act in pairs:
                if index in turn:
                    for one in self._payable(index, act, at):
                        options.append((one.seq, act.happening.order, one, act))
            for _, _, one, act in sorted(options, key=lambda option: option[:2]):
                self._offer(one, act, at)
            for index in turn:
                self._trim(index, at)

    def _payable(self, index: int, act: Act, at: int) -> list[Obligation]:
        waiting, lane = self.waiting[index], self.live[index]
        while waiting and waiting[0][0] <= at:
            lane.append(heapq.heappop(waiting)[2])
        if waiting and act.happening.first != act.happening.last:
            return [*lane, *(item[2] for item in waiting)]
        return lane

    def _offer(self, one: Obligation, act: Act, at: int) -> None:
        """Let an event pay an obligation now, or set the time at which it will."""
        if one.paid is not None or one.freed is not None:
            return
        queue = one.race.policy == "queue"
        if queue and (act.happening.order, one.contact) in self.used:
            return
        p = self.payment(act, one)
        if p is None:
            return
        if p > at:
            self._later(p, PAYMENT, (one, act))
            return
        self._refresh(one)
        if one.expires is not None and p > one.expires:
            return
        if queue:
            self.used |= {(act.happening.order, one.contact)}
        one.paid = (p, act.happening)
        self._end(one, at)

    def _free_all(self, at: int, acts: Sequence[Act], due: list[Any]) -> None:
        for timer in due:
            if timer[1] == RELEASE:
                one, e, skip = timer[3]
                self._release(one, e, timer[0], skip)
                self._trim(one.race.index, at)
        for act in acts:
            for index, skip in self._releases(act):
                lane, waiting = self.live[index], self.waiting[index]
                if lane or waiting:
                    for one in [*lane, *(item[2] for item in waiting)]:
                        self._offer_release(one, act, at, skip)
                    self._trim(index, at)
            restarted = self._restarted(act)
            if restarted:
                for one in self._unended():
                    if one.contact in restarted:
                        self._free(one, act, at, False)
                for index in range(len(self.live)):
                    self._trim(index, at)

    def _restarted(self, act: Act) -> list[str | None]:
        """The contacts for whom an event opens anew what is owed."""
        found: list[str | None] = []
        for index, role, sure in act.roles:
            race = self.cluster.races[index]
            if role == TRIGGER and race.policy == "restart" and (sure or self.maybe):
                if race.in_force(self.table.day(act.happening.first)):
                    found += self._contacts(act, race)
        return found

    def _releases(self, act: Act) -> list[tuple[int, bool]]:
        """The races that an event frees, and whether it does so as a skip."""
        found = []
        for index, role, sure in act.roles:
            if sure or self.maybe:
                recurring = isinstance(self.cluster.races[index].rule, Recurring)
                if (role == FREE and not recurring) or role == SKIP:
                    found.append((index, role == SKIP))
        return found

    def _offer_release(self, one: Obligation, act: Act, at: int, skip: bool) -> None:
        if one.contact is not None:
            contact = act.happening.data.get("contact")
            if contact is not None and one.contact == UNKNOWN_CONTACT:
                if not self.maybe:
                    return
            elif contact is not None and contact != one.contact:
                return
        self._free(one, act, at, skip)

    def _free(self, one: Obligation, act: Act, at: int, skip: bool) -> None:
        start = self.reach(act, one)
        if start is None:
            return
        if start > at:
            self._later(start, RELEASE, (one, act.happening, skip))
        else:
            self._release(one, act.happening, start, skip)

    def _release(self, one: Obligation, e: Happening, at: int, skip: bool) -> None:
        if one.paid is not None or one.freed is not None:
            return
        self._refresh(one)
        if one.expires is not None and one.expires < at:
            return
        one.freed, one.skipped = (at, e), skip
        self._end(one, at)

    def _end(self, one: Obligation, at: int) -> None:
        self.touched.append(one)
        if one.race.feeds:
            self._hand_on(one, at)

    def _trim(self, index: int, at: int) -> None:
        lane, waiting = self.live[index], self.waiting[index]
        if lane:
            self.live[index] = [one for one in lane if not one.ended(at)]
        if waiting and any(item[2].ended(at) for item in waiting):
            self.waiting[index] = [item for item in waiting if not item[2].ended(at)]
            heapq.heapify(self.waiting[index])

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
                old = [one for one in self._unended() if one.contact == contact]
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

    def _contacts(self, act: Act, race: Race) -> list[str | None]:
        if race.contacts is None:
            return [None]
        some = (act.contacts or {}).get(race.index, ())
        return [name for name, sure in some if sure or self.maybe]

    def _create(self, race: Race, trigger: Happening, contact: str | None) -> Obligation:
        one = Obligation(race, trigger, self.count, contact)
        self.count += 1
        self.obligations.append(one)
        return one

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
        self._await_due(one, at)

    def _pauses_until(self, one: Obligation) -> Sequence[Interval]:
        pauses, end = self.pauses.get(one.race.clock, ()), one.end
        if end is None:
            return pauses
        return [
            (begin, until if until is None or until <= end else None)
            for begin, until in pauses
            if begin <= end
        ]

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
        if one.race.flow == "dates":
            if self.running and self._stopping(self.acts) is None:
                self._next_date(one.trigger, at)
        elif one.handed is None and one.end is None and one.due is not None:
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
        else:
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
        """What was never born never will be."""
        assert one.case is not None
        for index in one.race.feeds:
            following = one.case.steps[index]
            if following is not None and following.born is None:
                if following.end is None:
                    following.freed = one.freed
                    self.live[index] = [
                        other for other in self.live[index] if other is not following
                    ]
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
        owed = [one for one in self._unended() if one.case is case and not one.race.survives]
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

    # ---- recurring duties ------------------------------------------------------------------

    def _touch(self, at: int, acts: Sequence[Act]) -> None:
        """A start opens; every touch while it runs opens the next; a stop ends the run."""
        touches = acts
        if not self.running:
            start = self._starting(acts)
            if start is None:
                return
            self.running, self.start = True, start.happening
            self._be_born(self._create(self.cluster.races[0], start.happening, None), at)
            touches = [*self.recent, *acts]
        assert self.start is not None
        for act in touches:
            e = act.happening
            if act.plays(0, PAY, self.maybe) and e.root != self.start.root:
                if (e.order, None) not in self.used:
                    self.used |= {(e.order, None)}
                    self._take_turn(act, at)
        self._end_run(at, acts)

    def _starting(self, acts: Sequence[Act]) -> Act | None:
        race = self.cluster.races[0]
        for act in acts:
            if act.plays(0, TRIGGER, self.maybe):
                if race.in_force(self.table.day(act.happening.first)):
                    return act
        return None

    def _take_turn(self, act: Act, at: int) -> None:
        """A touch pays what is owed, or replaces it if it is too early, and opens the next."""
        e, race = act.happening, self.cluster.races[0]
        for old in self._unended():
            if old.trigger.root == e.root:
                return
            p = max(at, old.opens)
            if p <= e.last:
                old.paid = (p, e)
            else:
                old.freed = (at, e)
            self.touched.append(old)
        self._trim(0, at)
        self._be_born(self._create(race, e, None), at)

    def _stopping(self, acts: Sequence[Act]) -> Act | None:
        """What stops the present run at its own instant."""
        for act in acts:
            if act.plays(0, FREE, self.maybe):
                if self.start is None or act.happening.root != self.start.root:
                    return act
        return None

    def _end_run(self, at: int, acts: Sequence[Act]) -> None:
        """A stop frees what is owed, also what began at its very instant."""
        stop = self._stopping(acts)
        if self.running and stop is not None:
            self.running = False
            for one in self._unended():
                self._release(one, stop.happening, at, False)
            self._trim(0, at)

    def _begin_series(self, at: int, acts: Sequence[Act]) -> None:
        start = None if self.running else self._starting(acts)
        if start is not None:
            self.start = start.happening
            if self._stopping(acts) is None:
                self.running = True
                self.last_day = self.table.day(start.happening.first)
                self._next_date(start.happening, at)
        self._end_run(at, acts)

    def _next_date(self, start: Happening, at: int) -> None:
        """Bear the next occurrence, and those that open by now."""
        while start is self.start:
            day = self._date_after(start)
            if day is None:
                return
            self.last_day = day
            one = self._create(self.cluster.races[0], start, None)
            one.day = day
            self._be_born(one, at)
            if one.opens > at:
                self._later(one.opens, BIRTH, one)
                return

    def _date_after(self, start: Happening) -> int | None:
        rule = self.cluster.races[0].rule
        assert isinstance(rule, Recurring) and rule.on is not None
        if isinstance(rule.on, RRule):
            first = datetime.combine(date.fromordinal(self.table.day(start.first)), time())
            from dateutil.rrule import rrulestr  # here, since few rules need it

            dates = rrulestr(rule.on.text, dtstart=first)
            found = dates.after(datetime.combine(date.fromordinal(self.last_day), time()))
            return None if found is None else found.date().toordinal()
        names = rule.on.names
        days = (
            day.toordinal()
            for day, name in self.table.calendar.holidays
            if not names or name in names
        )
        return min((day for day in days if day > self.last_day), default=None)

    # ---- another way -----------------------------------------------------------------------

    def copy(self) -> Group:
        """The same group, to go another way; without its twin."""
        group = Group(self.cluster, self.table, self.values)
        twins = {id(one): one.copy() for one in self.obligations}
        group.obligations = [twins[id(one)] for one in self.obligations]
        group.live = [[twins[id(one)] for one in lane] for lane in self.live]
        group.waiting = [
            [(at, seq, twins[id(one)]) for at, seq, one in lane] for lane in self.waiting
        ]
        cases: dict[int, Case] = {}
        for case in self.cases:
            steps = [None if one is None else twins[id(one)] for one in case.steps]
            other = cases[id(case)] = Case(case.trigger, steps)
            other.closed, other.fresh = case.closed, case.fresh
        group.cases = list(cases.values())
        group.closing = [cases[id(case)] for case in self.closing]
        for one in group.obligations:
            one.case = cases.get(id(one.case))
        timers: list[Timer] = []
        for at, what, serial, payload in self.timers:
            if isinstance(payload, Obligation):
                payload = twins[id(payload)]
            elif what in (PAYMENT, RELEASE):
                payload = (twins[id(payload[0])], *payload[1:])
            timers.append((at, what, serial, payload))
        group.timers = timers
        for name in ("maybe", "doubt", "lacks", "dated", "was_open", "running", "serial"):
            setattr(group, name, getattr(self, name))
        for name in ("recent", "pauses", "pausing", "used", "start", "last_day", "count"):
            setattr(group, name, getattr(self, name))
        return group


def _in_turn(part: Part) -> int:
    """Payments come before releases, and releases before triggers."""
    return _TURNS[part[1]]


_TURNS = {PAY: 0, FREE: 1, TRIGGER: 2}


def _pairing(happening: Happening, clock: int, fields: tuple[str, ...]) -> tuple[Any, ...] | None:
    """The clock that stands still, and what pairs an end with its begin, if it is there."""
    values = tuple(happening.data.get(name) for name in fields)
    return None if None in values else (clock, *(alike(value) for value in values))
