"""The twelve follow-ups of `columns` on durable-rules, in its own Python: nothing of NumPy here.

The engine finds each trigger with what pays it and what frees it, by a rule for each pair of kinds,
and the first of each is kept. Due instants are reckoned for it, and verdicts told from those two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bench.rete import SID, ask

DAY = 86_400_000_000
NONE = -(2**63)
FEW = 1_000
"""About so many events are asked about, of as many customers as have them."""


def owed(
    rules: Sequence[Sequence[Any]], rows: Iterable[Sequence[Any]], as_of: int
) -> list[list[int]]:
    """Rule, trigger, opens, due, status and end of each follow-up.

    Args:
        rules: The fields of `columns.Rule`.
        rows: Row, customer, instant, kind and case of events.
        as_of: The instant asked about.
    """
    read = {
        kind for _, trigger, pays, _, _, frees, _ in rules for kind in (*trigger, *pays, *frees)
    }
    early = {days for _, _, _, days, _, _, _ in rules}
    opening = {kind for _, trigger, *_ in rules for kind in trigger}
    by_customer: dict[int, list[dict[str, Any]]] = {}
    found = []
    for row, customer, at, kind, case in rows:
        if at > as_of or kind not in read:
            continue
        # Joining on `id` reads freed memory in the engine, hence `key`.
        fact = {"id": str(row), "key": row, "sid": SID, "kind": kind, "at": at, "case": case}
        if kind in opening:
            fact |= {f"day{days}": at + days * DAY for days in early}
        by_customer.setdefault(customer, []).append(fact)
    for facts in by_customer.values():
        first: dict[tuple[str, int, int], int] = {}
        ask(facts, _rules(rules, first))
        for number, (_, trigger, _, days, late, _, by_case) in enumerate(rules):
            for fact in facts:
                if fact["kind"] in trigger and (fact["case"] >= 0 or not by_case):
                    opens, due = fact["at"] + days * DAY, fact["at"] + late * DAY
                    ends = [first.get((what, number, fact["key"]), NONE) for what in _ENDS]
                    found.append(
                        [number, fact["key"], opens, due, *_verdict(opens, due, *ends, as_of)]
                    )
    return found


_ENDS = ("pays", "frees")


def _rules(
    rules: Sequence[Sequence[Any]], first: dict[tuple[str, int, int], int]
) -> dict[str, Any]:
    """A rule for each kind that triggers and each that ends; `first` is filled by them."""
    found: dict[str, Any] = {}

    def note(what: str, number: int) -> Callable[[Any], None]:
        def run(c: Any) -> None:
            key, at = (what, number, c._m["a"]["key"]), c._m["b"]["at"]
            first[key] = min(at, first.get(key, at))

        return run

    for number, (_, trigger, pays, days, _, frees, by_case) in enumerate(rules):
        for what, kinds, since in (("pays", pays, f"day{days}"), ("frees", frees, "at")):
            for one in trigger:
                for other in kinds:
                    opening: dict[str, Any] = {"kind": one}
                    joins: list[dict[str, Any]] = [{"$gte": {"at": {"a": since}}}]
                    if by_case:
                        opening = {"$and": [opening, {"$gte": {"case": 0}}]}
                        joins.append({"case": {"a": "case"}})
                    # When the last join is the false one the engine reads past its program.
                    ending = {"$and": [{"kind": other}, *joins, joins[0]]}
                    found[f"{number}.{what}.{one}.{other}"] = {
                        "all": [{"a": opening}, {"b": ending}],
                        "run": note(what, number),
                    }
    return found


def _verdict(opens: int, due: int, paid: int, freed: int, as_of: int) -> tuple[int, int]:
    """The status, as a number among `columns.STATUSES`, and the end."""
    if paid != NONE and (freed == NONE or freed >= paid):
        return (2 if paid <= due else 4), paid
    if freed != NONE:
        return (6 if freed <= due else 5), freed
    return (0 if opens > as_of else 1 if due >= as_of else 3), NONE
