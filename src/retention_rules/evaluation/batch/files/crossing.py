"""What ties customers to each other: one identity at two of them, or an amendment of another's.

Both are errors, and a bucket of customers alone cannot see them. So the hash of each identity is
kept, beside that of the customer, and parted by itself; what looks wrong there is looked up.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from retention_rules.evaluation.batch.columns.events import Events
from retention_rules.evaluation.batch.columns.hashing import hashes, identities
from retention_rules.evaluation.batch.columns.known import known_rows
from retention_rules.evaluation.batch.files.buckets import Buckets

_KNOWN, _LATER, _TARGET = range(3)
_MOST = 10_000
"""So many identities are looked up at once, to name the first."""


class Crossing:
    """The identities of all rows, and those that they amend."""

    def __init__(self, folder: Path, buckets: int, known_at: int | None) -> None:
        self._refs = Buckets(folder, "refs", buckets)
        self._known_at = known_at

    def add(self, events: Events, customer: Any) -> None:
        """Remember some rows, whose customers have these hashes."""
        role = np.full(events.size, _KNOWN, np.uint8)
        if self._known_at is not None and events.recorded is not None:
            role[events.recorded > self._known_at] = _LATER
        self._add(identities(events.ids, events.sources), customer, role)
        if len(events.amending):
            targets = [one.amends or ("", "") for one in events.records(events.amending)]
            sources, ids = zip(*targets, strict=True)
            refs = identities(pa.array(ids, pa.string()), pa.array(sources, pa.string()))
            role = np.full(len(refs), _TARGET, np.uint8)
            self._add(refs, customer[events.amending], role)

    def _add(self, refs: Any, customer: Any, role: Any) -> None:
        table = pa.table({"ref": refs, "customer": customer, "role": role})
        self._refs.add(table, refs)

    def check(self, rows: Buckets) -> None:
        """Refuse rows of different customers that claim one identity or amend each other.

        Args:
            rows: The rows themselves, by customer.

        Raises:
            ConflictingEvents: one identity, different customers.
            InvalidEvent: an amendment of another customer's record.
        """
        double: list[Any] = []
        foreign: list[Any] = []
        owners: list[Any] = []
        for bucket in range(len(self._refs)):
            table = self._refs.read(bucket)
            if table is None or not table.num_rows:
                continue
            ref, customer, role = (table.column(name).to_numpy() for name in table.column_names)
            self._refs.drop(bucket)
            double.append(_shared(ref, customer, role == _KNOWN))
            refs, whose = _elsewhere(ref, customer, role == _TARGET)
            foreign.append(refs)
            owners.append(whose)
        refs = _some(double), _some(foreign)
        if len(refs[0]) or len(refs[1]):
            self._refuse(rows, np.concatenate(refs), _some(owners))

    def _refuse(self, rows: Buckets, refs: Any, owners: Any) -> None:
        """Refuse what these identities, and all events of these customers, do wrong together."""
        found = []
        for bucket in range(len(rows)):
            table = rows.read(bucket)
            if table is None or not table.num_rows:
                continue
            events = Events(table, None)
            mine = np.isin(identities(events.ids, events.sources), refs)
            mine |= np.isin(hashes(table.column("customer")), owners)
            found.append(table.filter(pa.array(mine)))
        known_rows(Events(pa.concat_tables(found), None), self._known_at)


def _some(parts: list[Any]) -> Any:
    return np.concatenate([np.empty(0, np.uint64), *parts])[:_MOST]


def _shared(ref: Any, customer: Any, known: Any) -> Any:
    """The identities that more than one customer has."""
    order = np.lexsort((customer[known], ref[known]))
    ref, customer = ref[known][order], customer[known][order]
    return ref[1:][(ref[1:] == ref[:-1]) & (customer[1:] != customer[:-1])]


def _elsewhere(ref: Any, customer: Any, target: Any) -> tuple[Any, Any]:
    """The identities that are amended but only other customers have, and who amends them."""
    if not target.any():
        return ref[:0], ref[:0]
    there = ~target & np.isin(ref, ref[target])
    own = set(zip(ref[there].tolist(), customer[there].tolist(), strict=True))
    somewhere = {one for one, _ in own}
    lost = [
        (one, who)
        for one, who in zip(ref[target].tolist(), customer[target].tolist(), strict=True)
        if one in somewhere and (one, who) not in own
    ]
    found = np.array(lost, np.uint64).reshape(len(lost), 2)
    return found[:, 0], found[:, 1]
