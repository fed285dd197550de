"""The engine behind its adapter, held against plain loops: rules and facts drawn at random.

`python -m tests.agreement.relations FIRST LAST` tries the numbers from FIRST up to before LAST,
in a process of its own since a fault may be a crash, and prints the first that differs.
"""

from __future__ import annotations

import random
import sys
from typing import Any

from retention_rules.evaluation.rete.adapter import Memory, Rule, nowhere, there

SIGNS: dict[str, Any] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
FIELDS = ("x", "y", "z")
YEAR_9000, YEAR_1905 = 221_845_392_000_000_000, -2_051_222_400_000_000
VALUES = ([0, 1, 2], [-5, 7, 10**15], [-(2**62), 2**62, 0, 3], [YEAR_9000, YEAR_1905, 5])
"""Few at once, so that they meet."""
Matched = set[tuple[int, tuple[Any, ...]]]


def by_loops(rules: list[Rule], facts: list[tuple[str, dict[str, int]]]) -> Matched:
    """All that matches: no fact meets two conditions of a rule at once."""
    found: Matched = set()

    def further(number: int, rest: Any, seen: dict[str, dict[str, int]]) -> None:
        if not rest:
            found.add((number, _frozen(seen)))
            return
        cond, *later = rest
        fitting = [
            fact
            for kind, fact in facts
            if kind == cond.kind
            and not any(fact is one for one in seen.values())
            and all(
                SIGNS[sign](fact[field], _value(other, seen)) for field, sign, other in cond.parts
            )
        ]
        if cond.absent:
            if not fitting:
                further(number, later, seen)
            return
        for fact in fitting:
            further(number, later, {**seen, cond.name: fact})

    for number, rule in enumerate(rules):
        further(number, rule.conditions, {})
    return found


def by_engine(rules: list[Rule], facts: list[tuple[str, dict[str, int]]]) -> Matched:
    """The same, by the engine."""
    found: Matched = set()
    with Memory(tuple(rules), found) as memory:
        for kind, fact in facts:
            memory.tell(kind, **fact)
        for turn in range(3):
            memory.go(1, turn)
    return found


def _value(other: Any, seen: dict[str, dict[str, int]]) -> int:
    return int(seen[other[0]][other[1]] if isinstance(other, tuple) else other)


def _frozen(seen: Any) -> tuple[Any, ...]:
    return tuple(
        (name, tuple(fact[field] for field in FIELDS))
        for name, fact in sorted(seen.items())
        if name.startswith("c")
    )


def drawn(number: int) -> tuple[list[Rule], list[tuple[str, dict[str, int]]]]:
    """Some rules, and some facts."""
    draw = random.Random(number)
    values = draw.choice(VALUES)
    facts: list[tuple[str, dict[str, int]]] = []
    for _ in range(draw.randint(0, 9)):
        one = (draw.choice("AB"), {field: draw.choice(values) for field in FIELDS})
        if one not in facts:
            facts.append(one)
    rules = []
    for which in range(draw.randint(1, 4)):
        there_are, not_there = draw.randint(1, 3), draw.randint(0, 3)
        conditions = []
        for place in range(there_are + not_there):
            tests: dict[str, Any] = {}
            for field in draw.sample(FIELDS, draw.randint(0, 3)):
                sign = draw.choice(list(SIGNS))
                tests[field] = [(sign, draw.choice(values))]
                if place and draw.random() < 0.8:
                    earlier = draw.randrange(min(place, there_are))
                    tests[field].append((sign, f"c{earlier}.{draw.choice(FIELDS)}"))
                    if draw.random() < 0.8:
                        del tests[field][0]
            kind = draw.choice("AB")
            if place < there_are:
                conditions.append(there(f"c{place}", kind, **tests))
            else:
                conditions.append(nowhere(kind, **tests))

        def then(found: Any, match: Any, which: int = which) -> Any:
            found.add((which, _frozen(match)))
            return iter(())

        rules.append(Rule(1, tuple(conditions), then))
    draw.shuffle(facts)
    return rules, facts


def main(first: int, last: int) -> int:
    """Try some numbers."""
    for number in range(first, last):
        rules, facts = drawn(number)
        if by_loops(rules, facts) != by_engine(rules, facts):
            print(f"number {number}: {rules}\n{facts}")
            return 1
    print(f"{last - first} alike")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
