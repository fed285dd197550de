"""Memory: what conclusions are drawn from, as plain data.

With a horizon events are let go of, but not the facts that a conclusion counts: two broken
promises are two, however long ago the first was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from retention_rules.evaluation.chaining import Chaining, Conclusion, Counting, Fact
from retention_rules.serialization._values import decode_value, encode_value


def written(chaining: Chaining) -> dict[str, Any]:
    """All facts, in the order in which they came, and what holds."""
    facts: list[list[Any]] = []
    for (number, place, key), (values, once, sure) in chaining.places.items():
        counting = chaining.counted[number][place][values]
        fact = (counting.sure if sure else counting.maybe)[once][key]
        kept = [fact.key, fact.name, fact.cause, list(fact.came), _root(fact.root)]
        part = once if isinstance(once, str) else [once[0], encode_value(once[1])]
        facts.append([number, place, list(values), part, sure, kept])
    facts.sort(key=lambda one: one[-1][3])
    holding = [
        [
            number,
            list(values),
            [one.since, one.cause, _root(one.root), one.drawn, one.sure],
            [list(one.reasons), one.absent, one.number],
        ]
        for (number, values), one in chaining.holding.items()
    ]
    return {
        "facts": facts,
        "holding": holding,
        "drawn": [[key[0], list(key[1]), key[2], count] for key, count in chaining.drawn.items()],
        "tests": chaining.tests,
    }


def read(chaining: Chaining, state: Mapping[str, Any]) -> None:
    """Put chaining that is fresh into a state that was written."""
    for number, place, some, part, sure, (key, name, cause, came, root) in state["facts"]:
        values = tuple(some)
        once = part if isinstance(part, str) else (part[0], decode_value(part[1], "state"))
        counting = chaining.counted[number][place].setdefault(values, Counting())
        counting.put(once, Fact(key, name, {}, cause, tuple(came), _unroot(root)), sure)
        chaining.places[number, place, key] = (values, once, sure)
    for number, some, (since, cause, root, drawn, sure), (reasons, absent, count) in state[
        "holding"
    ]:
        values = tuple(some)
        chaining.holding[number, values] = Conclusion(
            chaining.derivations[number],
            values,
            since,
            cause,
            _unroot(root),
            drawn,
            sure,
            tuple(reasons),
            absent,
            count,
        )
    for number, some, cause, count in state["drawn"]:
        chaining.drawn[number, tuple(some), cause] = count
    chaining.tests = list(state["tests"])


def _root(root: Any) -> Any:
    return list(root) if isinstance(root, tuple) else root


def _unroot(root: Any) -> Any:
    return tuple(root) if isinstance(root, list) else root
