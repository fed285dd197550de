"""What the kernel leaves out, by the pure evaluator: whole units, or single customers of them."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pyarrow as pa

from retention_rules.evaluation.at_once import evaluate
from retention_rules.evaluation.batch.columns import Events
from retention_rules.evaluation.batch.people import People
from retention_rules.evaluation.batch.plan import Unit
from retention_rules.events import CUSTOMER_CHANGED
from retention_rules.findings import Finding
from retention_rules.rulebook import Rulebook


@attrs.define(eq=False)
class Question:
    """All that is asked beside the events: the arguments of `evaluate`."""

    rulebook: Rulebook
    as_of: Any
    arguments: dict[str, Any]


def findings(
    events: Events, rows: Any, people: People, units: list[Unit], flags: Any, asked: Question
) -> list[Finding]:
    """The findings of the units for the customers that are flagged for them.

    Args:
        events: All events.
        rows: Those that are known, whenever they happened.
        people: Whose they are.
        units: All units.
        flags: By customer and unit, whether to evaluate them here.
        asked: The question.
    """
    runs = [
        (some, customers, _rows(events, rows, some, customers, asked))
        for some, customers in _together(units, flags)
    ]
    if not runs:
        return []
    every = np.unique(np.concatenate([mine for _, _, mine in runs]))
    records = np.empty(len(every), object)
    records[:] = events.records(every)
    found: list[Finding] = []
    for some, customers, mine in runs:
        owner = {rule.id: unit.index for unit in some for rule in unit.rules}
        alone = {rule.id for unit in some for rule in unit.alone(asked.rulebook)}
        answer = evaluate(
            Rulebook(rule for rule in asked.rulebook if rule.id in alone),
            records[np.searchsorted(every, mine)].tolist(),
            as_of=asked.as_of,
            customers=people.of(np.flatnonzero(customers)),
            **asked.arguments,
        )
        code = {
            name: number
            for number, name in zip(
                np.flatnonzero(customers),
                people.names.take(pa.array(np.flatnonzero(customers))).to_pylist(),
                strict=True,
            )
        }
        found += [
            one
            for one in answer
            if one.rule in owner and flags[code[one.customer], owner[one.rule]]
        ]
    return found


def _together(units: list[Unit], flags: Any) -> list[tuple[list[Unit], Any]]:
    """The units to ask together, and of which customers: those of most customers at once."""
    most: list[Unit] = []
    rest: dict[bytes, list[Unit]] = {}
    customers = flags.any(axis=1).sum()
    for unit in units:
        mine = flags[:, unit.index]
        if 2 * mine.sum() > customers:
            most.append(unit)
        elif mine.any():
            rest.setdefault(np.packbits(mine).tobytes(), []).append(unit)
    groups = [most, *rest.values()] if most else [*rest.values()]
    return [(some, flags[:, [unit.index for unit in some]].any(axis=1)) for some in groups]


def _rows(events: Events, rows: Any, units: list[Unit], customers: Any, asked: Question) -> Any:
    """The rows that matter to some units and customers."""
    kinds = {CUSTOMER_CHANGED}.union(*(unit.kinds(asked.rulebook) for unit in units))
    wanted = np.array([kind in kinds for kind in events.kinds] + [False])
    amended = np.zeros(events.size, bool)
    amended[events.amending] = True
    mine = rows[customers[events.customer[rows]] & (wanted[events.kind[rows]] | amended[rows])]
    return _with_targets(events, rows, mine)


def _with_targets(events: Events, rows: Any, mine: Any) -> Any:
    """Amendments need their targets, of whatever kind they are."""
    amending = np.intersect1d(mine, events.amending)
    if not len(amending):
        return mine
    theirs = np.unique(events.customer[amending])
    return np.union1d(mine, rows[np.isin(events.customer[rows], theirs)])
