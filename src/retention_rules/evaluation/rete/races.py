"""One cluster of one customer in one run: facts in, obligations as they end out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from retention_rules.evaluation.acting import UNKNOWN_CONTACT
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.rete import strata
from retention_rules.evaluation.rete.adapter import FOREVER, Fact, Fields, Memory
from retention_rules.evaluation.rete.network import network
from retention_rules.evaluation.rete.sweep import Values
from retention_rules.evaluation.rete.telling import Telling
from retention_rules.evaluation.rete.windows import (
    NOWHERE,
    Owed,
    Terms,
    due_after,
    handed_on,
    place_opening,
    place_sketch,
    terms_after,
)

Breach = tuple[str, Values, Happening]


_DECIDING = (
    *(strata.LACK, strata.OWE, strata.REACH),
    *(strata.FIRST, strata.RELEASE, strata.PAY),
)


class Run(Telling):
    """The subject of the rules of a cluster: what they conclude is kept here.

    Attributes:
        owed: The obligations by code.
        breaches: What procedures must not do: by part, group and event, since when and how surely.
    """

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.owed: dict[int, Owed] = {}
        self.breaches: dict[Breach, tuple[int, bool]] = {}
        self.queue: list[tuple[int, int, int, int]] = []
        self.pauses: dict[tuple[int, int], list[tuple[int, int | None]]] = {}
        self.handed: dict[tuple[int, int, int, int], tuple[int, int]] = {}
        self._known: set[tuple[Any, ...]] = set()

    # ---- the course of it --------------------------------------------------------------------

    def decide(self) -> list[Owed]:
        """Hand over the facts, stratum by stratum; what is owed, and how it ends."""
        cluster, race = self.cluster, self.cluster.races[0]
        plays = frozenset(role for one in self.heard for _, role, sure in one.parts)
        with Memory(network(cluster, self.maybe, plays), self) as memory:
            self.memory = memory
            turns = self._tell()
            self._prepare()
            if cluster.clocks:
                self._pause()
            if cluster.procedure is not None:
                for stratum in (strata.CLOSE, strata.CLOSED, strata.EACH):
                    memory.go(stratum)
            for turn in turns:
                for stratum in _DECIDING:
                    memory.go(stratum, turn)
                for rank, (p, _, e, o) in enumerate(sorted(self.queue)):
                    memory.tell("eligible", rank=rank, p=p, e=e, o=o)
                    memory.go(strata.PICK, rank)
                for stratum in (strata.END, strata.HAND):
                    memory.go(stratum, turn)
            if cluster.procedure is not None:
                memory.go(strata.BREACH)
                memory.go(strata.TAINT)
            elif race.policy in ("ignore", "queue") and not self.maybe:
                for one in self.owed.values():
                    memory.tell("end", o=one.code, end=one.end)
                memory.go(strata.TAINT)
        return [one for one in self.owed.values() if not one.unborn]

    def _prepare(self) -> None:
        """What comes before anything is owed."""

    def _pause(self) -> None:
        turn = 0
        while self.memory.go(strata.STAND, turn) | self.memory.go(strata.RESUME, turn):
            turn += 1
        self.memory.go(strata.UNITE)
        self.memory.go(strata.PAIR)
        for (g, clock), some in self.pauses.items():
            some.sort(key=lambda pause: pause[0])
            for n, (begin, end) in enumerate(some):
                last = FOREVER if end is None else end
                self.memory.tell("pause", g=g, clock=clock, n=n, begin=begin, end=last)

    # ---- what follows from a match -----------------------------------------------------------

    def limit(self, clock: int) -> int | None:
        """After how long a pause ends by itself."""
        most = dict(self.cluster.clocks)[clock].at_most
        return None if most is None else max(most.microseconds, 0)

    def pause(self, g: int, clock: int, begin: int, end: int) -> None:
        """A clock stands still."""
        self.pauses.setdefault((g, clock), []).append((begin, None if end >= FOREVER else end))

    def owe(
        self,
        index: int,
        g: int,
        e: int,
        *,
        turn: int,
        contact: int = 0,
        case: int | None = None,
        day: int | None = None,
        born: int | None = None,
    ) -> Iterator[Fact]:
        """Something is owed: place its window, and tell of it."""
        race, trigger = self.cluster.races[index], self.events[e]
        one = self._create(index, g, e, contact, e if case is None else case)
        if one is None:
            return
        one.day = day
        handed = {name: self.handed[need, g, e, contact] for need, name in race.needs}
        one.born = max(
            [trigger.first if born is None else born, *(at for at, _ in handed.values())]
        )
        one.anchor = max([trigger.first, *(anchor for _, anchor in handed.values())])
        steps = {name: anchor for name, (_, anchor) in handed.items()}
        due = place_opening(one, self.table, steps)
        yield self._owed(one, turn)
        if due is None:
            one.terms.append(NOWHERE)
            yield self._terms(one, NOWHERE)
        elif race.clock is None:
            yield self._settled(one, Terms(-FOREVER, FOREVER), 0)
        else:
            yield self._draft(one, turn, 0, -FOREVER)

    def sketch(self, index: int, g: int, e: int, turn: int) -> Iterator[Fact]:
        """A step that is never born: what comes early is looked for all the same."""
        one = self._create(index, g, e, 0, e)
        if one is not None:
            place_sketch(one, self.table)
            yield self._owed(one, turn)
            yield self._terms(one, NOWHERE)

    def _create(self, index: int, g: int, e: int, contact: int, case: int) -> Owed | None:
        race = self.cluster.races[index]
        known = (
            index,
            g,
            e,
            contact,
            case,
            len(self.owed) if race.flow in ("every", "dates") else 0,
        )
        if known in self._known:
            return None
        self._known.add(known)
        who = UNKNOWN_CONTACT if contact == strata.UNKNOWN else self._names.get(contact)
        trigger, opener = self.events[e], self.events[case]
        one = Owed(len(self.owed), race, self._names[g], trigger, opener, who, 0, trigger.first)
        self.owed[one.code] = one
        return one

    def _owed(self, one: Owed, turn: int) -> Fact:
        g = self.code("group", one.values)
        return "owed", {
            **self._event(one.trigger, g),
            "o": one.code,
            "race": one.race.index,
            "family": one.race.family,
            "turn": turn,
            "contact": self.contact(one.contact),
            "case": self.order[one.case.order],
            "opens": one.opens,
            "born": one.born,
            "fine": int(one.fine),
            "payable": int(not (one.unborn and one.race.follows)),
            "survives": int(one.race.survives),
            **self.compared(one.race, one.trigger.data),
        }

    def _terms(self, one: Owed, terms: Terms) -> Fact:
        return "terms", {
            "o": one.code,
            "since": terms.since,
            "until": terms.until,
            "expires": FOREVER if terms.expires is None else terms.expires,
        }

    def _draft(self, one: Owed, turn: int, n: int, since: int) -> Fact:
        g, clock = self.code("group", one.values), one.race.clock
        assert clock is not None
        due = due_after(one, self.pauses.get((g, clock), [])[:n]).high
        fields = {"o": one.code, "g": g, "clock": clock, "turn": turn, "n": n}
        return "draft", {**fields, "due": due, "since": since}

    def moved(self, draft: Fields, pause: Fields | None) -> Iterator[Fact]:
        """A pause moves a window, or (None) no further one does."""
        one, n, since = self.owed[draft["o"]], draft["n"], draft["since"]
        if pause is None:
            yield self._settled(one, Terms(since, FOREVER), n)
            return
        begin, end = pause["begin"], pause["end"]
        yield self._settled(one, Terms(since, begin), n)
        still = Terms(begin, end, paused=begin)
        one.terms.append(still)
        yield self._terms(one, still)
        if end < FOREVER:
            yield self._draft(one, draft["turn"], n + 1, end)

    def _settled(self, one: Owed, span: Terms, n: int) -> Fact:
        pauses: list[tuple[int, int | None]] = []
        if one.race.clock is not None:
            pauses = self.pauses.get((self.code("group", one.values), one.race.clock), [])
        due = due_after(one, pauses[:n])
        terms = terms_after(one, due, pauses[:n], pauses, (span.since, span.until))
        one.terms.append(terms)
        return self._terms(one, terms)

    # ---- ends --------------------------------------------------------------------------------

    def pay(self, owed: Fields, e: int, p: int) -> Iterator[Fact]:
        """A touch pays an obligation."""
        one, by = self.owed[owed["o"]], self.events[e]
        one.paid = (p, by)
        step = int(one.race.flow == "step")
        same = {name: owed[name] for name in ("o", "race", "family", "g", "contact", "case")}
        span = {"first": by.first, "last": by.last}
        # `e` is that which paid, as in the facts of payments, and `t` the trigger.
        yield "paid", {**same, "t": owed["e"], "by": e, "e": e, "p": p, "step": step, **span}
        yield from self._done(one, owed, e, p, step)

    def free(self, owed: Fields, release: Fields) -> Iterator[Fact]:
        """A release ends an obligation."""
        one, by = self.owed[owed["o"]], self.events[release["e"]]
        one.freed, one.skipped = (release["f"], by), bool(release["skip"])
        yield "freed", {"o": one.code}
        step = int(one.race.flow == "step")
        yield from self._done(
            one, owed, release["e"], release["f"] if one.skipped else FOREVER, step
        )

    def _done(self, one: Owed, owed: Fields, e: int, at: int, step: int) -> Iterator[Fact]:
        if step:
            by = self.events[e]
            same = {"case": owed["case"], "race": owed["race"]}
            yield "done", {**same, "e": e, "first": by.first, "last": by.last}
            if at < FOREVER:
                yield "settled", {**same, "at": at}

    def ended(self, owed: Fields) -> Iterator[Fact]:
        """Paid, freed, or passed by: what it hands on, and from when nothing is owed."""
        one = self.owed[owed["o"]]
        same = {name: owed[name] for name in ("g", "e", "contact")}
        if self.cluster.races[0].policy == "ignore":
            yield "ended", {**same, "end": one.end}
        if one.race.feeds and not one.unborn:
            handed = handed_on(one, skips=self.cluster.procedure is not None)
            if handed is not None:
                self.handed[one.race.index, owed["g"], owed["e"], owed["contact"]] = handed
                yield "handed", {**same, "race": one.race.index}

    def breach(self, what: str, index: int, g: int, e: int, since: int, sure: bool) -> None:
        """Something was done out of order, or left undone."""
        key = (f"{what}:{self.cluster.races[index].part}", self._names[g], self.events[e])
        before = self.breaches.get(key, (since, sure))
        self.breaches[key] = (min(before[0], since), before[1] or sure)
