"""Replays: what events failed, and which of them a finding follows from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from retention_rules.calendars import DayTable
from retention_rules.conditions import Pattern
from retention_rules.evaluation.bits import Bit, compile_condition
from retention_rules.evaluation.checks import Check, checks
from retention_rules.evaluation.evidence import Evidence
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.mentions import (
    further,
    patterns,
)
from retention_rules.evaluation.timeline import Timeline
from retention_rules.events import CUSTOMER_CHANGED
from retention_rules.findings import Finding, escaped


class Replays:
    """One customer's timeline, to be played again in part."""

    def __init__(
        self, timeline: Timeline, chains: Any, complete: int | None, finding: Finding
    ) -> None:
        self.timeline = timeline
        self.chains = chains
        self.complete = complete
        self.finding = finding
        self.table: DayTable = timeline.table
        self.log = [one for one in timeline.log if one.first <= timeline.done]
        self.by_name = {one.name: one for one in self.log}
        self._found: list[Finding] | None = None

    def _checks(self, pattern: Pattern | None, happening: Happening | None) -> tuple[Check, ...]:
        if pattern is None or happening is None or happening.derived:
            return ()
        return self._probe([happening], pattern, everything=True)[happening.order]

    def _probe(
        self, happenings: Iterable[Happening], pattern: Pattern, *, everything: bool = False
    ) -> dict[Any, tuple[Check, ...]]:
        """The tests of a pattern that events failed, as things stood when they happened."""
        wanted = {e.order for e in happenings}
        found: dict[Any, tuple[Check, ...]] = {}
        priors = dict(self.timeline.program.priors)
        alternatives = [
            [(check, compile_condition(check.condition, priors)) for check in checks(one.condition)]
            for one in pattern.alternatives
        ]

        def look(e: Happening, ghost: Timeline) -> None:
            if e.order not in wanted:
                return
            best: tuple[Check, ...] | None = None
            for one, tests in zip(pattern.alternatives, alternatives, strict=True):
                if one.kind != e.kind:
                    continue
                results: list[tuple[Check, Bit]] = [
                    (check, test(e, ghost) if test else True) for check, test in tests
                ]
                seen = tuple(
                    check.read(bit, e.data, ghost.facts)
                    for check, bit in results
                    if everything or bit is not True
                )
                if best is None or len(seen) < len(best):
                    best = seen
            found[e.order] = best or ()

        self._replay(self.log, look)
        return found

    def _replay(
        self, happenings: Iterable[Happening], look: Callable[[Happening, Timeline], None] | None
    ) -> Timeline:
        ghost = self.timeline.again()
        ghost.look = look
        ghost.load([one for one in happenings if not one.derived])
        ghost.advance(self.timeline.done)
        return ghost

    def _sufficient(self, evidence: Evidence) -> tuple[tuple[str, ...], bool]:
        """The smallest of a few sets of events from which the same finding follows."""
        for attempt in self._attempts(evidence):
            some = [one for one in attempt if not one.derived]
            ghost = self._replay(some, None)
            for one in ghost.findings(self.complete, None):
                if one == self.finding:
                    return tuple(e.name for e in some), True
        return tuple(e.name for e in self.log if not e.derived), False

    def _attempts(self, evidence: Evidence) -> Iterator[list[Happening]]:
        """Sets of events to try, from the bare minimum to everything."""
        names = {self.finding.trigger, self.finding.ended_by}
        roots = {part for name in names if name for part in (name, name.split("@")[-1].rstrip("+"))}
        roots |= {miss.event.name for miss in evidence.doubtful}
        yield [e for e in self.log if e.name in roots]
        behind = self._behind({self.finding.key, self.finding.trigger})
        if behind:
            roots |= behind
            yield [e for e in self.log if e.name in roots]
        kinds = {kind for pattern in patterns(evidence.rule) for kind in pattern.kinds}
        values = dict(self.finding.correlation)
        yield [
            e
            for e in self.log
            if e.name in roots
            or (e.kind in kinds and all(str(e.data.get(k)) == v for k, v in values.items()))
        ]
        yield [e for e in self.log if e.kind in kinds or e.name in roots]
        kinds |= {CUSTOMER_CHANGED, *further(evidence.rule, self.timeline.program.rulebook)}
        yield [e for e in self.log if e.kind in kinds or e.name in roots]
        yield self.log

    def _findings(self) -> list[Finding]:
        """All findings about the customer."""
        if self._found is None:
            self._found = list(self.timeline.findings(self.complete, None))
        return self._found

    def _behind(self, names: set[str]) -> set[str]:
        """The names behind conclusions: of what they are drawn from, and what is behind that."""
        if self.timeline.program.stratum is None:
            return set()
        every = self._findings()
        known = {one.key: one for one in every}
        drawn = {one.trigger: one for one in every if one.nature == "conclusion"}
        found: set[str] = set()
        ahead = set(names)
        while ahead:
            found |= ahead
            more: set[str] = set()
            for name in ahead:
                more |= {part.rstrip("+") for part in name.split("@")[1:]}
                rule = name.removeprefix("-").partition("@")[0]
                concluded = drawn.get(name.partition("@")[2].rstrip("+"))
                if concluded is not None and rule.split("/")[0] == escaped(concluded.rule):
                    more.add(concluded.key)
                one = known.get(name)
                if one is not None:
                    more |= {one.trigger, *one.reasons} | (
                        {one.ended_by} if one.ended_by else set()
                    )
            ahead = more - found
        return found
