"""Stages on the engine: which move wins, and when time ends a stage.

A stay waits for the least of the moves that are able to end it. They are ranked by instant,
declaration, and order of records; a minimum is a move without another one before it. A timeout
that comes first wins its instant. What wins makes the next stay, whose own timeout our calendars
reckon before the engine goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from retention_rules.calendars import DayTable
from retention_rules.evaluation.happenings import DERIVED, FIRST, Happening, Order
from retention_rules.evaluation.lifecycles import _placed
from retention_rules.evaluation.points import Setting
from retention_rules.evaluation.program import Life
from retention_rules.evaluation.rete.adapter import (
    FOREVER,
    Fact,
    Match,
    Memory,
    Rule,
    nowhere,
    there,
)
from retention_rules.evaluation.rete.sweep import Option, Turn
from retention_rules.events import RESERVED

ABLE, CHOOSE = range(2)
ANYWHERE = -1


@attrs.define(eq=False)
class Stay:
    """A stay in a stage, and what ended it; `lost` if something perhaps did."""

    stage: str
    first: int
    cause: str
    data: Any
    timeout: int | None = None
    left: tuple[int, str] | None = None
    lost: bool = False


class Machine:
    """One customer in one lifecycle: what the engine decides is made of stays and turns here."""

    def __init__(self, life: Life, table: DayTable, options: Sequence[Option]) -> None:
        self.life = life
        self.table = table
        ranked = sorted(options, key=lambda one: (one.record.first, one.move, one.record.order))
        self.options = dict(enumerate(ranked, start=1))
        self.codes = {one.name: code for code, one in enumerate(life.rule.stages, start=1)}
        self.stays: list[Stay] = []
        self.turns: list[Turn] = []
        self.lost = False
        self.number = 0

    def decide(self, now: int) -> None:
        """All that happens up to an instant (closed)."""
        if not self.options:
            return
        orders: dict[Order, int] = {}
        with Memory(_RULES, self) as memory:
            for rank, one in self.options.items():
                move = self.life.rule.moves[one.move]
                memory.tell(
                    "option",
                    rank=rank,
                    first=one.record.first,
                    record=orders.setdefault(one.record.order, len(orders)),
                    source=ANYWHERE if move.source is None else self.codes[move.source],
                    sure=int(one.sure),
                )
            memory.tell("now", at=now)
            memory.tell("stay", **self._stay(0, -FOREVER))
            turn = 0
            while memory.go(ABLE, turn) | memory.go(CHOOSE, turn):
                turn += 1

    # ---- what follows from a match ---------------------------------------------------------

    def moved(self, option: Option, rank: int, record: int) -> Iterator[Fact]:
        """A move won: the next stay, or a doubt about this one."""
        e, move = option.record, self.life.rule.moves[option.move]
        present = self.stays[-1] if self.stays else None
        data = e.data if move.source is None or present is None else present.data
        span = (e.first, e.last)
        if option.sure:
            self._enter(move.to, span, e.name, data, e.root, DERIVED)
        else:
            derived = [
                (self._derived("entered", move.to, span, e.name, data, e.root, DERIVED), False)
            ]
            if present is not None:
                present.lost = True
                left = self._derived(
                    "left", present.stage, span, e.name, present.data, e.root, DERIVED
                )
                derived.append((left, False))
            self.lost = True
            self.turns.append(Turn(self.life.rule.id, e.first, True, None, derived))
        self.number += 1
        yield "used", {"record": record}
        yield "stay", self._stay(rank, e.first)

    def timed_out(self, at: int, rank: int) -> Iterator[Fact]:
        """Time ended a stay."""
        before = self.stays[-1]
        to = next(one.to for one in self.life.rule.timeouts if one.source == before.stage)
        cause = before.cause + "+"
        root = f"{self.life.rule.id}@{cause}"
        self._enter(to, (at, at), cause, before.data, root, FIRST)
        self.number += 1
        yield "stay", self._stay(rank, at)

    def _stay(self, rank: int, since: int) -> dict[str, int]:
        present = self.stays[-1] if self.stays else None
        timeout = None if present is None or self.lost else present.timeout
        return {
            "number": self.number,
            "rank": rank,
            "since": since,
            "stage": 0 if present is None else self.codes[present.stage],
            "lost": int(self.lost),
            "timeout": FOREVER if timeout is None else timeout,
        }

    def _enter(
        self, to: str, span: tuple[int, int], cause: str, data: Any, root: Any, rank: int
    ) -> None:
        derived = []
        before = self.stays[-1] if self.stays else None
        if before is not None and not self.lost:
            before.left = (span[0], cause)
            left = self._derived("left", before.stage, span, cause, before.data, root, rank)
            derived.append((left, True))
        stay = Stay(to, span[0], cause, data)
        stay.timeout = self._timeout(stay, span[1])
        self.stays.append(stay)
        self.lost = False
        derived.append((self._derived("entered", to, span, cause, data, root, rank), True))
        self.turns.append(Turn(self.life.rule.id, span[0], rank == DERIVED, to, derived))

    def _derived(
        self, what: str, stage: str, span: tuple[int, int], cause: str, data: Any, root: Any, r: int
    ) -> Happening:
        life = self.life.rule.id
        id = f"{life}:{'-' if what == 'left' else ''}{stage}@{cause}"
        kind = f"{RESERVED}{what}:{life}:{stage}"
        return Happening(kind, data, *span, (span[0], r, "", id), root)

    def _timeout(self, stay: Stay, last: int) -> int | None:
        for one in self.life.rule.timeouts:
            if one.source == stay.stage:
                setting = Setting(self.table, stay.first, last, stay.data, {})
                return max(_placed(one.after, setting).high, stay.first) + 1
        return None


# ---- the rules -------------------------------------------------------------------------------


def _able(_: Machine, m: Match) -> Iterator[Fact]:
    one, stay = m["o"], m["s"]
    yield (
        "able",
        {name: one[name] for name in ("rank", "first", "record")} | {"number": stay["number"]},
    )


def _moves(machine: Machine, m: Match) -> Iterator[Fact]:
    rank = m["a"]["rank"]
    yield from machine.moved(machine.options[rank], rank, m["a"]["record"])


def _times_out(machine: Machine, m: Match) -> Iterator[Fact]:
    yield from machine.timed_out(m["s"]["timeout"], m["s"]["rank"])


_AHEAD: dict[str, Any] = {"rank": (">", "s.rank"), "first": (">=", "s.since")}
_UNUSED = nowhere("used", record="o.record")

_RULES = (
    # A move is able from its stage: a certain one only while the stage is known.
    Rule(
        ABLE,
        (
            there("s", "stay", lost=0, stage=(">", 0)),
            there("o", "option", source="s.stage", **_AHEAD),
            _UNUSED,
        ),
        _able,
        "s.number",
    ),
    Rule(
        ABLE,
        (
            there("s", "stay", lost=1, stage=(">", 0)),
            there("o", "option", source="s.stage", sure=0, **_AHEAD),
            _UNUSED,
        ),
        _able,
        "s.number",
    ),
    Rule(
        ABLE,
        (there("s", "stay"), there("o", "option", source=ANYWHERE, **_AHEAD), _UNUSED),
        _able,
        "s.number",
    ),
    # The first of them moves, unless time is over before.
    Rule(
        CHOOSE,
        (
            there("s", "stay"),
            there("a", "able", number="s.number", first=("<", "s.timeout")),
            nowhere("able", number="s.number", rank=("<", "a.rank")),
        ),
        _moves,
        "s.number",
    ),
    Rule(
        CHOOSE,
        (
            there("n", "now"),
            there("s", "stay", timeout=("<=", "n.at")),
            nowhere("able", number="s.number", first=("<", "s.timeout")),
        ),
        _times_out,
        "s.number",
    ),
)
