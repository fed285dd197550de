"""The rules of a conclusion: what is counted, what is enough, and what is drawn from it.

Of the facts that a premise counts the engine takes the first of each that are equal in a field,
numbers them in the order in which they came, certain ones first, and looks for the one that is
enough. A conclusion may hold if all that it is given is there, and nothing certain excludes it; it
holds if nothing of that is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from retention_rules.evaluation.rete.adapter import Cond, Fact, Match, Rule, nowhere, there
from retention_rules.premises import Happened
from retention_rules.rules import Derivation

DISTINCT, NUMBER, HOLD, DRAW = range(4)


@lru_cache(maxsize=256)
def network(rule: Derivation) -> tuple[Rule, ...]:
    """The rules that a derivation compiles to."""
    candidate, given = there("k", "candidate"), len(rule.given)
    excluded = range(given, given + len(rule.unless))
    watched = [at for at in excluded if isinstance(rule.unless[at - given], Happened)]
    may: list[Cond] = [candidate, there("w", "where", possible=1)]
    must: list[Cond] = [candidate, there("w", "where", certain=1)]
    # Of what has not happened nothing is certain where events may be missing.
    must += [there("c", "complete")] if watched else []
    for place in range(given):
        enough = _enough(rule, place)
        may.append(there(f"p{place}", "nth", **enough))
        must.append(there(f"p{place}", "nth", **enough, sure=1))
    may += [nowhere("nth", **_enough(rule, place), sure=1) for place in excluded]
    must += [nowhere("nth", **_enough(rule, place)) for place in excluded]
    absent = [
        Rule(HOLD, (candidate, nowhere("nth", **_enough(rule, place))), _absent)
        for place in watched
    ]
    holds = (Rule(HOLD, tuple(may), _holds), Rule(HOLD, tuple(must), _certain))
    return (*_COUNTING, *absent, *holds, *_DRAWING)


def _enough(rule: Derivation, place: int) -> dict[str, Any]:
    premise = (*rule.given, *rule.unless)[place]
    wide = premise.customer_wide or not rule.correlate_on
    return {"premise": place, "case": 0 if wide else "k.case", "n": premise.at_least}


def _counts(_: Any, m: Match) -> Iterator[Fact]:
    f = m["f"]
    yield "counts", {name: f[name] for name in ("premise", "case", "rank", "sure")}


def _first(_: Any, m: Match) -> Iterator[Fact]:
    c = m["c"]
    yield "nth", {**{name: c[name] for name in ("premise", "case", "rank", "sure")}, "n": 1}


def _next(_: Any, m: Match) -> Iterator[Fact]:
    c, n = m["c"], m["n"]["n"] + 1
    yield "nth", {**{name: c[name] for name in ("premise", "case", "rank", "sure")}, "n": n}


def _holds(_: Any, m: Match) -> Iterator[Fact]:
    yield "holds", {"case": m["k"]["case"]}


def _certain(_: Any, m: Match) -> Iterator[Fact]:
    yield "certain", {"case": m["k"]["case"]}


def _absent(_: Any, m: Match) -> Iterator[Fact]:
    yield "absent", {"case": m["k"]["case"]}


def _draws(_: Any, m: Match) -> Iterator[Fact]:
    yield "draws", {"case": m["c"]["case"]}


def _ends(_: Any, m: Match) -> Iterator[Fact]:
    yield "ends", {"case": m["h"]["case"]}


_SAME: dict[str, Any] = {"premise": "f.premise", "case": "f.case"}
_ITS: dict[str, Any] = {"premise": "c.premise", "case": "c.case"}
_NEXT: dict[str, Any] = {"premise": "n.premise", "case": "n.case"}
_COUNTING = (
    Rule(
        DISTINCT,
        (there("f", "fact"), nowhere("fact", **_SAME, once="f.once", rank=("<", "f.rank"))),
        _counts,
    ),
    Rule(NUMBER, (there("c", "counts"), nowhere("counts", **_ITS, rank=("<", "c.rank"))), _first),
    Rule(
        NUMBER,
        (
            there("n", "nth"),
            there("c", "counts", **_NEXT, rank=(">", "n.rank")),
            nowhere("counts", **_NEXT, rank=[(">", "n.rank"), ("<", "c.rank")]),
        ),
        _next,
    ),
)
_DRAWING = (
    Rule(DRAW, (there("c", "certain"), nowhere("held", case="c.case", drawn=1)), _draws),
    Rule(DRAW, (there("h", "held"), nowhere("holds", case="h.case")), _ends),
)
