"""Recurring duties on the engine: their runs, from each touch to the next, or on dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from retention_rules.evaluation.rete.adapter import FOREVER, Fact, Match, Rule, nowhere, there
from retention_rules.evaluation.rete.strata import (
    BEGIN,
    END,
    OWE,
    REACH,
    RELEASE,
    STOP,
    TAKE,
    TOUCH,
)
from retention_rules.rules import Recurring, RRule


def next_date(rule: Recurring, table: Any, start: int, after: int) -> int | None:
    """The first date of a duty after a local day, if there is one."""
    if isinstance(rule.on, RRule):
        from dateutil.rrule import rrulestr  # here, since few rules need it

        first = datetime.combine(date.fromordinal(start), time())
        dates = rrulestr(rule.on.text, dtstart=first)
        found = dates.after(datetime.combine(date.fromordinal(after), time()))
        return None if found is None else int(found.date().toordinal())
    assert rule.on is not None
    names = rule.on.names
    days = (day.toordinal() for day, name in table.calendar.holidays if not names or name in names)
    return min((day for day in days if day > after), default=None)


def stopped() -> list[Rule]:
    """A stop frees what is owed."""
    stop = there("c", "halt", case="o.case")
    return [Rule(RELEASE, (there("o", "owed"), stop), _stopped, "o.turn")]


def dates() -> list[Rule]:
    """The next date is borne as the one before opens, unless the duty has stopped by then."""
    return [*_RUNS, *_DATES]


def every() -> tuple[Rule, ...]:
    """A start opens, and each touch pays or replaces what the one before it opened."""
    return (*_RUNS, *_TOUCHES)


# ---- runs: idle, running, idle -----------------------------------------------------------------


def _begins(run: Any, m: Match) -> Iterator[Fact]:
    s, r = m["s"], m["r"]
    same = {name: s[name] for name in ("g", "e", "first", "last", "root")}
    yield "run", {**same, "turn": r["turn"]}


def _stops(_: Any, m: Match) -> Iterator[Fact]:
    r, x = m["r"], m["x"]
    yield "halt", {"case": r["e"], "at": x["first"], "e": x["e"]}
    yield "idle", {"g": r["g"], "turn": r["turn"] + 1, "after": x["first"]}


def _stopped(_: Any, m: Match) -> Iterator[Fact]:
    c = m["c"]
    yield "release", {"o": m["o"]["o"], "f": c["at"], "e": c["e"], "skip": 0}


_LATER: dict[str, Any] = {"g": "r.g", "first": (">=", "r.first"), "root": ("!=", "r.root")}
_RUNS = [
    Rule(
        BEGIN,
        (
            there("r", "idle"),
            there("s", "start", g="r.g", first=(">", "r.after")),
            nowhere("start", g="r.g", first=(">", "r.after"), e=("<", "s.e")),
        ),
        _begins,
        "r.turn",
    ),
    Rule(
        STOP,
        (
            there("r", "run"),
            there("x", "halts", **_LATER),
            nowhere("halts", **_LATER, e=("<", "x.e")),
        ),
        _stops,
        "r.turn",
    ),
]

# ---- on dates ----------------------------------------------------------------------------------


def _coming(run: Any, m: Match) -> Iterator[Fact]:
    r = m["r"]
    after = run.table.day(r["first"])
    yield "coming", {"g": r["g"], "case": r["e"], "birth": r["first"], "after": after}


def _occurs(run: Any, m: Match) -> Iterator[Fact]:
    c = m["c"]
    yield from run.occurs(c["g"], c["case"], c["birth"], c["after"])


def _comes(_: Any, m: Match) -> Iterator[Fact]:
    b = m["b"]
    yield "coming", {"g": b["g"], "case": b["case"], "birth": b["opens"], "after": b["day"]}


_DATES = [
    Rule(OWE, (there("r", "run"),), _coming),
    Rule(
        OWE,
        (there("c", "coming"), nowhere("halt", case="c.case", at=("<=", "c.birth"))),
        _occurs,
    ),
    Rule(OWE, (there("n", "now"), there("b", "borne", birth=("<=", "n.at"))), _comes),
]

# ---- from touch to touch -----------------------------------------------------------------------


def _opens(run: Any, m: Match) -> Iterator[Fact]:
    r = m["r"]
    yield "used", {"g": r["g"], "e": r["e"]}
    yield from run.owe(0, r["g"], r["e"], turn=run.round)


def _near(_: Any, m: Match) -> Iterator[Fact]:
    yield "near", {"case": m["r"]["e"], "e": m["a"]["e"]}


def _option(_: Any, m: Match) -> Iterator[Fact]:
    """A touch pays; one that comes too early replaces what was owed."""
    o, a = m["o"], m["a"]
    reached = max(a["first"], o["first"], o["born"])
    p = max(reached, o["opens"])
    late = int(p > a["last"])
    yield "option", {"o": o["o"], "e": a["e"], "p": reached if late else p, "late": late}


def _takes(run: Any, m: Match) -> Iterator[Fact]:
    o, c = m["o"], m["c"]
    yield "used", {"g": o["g"], "e": c["e"]}
    yield "taken", {"o": o["o"]}
    run.take(o["o"], c["e"], c["p"], bool(c["late"]))
    yield from run.owe(0, o["g"], c["e"], turn=o["turn"] + 1, case=o["case"], born=c["p"])


def _ends(run: Any, m: Match) -> Iterator[Fact]:
    run.take(m["o"]["o"], m["h"]["e"], m["h"]["at"], True)
    return iter(())


_MINE: dict[str, Any] = {"g": "r.g", "root": ("!=", "r.root")}
_UNUSED = nowhere("used", g="o.g", e="a.e")
_TURN = "o.turn"
_TOUCHES = [
    Rule(TOUCH, (there("r", "run"),), _opens, "r.turn"),
    # What reaches the start, by the rule for whole days, is a touch of the run.
    Rule(TOUCH, (there("r", "run"), there("a", "pay", **_MINE, e=(">", "r.e"))), _near, "r.turn"),
    Rule(
        TOUCH,
        (
            there("r", "run"),
            there("a", "pay", **_MINE, e=("<", "r.e"), last=(">=", "r.first")),
        ),
        _near,
        "r.turn",
    ),
    Rule(
        REACH,
        (
            there("o", "owed"),
            there("n", "near", case="o.case"),
            there("a", "pay", g="o.g", root=("!=", "o.root"), e=[("==", "n.e"), (">", "o.e")]),
            _UNUSED,
        ),
        _option,
        _TURN,
    ),
    Rule(
        REACH,
        (
            there("o", "owed"),
            there("n", "near", case="o.case"),
            there("r", "run", e=[("==", "o.e"), ("==", "o.case")]),
            there(
                "a",
                "pay",
                g="o.g",
                root=("!=", "o.root"),
                e=[("==", "n.e"), ("<", "o.e")],
                last=(">=", "o.first"),
            ),
            _UNUSED,
        ),
        _option,
        _TURN,
    ),
    Rule(
        TAKE,
        (
            there("o", "owed"),
            there("c", "option", o="o.o"),
            nowhere("option", o="o.o", p=("<", "c.p")),
            nowhere("option", o="o.o", p="c.p", late=("<", "c.late")),
            nowhere("option", o="o.o", p="c.p", late="c.late", e=("<", "c.e")),
            nowhere("halt", case="o.case", at=("<", "c.p")),
        ),
        _takes,
        _TURN,
    ),
    Rule(
        END,
        (there("o", "owed"), there("h", "halt", case="o.case"), nowhere("taken", o="o.o")),
        _ends,
    ),
]
IDLE = -FOREVER
