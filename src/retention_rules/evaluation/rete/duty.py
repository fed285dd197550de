"""A recurring duty of one customer in one run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from retention_rules.evaluation.program import FREE, PAY, TRIGGER, Race
from retention_rules.evaluation.rete import strata
from retention_rules.evaluation.rete.adapter import Fact, Memory
from retention_rules.evaluation.rete.duties import IDLE, next_date
from retention_rules.evaluation.rete.network import network
from retention_rules.evaluation.rete.races import Run
from retention_rules.evaluation.rete.sweep import Heard
from retention_rules.evaluation.rete.windows import Owed
from retention_rules.rules import Recurring


class Duty(Run):
    """The subject of the rules of a recurring duty; `round` counts its touches."""

    round = 0

    def decide(self) -> list[Owed]:
        """Hand over the facts, run by run and touch by touch; what is owed, and how it ends."""
        if self.cluster.races[0].flow == "dates":
            return super().decide()
        plays: frozenset[int] = frozenset()
        with Memory(network(self.cluster, self.maybe, plays), self) as memory:
            self.memory = memory
            self._tell()
            for number in range(self._runs()):
                memory.go(strata.TOUCH, number)
                while memory.go(strata.REACH, self.round) | memory.go(strata.TAKE, self.round):
                    self.round += 1
                self.round += 1
            memory.go(strata.END)
        return list(self.owed.values())

    def _prepare(self) -> None:
        self._runs()
        self.memory.tell("now", at=self.now)

    def _runs(self) -> int:
        number = 0
        while self.memory.go(strata.BEGIN, number):
            self.memory.go(strata.STOP, number)
            number += 1
        return number

    def _part(self, one: Heard, g: int, race: Race, role: int) -> None:
        e = one.happening
        fact = self._event(e, g)
        if role == TRIGGER:
            if race.in_force(self.table.day(e.first)):
                self.memory.tell("start", **fact)
                self.memory.tell("idle", g=g, turn=0, after=IDLE)
        elif role == FREE:
            self.memory.tell("halts", **fact)
        elif role == PAY:
            super()._part(one, g, race, role)

    def occurs(self, g: int, case: int, birth: int, after: int) -> Iterator[Fact]:
        """The next date of a series is borne."""
        rule = self.cluster.races[0].rule
        assert isinstance(rule, Recurring)
        start = self.table.day(self.events[case].first)
        day = next_date(rule, self.table, start, after)
        if day is not None:
            number = len(self.owed)
            yield from self.owe(0, g, case, turn=0, day=day, born=birth)
            opens = self.owed[number].opens
            yield "borne", {"g": g, "case": case, "birth": birth, "opens": opens, "day": day}

    def take(self, o: int, e: int, at: int, frees: bool) -> None:
        """A touch pays what is owed, or replaces it, or a stop ends it."""
        act: Any = (at, self.events[e])
        if frees:
            self.owed[o].freed = act
        else:
            self.owed[o].paid = act
