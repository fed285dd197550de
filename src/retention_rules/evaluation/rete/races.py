"""One cluster of one customer in one run: facts in, obligations as they end out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from retention_rules.calendars import DayTable
from retention_rules.evaluation.acting import UNKNOWN_CONTACT
from retention_rules.evaluation.happenings import Happening, alike
from retention_rules.evaluation.program import (
    BEGIN,
    CLOSE,
    END,
    FREE,
    OPEN,
    PAY,
    SKIP,
    TRIGGER,
    Cluster,
    Race,
)
from retention_rules.evaluation.rete import strata
from retention_rules.evaluation.rete.adapter import FOREVER, Fact, Fields, Memory
from retention_rules.evaluation.rete.network import network
from retention_rules.evaluation.rete.sweep import Heard, Values
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


class Run:
    """The subject of the rules of a cluster: what they conclude is kept here.

    Attributes:
        owed: The obligations by code.
        breaches: What procedures must not do: by part, group and event, since when and how surely.
    """

    def __init__(
        self,
        cluster: Cluster,
        table: DayTable,
        heard: Sequence[Heard],
        events: Sequence[Happening],
        maybe: bool,
        now: int,
    ) -> None:
        self.cluster, self.table, self.heard, self.maybe, self.now = cluster, table, heard, maybe, now
        self.events = events
        self.order = {one.order: code for code, one in enumerate(events)}
        self.owed: dict[int, Owed] = {}
        self.breaches: dict[Breach, tuple[int, bool]] = {}
        self.queue: list[tuple[int, int, int, int]] = []
        self.pauses: dict[tuple[int, int], list[tuple[int, int | None]]] = {}
        self._codes: dict[Any, int] = {}
        self._names: dict[int, Any] = {}
        self._known: set[tuple[Any, ...]] = set()
        self._ends: dict[int, Any] = {}

    # ---- codes -----------------------------------------------------------------------------

    def code(self, what: str, value: Any) -> int:
        """The number that stands for a value among those of its sort: 1 and more."""
        found = self._codes.setdefault((what, value), len(self._codes) + 1)
        self._names[found] = value
        return found

    def contact(self, name: str | None) -> int:
        """The number of a contact: 0 for none."""
        if name is None or name == UNKNOWN_CONTACT:
            return 0 if name is None else strata.UNKNOWN
        return self.code("contact", name)

    def compared(self, race: Race, data: Any) -> dict[str, int]:
        """What the fields hold by which payments are compared with their trigger."""
        found = {}
        for name, field in (("same", race.same_on), ("other", race.differs_on)):
            value = None if field is None else data.get(field)
            found[name] = 0 if value is None else self.code("value", _hashable(alike(value)))
        return found

    @cached_property
    def level(self) -> list[int]:
        """For each race how many steps lie before it."""
        found = [0] * len(self.cluster.races)
        for index in self.cluster.order:
            needs = self.cluster.races[index].needs
            found[index] = max((found[need] + 1 for need, _ in needs), default=0)
        return found

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
                for stratum in (strata.OWE, strata.REACH, strata.FIRST, strata.RELEASE, strata.PAY):
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

    # ---- facts -----------------------------------------------------------------------------

    def _tell(self) -> list[int]:
        """All that happened; the turns in which what is owed is decided."""
        self._levels = max(self.level) + 1
        self._turns: dict[int, int] = {}
        if self.cluster.races[0].policy == "ignore":
            starts = {self.order[one.happening.order] for one in self.heard if self._starts(one)}
            self._turns = {e: n * self._levels for n, e in enumerate(sorted(starts))}
        for one in self.heard:
            g = self.code("group", one.values)
            for index, role, sure in one.parts:
                self._hint(one, g, index, role, sure)
                if sure or (self.maybe and role != END):
                    self._part(one, g, self.cluster.races[index], role)
        return list(range(max(len(self._turns), 1) * self._levels))

    def _starts(self, one: Heard) -> bool:
        return any(role == TRIGGER and (sure or self.maybe) for _, role, sure in one.parts)

    def _event(self, e: Happening, g: int) -> dict[str, int]:
        return {
            "g": g,
            "e": self.order[e.order],
            "first": e.first,
            "last": e.last,
            "root": self.code("root", e.root),
        }

    def _part(self, one: Heard, g: int, race: Race, role: int) -> None:
        e = one.happening
        fact = self._event(e, g)
        tell = self.memory.tell
        if role == TRIGGER:
            self._trigger(one, race, fact)
        elif role in (PAY, FREE, SKIP):
            named = e.data.get("contact")
            who = self.contact(named) if isinstance(named, str | None) else strata.UNKNOWN - 1
            fact |= {"race": race.index, "contact": who, "named": int(named is not None)}
            if role == PAY:
                compared = self.compared(race, e.data)
                tell("pay", **fact, **compared, has_same=int(compared["same"] > 0))
            else:
                tell("free", **fact, skip=int(role == SKIP))
        elif role == OPEN:
            tell("open", g=g, e=fact["e"])
            if race.in_force(self.table.day(e.first)):
                tell("case", **fact)
                self._require(e, g)
        elif role == CLOSE:
            tell("close", **fact)
        elif role in (BEGIN, END):
            self._clock(e, g, race.index, role)

    def _trigger(self, one: Heard, race: Race, fact: dict[str, int]) -> None:
        e, tell = one.happening, self.memory.tell
        counts = race.in_force(self.table.day(e.first))
        if race.flow == "each":
            tell("each", **fact, race=race.index, survives=int(race.survives))
        if not counts:
            return
        for contact in self._contacts(one, race):
            again = {**fact, "family": race.family, "contact": self.contact(contact)}
            tell("again", **again)
            if race.flow != "each":
                turn = self._turns.get(fact["e"], 0) + self.level[race.index]
                more = {"race": race.index, "turn": turn, "needs": len(race.needs)}
                tell("trigger", g=fact["g"], e=fact["e"], first=e.first, contact=again["contact"], **more)

    def _contacts(self, one: Heard, race: Race) -> list[str | None]:
        if race.contacts is None:
            return [None]
        some = (one.contacts or {}).get(race.index, ())
        return [name for name, sure in some if sure or self.maybe]

    def _require(self, e: Happening, g: int) -> None:
        for race in self.cluster.races:
            if race.required:
                same = self.compared(race, e.data)["same"]
                self.memory.tell(
                    "required",
                    case=self.order[e.order],
                    race=race.index,
                    g=g,
                    survives=int(race.survives),
                    same=same,
                )

    def _clock(self, e: Happening, g: int, clock: int, role: int) -> None:
        fields = dict(self.cluster.clocks)[clock].paired_on
        values = tuple(e.data.get(name) for name in fields)
        if None in values:
            return
        pair = self.code("pair", _hashable(tuple(alike(value) for value in values)))
        same = {"g": g, "clock": clock, "pair": pair}
        self.memory.tell("begin" if role == BEGIN else "stop", **same, at=e.first)
        self.memory.tell("ready", **same, turn=0, since=-FOREVER)

    def _hint(self, one: Heard, g: int, index: int, role: int, sure: bool) -> None:
        """What may leave a verdict in doubt."""
        race, e = self.cluster.races[index], one.happening
        if self.cluster.procedure is not None and role in (PAY, SKIP):
            loose = role == SKIP or race.same_on is None
            same = 0 if loose else self.compared(race, e.data)["same"]
            self.memory.tell(
                "hint", g=g, race=index, first=e.first, loose=int(loose), same=same
            )
        if race.policy in ("ignore", "queue") and role in (TRIGGER, PAY, FREE):
            if role != TRIGGER or race.in_force(self.table.day(e.first)):
                self._doubt(one, g, race, role, sure)

    def _doubt(self, one: Heard, g: int, race: Race, role: int, sure: bool) -> None:
        e = one.happening
        named = e.data.get("contact")
        known = self.contact(named) if isinstance(named, str) else 0 if named is None else -2
        compared = race.same_on is not None or race.differs_on is not None
        mine = 0 if race.contacts is None else known
        if role == TRIGGER and race.lacking(e.data):
            names = (one.contacts or {}).get(race.index, ()) if race.contacts else [(None, True)]
            for name, _ in names:
                self.memory.tell("lacks", g=g, contact=self.contact(name), first=e.first)
        if role == PAY and compared:
            sure = sure and not race.lacking(e.data)
            if race.contacts is None or named is not None:
                self.memory.tell("hears", g=g, contact=mine, first=e.first)
        marks: list[tuple[int, bool]]
        if race.contacts is None:
            marks = [(0, sure)]
        elif role == TRIGGER:
            some = (one.contacts or {}).get(race.index, ())
            marks = [(self.contact(name), certain) for name, certain in some]
        else:
            marks = [(known, sure and (role != PAY or named is not None))]
            if role == PAY or named is not None:
                marks.append((strata.UNKNOWN, False))
        for contact, certain in marks:
            if not certain:
                self.memory.tell("doubt", g=g, contact=contact, first=e.first, dated=0)
            if e.dated:
                self.memory.tell("doubt", g=g, contact=contact, first=e.first, dated=1)

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
        needs: Sequence[tuple[int, int, int]] = (),
        day: int | None = None,
        born: int | None = None,
    ) -> Iterator[Fact]:
        """Something is owed: place its window, and tell of it."""
        race, trigger = self.cluster.races[index], self.events[e]
        one = self._create(index, g, e, contact, e if case is None else case)
        if one is None:
            return
        one.day = day
        one.born = max([trigger.first if born is None else born, *(at for _, at, _ in needs)])
        one.anchor = max([trigger.first, *(anchor for _, _, anchor in needs)])
        handed = {need: anchor for need, _, anchor in needs}
        steps = {name: handed[need] for need, name in race.needs}
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
        known = (index, g, e, contact, case, len(self.owed) if race.flow in ("every", "dates") else 0)
        if known in self._known:
            return None
        self._known.add(known)
        who = UNKNOWN_CONTACT if contact == strata.UNKNOWN else self._names.get(contact)
        trigger, opener = self.events[e], self.events[case]
        one = Owed(
            len(self.owed), race, self._names[g], trigger, opener, who, 0, trigger.first
        )
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
        over = self.pauses.get((g, clock), [])[:n]
        self._ends[one.code] = due_after(one, over)
        due = self._ends[one.code].high
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
        yield from self._done(one, owed, release["e"], release["f"] if one.skipped else FOREVER, step)

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
                at, anchor = handed
                yield "handed", {**same, "race": one.race.index, "at": at, "anchor": anchor}

    def breach(self, what: str, index: int, g: int, e: int, since: int, sure: bool) -> None:
        """Something was done out of order, or left undone."""
        key = (f"{what}:{self.cluster.races[index].part}", self._names[g], self.events[e])
        before = self.breaches.get(key, (since, sure))
        self.breaches[key] = (min(before[0], since), before[1] or sure)


def _hashable(value: Any) -> Any:
    """A value that may hold lists, as a key."""
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value
