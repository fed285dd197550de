"""What the kernel leaves out, by the pure evaluator: whole units, or single customers of them."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

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
    found: list[Finding] = []
    # Units that are asked of the same customers are asked together.
    together: dict[bytes, list[Unit]] = {}
    for unit in units:
        mine = flags[:, unit.index]
        if mine.any():
            together.setdefault(np.packbits(mine).tobytes(), []).append(unit)
    for some in together.values():
        ids = {rule.id for unit in some for rule in unit.rules}
        alone = {rule.id for unit in some for rule in unit.alone(asked.rulebook)}
        book = Rulebook(rule for rule in asked.rulebook if rule.id in alone)
        kinds = {CUSTOMER_CHANGED}.union(*(unit.kinds(asked.rulebook) for unit in some))
        wanted = np.array([kind in kinds for kind in events.kinds] + [False])
        customers = flags[:, some[0].index]
        amended = np.zeros(events.size, bool)
        amended[events.amending] = True
        mine = rows[customers[events.customer[rows]] & (wanted[events.kind[rows]] | amended[rows])]
        mine = _with_targets(events, rows, mine, customers)
        answer = evaluate(
            book,
            events.records(mine),
            as_of=asked.as_of,
            customers=people.of(np.flatnonzero(customers)),
            **asked.arguments,
        )
        found += [one for one in answer if one.rule in ids]
    return found


def _with_targets(events: Events, rows: Any, mine: Any, customers: Any) -> Any:
    """Amendments need their targets, of whatever kind they are."""
    amending = np.intersect1d(mine, events.amending)
    if not len(amending):
        return mine
    theirs = np.unique(events.customer[amending])
    return np.union1d(mine, rows[np.isin(events.customer[rows], theirs)])
