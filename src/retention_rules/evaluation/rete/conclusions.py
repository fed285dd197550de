"""Conclusions on the engine: what follows from findings and events, from instant to instant.

What is found below is asked at each instant at which it changes; the engine says what follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from retention_rules.evaluation.chaining import Conclusion, Counting, Fact, Place, values_of
from retention_rules.evaluation.happenings import DRAWN, Happening, alike
from retention_rules.evaluation.rete.adapter import Memory
from retention_rules.evaluation.rete.drawing import DISTINCT, DRAW, HOLD, NUMBER, network
from retention_rules.evaluation.strata import WATCH, Stratum
from retention_rules.events import CONCLUSION
from retention_rules.findings import Finding, escaped
from retention_rules.premises import Found
from retention_rules.rules import Derivation

if TYPE_CHECKING:
    from retention_rules.evaluation.found import Viewpoint
    from retention_rules.evaluation.rete.world import World

Values = tuple[str, ...]
Holding = dict[tuple[int, Values], Conclusion]


class Conclusions:
    """What one customer's events and findings lead to, and led to before, up to `now`.

    Attributes:
        below: What is concluded below, for what these are drawn from; None if nothing is.
        states: What holds, or may hold, since each instant.
        derived: The moments at which something was drawn, and withdrawn.
    """

    def __init__(
        self, stratum: Stratum, make: Any, records: Sequence[Happening], view: Viewpoint, now: int
    ) -> None:
        self.stratum, self.make, self.view = stratum, make, view
        relevant = stratum.program.relevant
        self.records = [one for one in records if one.kind in relevant]
        self.below: Conclusions | None = None
        if stratum.program.stratum is not None:
            self.below = Conclusions(stratum.program.stratum, make, self.records, view, now)
        self.premises = [(*one.given, *one.unless) for one in stratum.derivations]
        self.states: list[tuple[int, Holding]] = []
        self.derived: list[Happening] = []
        self._counted: dict[tuple[int, int, Values], Counting] = {}
        self._places: dict[tuple[int, int, str], tuple[Values, Any, bool, int, Fact]] = {}
        self._drawn: dict[tuple[int, Values, str], int] = {}
        self._came = 0
        self._walk(now)

    def moments(self, now: int) -> list[Happening]:
        """The moments of conclusions up to an instant, those below too."""
        below = [] if self.below is None else self.below.moments(now)
        return [*below, *(one for one in self.derived if one.first <= now)]

    def at(self, now: int) -> Holding:
        """What holds, or may hold, at an instant."""
        known = [holding for since, holding in self.states if since <= now]
        return known[-1] if known else {}

    def findings(self, now: int) -> Iterator[Finding]:
        """A finding for each conclusion, those below too."""
        if self.below is not None:
            yield from self.below.findings(now)
        for one in self.at(now).values():
            yield self._finding(one, now)

    def _walk(self, now: int) -> None:
        roots = {one.name: one.root for one in self.records}
        seen: dict[str, Finding] = {}
        at = min((one.first for one in self.records), default=None)
        while at is not None and at <= now:
            visible = [one for one in self.records if one.first <= at]
            world: World = self.make(self.stratum.program, visible, at, self.below)
            found = {one.key: (one, entry) for one, entry in world.told(self.view)}
            for key in sorted(seen.keys() | found.keys()):
                if key not in found:
                    self._bear(seen[key].rule, key, None, None, at, roots)
                elif seen.get(key) != found[key][0]:
                    self._bear(found[key][0].rule, key, *found[key], at, roots)
            seen = {key: one for key, (one, _) in found.items()}
            self.states.append((at, self._settled(world, at)))
            at = self._next(seen.values(), at)

    def _next(self, found: Any, at: int) -> int | None:
        ahead = {one.first for one in self.records}
        ahead |= {one.next_change for one in found if one.next_change is not None}
        if self.below is not None:
            ahead |= {since for since, _ in self.below.states}
        if self.view.complete is not None:
            ahead.add(self.view.complete + 1)
        return min((one for one in ahead if one > at), default=None)

    # ---- facts -------------------------------------------------------------------------------

    def _bear(
        self,
        rule: str,
        key: str,
        finding: Finding | None,
        entry: Any,
        now: int,
        roots: Mapping[str, Any],
    ) -> None:
        """Let a finding that changed be counted by the premises that ask for it."""
        for place in self.stratum.listening.get(rule, ()):
            premise = self.premises[place[0]][place[1]]
            sure = finding is not None and finding.status != "indeterminate"
            wrong = finding is None
            if isinstance(premise, Found) and finding is not None:
                wrong = premise.part not in (None, finding.part)
                wrong = wrong or (sure and finding.status not in premise.accepted)
            if wrong or finding is None:
                self._drop(place, key)
            else:
                self._put(place, _fact(finding, entry, now, roots), sure)

    def _put(self, place: Place, fact: Fact, sure: bool) -> None:
        number, _ = place
        premise, rule = self.premises[number][place[1]], self.stratum.derivations[number]
        values = values_of(fact.fields, () if premise.customer_wide else rule.correlate_on)
        once: Any = fact.key
        if premise.distinct is not None:
            given = fact.fields.get(premise.distinct)
            once = None if given is None else alike(given)
        before = self._places.get((*place, fact.key))
        if values is None or once is None:
            self._drop(place, fact.key)
        elif before is None or before[:3] != (values, once, sure):
            self._drop(place, fact.key)
            self._came += 1
            self._places[(*place, fact.key)] = (values, once, sure, self._came, fact)
            counting = self._counted.setdefault((*place, values), Counting())
            side = counting.sure if sure else counting.maybe
            side.setdefault(once, {})[fact.key] = fact

    def _drop(self, place: Place, key: str) -> None:
        before = self._places.pop((*place, key), None)
        if before is not None:
            values, once, sure, _, _ = before
            counting = self._counted[(*place, values)]
            side = counting.sure if sure else counting.maybe
            del side[once][key]
            if not side[once]:
                del side[once]

    # ---- what follows ------------------------------------------------------------------------

    def _settled(self, world: World, now: int) -> Holding:
        """What holds at an instant, lower conclusions first."""
        before = self.states[-1][1] if self.states else {}
        after: Holding = {}
        nothing = Happening("", {}, now, now, (now, DRAWN, "", ""), "")
        for number, rule in enumerate(self.stratum.derivations):
            test = self.stratum.tests[number]
            bit = True if test is None else test(nothing, world.sweep)
            held = {values: one for (at, values), one in before.items() if at == number}
            late = self.view.complete is not None and now > self.view.complete
            known = not (late or world.sweep.history_start is not None)
            for values, one in self._decide(number, rule, held, bit, known, now).items():
                after[number, values] = one
            self._pass_on(number, rule, {v: one for (at, v), one in after.items() if at == number})
        return after

    def _decide(
        self,
        number: int,
        rule: Derivation,
        held: dict[Values, Conclusion],
        bit: bool | None,
        known: bool,
        now: int,
    ) -> dict[Values, Conclusion]:
        cases = {
            values
            for at, place, values in self._counted
            if at == number and not (self.premises[at][place].customer_wide and rule.correlate_on)
        }
        codes = {values: code for code, values in enumerate(sorted(cases | held.keys()), start=1)}
        if not codes:
            return {}
        names: dict[int, Fact] = {}
        with Memory(network(rule)) as memory:
            self._tell(memory, number, rule, codes, names)
            memory.tell("where", possible=int(bit is not False), certain=int(bit is True))
            if known:
                memory.tell("complete", known=1)
            for values, code in codes.items():
                memory.tell("candidate", case=code)
                if values in held:
                    memory.tell("held", case=code, drawn=int(held[values].drawn))
            for stratum in (DISTINCT, NUMBER, HOLD, DRAW):
                memory.go(stratum)
            told = {kind: _cases(memory, kind) for kind in ("holds", "absent", "draws", "ends")}
            certain = _cases(memory, "certain")
            reasons = memory.of("nth")
        found = {}
        for values, code in codes.items():
            before = held.get(values)
            if code in told["ends"] and before is not None and before.drawn:
                self.derived.append(_moment("withdrawn", before, now))
            if code not in told["holds"]:
                continue
            mine = self._reasons(number, rule, code, reasons, names)
            after = self._conclusion(number, rule, values, before, mine, now, code in told["draws"])
            found[values] = attrs.evolve(
                after,
                sure=code in certain,
                reasons=tuple(dict.fromkeys(fact.name for _, fact in mine)),
                absent=code in told["absent"],
            )
            if code in told["draws"]:
                self.derived.append(_moment("concluded", found[values], now))
        return found

    def _tell(
        self,
        memory: Memory,
        number: int,
        rule: Derivation,
        codes: Mapping[Values, int],
        names: dict[int, Fact],
    ) -> None:
        """What each premise counts, in the order in which it came, certain facts first."""
        onces: dict[Any, int] = {}
        for (at, place, values), counting in self._counted.items():
            if at != number:
                continue
            wide = self.premises[at][place].customer_wide or not rule.correlate_on
            case = 0 if wide else codes[values]
            for sure, side in ((1, counting.sure), (0, counting.maybe)):
                for once, some in side.items():
                    for fact in some.values():
                        rank = len(names)
                        names[rank] = fact
                        memory.tell(
                            "fact",
                            premise=place,
                            case=case,
                            once=onces.setdefault(once, len(onces)),
                            rank=rank,
                            sure=sure,
                        )

    def _reasons(
        self,
        number: int,
        rule: Derivation,
        case: int,
        counted: Sequence[Mapping[str, int]],
        names: Mapping[int, Fact],
    ) -> list[tuple[int, Fact]]:
        """The facts that are enough, each with when it came."""
        found = []
        for place, premise in enumerate(rule.given):
            own = 0 if premise.customer_wide or not rule.correlate_on else case
            mine = [one for one in counted if one["premise"] == place and one["case"] == own]
            for one in sorted(mine, key=lambda one: one["n"])[: premise.at_least]:
                fact = names[one["rank"]]
                found.append((self._places[number, place, fact.key][3], fact))
        return found

    def _conclusion(
        self,
        number: int,
        rule: Derivation,
        values: Values,
        before: Conclusion | None,
        reasons: Sequence[tuple[int, Fact]],
        now: int,
        draws: bool,
    ) -> Conclusion:
        if before is not None and not draws:
            return before
        _, last = max(reasons, key=lambda pair: pair[0])
        count = 0
        if draws:
            count = self._drawn.get((number, values, last.cause), 0)
            self._drawn[number, values, last.cause] = count + 1
        return Conclusion(rule, values, now, last.cause, last.root, draws, draws, (), False, count)

    def _pass_on(self, number: int, rule: Derivation, held: Mapping[Values, Conclusion]) -> None:
        """Let conclusions be premises of others of this stratum."""
        for other, some in enumerate(self.premises):
            for place, premise in enumerate(some):
                if not isinstance(premise, Found) or premise.rule != rule.id:
                    continue
                keys = {self._key(one): one for _, one in sorted(held.items())}
                for key in [name for at, on, name in self._places if (at, on) == (other, place)]:
                    if key not in keys:
                        self._drop((other, place), key)
                for key, one in keys.items():
                    fields = dict(zip(rule.correlate_on, one.values, strict=True))
                    fact = Fact(key, key, fields, one.cause, one.root)
                    if "holds" in premise.accepted:
                        self._put((other, place), fact, one.sure)

    def _key(self, one: Conclusion) -> str:
        return "/".join(escaped(part) for part in (one.rule.id, self.view.customer, *one.values))

    def _finding(self, one: Conclusion, now: int) -> Finding:
        complete = self.view.complete
        ends = complete if one.absent and one.sure else None
        return Finding(
            key=self._key(one),
            rule=one.rule.id,
            nature="conclusion",
            customer=self.view.customer,
            correlation=tuple(zip(one.rule.correlate_on, one.values, strict=True)),
            status="holds" if one.sure else "indeterminate",
            trigger=one.cause,
            zone=self.view.zone,
            opens=one.since,
            reason=None if one.sure else "doubtful",
            next_change=ends + 1 if ends is not None and now <= ends else None,
            reasons=one.reasons,
            origin=self.view.origin,
        )


def _cases(memory: Memory, kind: str) -> set[int]:
    return {one["case"] for one in memory.of(kind)}


def _fact(finding: Finding, entry: Any, now: int, roots: Mapping[str, Any]) -> Fact:
    """A finding as premises see it."""
    behind = None if entry is None else entry.behind
    fields: dict[str, Any] = {} if behind is None else dict(behind.data)
    fields |= dict(finding.correlation)
    if finding.nature == "conclusion":
        return Fact(finding.key, finding.key, fields, finding.trigger)
    ended = finding.ended_by if finding.ended == now else None
    root = roots.get(ended) if ended is not None else None
    if root is None and behind is not None and behind.first == now:
        root = behind.root
    name = finding.trigger if finding.rule.startswith(WATCH) else finding.key
    return Fact(finding.key, name, fields, finding.trigger, root)


def _moment(what: str, one: Conclusion, now: int) -> Happening:
    """The moment at which a conclusion is drawn or withdrawn."""
    id = one.name if what == "concluded" else f"-{one.name}"
    data = dict(zip(one.rule.correlate_on, one.values, strict=True))
    root = one.root if what == "concluded" and one.root is not None else id
    return Happening(
        f"{CONCLUSION}{what}:{one.rule.id}", data, now, now, (now, DRAWN, "", id), root
    )
