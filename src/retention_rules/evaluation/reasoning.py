"""Reasoning: the timeline of a customer about whom conclusions are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from retention_rules.calendars import DayTable
from retention_rules.customers import Customer
from retention_rules.evaluation.deduction import Deduction
from retention_rules.evaluation.found import Viewpoint
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.program import Program
from retention_rules.evaluation.timeline import Timeline
from retention_rules.events import CONCLUSION
from retention_rules.findings import Change, Finding


def timeline_of(
    program: Program, customer: Customer, table: DayTable, history_from: date | None = None
) -> Timeline:
    """The timeline of one customer: one that reasons, if the program concludes anything."""
    kind = Timeline if program.stratum is None else Reasoning
    return kind(program, customer, table, history_from)


class Reasoning(Timeline):
    """A timeline in which conclusions are drawn, which may be triggers like any event.

    Attributes:
        deduction: What is concluded.
        listened: Whether anything listens to conclusions.
        drawn: Those moments of theirs that lie in the log.
    """

    def __init__(
        self,
        program: Program,
        customer: Customer,
        table: DayTable,
        history_from: date | None = None,
    ) -> None:
        assert program.stratum is not None
        self.deduction = Deduction(program.stratum, customer, table, history_from)
        self.listened = any(kind.startswith(CONCLUSION) for kind in program.routes)
        self.drawn: list[Happening] = []
        super().__init__(program, customer, table, history_from)

    # ---- events --------------------------------------------------------------------------

    def load(self, happenings: list[Happening]) -> None:
        """Take many events, in any order, before time passes."""
        records = [one for one in happenings if not one.derived]
        self.deduction.load(records)
        super().load(records)

    def add(self, happening: Happening) -> None:
        """Take one event; one that comes after its time makes all start anew."""
        self.deduction.add(happening)
        super().add(happening)

    def remove(self, happening: Happening) -> None:
        """Take an event back."""
        self.deduction.remove(happening)
        super().remove(happening)

    # ---- time ----------------------------------------------------------------------------

    def advance(self, at: int) -> None:
        """Let time pass up to an instant (closed)."""
        self.deduction.advance(at)
        if self.listened:
            self._take_over()
        super().advance(at)

    def _take_over(self) -> None:
        """Put the moments of conclusions, as they are now known, into the log."""
        before, after = self.drawn, self.deduction.moments()
        same = 0
        while same < min(len(before), len(after)) and _equal(before[same], after[same]):
            same += 1
        if same < len(before):
            for one in before[same:]:
                super().remove(one)
            del before[same:]
        for one in after[same:]:
            super().add(one)
            before.append(one)

    def knowing(self, complete: int | None) -> None:
        """Take it that events are complete up to an instant only."""
        super().knowing(complete)
        self.deduction.knowing(complete)

    def next_wake(self) -> int | None:
        """When it has something to do next, if nothing more is added."""
        wakes = [super().next_wake(), self.deduction.next_wake()]
        return min((at for at in wakes if at is not None), default=None)

    # ---- what changed --------------------------------------------------------------------

    def report(self, at: int, origin: Any) -> list[Change]:
        """Let time pass, and say which findings differ from those last reported."""
        self.advance(at)
        anew = self.anew
        changes = super().report(at, origin)
        if not anew and self.deduction.fresh:
            view = self.view(self.complete, origin)
            there = self.deduction.conclusions()
            for key in sorted(self.deduction.fresh):
                if key in there:
                    where, one = there[key]
                    self._compare(where.finding(key, one, view), changes)
                elif key in self.reported:
                    self._withdraw([key], changes)
        self.deduction.fresh = set()
        return changes

    # ---- findings ------------------------------------------------------------------------

    def findings(self, complete: int | None = None, origin: Any = None) -> Iterator[Finding]:
        """All findings at `done`."""
        if complete == self.complete:
            yield from super().findings(complete, origin)
            return
        other = self.again()
        other.knowing(complete)
        other.load(self.log)
        other.advance(self.done)
        yield from other.findings(complete, origin)

    def _found(self, view: Viewpoint) -> Iterator[tuple[Finding, Any]]:
        yield from super()._found(view)
        for one in self.deduction.findings(view):
            yield one, None

    # ---- the horizon ---------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """What is needed to go on without the events so far."""
        return {**super().state(), "deduction": self.deduction.state()}

    def resume(self, start: dict[str, Any] | None) -> None:
        """Go on from a state, without the events that led to it."""
        super().resume(start)
        if start is not None:
            self.drawn = [one for one in self.drawn if one.first > start["done"]]
            self.deduction.resume(start["deduction"])


def _equal(one: Happening, other: Happening) -> bool:
    return one is other or (
        one.order == other.order and one.root == other.root and one.data == other.data
    )
