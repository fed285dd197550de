"""Pauses on the engine: when a clock stands still, and which pauses move a window.

Of each pair the first begin stands until the first end at or after it, or until its `at_most` is
over; then the next begin counts. The pauses of all pairs unite: one begins where no other covers
its begin. A pause that begins before due moves it, and then the next one is asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from retention_rules.evaluation.rete.adapter import FOREVER, Fact, Match, Rule, nowhere, there
from retention_rules.evaluation.rete.strata import OWE, PAIR, RESUME, STAND, UNITE


def moves() -> tuple[Rule, ...]:
    """The rules of pauses, and of the windows that they move."""
    return _RULES


def _stands(run: Any, m: Match) -> Iterator[Fact]:
    r, b = m["r"], m["b"]
    limit = run.limit(b["clock"])
    yield (
        "span",
        {
            "g": b["g"],
            "clock": b["clock"],
            "pair": b["pair"],
            "turn": r["turn"],
            "at": b["at"],
            "limit": FOREVER if limit is None else b["at"] + limit,
        },
    )


def _resumes(_: Any, m: Match) -> Iterator[Fact]:
    s = m["s"]
    ended = m.get("x")
    end = s["limit"] if ended is None else ended["at"]
    if s["at"] < end:
        yield "over", {"g": s["g"], "clock": s["clock"], "begin": s["at"], "end": end}
    if end < FOREVER:
        # A begin within a pause changes nothing, not even at the instant of its end.
        since = max(end, s["at"] + 1) if ended is None else end + 1
        same = {name: s[name] for name in ("g", "clock", "pair")}
        yield "ready", {**same, "turn": s["turn"] + 1, "since": since}


def _begins(_: Any, m: Match) -> Iterator[Fact]:
    a = m["a"]
    yield "edge", {"g": a["g"], "clock": a["clock"], "at": a["begin"]}


def _ends(_: Any, m: Match) -> Iterator[Fact]:
    a = m["a"]
    yield "brink", {"g": a["g"], "clock": a["clock"], "at": a["end"]}


def _pauses(run: Any, m: Match) -> Iterator[Fact]:
    run.pause(m["e"]["g"], m["e"]["clock"], m["e"]["at"], m["k"]["at"])
    return iter(())


def _moved(run: Any, m: Match) -> Iterator[Fact]:
    yield from run.moved(m["d"], m["p"])


def _stays(run: Any, m: Match) -> Iterator[Fact]:
    yield from run.moved(m["d"], None)


_PAIR: dict[str, Any] = {"g": "r.g", "clock": "r.clock", "pair": "r.pair"}
_SPAN: dict[str, Any] = {"g": "s.g", "clock": "s.clock", "pair": "s.pair"}
_SAME: dict[str, Any] = {"g": "a.g", "clock": "a.clock"}
_EDGE: dict[str, Any] = {"g": "e.g", "clock": "e.clock"}
_NEXT: dict[str, Any] = {"g": "d.g", "clock": "d.clock", "n": "d.n", "begin": ("<", "d.due")}
_WITHIN: dict[str, Any] = {"at": [(">=", "s.at"), ("<", "s.limit")]}

_RULES = (
    Rule(
        STAND,
        (
            there("r", "ready"),
            there("b", "begin", **_PAIR, at=(">=", "r.since")),
            nowhere("begin", **_PAIR, at=[(">=", "r.since"), ("<", "b.at")]),
        ),
        _stands,
        "r.turn",
    ),
    Rule(
        RESUME,
        (
            there("s", "span"),
            there("x", "stop", **_SPAN, **_WITHIN),
            nowhere("stop", **_SPAN, at=[(">=", "s.at"), ("<", "x.at")]),
        ),
        _resumes,
        "s.turn",
    ),
    Rule(RESUME, (there("s", "span"), nowhere("stop", **_SPAN, **_WITHIN)), _resumes, "s.turn"),
    Rule(
        UNITE,
        (
            there("a", "over"),
            nowhere("over", **_SAME, begin=("<", "a.begin"), end=(">=", "a.begin")),
        ),
        _begins,
    ),
    Rule(
        UNITE,
        (there("a", "over"), nowhere("over", **_SAME, begin=("<=", "a.end"), end=(">", "a.end"))),
        _ends,
    ),
    Rule(
        PAIR,
        (
            there("e", "edge"),
            there("k", "brink", **_EDGE, at=(">", "e.at")),
            nowhere("brink", **_EDGE, at=[(">", "e.at"), ("<", "k.at")]),
        ),
        _pauses,
    ),
    Rule(OWE, (there("d", "draft"), there("p", "pause", **_NEXT)), _moved, "d.turn"),
    Rule(OWE, (there("d", "draft"), nowhere("pause", **_NEXT)), _stays, "d.turn"),
)
