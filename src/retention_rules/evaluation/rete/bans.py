"""Prohibitions on the engine: what must not be done, and what clears it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.rete.adapter import Fact, Match, Memory, Rule, nowhere, there
from retention_rules.evaluation.rete.sweep import Judged

CLEAR, WRONG = range(2)


class Judgement:
    """What was done all the same, and whether for sure."""

    def __init__(self, forbidden: Sequence[Judged], clearing: Sequence[Judged]) -> None:
        self.forbidden = forbidden
        self.clearing = clearing
        self.wrongs: dict[int, bool] = {}

    def decide(self) -> Iterator[tuple[Judged, bool]]:
        """Each event that a prohibition forbids and nothing clears."""
        if not self.forbidden:
            return
        codes: dict[Any, int] = {}

        def fact(one: Judged) -> dict[str, int]:
            e: Happening = one.happening
            return {
                "g": codes.setdefault((one.ban.index, one.values), len(codes)),
                "event": codes.setdefault(e.order, len(codes)),
                "first": e.first,
                "last": e.last,
                "sure": int(one.sure),
            }

        with Memory(_RULES, self) as memory:
            for number, one in enumerate(self.forbidden):
                memory.tell("wrong", number=number, **fact(one))
            for one in self.clearing:
                memory.tell("clear", **fact(one))
            memory.go(CLEAR)
            memory.go(WRONG)
        for number, sure in self.wrongs.items():
            yield self.forbidden[number], sure


def _cleared(_: Judgement, m: Match) -> Iterator[Fact]:
    yield "cleared", {"number": m["w"]["number"]}


def _doubted(_: Judgement, m: Match) -> Iterator[Fact]:
    yield "doubted", {"number": m["w"]["number"]}


def _sure(judgement: Judgement, m: Match) -> Iterator[Fact]:
    judgement.wrongs[m["w"]["number"]] = True
    return iter(())


def _unsure(judgement: Judgement, m: Match) -> Iterator[Fact]:
    judgement.wrongs[m["w"]["number"]] = False
    return iter(())


_OTHER: dict[str, Any] = {"g": "w.g", "event": ("!=", "w.event")}
_UNCLEARED = nowhere("cleared", number="w.number")
_RULES = (
    Rule(
        CLEAR,
        (there("w", "wrong"), there("c", "clear", **_OTHER, sure=1, last=("<=", "w.first"))),
        _cleared,
    ),
    Rule(
        CLEAR,
        (there("w", "wrong"), there("c", "clear", **_OTHER, first=("<=", "w.last"))),
        _doubted,
    ),
    Rule(
        WRONG,
        (there("w", "wrong", sure=1), _UNCLEARED, nowhere("doubted", number="w.number")),
        _sure,
    ),
    Rule(WRONG, (there("w", "wrong", sure=0), _UNCLEARED), _unsure),
    Rule(
        WRONG,
        (there("w", "wrong"), there("d", "doubted", number="w.number"), _UNCLEARED),
        _unsure,
    ),
)
