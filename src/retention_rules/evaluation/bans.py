"""Prohibitions: what must not be done, and what clears it."""

from __future__ import annotations

import attrs

from retention_rules.conditions import Pattern
from retention_rules.evaluation.found import (
    Viewpoint,
    violation,
)
from retention_rules.evaluation.happenings import Happening, values_of
from retention_rules.evaluation.present import NEVER, Present
from retention_rules.evaluation.program import (
    Ban,
    Route,
    in_force,
)
from retention_rules.events import RESERVED
from retention_rules.findings import Finding


@attrs.define(eq=False)
class Wrong:
    """An event that a prohibition forbids."""

    ban: Ban
    values: tuple[str, ...]
    happening: Happening
    sure: bool


class Bans(Present):
    """A present in which some things must not be done.

    Attributes:
        wrongs: What was done all the same; `fresh` what of it is new or has changed.
        cleared: By prohibition and correlation values, until when the first clearance surely, and
            perhaps, had come.
        uncorrelated: Events that belong to no case, by the rule that they concern.
    """

    def reset(self) -> None:
        """Forget what followed from events."""
        super().reset()
        self.cleared: dict[tuple[int, tuple[str, ...]], tuple[int, int]] = {}
        self.wrongs: list[Wrong] = []
        self.fresh: list[Wrong] = []
        self.uncorrelated: dict[str, list[Happening]] = {}

    def _note_uncorrelated(self, happening: Happening, rule: str) -> None:
        """Remember an event that would begin something, but belongs to no case."""
        if not happening.derived:
            self.uncorrelated.setdefault(rule, []).append(happening)

    def _bans(
        self,
        happening: Happening,
        sure: bool,
        route: Route,
        clearing: list[tuple[Ban, Happening, bool]],
        forbidden: list[tuple[Ban, Happening, bool]],
    ) -> None:
        for ban, test in route.clearing:
            bit = test(happening, self) if test else True
            if bit is not False:
                clearing.append((ban, happening, sure and bit is True))
        for ban, test in route.forbidden:
            bit = test(happening, self) if test else True
            if bit is False:
                continue
            if not in_force(ban.rule, self.table.day(happening.first)):
                continue
            context = ban.context(happening, self) if ban.context else True
            if context is not False:
                certain = sure and bit is True and context is True
                forbidden.append((ban, happening, certain))

    def _judge_bans(
        self,
        clearing: list[tuple[Ban, Happening, bool]],
        forbidden: list[tuple[Ban, Happening, bool]],
    ) -> None:
        cleared: list[tuple[Ban, tuple[str, ...], Happening, bool]] = []
        for ban, e, sure in clearing:
            values = values_of(e.data, ban.other_keys)
            if values is not None:
                cleared.append((ban, values, e, sure))
                for wrong in self.wrongs:
                    if wrong.happening.last >= e.first and wrong.happening is not e:
                        if wrong.ban is ban and wrong.values == values:
                            wrong.sure = False
                            self.fresh.append(wrong)
        for ban, e, sure in forbidden:
            values = values_of(e.data, ban.trigger_keys)
            if values is None:
                self._note_uncorrelated(e, ban.rule.id)
                continue
            others = [
                (one, certain)
                for other, with_, one, certain in cleared
                if other is ban and with_ == values and one is not e
            ]
            last, first = self.cleared.get((ban.index, values), (NEVER, NEVER))
            last = min([last, *(one.last for one, certain in others if certain)])
            first = min([first, *(one.first for one, _ in others)])
            if last > e.first:
                wrong = Wrong(ban, values, e, sure and first > e.last)
                self.wrongs.append(wrong)
                self.fresh.append(wrong)
        for ban, values, e, sure in cleared:
            last, first = self.cleared.get((ban.index, values), (NEVER, NEVER))
            last = min(last, e.last) if sure else last
            self.cleared[ban.index, values] = (last, min(first, e.first))

    def _wrong(self, wrong: Wrong, at: int, view: Viewpoint) -> Finding:
        rule = wrong.ban.rule
        clearable = rule.unless_prior is not None
        correlation = tuple(zip(wrong.ban.trigger_keys, wrong.values, strict=True))
        partial = self.history_start is not None
        sure = wrong.sure and not self._clears_itself(wrong, at)
        return violation(
            rule.id, correlation, wrong.happening, None, sure, clearable, at, view, partial
        )

    def _clears_itself(self, wrong: Wrong, at: int) -> bool:
        """Whether a stage that times out within the day of a dated event will leave it doubtful."""
        last = wrong.happening.last
        if self.timeout > last or last <= at:
            return False
        if not any(kind.startswith(RESERVED) for kind in _kinds(wrong.ban.rule.unless_prior)):
            return False
        real, self.stages = self.stages, [one.copy() for one in self.stages]
        try:
            while True:
                now = min((one.timeout or NEVER for one in self.stages), default=NEVER)
                if now > last:
                    return False
                over = [one for one in self.stages if one.timeout == now]
                for happening, _ in [found for one in over for found in one.time_out(now)]:
                    if self._may_clear(wrong, happening):
                        return True
        finally:
            self.stages = real

    def _may_clear(self, wrong: Wrong, e: Happening) -> bool:
        route = self.program.routes.get(e.kind)
        for ban, test in () if route is None else route.clearing:
            if ban is wrong.ban and (test is None or test(e, self) is not False):
                return values_of(e.data, ban.other_keys) == wrong.values
        return False


def _kinds(pattern: Pattern | None) -> frozenset[str]:
    return frozenset() if pattern is None else pattern.kinds
