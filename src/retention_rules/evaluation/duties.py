"""Recurring duties: from each touch to the next, or on dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from retention_rules.evaluation.chains import Chains
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.lanes import BIRTH
from retention_rules.evaluation.obligations import Act, Obligation
from retention_rules.evaluation.program import FREE, PAY, TRIGGER
from retention_rules.rules import Recurring, RRule


class Duties(Chains):
    """A series that a start opens and a stop ends."""

    def _touch(self, at: int, acts: Sequence[Act]) -> None:
        """A start opens; every touch while it runs opens the next; a stop ends the run."""
        touches = acts
        if not self.running:
            start = self._starting(acts)
            if start is None:
                return
            self.running, self.start = True, start.happening
            self.used |= {(start.happening.order, None)}
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
        for old in self.unended():
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
            for one in self.unended():
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

    def _pass_due(self, one: Obligation, at: int) -> None:
        """A date has come: the next one is born."""
        if one.race.flow != "dates":
            super()._pass_due(one, at)
        elif self.running and self._stopping(self.acts) is None:
            self._next_date(one.trigger, at)

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
