"""Payment and release, and the pauses that move what is owed, in one run of a group."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Any

from retention_rules.evaluation.acting import UNKNOWN_CONTACT, Acting
from retention_rules.evaluation.happenings import Happening, alike
from retention_rules.evaluation.lanes import BIRTH, PAYMENT, RELEASE, RESUME
from retention_rules.evaluation.obligations import Act, Obligation, replace_due
from retention_rules.evaluation.points import Interval
from retention_rules.evaluation.program import BEGIN, END, FREE, PAY, SKIP, TRIGGER
from retention_rules.rules import Pause, Recurring


class Payments(Acting):
    """What ends, and when: payments and releases as they come in time."""

    # ---- payment -----------------------------------------------------------------------------

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

    # ---- release -----------------------------------------------------------------------------

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
                for one in self.unended():
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
        if self.put_off is not None and one.born is None:
            self.put_off.append((one, e, at, skip))
            return
        self._refresh(one)
        if one.expires is not None and one.expires < at:
            return
        one.freed, one.skipped = (at, e), skip
        self._end(one, at)

    def _release_born(self, one: Obligation) -> None:
        """Free what was born in this instant, and not paid, by what was to free it before."""
        for release in self.put_off or ():
            if release[0] is one:
                self._release(*release)

    def _release_unborn(self) -> None:
        """Free what could have been born in this instant, and was not."""
        releases, self.put_off = self.put_off or (), None
        for one, e, at, skip in releases:
            self._release(one, e, at, skip)
            self._trim(one.race.index, at)

    def _end(self, one: Obligation, at: int) -> None:
        self.touched.append(one)
        if one.race.feeds:
            self._hand_on(one, at)

    def _hand_on(self, one: Obligation, at: int) -> None:
        """Hand the anchor on at an end; the layer above knows to whom."""
        raise NotImplementedError

    def _await_due(self, one: Obligation, at: int) -> None:
        """Wait for a due instant at which something else begins; the layer above knows what."""
        raise NotImplementedError

    # ---- pauses ------------------------------------------------------------------------------

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
            for one in self.unended():
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

    def _pauses_until(self, one: Obligation) -> Sequence[Interval]:
        pauses, end = self.pauses.get(one.race.clock, ()), one.end
        if end is None:
            return pauses
        return [
            (begin, until if until is None or until <= end else None)
            for begin, until in pauses
            if begin <= end
        ]


def _pairing(happening: Happening, clock: int, fields: tuple[str, ...]) -> tuple[Any, ...] | None:
    """The clock that stands still, and what pairs an end with its begin, if it is there."""
    values = tuple(happening.data.get(name) for name in fields)
    return None if None in values else (clock, *(alike(value) for value in values))
