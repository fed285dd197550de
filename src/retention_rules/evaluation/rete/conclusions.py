"""Conclusions on the engine: what follows from findings and events, from instant to instant.

What is found below is asked at each instant at which it changes; the engine says what follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from retention_rules.evaluation.chaining import Came, Conclusion, Fact
from retention_rules.evaluation.concluding import came_at, conclusion, moment
from retention_rules.evaluation.happenings import DRAWN, Happening
from retention_rules.evaluation.rete.adapter import Memory
from retention_rules.evaluation.rete.drawing import DISTINCT, DRAW, HOLD, NUMBER, network
from retention_rules.evaluation.rete.outcomes import Behind
from retention_rules.evaluation.rete.premises import NOTHING, Premises, Values
from retention_rules.evaluation.strata import Stratum
from retention_rules.findings import Finding, escaped
from retention_rules.premises import Found
from retention_rules.rules import Derivation

if TYPE_CHECKING:
    from retention_rules.evaluation.found import Viewpoint
    from retention_rules.evaluation.rete.world import World

Holding = dict[tuple[int, Values], Conclusion]


class Conclusions(Premises):
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
        super().__init__(stratum, self.records, self.below, view.customer)
        self.states: list[tuple[int, Holding]] = []
        self.derived: list[Happening] = []
        self._drawn: dict[tuple[int, Values, str], int] = {}
        self._walk(now)

    def moments(self, now: int) -> list[Happening]:
        """The moments of conclusions up to an instant, those below too."""
        below = [] if self.below is None else self.below.moments(now)
        return [*below, *(one for one in self.derived if one.first <= now)]

    def at(self, now: int) -> Holding:
        """What holds, or may hold, at an instant."""
        known = [holding for since, holding in self.states if since <= now]
        return known[-1] if known else {}

    def held(self, now: int) -> dict[str, Conclusion]:
        """The same by key, and what holds below too."""
        below = {} if self.below is None else self.below.held(now)
        return {**below, **{self._key(one): one for one in self.at(now).values()}}

    def findings(self, now: int) -> Iterator[Finding]:
        """A finding for each conclusion, those below too."""
        if self.below is not None:
            yield from self.below.findings(now)
        for one in self.at(now).values():
            yield self._finding(one, now)

    def _walk(self, now: int) -> None:
        seen: dict[str, tuple[Finding, Behind]] = {}
        at = min((one.first for one in self.records), default=None)
        while at is not None and at <= now:
            visible = [one for one in self.records if one.first <= at]
            world: World = self.make(self.stratum.program, visible, at, self.below)
            found = {
                one.key: (one, NOTHING if entry is None else entry.behind(at))
                for one, entry in world.told(self.view)
            }
            changes = [
                (_came(found.get(key) or seen[key], at), key)
                for key in seen.keys() | found.keys()
                if key not in found or key not in seen or found[key][0] != seen[key][0]
            ]
            for came, key in sorted(changes):
                there = key in found
                self._bear(*(found[key] if there else seen[key]), came, there=there)
            seen = found
            self.states.append((at, self._settled(world, at)))
            at = self._next([one for one, _ in found.values()], at)

    def _next(self, found: Any, at: int) -> int | None:
        ahead = {one.first for one in self.records}
        ahead |= {one.next_change for one in found if one.next_change is not None}
        if self.below is not None:
            ahead |= {since for since, _ in self.below.states}
        if self.view.complete is not None:
            ahead.add(self.view.complete + 1)
        return min((one for one in ahead if one > at), default=None)

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
            found, gone = self._decide(number, rule, held, bit, known, now)
            after |= {(number, values): one for values, one in found.items()}
            self._pass_on(rule, found, gone, now)
        return after

    def _decide(
        self,
        number: int,
        rule: Derivation,
        held: dict[Values, Conclusion],
        bit: bool | None,
        known: bool,
        now: int,
    ) -> tuple[dict[Values, Conclusion], list[Conclusion]]:
        cases = sorted(self._cases(number) | held.keys())
        codes = {values: code for code, values in enumerate(cases, start=1)}
        if not codes:
            return {}, []
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
        found: dict[Values, Conclusion] = {}
        gone = []
        for values, code in codes.items():
            before = held.get(values)
            brought = self._touched.pop((number, values), None)
            root = None if brought is None else brought[1]
            if code in told["ends"] and before is not None:
                gone.append(attrs.evolve(before, root=root))
                if before.drawn:
                    self.derived.append(moment("withdrawn", gone[-1], now))
            if code not in told["holds"]:
                continue
            mine = self._reasons(rule, code, reasons, names)
            draws = code in told["draws"]
            if before is None or draws:
                before = self._new(number, rule, values, mine, now, root, draws=draws)
            found[values] = attrs.evolve(
                before,
                sure=code in certain,
                reasons=tuple(dict.fromkeys(fact.name for fact in mine)),
                absent=code in told["absent"],
            )
            if draws:
                self.derived.append(moment("concluded", found[values], now))
        return found, gone

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
        rule: Derivation,
        case: int,
        counted: Sequence[Mapping[str, int]],
        names: Mapping[int, Fact],
    ) -> list[Fact]:
        """The facts that are enough."""
        found: list[Fact] = []
        for place, premise in enumerate(rule.given):
            own = 0 if premise.customer_wide or not rule.correlate_on else case
            mine = [one for one in counted if one["premise"] == place and one["case"] == own]
            mine.sort(key=lambda one: one["n"])
            found += [names[one["rank"]] for one in mine[: premise.at_least]]
        return found

    def _new(
        self,
        number: int,
        rule: Derivation,
        values: Values,
        reasons: Sequence[Fact],
        now: int,
        root: Any,
        *,
        draws: bool,
    ) -> Conclusion:
        last = max(reasons, key=lambda fact: fact.came)
        count = 0
        if draws:
            count = self._drawn.get((number, values, last.cause), 0)
            self._drawn[number, values, last.cause] = count + 1
        return Conclusion(rule, values, now, last.cause, root, draws, draws, (), False, count)

    def _pass_on(
        self,
        rule: Derivation,
        held: Mapping[Values, Conclusion],
        gone: Sequence[Conclusion],
        now: int,
    ) -> None:
        """Let conclusions be premises of others of this stratum."""
        for other, some in enumerate(self.premises):
            for on, premise in enumerate(some):
                if not isinstance(premise, Found) or premise.rule != rule.id:
                    continue
                for one in gone:
                    key = self._key(one)
                    root = f"-{one.name}" if one.root is None and one.drawn else one.root
                    self._drop((other, on), key, (now, 2, key), root)
                for one in held.values() if "holds" in premise.accepted else ():
                    key = self._key(one)
                    fields = dict(zip(rule.correlate_on, one.values, strict=True))
                    fact = Fact(key, key, fields, one.cause, (now, 2, key), one.brought(now))
                    self._put((other, on), fact, one.sure)

    def _key(self, one: Conclusion) -> str:
        return "/".join(escaped(part) for part in (one.rule.id, self.customer, *one.values))

    def _finding(self, one: Conclusion, now: int) -> Finding:
        return conclusion(self._key(one), one, self.view, self.view.complete, now)


def _cases(memory: Memory, kind: str) -> set[int]:
    return {one["case"] for one in memory.of(kind)}


def _came(change: tuple[Finding, Behind], now: int) -> Came:
    """The place of a change among those of its instant."""
    return came_at(change[0], change[1][0], now)
