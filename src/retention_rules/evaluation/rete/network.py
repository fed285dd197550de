"""The rules of a race: who pays and frees whom, which act is the first, and what follows.

Each cluster of a program compiles to those of these rules that it needs, with its policy, its
contacts, its steps and its clocks as conditions. All facts are whole numbers; `e` is the place of
an event in the order, so that comparing it compares (instant, rank, source, id).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from retention_rules.evaluation.program import FREE, SKIP, Cluster
from retention_rules.evaluation.rete import duties, pausing, procedures
from retention_rules.evaluation.rete.adapter import FOREVER, Cond, Fact, Match, Rule, nowhere, there
from retention_rules.evaluation.rete.strata import (
    END,
    FIRST,
    HAND,
    OWE,
    PAY,
    PICK,
    REACH,
    RELEASE,
    TAINT,
    UNKNOWN,
)

Then = Callable[[Any, Match], Iterator[Fact]]
OWED = there("o", "owed")
TURN = "o.turn"


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
    misfit = _misfits(cluster, maybe)
    fits = nowhere("misfit", o="o.o", e="a.e") if misfit else None
    looses = _loose(cluster, maybe)
    loose = nowhere("loose", o="o.o", e="a.e") if looses else None
    tied = race.flow != "dates"
    rules = [*misfit, *looses]
    rules += reaching(cluster, maybe, "pay", _may_pay, fits, tied)
    restarts = race.policy == "restart" and race.flow == "once"
    frees = restarts or bool({FREE, SKIP} & plays)
    if frees and race.flow != "dates":
        rules += reaching(cluster, maybe, "free", _may_free, loose, tied)
    if restarts:
        rules += _restarts(cluster, maybe)
    if cluster.procedure is not None:
        rules += procedures.rules(cluster)
    elif race.flow == "dates":
        rules += duties.dates()
    else:
        rules += _begins(cluster)
    rules += [*_steps(cluster), *(pausing.moves() if cluster.clocks else ())]
    rules += deciding(race.policy == "queue", frees, _freed_by(cluster))
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
    found = []
    for race in cluster.races:
        if race.needs:
            trigger = there("t", "trigger", race=race.index)
            needs = [
                there(f"h{need}", "handed", race=need, g="t.g", e="t.e", contact="t.contact")
                for need, _ in race.needs
            ]
            found.append(Rule(OWE, (trigger, *needs), _owe, "t.turn"))
    return found


def _owe(run: Any, m: Match) -> Iterator[Fact]:
    t = m["t"]
    needs = [(fact["race"], fact["at"], fact["anchor"]) for name, fact in m.items() if name[0] == "h"]
    yield from run.owe(
        t["race"], t["g"], t["e"], turn=t["turn"], contact=t["contact"], needs=needs
    )


# ---- who may act on whom ---------------------------------------------------------------------


def reaching(
    cluster: Cluster, maybe: bool, kind: str, then: Then, fits: Cond | None, tied: bool
) -> list[Rule]:
    """From when an event acts on an obligation.

    What comes after the trigger in order acts at once; what comes before it, within the same day or
    instant, from the trigger on, unless it is a trigger of the rule itself (`tied`). Where a window
    ends at instants, what is dated acts for certain once its day is over, and never perhaps before.
    """
    pays = kind == "pay"
    same: dict[str, Any] = {"race": "o.race", "g": "o.g", "root": ("!=", "o.root")}
    open_: dict[str, Any] = {"last": (">=", "o.opens")} if pays else {}
    unless = () if fits is None else (fits,)
    again = nowhere("again", family="o.family", g="o.g", contact="o.contact", e="a.e")
    behind = (*unless, again) if tied else unless
    crisp: dict[str, Any] = {} if maybe or not cluster.may_be_fine else {"fine": 0}
    owed: dict[str, Any] = {"payable": 1} if pays and cluster.procedure is not None else {}
    reach: dict[str, Any] = {"last": (">=", "o.opens" if pays else "o.first")}
    whole = there("o", "owed", **owed, **crisp)
    fine = there("o", "owed", **owed, fine=1)
    after = there("a", kind, **same, e=(">", "o.e"), **open_)
    beside = there("a", kind, **same, e=("<", "o.e"), **reach)
    found = [
        Rule(REACH, (whole, after, *unless), then, TURN),
        Rule(REACH, (whole, beside, *behind), then, TURN),
    ]
    if crisp:
        over = there("a", kind, **same, e=(">", "o.e"), first=(">=", "o.last"), **open_)
        level = there("a", kind, **same, e=("<", "o.e"), first="o.last", **open_)
        found += [
            Rule(REACH, (fine, over, *unless), _over(then), TURN),
            Rule(REACH, (fine, level, *behind), _over(then), TURN),
        ]
    return found


def _over(then: Then) -> Then:
    """The same, but from the last instant of the event on."""

    def found(run: Any, m: Match) -> Iterator[Fact]:
        a = m["a"]
        yield from then(run, {**m, "a": {**a, "first": a["last"]}})

    return found


def _may_pay(_: Any, m: Match) -> Iterator[Fact]:
    o, a = m["o"], m["a"]
    yield "may_pay", {"o": o["o"], "e": a["e"], "p": max(a["first"], o["opens"])}


def _may_free(_: Any, m: Match) -> Iterator[Fact]:
    o, a = m["o"], m["a"]
    skip = a.get("skip", 0)
    yield "may_free", {"o": o["o"], "e": a["e"], "f": max(a["first"], o["first"]), "skip": skip}


def _restarts(cluster: Cluster, maybe: bool) -> list[Rule]:
    """A later trigger of the rule frees what is owed, to open it anew."""
    same: dict[str, Any] = {
        "family": "o.family",
        "g": "o.g",
        "contact": "o.contact",
        "root": ("!=", "o.root"),
        "e": (">", "o.e"),
    }
    if maybe or not cluster.may_be_fine:
        return [Rule(REACH, (OWED, there("a", "again", **same)), _may_free, TURN)]
    over = there("a", "again", **same, first=(">=", "o.last"))
    return [
        Rule(REACH, (there("o", "owed", fine=0), there("a", "again", **same)), _may_free, TURN),
        Rule(REACH, (there("o", "owed", fine=1), over), _over(_may_free), TURN),
    ]


# ---- who does not fit whom -------------------------------------------------------------------


def _misfits(cluster: Cluster, maybe: bool) -> list[Rule]:
    """Payments for another contact, or that differ, or not, from the trigger in a field."""
    found = []
    pay: dict[str, Any] = {"race": "o.race", "g": "o.g"}
    for race in cluster.races:
        mine = there("o", "owed", race=race.index)

        def add(one: Cond, other: Cond) -> None:
            found.append(Rule(OWE, (one, other), _misfit, TURN))

        if race.same_on is not None or race.differs_on is not None:
            # `same` and `other` hold what two fields hold, as numbers; 0 where it is missing.
            for name, sign in (("same", "!="), ("other", "==")):
                if (race.same_on if name == "same" else race.differs_on) is None:
                    continue
                known = there("o", "owed", race=race.index, **{name: (">", 0)})
                wrong: dict[str, Any] = {name: (sign, f"o.{name}")}
                if name == "same":
                    wrong = {"same": ("!=", "o.same"), "has_same": 1}
                add(known, there("a", "pay", **pay, **wrong))
                if not maybe:
                    add(mine, there("a", "pay", **pay, **{name: 0}))
                    add(there("o", "owed", race=race.index, **{name: 0}), there("a", "pay", **pay))
        if race.contacts is not None:
            someone = there("o", "owed", race=race.index, contact=(">", UNKNOWN))
            named = there("a", "pay", **pay, contact=("!=", "o.contact"), named=1)
            add(someone, named)
            if not maybe:
                add(mine, there("a", "pay", **pay, named=0))
                add(there("o", "owed", race=race.index, contact=UNKNOWN), there("a", "pay", **pay))
        if race.follows:
            for need, _ in race.needs:
                # What ended a step does not pay the one that opens after it.
                paid = there(
                    "a", "paid", race=need, g="o.g", contact="o.contact", t="o.e", case="o.case"
                )
                add(mine, paid)
    return found


def _misfit(_: Any, m: Match) -> Iterator[Fact]:
    yield "misfit", {"o": m["o"]["o"], "e": m["a"]["e"]}


def _loose(cluster: Cluster, maybe: bool) -> list[Rule]:
    """Releases for another contact."""
    if cluster.races[0].contacts is None:
        return []
    named = there("a", "free", race="o.race", g="o.g", contact=("!=", "o.contact"), named=1)
    found = [Rule(OWE, (there("o", "owed", contact=(">", UNKNOWN)), named), _is_loose, TURN)]
    if not maybe:
        found.append(Rule(OWE, (there("o", "owed", contact=UNKNOWN), named), _is_loose, TURN))
    return found


def _is_loose(_: Any, m: Match) -> Iterator[Fact]:
    yield "loose", {"o": m["o"]["o"], "e": m["a"]["e"]}


# ---- which of them is the first --------------------------------------------------------------


def deciding(queue: bool, frees: bool, released: list[Rule]) -> list[Rule]:
    """The first payment in time, unless a release came before it; else the first release.

    In a queue each touch pays the oldest only: payments are numbered by instant, trigger and
    event, and each is taken unless its obligation or its touch has been.
    """
    found = [
        Rule(
            FIRST,
            (
                OWED,
                there("c", "may_pay", o="o.o"),
                there("s", "terms", o="o.o", since=("<=", "c.p"), until=(">", "c.p"), expires=(">=", "c.p")),
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
    if queue:
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
    yield "pays", dict((name, m["c"][name]) for name in ("o", "e", "p"))


def _first_free(_: Any, m: Match) -> Iterator[Fact]:
    yield "first_free", dict((name, m["c"][name]) for name in ("o", "e", "f", "skip"))


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
        there("s", "terms", o="o.o", since=("<=", "r.f"), until=(">", "r.f"), expires=(">=", "r.f")),
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
            (there("o", "owed", fine=1), end, there("d", "doubt", **same, contact=contact, dated=1)),
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
