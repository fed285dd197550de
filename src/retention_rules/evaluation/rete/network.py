"""The rules of a race: who pays and frees whom, which act is the first, and what follows.

Each cluster of a program compiles to those of these rules that it needs, with its policy, its
contacts, its steps and its clocks as conditions. All facts are whole numbers; `e` is the place of
an event in the order, so that comparing it compares (instant, rank, source, id).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from retention_rules.evaluation.program import Cluster
from retention_rules.evaluation.rete import duties, pausing, procedures
from retention_rules.evaluation.rete.adapter import FOREVER, Cond, Fact, Match, Rule, nowhere, there
from retention_rules.evaluation.rete.reaching import OWED, TURN, acting
from retention_rules.evaluation.rete.strata import (
    END,
    FIRST,
    HAND,
    LACK,
    OWE,
    PAY,
    PICK,
    RELEASE,
    TAINT,
)


@lru_cache(maxsize=1024)
def network(cluster: Cluster, maybe: bool, plays: frozenset[int]) -> tuple[Rule, ...]:
    """The rules that a cluster compiles to.

    Args:
        cluster: Its races.
        maybe: Whether everything doubtful counts.
        plays: The roles that some event plays: no rule is needed for others.
    """
    race = cluster.races[0]
    if race.flow == "every":
        return duties.every()
    rules, frees = acting(cluster, maybe, plays)
    if cluster.procedure is not None:
        rules += procedures.rules(cluster)
    elif race.flow == "dates":
        rules += duties.dates()
    else:
        rules += _begins(cluster)
    rules += [*_steps(cluster), *(pausing.moves() if cluster.clocks else ())]
    rules += deciding(cluster, frees, _freed_by(cluster))
    if cluster.chained or race.policy == "ignore":
        rules += _ends()
    if race.policy in ("ignore", "queue"):
        rules += _taints()
    return tuple(rules)


# ---- who is owed what ------------------------------------------------------------------------


def _begins(cluster: Cluster) -> list[Rule]:
    """A trigger opens an obligation; with `ignore` only if nothing accepted before is unended."""
    unless: tuple[Cond, ...] = ()
    if cluster.races[0].policy == "ignore":
        unended = nowhere(
            "ended", g="t.g", contact="t.contact", e=("<", "t.e"), end=(">", "t.first")
        )
        unless = (unended,)
    return [Rule(OWE, (there("t", "trigger", needs=0), *unless), _owe, "t.turn")]


def _steps(cluster: Cluster) -> list[Rule]:
    """A step is born when all that it counts from have handed on."""
    found = [
        Rule(
            LACK,
            (there("t", "trigger", race=race.index), nowhere("handed", race=need, **_TRIGGER)),
            _lacks,
            "t.turn",
        )
        for race in cluster.races
        for need, _ in race.needs
    ]
    if found:
        lacks = nowhere("lacking", race="t.race", **_TRIGGER)
        found.append(Rule(OWE, (there("t", "trigger", needs=(">", 0)), lacks), _owe, "t.turn"))
    return found


_TRIGGER: dict[str, Any] = {"g": "t.g", "e": "t.e", "contact": "t.contact"}


def _lacks(_: Any, m: Match) -> Iterator[Fact]:
    yield "lacking", {name: m["t"][name] for name in ("race", "g", "e", "contact")}


def _owe(run: Any, m: Match) -> Iterator[Fact]:
    t = m["t"]
    yield from run.owe(t["race"], t["g"], t["e"], turn=t["turn"], contact=t["contact"])


# ---- which of them is the first --------------------------------------------------------------


def deciding(cluster: Cluster, frees: bool, released: list[Rule]) -> list[Rule]:
    """The first payment in time, unless a release came before it; else the first release.

    In a queue each touch pays the oldest only: payments are numbered by instant, trigger and
    event, and each is taken unless its obligation or its touch has been.
    """
    spent: tuple[Cond, ...] = ()
    if any(race.follows and race.needs for race in cluster.races):
        spent = (nowhere("spent", o="o.o", e="c.e", p=("<=", "c.p")),)
    found = [
        Rule(
            FIRST,
            (
                OWED,
                there("c", "may_pay", o="o.o"),
                there(
                    "s",
                    "terms",
                    o="o.o",
                    since=("<=", "c.p"),
                    until=(">", "c.p"),
                    expires=(">=", "c.p"),
                ),
                *spent,
            ),
            _in_time,
            TURN,
        ),
    ]
    before = nowhere("release", o="o.o", f=("<", "c.p"))
    if frees:
        found.append(
            Rule(
                FIRST,
                (
                    OWED,
                    there("c", "may_free", o="o.o"),
                    nowhere("may_free", o="o.o", f=("<", "c.f")),
                    nowhere("may_free", o="o.o", f="c.f", e=("<", "c.e")),
                ),
                _first_free,
                TURN,
            )
        )
    found += released
    if cluster.races[0].policy == "queue":
        found += [
            Rule(PAY, (OWED, there("c", "pays", o="o.o"), before), _eligible, TURN),
            Rule(
                PICK,
                (
                    there("c", "eligible"),
                    there("o", "owed", o="c.o"),
                    nowhere("paid", o="c.o"),
                    nowhere("paid", by="c.e", g="o.g", contact="o.contact", family="o.family"),
                ),
                _paid,
                "c.rank",
            ),
        ]
    else:
        found.append(
            Rule(
                PAY,
                (
                    OWED,
                    there("c", "pays", o="o.o"),
                    nowhere("pays", o="o.o", p=("<", "c.p")),
                    nowhere("pays", o="o.o", p="c.p", e=("<", "c.e")),
                    before,
                ),
                _paid,
                TURN,
            )
        )
    return [*found, *_freed()]


def _in_time(_: Any, m: Match) -> Iterator[Fact]:
    yield "pays", {name: m["c"][name] for name in ("o", "e", "p")}


def _first_free(_: Any, m: Match) -> Iterator[Fact]:
    yield "first_free", {name: m["c"][name] for name in ("o", "e", "f", "skip")}


def _freed_by(cluster: Cluster) -> list[Rule]:
    """What frees: the first release, or in a case its closing, if that comes before a skip."""
    if cluster.procedure is not None:
        return procedures.releases()
    if cluster.races[0].flow == "dates":
        return duties.stopped()
    return [Rule(RELEASE, (OWED, there("c", "first_free", o="o.o")), procedures.release, TURN)]


def _eligible(run: Any, m: Match) -> Iterator[Fact]:
    run.queue.append((m["c"]["p"], m["o"]["e"], m["c"]["e"], m["o"]["o"]))
    return iter(())


def _paid(run: Any, m: Match) -> Iterator[Fact]:
    o, c = m["o"], m["c"]
    yield from run.pay(o, c["e"], c["p"])


def _freed() -> list[Rule]:
    """A release in time ends what nothing paid."""
    conditions = (
        OWED,
        there("r", "release", o="o.o"),
        there(
            "s", "terms", o="o.o", since=("<=", "r.f"), until=(">", "r.f"), expires=(">=", "r.f")
        ),
        nowhere("paid", o="o.o"),
    )
    return [Rule(END, conditions, _is_freed, TURN)]


def _is_freed(run: Any, m: Match) -> Iterator[Fact]:
    yield from run.free(m["o"], m["r"])


# ---- what follows ----------------------------------------------------------------------------


def _ends() -> list[Rule]:
    """Paid, freed or passed by: what is handed on, and from when nothing is owed."""
    last = there("s", "terms", o="o.o", until=FOREVER)
    return [
        Rule(HAND, (OWED, there("p", "paid", o="o.o")), _ended, TURN),
        Rule(HAND, (OWED, there("f", "freed", o="o.o")), _ended, TURN),
        Rule(HAND, (OWED, last, nowhere("paid", o="o.o"), nowhere("freed", o="o.o")), _ended, TURN),
    ]


def _ended(run: Any, m: Match) -> Iterator[Fact]:
    yield from run.ended(m["o"])


def _taints() -> list[Rule]:
    """Something in doubt came before its end."""
    same: dict[str, Any] = {"g": "o.g", "first": ("<=", "x.end")}
    owed, end = there("o", "owed"), there("x", "end", o="o.o")
    found = []
    for contact in ("o.contact", 0):
        for some in (
            (owed, end, there("d", "doubt", **same, contact=contact, dated=0)),
            (
                there("o", "owed", fine=1),
                end,
                there("d", "doubt", **same, contact=contact, dated=1),
            ),
        ):
            found.append(Rule(TAINT, some, _tainted))
    lacks = there("l", "lacks")
    pay = there("a", "hears", g="l.g", contact="l.contact", first=(">=", "l.first"))
    return [*found, Rule(TAINT, (lacks, pay), _doubtful)]


def _doubtful(_: Any, m: Match) -> Iterator[Fact]:
    a = m["a"]
    yield "doubt", {"g": a["g"], "contact": a["contact"], "first": a["first"], "dated": 0}


def _tainted(run: Any, m: Match) -> Iterator[Fact]:
    run.owed[m["o"]["o"]].tainted = True
    return iter(())
