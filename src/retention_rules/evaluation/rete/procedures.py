"""Cases on the engine: what closes them, what steps are owed, and what was left undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from retention_rules.evaluation.program import Cluster
from retention_rules.evaluation.rete.adapter import Fact, Match, Rule, nowhere, there
from retention_rules.evaluation.rete.strata import (
    BREACH,
    CLOSE,
    CLOSED,
    EACH,
    OWE,
    RELEASE,
    TAINT,
)


def rules(cluster: Cluster) -> list[Rule]:
    """What a procedure compiles to beside the rules of its races."""
    found = [*_CASES, *_LEFT]
    procedure = cluster.procedure
    return [*found, *_OUT_OF_ORDER] if procedure and procedure.ordered else found


def releases() -> list[Rule]:
    """A skip of the step's own, or the closing if that comes before it."""
    return _RELEASES


def _sketch(run: Any, m: Match) -> Iterator[Fact]:
    yield from run.sketch(m["t"]["race"], m["t"]["g"], m["t"]["e"], m["t"]["turn"])


def _owe(run: Any, m: Match) -> Iterator[Fact]:
    t = m["t"]
    yield from run.owe(t["race"], t["g"], t["e"], turn=t["turn"])


def _owe_each(run: Any, m: Match) -> Iterator[Fact]:
    x = m["x"]
    yield from run.owe(x["race"], x["g"], x["e"], turn=0, case=x["case"])


def _closes(_: Any, m: Match) -> Iterator[Fact]:
    k, c = m["k"], m["c"]
    f = max(c["first"], k["first"])
    yield "may_close", {"case": k["e"], "g": k["g"], "f": f, "e": c["e"], "last": c["last"]}


def _closed(_: Any, m: Match) -> Iterator[Fact]:
    yield "closed", {name: m["c"][name] for name in ("case", "g", "f", "e", "last")}


def _each(_: Any, m: Match) -> Iterator[Fact]:
    t, k = m["t"], m["k"]
    yield "each_of", {"race": t["race"], "g": t["g"], "e": t["e"], "case": k["e"], "turn": 0}


def release(_: Any, m: Match) -> Iterator[Fact]:
    """The first release of an obligation."""
    c = m["c"]
    yield "release", {name: c[name] for name in ("o", "f", "e", "skip")}


def _closing(_: Any, m: Match) -> Iterator[Fact]:
    c = m["c"]
    yield "release", {"o": m["o"]["o"], "f": c["f"], "e": c["e"], "skip": 0}


def _out_of_order(run: Any, m: Match) -> Iterator[Fact]:
    run.breach("out-of-order", m["q"]["race"], m["q"]["g"], m["q"]["by"], m["q"]["p"], "d" not in m)
    return iter(())


def _left(_: Any, m: Match) -> Iterator[Fact]:
    c, r = m["c"], m["r"]
    yield (
        "left",
        {name: c[name] for name in ("case", "g", "f", "e", "last")}
        | {"race": r["race"], "same": r["same"]},
    )


def _vague(_: Any, m: Match) -> Iterator[Fact]:
    yield "vague", {"case": m["l"]["case"], "race": m["l"]["race"]}


def _closed_without(run: Any, m: Match) -> Iterator[Fact]:
    one = m["l"]
    run.breach("closed-without", one["race"], one["g"], one["e"], one["f"], True)
    return iter(())


def _perhaps_without(run: Any, m: Match) -> Iterator[Fact]:
    one = m["l"]
    run.breach("closed-without", one["race"], one["g"], one["e"], one["f"], False)
    return iter(())


_HINT: dict[str, Any] = {
    "g": "l.g",
    "race": "l.race",
    "first": [(">", "l.f"), ("<=", "l.last")],
}
_CLOSE: dict[str, Any] = {"g": "k.g", "root": ("!=", "k.root")}
_STEP: dict[str, Any] = {"case": "q.case", "race": "r.race"}
_SOONER: dict[str, Any] = {"case": "q.case", "race": ("<", "q.race")}

_CASES = [
    # By the rule for whole days, against the opening.
    Rule(CLOSE, (there("k", "case"), there("c", "close", **_CLOSE, e=(">", "k.e"))), _closes),
    Rule(
        CLOSE,
        (
            there("k", "case"),
            there("c", "close", **_CLOSE, e=("<", "k.e"), last=(">=", "k.first")),
            nowhere("open", g="k.g", e="c.e"),
        ),
        _closes,
    ),
    Rule(
        CLOSED,
        (
            there("c", "may_close"),
            nowhere("may_close", case="c.case", f=("<", "c.f")),
            nowhere("may_close", case="c.case", f="c.f", e=("<", "c.e")),
        ),
        _closed,
    ),
    # Owed for each such event while the case is open, up to and including its closing.
    Rule(
        EACH,
        (there("t", "each", survives=1), there("k", "case", g="t.g", first=("<=", "t.first"))),
        _each,
    ),
    Rule(
        EACH,
        (
            there("t", "each", survives=0),
            there("k", "case", g="t.g", first=("<=", "t.first")),
            nowhere("closed", case="k.e", f=("<", "t.first")),
        ),
        _each,
    ),
    Rule(
        OWE,
        (
            there("x", "each_of"),
            nowhere("each_of", race="x.race", g="x.g", e="x.e", case=("<", "x.case")),
        ),
        _owe_each,
        "x.turn",
    ),
    Rule(OWE, (there("t", "trigger", needs=0),), _owe, "t.turn"),
    # Of a step that is never born, early touches and skips are looked for all the same.
    Rule(
        OWE,
        (there("t", "trigger"), there("l", "lacking", race="t.race", g="t.g", e="t.e")),
        _sketch,
        "t.turn",
    ),
]

_RELEASES = [
    Rule(
        RELEASE,
        (there("o", "owed", survives=1), there("c", "first_free", o="o.o")),
        release,
        "o.turn",
    ),
    Rule(
        RELEASE,
        (
            there("o", "owed", survives=0),
            there("c", "first_free", o="o.o"),
            nowhere("closed", case="o.case", f=("<", "c.f")),
        ),
        release,
        "o.turn",
    ),
    Rule(
        RELEASE,
        (
            there("o", "owed", survives=0),
            there("c", "closed", case="o.case"),
            nowhere("first_free", o="o.o", f=("<=", "c.f")),
        ),
        _closing,
        "o.turn",
    ),
]

_LEFT = [
    Rule(
        BREACH,
        (
            there("c", "closed"),
            there("r", "required", case="c.case", survives=0),
            nowhere("settled", case="c.case", race="r.race", at=("<=", "c.f")),
        ),
        _left,
    ),
    # What may have been done before a dated closing came on its day.
    Rule(BREACH, (there("l", "left"), there("h", "hint", **_HINT, loose=1)), _vague),
    Rule(BREACH, (there("l", "left"), there("h", "hint", **_HINT, loose=0, same=0)), _vague),
    Rule(BREACH, (there("l", "left"), there("h", "hint", **_HINT, loose=0, same="l.same")), _vague),
    Rule(BREACH, (there("l", "left", same=0), there("h", "hint", **_HINT, loose=0)), _vague),
    Rule(
        TAINT, (there("l", "left"), nowhere("vague", case="l.case", race="l.race")), _closed_without
    ),
    Rule(
        TAINT,
        (there("l", "left"), there("v", "vague", case="l.case", race="l.race")),
        _perhaps_without,
    ),
]

_OUT_OF_ORDER = [
    Rule(
        BREACH,
        (
            there("q", "paid", step=1),
            there("r", "required", **_SOONER),
            nowhere("done", **_STEP, first=("<=", "q.last")),
        ),
        _out_of_order,
    ),
    Rule(
        BREACH,
        (
            there("q", "paid", step=1),
            there("r", "required", **_SOONER),
            there(
                "d",
                "done",
                **_STEP,
                first=("<=", "q.last"),
                last=(">", "q.first"),
                e=("!=", "q.by"),
            ),
        ),
        _out_of_order,
    ),
]
