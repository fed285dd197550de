"""What the kernel leaves out, by the pure evaluator: whole units, or single customers of them."""

from __future__ import annotations

import gc
from typing import Any

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retention_rules.errors import InvalidEvent
from retention_rules.evaluation.at_once import evaluate
from retention_rules.evaluation.batch.columns.events import Events
from retention_rules.evaluation.batch.columns.people import People
from retention_rules.evaluation.batch.units.plan import Unit
from retention_rules.events import CUSTOMER_CHANGED, Record
from retention_rules.findings import Finding, Findings
from retention_rules.rulebook import Rulebook


@attrs.define(eq=False)
class Question:
    """All that is asked beside the events: the arguments of `evaluate`."""

    rulebook: Rulebook
    as_of: Any
    arguments: dict[str, Any]


def findings(
    events: Events, known: Any, people: People, units: list[Unit], flags: Any, asked: Question
) -> list[Finding]:
    """The findings of the units for the customers that are flagged for them.

    Some customers are asked for at a time, since the objects that the pure evaluator needs take
    far more memory than columns. Its findings are kept without their origin, which holds them all.

    Args:
        events: All events.
        known: By row, whether it is known, whenever it happened.
        people: Whose they are.
        units: All units.
        flags: By customer and unit, whether to evaluate them here.
        asked: The question.
    """
    runs = [
        (_Run(events, some, asked.rulebook), customers)
        for some, customers in _together(units, flags)
    ]
    if not runs:
        return []
    asking = flags.any(axis=1)
    mine = np.flatnonzero(known & asking[events.customer])
    part = _parts(events.customer[mine], len(flags))
    of = part[events.customer[mine]]
    mine, of = mine[np.argsort(of, kind="stable")], np.sort(of)
    codes = np.flatnonzero(asking)
    found: list[Finding] = []
    for number in np.unique(part[codes]):
        begin, end = np.searchsorted(of, [number, number + 1])
        whose = codes[part[codes] == number]
        found += _of_part(events, mine[begin:end], people, runs, flags, whose, asked)
        if end - begin > _MANY:
            gc.collect()  # the evaluator's objects refer to each other
    return found


def about(
    events: Events, known: Any, people: People, asked: Question, customer: str | int
) -> Findings:
    """All that is found of one customer, from its records as objects.

    Raises:
        InvalidEvent: the frame has no events of this customer.
    """
    code = pc.index(people.names, str(customer)).as_py()
    if code < 0:
        raise InvalidEvent(f"the frame names no customer `{customer}`: give one that it names")
    rows = np.flatnonzero(known & (events.customer == code))
    return evaluate(
        asked.rulebook,
        events.records(rows),
        as_of=asked.as_of,
        customers=people.of(np.array([code])),
        **asked.arguments,
    )


def _of_part(
    events: Events,
    rows: Any,
    people: People,
    runs: list[tuple[_Run, Any]],
    flags: Any,
    codes: Any,
    asked: Question,
) -> list[Finding]:
    """The findings for some customers, whose rows these are."""
    taken = [
        (run, codes[customers[codes]], run.rows(events, rows[customers[events.customer[rows]]]))
        for run, customers in runs
    ]
    every = np.unique(np.concatenate([some for _, _, some in taken]))
    records = np.empty(len(every), object)
    records[:] = events.records(every)
    found: list[Finding] = []
    for run, whose, some in taken:
        if len(whose):
            given = records[np.searchsorted(every, some)].tolist()
            found += run.findings(given, whose, people, flags, asked)
    return found


_AT_ONCE = 25_000
"""About so many events are objects at once."""
_MANY = 5_000
"""So many are cleared away at once; fewer are not worth the time that it takes."""


def _parts(customer: Any, customers: int) -> Any:
    """By customer, in which part it is asked for; a part has about so many rows, and not less."""
    before = np.cumsum(np.bincount(customer, minlength=customers))
    return before // _AT_ONCE


class _Run:
    """Units that are asked for together."""

    def __init__(self, events: Events, units: list[Unit], rulebook: Rulebook) -> None:
        kinds = {CUSTOMER_CHANGED}.union(*(unit.kinds(rulebook) for unit in units))
        self._wanted = events.among(kinds)
        self._owner = {rule.id: unit.index for unit in units for rule in unit.rules}
        alone = {rule.id for unit in units for rule in unit.alone(rulebook)}
        self._book = Rulebook(rule for rule in rulebook if rule.id in alone)

    def rows(self, events: Events, rows: Any) -> Any:
        """Those rows that matter to the units."""
        wanted = self._wanted[events.kind[rows]]
        if not len(events.amending):
            return rows[wanted]
        mine = rows[wanted | np.isin(rows, events.amending)]
        return _with_targets(events, rows, mine)

    def findings(
        self, records: list[Record], codes: Any, people: People, flags: Any, asked: Question
    ) -> list[Finding]:
        """Those of some customers that are flagged for them."""
        names = people.names.take(pa.array(codes)).to_pylist()
        flagged = dict(zip(names, flags[codes], strict=True))
        answer = evaluate(
            self._book, records, as_of=asked.as_of, customers=people.of(codes), **asked.arguments
        )
        owner = self._owner
        return [
            attrs.evolve(one, origin=None)
            for one in answer
            if one.rule in owner and flagged[one.customer][owner[one.rule]]
        ]


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


def _with_targets(events: Events, rows: Any, mine: Any) -> Any:
    """Amendments need their targets, of whatever kind they are."""
    amending = np.intersect1d(mine, events.amending)
    if not len(amending):
        return mine
    theirs = np.unique(events.customer[amending])
    return np.union1d(mine, rows[np.isin(events.customer[rows], theirs)])
