"""Evidence: the facts behind a finding, as data; enough of them to find it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from retention_rules.calendars import DayTable
from retention_rules.conditions import Pattern
from retention_rules.evaluation.bits import Bit, compile_condition
from retention_rules.evaluation.checks import Check, checks
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.obligations import Obligation
from retention_rules.evaluation.races import Group
from retention_rules.evaluation.timeline import Timeline
from retention_rules.evaluation.verdicts import pairs
from retention_rules.findings import Finding
from retention_rules.rules import FollowUp, Procedure, Prohibition, Recurring, Rule
from retention_rules.windows import Earliest, Point, Window


@attrs.frozen
class Cited:
    """An event that the evidence names.

    Attributes:
        name: Its source and id.
        amended_by: The corrections that gave it its content.
        dated: Whether only its day is known.
    """

    name: str
    kind: str
    first: int
    dated: bool
    amended_by: tuple[str, ...] = ()


@attrs.frozen
class Reckoned:
    """One end of a window and how it came about.

    Attributes:
        end: ``opens``, ``due`` or ``expires``.
        point: The point that people wrote; None where a default serves.
        skipped: The days that did not count between trigger and end, and why.
        pauses: The pauses that moved it, as begin and end (None: it lasts).
    """

    end: str
    instant: int | None
    point: Point | Earliest | None
    skipped: tuple[tuple[Any, str], ...] = ()
    pauses: tuple[tuple[int, int | None], ...] = ()


@attrs.frozen
class Miss:
    """An event that nearly paid.

    Attributes:
        event: The event.
        failed: The tests that it failed, or that could not be decided.
        why: ``early``, ``late``, ``before``, ``other-case``, ``used`` or ``test``.
        by: How far it missed the window, in microseconds.
    """

    event: Cited
    why: str
    failed: tuple[Check, ...] = ()
    by: int | None = None


@attrs.frozen
class Evidence:
    """Why a finding is as it is.

    Attributes:
        cited: The names of events that suffice to find it again; `sufficient` says that this was
            tried.
    """

    finding: Finding
    rule: Rule
    zone: str
    trigger: Cited
    reckoned: tuple[Reckoned, ...] = ()
    decided_by: Cited | None = None
    conditions: tuple[Check, ...] = ()
    doubtful: tuple[Miss, ...] = ()
    miss: Miss | None = None
    wanted: Pattern | None = None
    cited: tuple[str, ...] = ()
    sufficient: bool = False


class Witness:
    """Looks into one customer's timeline to say why a finding is as it is."""

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

    def evidence(self) -> Evidence:
        """All of it."""
        rule = self.timeline.program.rulebook[self.finding.rule]
        trigger = self._trigger()
        ended = self.finding.ended_by
        decided = self.by_name.get(ended) if ended is not None else None
        cited, sufficient = self._sufficient()
        evidence = Evidence(
            finding=self.finding,
            rule=rule,
            zone=self.table.zone,
            trigger=trigger,
            decided_by=None if decided is None else self._cite(decided),
            cited=cited,
            sufficient=sufficient,
        )
        if self.finding.nature == "obligation":
            return self._obligation(evidence)
        if isinstance(rule, Prohibition):
            checks_ = self._checks(rule.forbids, self.by_name.get(self.finding.trigger))
            return attrs.evolve(evidence, conditions=checks_, wanted=rule.unless_prior)
        return evidence

    def _cite(self, happening: Happening) -> Cited:
        ref = (happening.order[2], happening.order[3])
        from retention_rules.findings import named

        return Cited(
            happening.name,
            happening.kind,
            happening.first,
            happening.dated,
            tuple(named(one) for one in self.chains.get(ref, ())),
        )

    def _trigger(self) -> Cited:
        found = self.by_name.get(self.finding.trigger)
        if found is not None:
            return self._cite(found)
        first = self.finding.opens if self.finding.opens is not None else 0
        return Cited(self.finding.trigger, "stage", first, False)

    # ---- obligations ---------------------------------------------------------------------

    def _obligation(self, evidence: Evidence) -> Evidence:
        group, one = self._find()
        rule = one.race.rule
        window = one.race.window
        pattern = _wanted(rule, one.race.part)
        miss = None
        if one.paid is None:
            miss = self._nearest_miss(group, one, pattern)
        doubtful: tuple[Miss, ...] = ()
        if self.finding.status == "indeterminate" and self.finding.reason == "doubtful":
            doubtful = self._doubts(group, one, pattern)
        trigger = _trigger_pattern(rule, one.race.part)
        return attrs.evolve(
            evidence,
            reckoned=tuple(self._reckon(group, one, window)),
            trigger=self._cite(one.trigger) if not one.trigger.derived else evidence.trigger,
            miss=miss,
            doubtful=doubtful,
            wanted=pattern,
            conditions=self._checks(trigger, one.trigger),
        )

    def _find(self) -> tuple[Group, Obligation]:
        from retention_rules.evaluation.verdicts import finding

        view = self.timeline.view(self.complete, None)
        for group in self.timeline.groups.values():
            if any(race.rule.id == self.finding.rule for race in group.cluster.races):
                for pair in pairs(group):
                    if finding(group, pair, self.timeline.done, view).key == self.finding.key:
                        one = pair[0] or pair[1]
                        assert one is not None
                        return group, one
        raise AssertionError(f"no obligation `{self.finding.key}`")

    def _reckon(self, group: Group, one: Obligation, window: Window) -> Iterator[Reckoned]:
        start = one.trigger.first
        for end, at, point in (
            ("opens", one.opens, window.opens),
            ("due", one.due, window.due),
            ("expires", one.expires, window.expires),
        ):
            skipped: tuple[tuple[Any, str], ...] = ()
            pauses: tuple[tuple[int, int | None], ...] = ()
            if at is not None and isinstance(point, Point) and point.offset is not None:
                if type(point.offset).__name__ in ("BusinessDays", "WorkingTime"):
                    first, last = self.table.day(start), self.table.day(at)
                    skipped = self.table.skipped(first - 1, last)
            if end == "due":
                pauses = tuple(
                    (begin, until)
                    for begin, until in group.pauses
                    if (until is None or until > start) and (at is None or begin < at)
                )
            named = point if isinstance(point, Point | Earliest) else None
            yield Reckoned(end, at, named, skipped, pauses)

    def _nearest_miss(self, group: Group, one: Obligation, pattern: Pattern) -> Miss | None:
        """The event that failed the fewest tests, and among those the one closest to the window."""
        found: list[tuple[int, int, Any, Miss]] = []
        candidates = [e for e in self.log if e.kind in pattern.kinds and e is not one.trigger]
        probed = self._probe(candidates, pattern)
        for e in candidates:
            failed = probed[e.order]
            distance = self._distance(e, one)
            if failed:
                miss = Miss(self._cite(e), "test", failed)
            else:
                why = self._why_not(group, e, one)
                if why is None:
                    continue
                miss = Miss(self._cite(e), why, (), abs(distance) or None)
            outside = 0 if distance == 0 else 1 if e.first >= one.trigger.first else 3
            found.append((len(failed) + outside, abs(distance), e.order, miss))
        best = min(found, key=lambda option: option[:3], default=None)
        return None if best is None else best[3]

    def _distance(self, e: Happening, one: Obligation) -> int:
        """How far an event lies outside the window; negative before it, 0 inside."""
        if e.last < one.opens:
            return e.last - one.opens
        end = one.expires if one.expires is not None else one.due
        return e.first - end if end is not None and e.first > end else 0

    def _why_not(self, group: Group, e: Happening, one: Obligation) -> str | None:
        names, values = group.cluster.other_keys, group.values
        mine = tuple(str(e.data.get(name)) for name in names)
        if mine != values:
            return "other-case"
        if e.root == one.trigger.root or e.last < one.trigger.first:
            return "before"
        if e.last < one.opens:
            return "early"
        if one.expires is not None and e.first > one.expires:
            return "late"
        return "used" if one.race.policy == "queue" else None

    def _doubts(self, group: Group, one: Obligation, pattern: Pattern) -> tuple[Miss, ...]:
        """The events that could not be decided, and the tests that failed to decide them."""
        candidates = [
            e for e in self.log if e.kind in pattern.kinds and e.last >= one.trigger.first
        ]
        probed = self._probe(candidates, pattern)
        found = []
        for e in candidates:
            failed = probed[e.order]
            if failed and all(check.result is None for check in failed):
                found.append(Miss(self._cite(e), "test", failed))
            elif not failed and e.first != e.last and one.fine:
                found.append(Miss(self._cite(e), "dated"))
        trigger = _trigger_pattern(one.race.rule, one.race.part)
        for check in self._checks(trigger, one.trigger):
            if check.result is None:
                found.append(Miss(self._cite(one.trigger), "test", (check,)))
        return tuple(found)

    # ---- replaying -----------------------------------------------------------------------

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
                    attrs.evolve(check, result=bit, value=check.read(e.data, ghost.facts))
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
        real = self.timeline
        ghost = Timeline(real.program, real.customer, real.table, real.history_from)
        ghost.look = look
        ghost.load(list(happenings))
        ghost.advance(real.done)
        return ghost

    def _sufficient(self) -> tuple[tuple[str, ...], bool]:
        """The smallest of a few sets of events from which the same finding follows."""
        for some in self._attempts():
            ghost = self._replay(some, None)
            for one in ghost.findings(self.complete, None):
                if one == self.finding:
                    return tuple(e.name for e in some), True
        return tuple(e.name for e in self.log), False

    def _attempts(self) -> Iterator[list[Happening]]:
        """Sets of events to try, from the bare minimum to everything."""
        names = {self.finding.trigger, self.finding.ended_by}
        roots = {part for name in names if name for part in (name, name.split("@")[-1].rstrip("+"))}
        kinds: set[str] = set()
        rule = self.timeline.program.rulebook[self.finding.rule]
        yield [e for e in self.log if e.name in roots]
        for pattern in _patterns(rule):
            kinds |= pattern.kinds
        values = dict(self.finding.correlation)
        yield [
            e
            for e in self.log
            if e.name in roots
            or (e.kind in kinds and all(str(e.data.get(k)) == v for k, v in values.items()))
        ]
        yield [e for e in self.log if e.kind in kinds or e.name in roots]
        yield self.log


def _wanted(rule: Rule, part: str | None) -> Pattern:
    if isinstance(rule, Procedure):
        return next(step.fulfilled_by for step in rule.steps if step.name == part)
    assert isinstance(rule, FollowUp | Recurring)
    return rule.fulfilled_by


def _trigger_pattern(rule: Rule, part: str | None) -> Pattern:
    if isinstance(rule, Procedure):
        step = next(step for step in rule.steps if step.name == part)
        return step.each or rule.opened_by
    if isinstance(rule, Recurring):
        return rule.starts
    assert isinstance(rule, FollowUp)
    return rule.trigger


def _patterns(rule: Rule) -> Iterator[Pattern]:
    """Every pattern that a rule mentions."""
    holders: list[Any] = [rule, *getattr(rule, "steps", ()), *getattr(rule, "moves", ())]
    pause = getattr(rule, "paused_by", None)
    holders += [pause] if pause else []
    for holder in holders:
        for field in attrs.fields(type(holder)):
            value = getattr(holder, field.name)
            if isinstance(value, Pattern):
                yield value
