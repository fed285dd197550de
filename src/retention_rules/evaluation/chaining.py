"""Forward chaining: which conclusions follow from the findings and events there are.

Facts are put in and taken out as they change; `settle` then draws, at one instant, what follows,
lower conclusions first. A premise counts what is certain and what is possible: with enough of the
first it is true, with too little of both it is false, and unknown in between. A conclusion is
*drawn* when it certainly follows and *withdrawn* when it certainly does not; doubt in between
changes nothing about that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, TypeAlias

import attrs

from retention_rules.evaluation.bits import Bit
from retention_rules.evaluation.happenings import alike, values_of
from retention_rules.findings import escaped
from retention_rules.premises import Found, Happened
from retention_rules.rules import Derivation

Values: TypeAlias = tuple[str, ...]
Came: TypeAlias = tuple[Any, ...]
"""An instant; then 0 and the order of an event, 1 and the key of a finding, or 2 and that of a
conclusion."""
Place: TypeAlias = tuple[int, int]
"""A derivation, and one of its premises: those given first, then those of `unless`."""


@attrs.frozen
class Fact:
    """A finding or an event, as premises see it.

    Attributes:
        key: What it is put in and taken out by: the key of a finding.
        name: What it is called among the reasons: that key, or the name of an event.
        fields: What ties it to a case, by name.
        cause: The name of the event behind it.
        came: Since when it counts as it does, and its place among what came at that instant.
        root: What brought it about at that instant; None if time alone did.
    """

    key: str
    name: str
    fields: Mapping[str, Any]
    cause: str
    came: Came
    root: Any = None


@attrs.define
class Counting:
    """The facts that one premise of one case counts, in the order in which they came.

    Attributes:
        sure: What is certain, by what counts once and then by key; `maybe` what is possible. Both
            are in the order in which the first of each came.
    """

    sure: dict[Any, dict[str, Fact]] = attrs.Factory(dict)
    maybe: dict[Any, dict[str, Fact]] = attrs.Factory(dict)

    def bit(self, needed: int) -> Bit:
        """Whether there are enough."""
        if len(self.sure) >= needed:
            return True
        return None if len(self.sure.keys() | self.maybe.keys()) >= needed else False

    def first(self, needed: int) -> list[Fact]:
        """The first that are enough, those that are certain before those that are possible."""
        more = (some for once, some in self.maybe.items() if once not in self.sure)
        return [_first(some) for some in islice(chain(self.sure.values(), more), needed)]

    def put(self, once: Any, fact: Fact, sure: bool) -> None:
        """Count a fact that just came."""
        side = self.sure if sure else self.maybe
        side.setdefault(once, {})[fact.key] = fact

    def drop(self, once: Any, key: str, sure: bool) -> None:
        """Count a fact no more."""
        side = self.sure if sure else self.maybe
        some = side[once]
        first = _first(some).key == key
        del some[key]
        if not some:
            del side[once]
        elif first:  # what counts instead came later
            ordered = sorted(side.items(), key=lambda pair: _first(pair[1]).came)
            side.clear()
            side.update(ordered)


def _first(some: Mapping[str, Fact]) -> Fact:
    return next(iter(some.values()))


@attrs.define
class Conclusion:
    """A conclusion that holds, or may hold.

    Attributes:
        since: When it was drawn; while it was not, when it became possible.
        cause: The event behind the last of its reasons at that time.
        root: The lineage of what brought about the last change of its facts at that time; None if
            none was brought about by anything but time.
        drawn: Whether it has certainly held since.
        sure: Whether it certainly holds now.
        reasons: What it is drawn from.
        absent: Whether it needs the absence of events.
        number: How often the same cause had it drawn before.
    """

    rule: Derivation
    values: Values
    since: int
    cause: str
    root: Any
    drawn: bool
    sure: bool
    reasons: tuple[str, ...]
    absent: bool
    number: int = 0

    @property
    def name(self) -> str:
        """The name of its being drawn, as the trigger of what is owed then."""
        about = "".join(f"/{escaped(one)}" for one in self.values)
        return f"{escaped(self.rule.id)}{about}@{self.cause}{'+' * self.number}"

    def brought(self, now: int) -> Any:
        """What shares the lineage of what is drawn from it just now, if it came about just now."""
        if self.since != now:
            return None
        return self.name if self.root is None and self.drawn else self.root


class Chaining:
    """What follows from facts, kept up to date as they change.

    Args:
        derivations: In an order in which each comes after those that it is drawn from.
        customer: Whom the facts are about.
        partial: Whether events of long ago may be missing.
    """

    def __init__(
        self, derivations: Sequence[Derivation], customer: str, *, partial: bool = False
    ) -> None:
        self.derivations = derivations
        self.customer = customer
        self.partial = partial
        self.premises = [(*one.given, *one.unless) for one in derivations]
        self.counted: list[list[dict[Values, Counting]]] = [
            [{} for _ in some] for some in self.premises
        ]
        self.places: dict[tuple[int, int, str], tuple[Values, Any, bool]] = {}
        self.holding: dict[tuple[int, Values], Conclusion] = {}
        self.drawn: dict[tuple[int, Values, str], int] = {}
        self.tests: list[Bit] = [True] * len(derivations)
        self.touched: list[dict[Values, tuple[Came, Any] | None]] = [{} for _ in derivations]
        self.listening: dict[str, list[Place]] = {}
        for number, some in enumerate(self.premises):
            for place, premise in enumerate(some):
                if isinstance(premise, Found):
                    self.listening.setdefault(premise.rule, []).append((number, place))

    def premise(self, place: Place) -> Found | Happened:
        """The premise at a place."""
        return self.premises[place[0]][place[1]]

    def key(self, one: Conclusion) -> str:
        """The key of the finding that a conclusion is."""
        return "/".join(escaped(part) for part in (one.rule.id, self.customer, *one.values))

    def put(self, place: Place, fact: Fact, sure: bool) -> None:
        """Count a fact for a premise, certainly or perhaps."""
        number, _ = place
        premise, rule = self.premise(place), self.derivations[number]
        names = () if premise.customer_wide else rule.correlate_on
        values = values_of(fact.fields, names)
        once: Any = fact.key
        if premise.distinct is not None:
            given = fact.fields.get(premise.distinct)
            once = None if given is None else alike(given)
        if values is None or once is None:
            return
        if self.places.get((*place, fact.key)) == (values, once, sure):
            return
        self.drop(place, fact.key, fact.came, fact.root)
        self.places[(*place, fact.key)] = (values, once, sure)
        self.counted[number][place[1]].setdefault(values, Counting()).put(once, fact, sure)
        self._touch(place, values, fact.came, fact.root)

    def drop(self, place: Place, key: str, came: Came, root: Any) -> None:
        """Count a fact no more, because of what came, and was brought about by `root`."""
        before = self.places.pop((*place, key), None)
        if before is None:
            return
        values, once, sure = before
        self.counted[place[0]][place[1]][values].drop(once, key, sure)
        self._touch(place, values, came, root)

    def _touch(self, place: Place, values: Values, came: Came, root: Any) -> None:
        number, _ = place
        brought = None if root is None else (came, root)
        if self.derivations[number].correlate_on and self.premise(place).customer_wide:
            self._touch_all(number, brought)
        else:
            self._mark(number, values, brought)

    def _mark(self, number: int, values: Values, brought: tuple[Came, Any] | None) -> None:
        before = self.touched[number].get(values)
        if brought is None or (before is not None and before[0] > brought[0]):
            brought = before
        self.touched[number][values] = brought

    def _touch_all(self, number: int, brought: tuple[Came, Any] | None = None) -> None:
        for premise, counted in zip(self.premises[number], self.counted[number], strict=True):
            if not premise.customer_wide or not self.derivations[number].correlate_on:
                for values in counted:
                    self._mark(number, values, brought)

    def ask(self, number: int, bit: Bit) -> None:
        """Take what the customer's facts say of a derivation."""
        if self.tests[number] is not bit:
            self.tests[number] = bit
            self._touch_all(number)

    def touch_absent(self) -> None:
        """Draw anew what needs the absence of events: from now on they may be missing."""
        for number, values in [key for key, one in self.holding.items() if one.absent]:
            self._mark(number, values, None)

    def settle(self, now: int, late: bool = False) -> Iterator[tuple[Conclusion, Bit, bool]]:
        """Draw what follows at an instant.

        Args:
            now: The instant.
            late: Whether it lies after that up to which all events are in.

        Yields:
            Each conclusion that changed, whether it holds now, and whether it was drawn, or
            withdrawn, just now.
        """
        for number, rule in enumerate(self.derivations):
            touched = self.touched[number]
            if not touched:
                continue
            self.touched[number] = {}
            for values in sorted(touched):
                brought = touched[values]
                root = None if brought is None else brought[1]
                before = self.holding.get((number, values))
                bit, absent = self._bit(number, values, late)
                if bit is False and before is None:
                    continue
                if bit is False:
                    assert before is not None
                    del self.holding[number, values]
                    after, turned = attrs.evolve(before, root=root), before.drawn
                else:
                    after, turned = self._conclusion(number, values, now, bit, absent, root)
                    if before == after:
                        continue
                if rule.id in self.listening:
                    self._pass_on(after, bit, now)
                yield after, bit, turned

    def _bit(self, number: int, values: Values, late: bool) -> tuple[Bit, bool]:
        """Whether a conclusion holds, and whether it needs the absence of events for that."""
        rule = self.derivations[number]
        bits = [self.tests[number]]
        absent = False
        for place, premise in enumerate(self.premises[number]):
            counting = self._counting((number, place), values)
            bit = False if counting is None else counting.bit(premise.at_least)
            if place >= len(rule.given):
                if bit is False and isinstance(premise, Happened):
                    absent = True
                    bit = None if late or self.partial else bit
                bit = None if bit is None else not bit
            bits.append(bit)
        if any(bit is False for bit in bits):
            return False, absent
        return (None if any(bit is None for bit in bits) else True), absent

    def _counting(self, place: Place, values: Values) -> Counting | None:
        wide = self.premise(place).customer_wide
        return self.counted[place[0]][place[1]].get(() if wide else values)

    def _conclusion(
        self, number: int, values: Values, now: int, bit: Bit, absent: bool, root: Any
    ) -> tuple[Conclusion, bool]:
        rule = self.derivations[number]
        came: list[Fact] = []
        for place, premise in enumerate(rule.given):
            counting = self._counting((number, place), values)
            assert counting is not None  # else the premise would be false
            came += counting.first(premise.at_least)
        reasons = tuple(dict.fromkeys(fact.name for fact in came))
        before = self.holding.get((number, values))
        turned = bit is True and (before is None or not before.drawn)
        if before is None or turned:
            last = max(came, key=lambda fact: fact.came)
            count = 0
            if turned:
                count = self.drawn.get((number, values, last.cause), 0)
                self.drawn[number, values, last.cause] = count + 1
            sure = bit is True
            after = Conclusion(
                rule, values, now, last.cause, root, sure, sure, reasons, absent, count
            )
        else:
            after = attrs.evolve(before, sure=bit is True, reasons=reasons, absent=absent)
        self.holding[number, values] = after
        return after, turned

    def _pass_on(self, one: Conclusion, bit: Bit, now: int) -> None:
        """Let a conclusion be a premise of others."""
        key = self.key(one)
        came = (now, 2, key)
        fact: Fact | None = None
        for place in self.listening[one.rule.id]:
            premise = self.premise(place)
            assert isinstance(premise, Found)
            if bit is False or "holds" not in premise.accepted:
                root = f"-{one.name}" if one.root is None and one.drawn else one.root
                self.drop(place, key, came, root)
                continue
            if fact is None:
                fields = dict(zip(one.rule.correlate_on, one.values, strict=True))
                fact = Fact(key, key, fields, one.cause, came, one.brought(now))
            self.put(place, fact, bit is True)
