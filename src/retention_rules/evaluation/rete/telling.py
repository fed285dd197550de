"""What the engine is told of a cluster: its events as facts of whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
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
from retention_rules.evaluation.rete.adapter import FOREVER, Memory
from retention_rules.evaluation.rete.sweep import Heard


class Telling:
    """One cluster of one customer in one run, and the numbers that stand for its values.

    Attributes:
        heard: Who plays a part.
        events: All events of the customer in order; a place in it is the number of an event.
        maybe: Whether everything doubtful counts.
    """

    memory: Memory

    def __init__(
        self,
        cluster: Cluster,
        table: DayTable,
        heard: Sequence[Heard],
        events: Sequence[Happening],
        maybe: bool,
        now: int,
    ) -> None:
        self.cluster, self.table, self.heard = cluster, table, heard
        self.events, self.maybe, self.now = events, maybe, now
        self.order = {one.order: code for code, one in enumerate(events)}
        self._codes: dict[Any, int] = {}
        self._names: dict[int, Any] = {}

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
                tell(
                    "trigger",
                    g=fact["g"],
                    e=fact["e"],
                    first=e.first,
                    contact=again["contact"],
                    **more,
                )

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
            self.memory.tell("hint", g=g, race=index, first=e.first, loose=int(loose), same=same)
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


def _hashable(value: Any) -> Any:
    """A value that may hold lists, as a key."""
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value
