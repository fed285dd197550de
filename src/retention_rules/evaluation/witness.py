"""The witness: it looks into one customer's timeline to say why a finding is as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs

from retention_rules.conditions import Pattern
from retention_rules.evaluation.evidence import Cited, Evidence, Miss, Reason, Reckoned
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.mentions import (
    deciding,
    ended_by,
    patterns,
    start_of,
    trigger_pattern,
    wanted,
)
from retention_rules.evaluation.obligations import Obligation, setting_of
from retention_rules.evaluation.races import Group
from retention_rules.evaluation.reasoning import Reasoning
from retention_rules.evaluation.replays import Replays
from retention_rules.evaluation.verdicts import pairs
from retention_rules.findings import Finding, named
from retention_rules.premises import Happened
from retention_rules.rules import Derivation, Lifecycle, Procedure, Prohibition, Rule
from retention_rules.windows import (
    BusinessDays,
    Earliest,
    Point,
    Window,
    WorkingTime,
)


class Witness(Replays):
    """Looks into one customer's timeline to say why a finding is as it is."""

    def evidence(self) -> Evidence:
        """All of it."""
        evidence = self._facts()
        cited, sufficient = self._sufficient(evidence)
        return attrs.evolve(evidence, cited=cited, sufficient=sufficient)

    def _facts(self) -> Evidence:
        rule = self.timeline.program.rulebook[self.finding.rule]
        ended = self.finding.ended_by
        decided = self.by_name.get(ended) if ended is not None else None
        evidence = Evidence(
            finding=self.finding,
            rule=rule,
            zone=self.table.zone,
            trigger=self._trigger(),
            decided_by=None if decided is None else self._cite(decided),
            complete=self.complete,
        )
        if self.finding.nature == "obligation":
            evidence = self._obligation(evidence)
        elif self.finding.nature == "violation":
            evidence = self._violation(evidence, rule)
        elif isinstance(rule, Derivation):
            evidence = self._conclusion(evidence, rule)
        elif self.finding.status == "indeterminate" and isinstance(rule, Lifecycle):
            evidence = attrs.evolve(evidence, doubtful=self._doubtful_moves(rule))
        return evidence

    def _cite(self, happening: Happening) -> Cited:
        ref = (happening.order[2], happening.order[3])
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

    # ---- conclusions -----------------------------------------------------------------------

    def _conclusion(self, evidence: Evidence, rule: Derivation) -> Evidence:
        found = {one.key: one for one in self._findings()}
        reasons = []
        for name in self.finding.reasons:
            finding = found.get(name)
            event = self.by_name.get(name if finding is None else finding.trigger)
            cited = None if event is None else self._cite(event)
            reasons.append(Reason(name, finding, cited))
        doubtful: list[Miss] = []
        if self.finding.status == "indeterminate" and isinstance(self.timeline, Reasoning):
            where, _ = self.timeline.deduction.conclusions()[self.finding.key]
            below = Witness(where.premises, self.chains, self.complete, self.finding)
            for premise in (*rule.given, *rule.unless):
                if isinstance(premise, Happened):
                    doubtful += below._undecided(premise.pattern, below._of(premise.pattern))
                else:
                    for one in found.values():
                        if one.rule == premise.rule and one.status == "indeterminate":
                            doubtful += self._about(one)._facts().doubtful
        return attrs.evolve(
            evidence, reasons=tuple(reasons), doubtful=tuple(dict.fromkeys(doubtful))
        )

    def _about(self, finding: Finding) -> Witness:
        return Witness(self.timeline, self.chains, self.complete, finding)

    # ---- violations and stages -------------------------------------------------------------

    def _violation(self, evidence: Evidence, rule: Rule) -> Evidence:
        wrong = self.by_name.get(self.finding.trigger)
        if isinstance(rule, Procedure):
            what, _, name = (self.finding.part or "").partition(":")
            step = next((one for one in rule.steps if one.name == name), None)
            missing = self._missing(name) if what == "out-of-order" else (name,)
            wanted = step.fulfilled_by if step and what == "closed-without" else None
            unclear = self.finding.status == "indeterminate"
            return attrs.evolve(
                evidence,
                missing=missing,
                wanted=wanted,
                doubtful=self._anything(rule) if unclear else (),
            )
        if not isinstance(rule, Prohibition):
            return evidence
        doubtful: list[Miss] = []
        if wrong is not None and self.finding.status == "indeterminate":
            doubtful += self._undecided(rule.forbids, [wrong])
            if rule.unless_prior is not None:
                prior = [e for e in self._of(rule.unless_prior) if e.first <= wrong.last]
                doubtful += self._undecided(rule.unless_prior, prior)
                if any(wrong.first < e.last and e.first != e.last for e in prior) or wrong.dated:
                    doubtful += [Miss(self._cite(e), "dated") for e in [*prior, wrong] if e.dated]
        context = rule.forbids if rule.context is None else rule.forbids.where(rule.context)
        seen = self._checks(context, wrong)
        own = {repr(check.condition) for check in self._checks(rule.forbids, wrong)}
        return attrs.evolve(
            evidence,
            conditions=tuple(check for check in seen if repr(check.condition) in own),
            context=tuple(check for check in seen if repr(check.condition) not in own),
            doubtful=tuple(doubtful),
            wanted=rule.unless_prior,
        )

    def _missing(self, name: str) -> tuple[str, ...]:
        """The steps that had not been done when a later one was."""
        for group in self.timeline.groups.values():
            if group.cluster.procedure is None:
                continue
            if group.cluster.procedure.id != self.finding.rule:
                continue
            for case in group.cases:
                step = next((one for one in case.steps if one and one.race.part == name), None)
                if step is None or step.paid is None:
                    continue
                e = step.paid[1]
                if e.name != self.finding.trigger:
                    continue
                return tuple(
                    str(before.race.part)
                    for before in case.steps[: step.race.index]
                    if before is not None and before.race.required and not ended_by(before, e.first)
                )
        return ()

    def _doubtful_moves(self, rule: Lifecycle) -> tuple[Miss, ...]:
        found: list[Miss] = []
        for move in rule.moves:
            at = self.finding.opens or 0
            found += self._undecided(move.on, [e for e in self._of(move.on) if e.first >= at])
        return tuple(dict.fromkeys(found))

    def _of(self, pattern: Pattern) -> list[Happening]:
        """The events of the kinds of a pattern."""
        return [e for e in self.log if e.kind in pattern.kinds]

    def _undecided(self, pattern: Pattern, among: list[Happening]) -> list[Miss]:
        """The events of which it is unknown whether they match."""
        probed = self._probe(among, pattern)
        return [
            Miss(self._cite(e), "test", probed[e.order])
            for e in among
            if probed[e.order] and all(check.result is None for check in probed[e.order])
        ]

    # ---- obligations ---------------------------------------------------------------------

    def _obligation(self, evidence: Evidence) -> Evidence:
        group, one = self._find()
        rule = one.race.rule
        pattern = wanted(rule, one.race.part)
        ended = self.finding.ended is not None and one.paid is not None
        doubtful: tuple[Miss, ...] = ()
        if self.finding.status == "indeterminate" and self.finding.reason == "doubtful":
            doubtful = self._doubts(group, one, pattern)
        return attrs.evolve(
            evidence,
            rule=rule,
            reckoned=tuple(self._reckon(group, one, one.race.window)),
            trigger=self._cite(one.trigger),
            miss=None if ended else self._nearest_miss(group, one, pattern),
            doubtful=doubtful,
            wanted=pattern,
            conditions=self._checks(trigger_pattern(rule, one.race.part), one.trigger),
        )

    def _find(self) -> tuple[Group, Obligation]:
        from retention_rules.evaluation.found import finding

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
        for end, at, given in (
            ("opens", one.opens, window.opens),
            ("due", one.due, window.due),
            ("expires", one.expires, window.expires),
            ("target", one.target, window.target),
        ):
            if end == "target" and given is None:
                continue
            setting = attrs.evolve(setting_of(one, self.table), due=one.due)
            point = given if isinstance(given, Point | Earliest) else None
            decided = None if point is None else deciding(point, setting)
            start = one.trigger.first if decided is None else start_of(decided, setting)
            skipped: tuple[tuple[date, str], ...] = ()
            working = decided is not None and isinstance(decided.offset, BusinessDays | WorkingTime)
            if working and at is not None and start is not None:
                first, last = sorted((self.table.day(start), self.table.day(at)))
                skipped = self.table.skipped(first - 1, last)
            pauses = tuple(
                (begin, until)
                for begin, until in group.pauses.get(one.race.clock, ())
                if start is not None
                and (until is None or until > start)
                and (at is None or begin < at)
            )
            yield Reckoned(end, at, decided, skipped, pauses if end == "due" else ())

    def _nearest_miss(self, group: Group, one: Obligation, pattern: Pattern) -> Miss | None:
        """The event that failed the fewest tests, and among those the one closest to the window."""
        found: list[tuple[int, int, Any, Miss]] = []
        candidates = [e for e in self._of(pattern) if e is not one.trigger]
        probed = self._probe(candidates, pattern)
        for e in candidates:
            failed, distance = probed[e.order], self._distance(e, one)
            tie = self._untied(group, e, one)
            late = 0 if distance == 0 else 1 if e.last >= one.trigger.first else 3
            if failed:
                miss = Miss(self._cite(e), "test", failed)
            elif tie is not None:
                miss = tie
            else:
                why = self._why_not(e, one)
                if why is None:
                    continue
                miss = Miss(self._cite(e), why, (), abs(distance) or None)
            rank = len(failed) + late + (0 if tie is None else 2)
            found.append((rank, abs(distance), e.order, miss))
        # Of equals the latest: it is what people remember having done.
        found.sort(key=lambda option: option[2], reverse=True)
        best = min(found, key=lambda option: option[:2], default=None)
        return None if best is None else best[3]

    def _distance(self, e: Happening, one: Obligation) -> int:
        """How far an event lies outside the window; negative before it, 0 inside."""
        if e.last < one.opens:
            return e.last - one.opens
        end = one.expires if one.expires is not None else one.due
        return e.first - end if end is not None and e.first > end else 0

    def _untied(self, group: Group, e: Happening, one: Obligation) -> Miss | None:
        """The field that keeps an event from the case, the contact or the trigger."""
        race, cited = one.race, self._cite(e)
        for name, value in zip(group.cluster.other_keys, group.values, strict=True):
            if str(e.data.get(name)) != value:
                return Miss(cited, "other-case", field=(name, e.data.get(name), value))
        contact = e.data.get("contact")
        if one.contact is not None and contact != one.contact:
            return Miss(cited, "contact", field=("contact", contact, one.contact))
        for why, tied in (("same", race.differs_on), ("differs", race.same_on)):
            if tied is None:
                continue
            had, mine = e.data.get(tied), one.trigger.data.get(tied)
            if had is None or mine is None or (had == mine) is (why == "same"):
                return Miss(cited, why, field=(tied, had, mine))
        return None

    def _why_not(self, e: Happening, one: Obligation) -> str | None:
        if e.root == one.trigger.root or e.last < one.trigger.first:
            return "before"
        if e.last < one.opens:
            return "early"
        if one.expires is not None and e.first > one.expires:
            return "late"
        return "used" if one.race.policy == "queue" else None

    def _doubts(self, group: Group, one: Obligation, pattern: Pattern) -> tuple[Miss, ...]:
        """The events that could not be decided, and the tests that failed to decide them."""
        rule, end, fine = one.race.rule, one.expires, one.fine
        around = [
            e
            for e in self._of(pattern)
            if e.last >= one.trigger.first and (end is None or e.first <= end)
        ]
        found = self._undecided(pattern, around)
        probed = self._probe(around, pattern)
        for e in around:
            tie = self._untied(group, e, one)
            if not probed[e.order] and tie is not None and tie.field is not None:
                if tie.why != "other-case" and None in tie.field:
                    found.append(tie)
            elif not probed[e.order] and tie is None and fine and (e.dated or one.trigger.dated):
                found.append(Miss(self._cite(e), "dated"))
        trigger = trigger_pattern(rule, one.race.part)
        starts = [e for e in self._of(trigger) if end is None or e.first <= end]
        found += self._undecided(trigger, starts)
        for other in patterns(rule):
            if other not in (pattern, trigger):
                later = [e for e in self._of(other) if e.last >= one.trigger.first]
                found += self._undecided(other, later)
        return tuple(dict.fromkeys(found)) or self._anything(rule)

    def _anything(self, rule: Rule) -> tuple[Miss, ...]:
        """Whatever is in doubt about the events of a rule: one may bear on all that follow."""
        mentioned = list(patterns(rule))
        found = [miss for one in mentioned for miss in self._undecided(one, self._of(one))]
        dated = [
            Miss(self._cite(e), "dated") for one in mentioned for e in self._of(one) if e.dated
        ]
        return tuple(dict.fromkeys(found or dated))
