"""Who may act on whom: from when an event reaches an obligation, and whom it does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from retention_rules.evaluation.program import FREE, SKIP, Cluster
from retention_rules.evaluation.rete.adapter import Cond, Fact, Match, Rule, nowhere, there
from retention_rules.evaluation.rete.strata import OWE, REACH, UNKNOWN

Then = Callable[[Any, Match], Iterator[Fact]]
OWED = there("o", "owed")
TURN = "o.turn"


def acting(cluster: Cluster, maybe: bool, plays: frozenset[int]) -> tuple[list[Rule], bool]:
    """Who may pay and free what is owed in a cluster, and whether anything may free it."""
    race = cluster.races[0]
    misfits, looses = _misfits(cluster, maybe), _loose(cluster, maybe)
    fits = nowhere("misfit", o="o.o", e="a.e") if misfits else None
    loose = nowhere("loose", o="o.o", e="a.e") if looses else None
    tied = race.flow != "dates"
    reaching = _reaching(cluster, maybe, "pay", _may_pay, fits, tied)
    rules = [*misfits, *looses, *_spent(cluster), *reaching]
    restarts = race.policy == "restart"
    frees = restarts or bool({FREE, SKIP} & plays)
    if frees and race.flow != "dates":
        rules += _reaching(cluster, maybe, "free", _may_free, loose, tied)
    if restarts:
        rules += _restarts(cluster, maybe)
    return rules, frees


def _reaching(
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
    return found


def _misfit(_: Any, m: Match) -> Iterator[Fact]:
    yield "misfit", {"o": m["o"]["o"], "e": m["a"]["e"]}


def _spent(cluster: Cluster) -> list[Rule]:
    """What has paid a step does not then pay the one that opens after it."""
    case = {"g": "o.g", "contact": "o.contact", "t": "o.e", "case": "o.case"}
    return [
        Rule(
            OWE,
            (there("o", "owed", race=race.index), there("a", "paid", race=need, **case)),
            _is_spent,
            TURN,
        )
        for race in cluster.races
        if race.follows
        for need, _ in race.needs
    ]


def _is_spent(_: Any, m: Match) -> Iterator[Fact]:
    yield "spent", {"o": m["o"]["o"], "e": m["a"]["e"], "p": m["a"]["p"]}


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
