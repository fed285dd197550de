"""Which rows count: what was recorded by then, once each; and what shares an instant, in order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retention_rules.evaluation.batch.columns import sorting
from retention_rules.evaluation.batch.columns.events import Events
from retention_rules.evaluation.batch.columns.hashing import identities
from retention_rules.findings import moment
from retention_rules.knowledge import content, resolve


def known_rows(events: Events, known_at: int | None) -> tuple[Any, Any]:
    """Which rows are known by an instant, and the customers that need all of theirs resolved.

    A row that repeats another is left out; amendments are left to the pure evaluator.

    Raises:
        ConflictingEvents: one identity, different content.
        UnknownTarget: an amendment of something that is not there.
        InvalidEvent: a correction that moves the customer, or corrects a retraction.
    """
    known = np.ones(events.size, bool)
    if known_at is not None and events.recorded is not None:
        known = events.recorded <= known_at
    again = _repeated(events, known)
    if again is not None:
        known[again] = False
    if not len(events.amending):
        return known, np.empty(0, np.int64)
    flagged = _amended(events, known_at)
    return known | np.isin(events.customer, flagged), flagged


def _repeated(events: Events, known: Any) -> Any:
    """The rows that repeat an earlier one, of those that are known; None if there are none."""
    codes = _identities(events)
    if codes is None:
        return None
    rows = np.flatnonzero(known)
    mine = codes[rows]
    ordered = np.sort(mine)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(again):
        return None
    double = np.flatnonzero(np.isin(mine, again))
    together: dict[tuple[str, str], list[tuple[int, Any]]] = {}
    some = rows[double]
    for row, record in zip(some, events.records(some), strict=True):
        together.setdefault(record.ref, []).append((int(row), record))
    differing = [
        ref for ref, found in together.items() if len({repr(content(r)) for _, r in found}) > 1
    ]
    if differing:
        resolve([record for _, record in together[min(differing)]])  # raises
    return np.array([row for found in together.values() for row, _ in found[1:]], np.int64)


def _identities(events: Events) -> Any:
    """A number for each identity, which others may share by chance; None if all surely differ."""
    ids = events.ids
    if pa.types.is_integer(ids.type) and events.sources is None:
        codes = ids.to_numpy()
        return None if len(codes) < 2 or bool((codes[1:] > codes[:-1]).all()) else codes
    return identities(ids, events.sources)


def _amended(events: Events, known_at: int | None) -> Any:
    """The customers that have amendments, once those have been checked."""
    flagged = np.unique(events.customer[events.amending])
    mine = np.flatnonzero(np.isin(events.customer, flagged))
    records = events.records(mine)
    targets = {record.amends for record in records if record.amends is not None}
    targets -= {record.ref for record in records}
    if targets:  # of other customers, or nowhere: to be refused with what is known of them
        ids = pc.is_in(
            events.ids.cast(pa.string()), value_set=pa.array(sorted({id for _, id in targets}))
        )
        others = np.setdiff1d(np.flatnonzero(ids.to_numpy(zero_copy_only=False)), mine)
        records += [one for one in events.records(others) if one.ref in targets]
    resolve(records, None if known_at is None else moment(known_at, "UTC"))
    return flagged


def order_ties(events: Any, start: Any, when: Any, row: Any) -> None:
    """Bring events that share an instant into their order, in place: rank, source, id."""
    place, number = sorting.tied(start, when)
    rows = row[place]
    if isinstance(events, Events):
        order = events.in_order(number, rows)
    else:
        ranks = events.orders(rows)
        order = sorted(range(len(rows)), key=lambda at: (number[at], ranks[at]))
    row[place] = rows[order]
