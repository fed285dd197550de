"""Events with what derives from them: entries into stages and exits from them, as rows beside."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from retention_rules.evaluation.batch import sorting
from retention_rules.evaluation.batch.columns import Events
from retention_rules.evaluation.batch.histories import Ordered
from retention_rules.evaluation.batch.known import order_ties
from retention_rules.evaluation.batch.sorting import CHUNKS
from retention_rules.evaluation.batch.stages import Stays
from retention_rules.evaluation.happenings import DERIVED, FIRST
from retention_rules.events import RESERVED


class Stream:
    """Some events and what derives from them, row after row.

    It has what the kernel's lanes and findings ask of `Events`.

    Attributes:
        size: How many events there are; what derives comes after them.
        at: The instant of each row; `customer` whose it is, `cls` its class; `late` the last
            instant of each, None if none differs from the first.
        root: The record behind each row, or a number of its own for what time itself brought.
    """

    def __init__(
        self, events: Events, ordered: Ordered, stays: list[Stays], of: Any, classes: dict[str, int]
    ) -> None:
        self.events = events
        self.fields = events.fields
        self.size = events.size
        parts: list[Any] = []
        for found in stays:
            parts += _derived(found, ordered.row, classes, 2 * sum(len(part[0]) for part in parts))
        customer, at, cls, opener, root, rank, cause, plus, prefix, prefixes = _joined(parts)
        heard = cls >= 0
        self.customer = np.concatenate([events.customer, customer[heard].astype(np.int32)])
        self.at = np.concatenate([events.at, at[heard]])
        self.late: Any = None
        if events.late is not None:
            own = np.where(plus[heard] > 0, at[heard], events.late[cause[heard]])
            self.late = np.concatenate([events.late, own])
        self.cls = np.concatenate([of, cls[heard].astype(np.int32)])
        self.root = np.concatenate([np.arange(events.size), root[heard]])
        self._opener = opener[heard]
        self._rank = rank[heard]
        self._cause, self._plus = cause[heard], plus[heard]
        self._prefix, self._prefixes = prefix[heard], prefixes

    def ordered(self, rows: Any, customers: int) -> Ordered:
        """Some events, and all that derives, in the order of their customers."""
        kept = np.zeros(len(self.at), bool)
        kept[rows] = True
        kept[self.size :] = True
        start = sorting.starts_of(self.customer, kept, customers)
        row, at = sorting.scatter(self.customer, kept, self.at, start)
        if sorting.sort_each(start, at, row, CHUNKS).sum():
            order_ties(self, start, at, row)
        return Ordered(start, row, at)

    def data_rows(self, rows: Any) -> Any:
        """The rows whose fields some rows carry: those of the event that opened the run."""
        derived = rows >= self.size
        found = rows.copy()
        found[derived] = self._opener[rows[derived] - self.size]
        return found

    def named(self, rows: Any) -> Any:
        """The names of some rows, as findings tell them; null for row -1."""
        derived = rows >= self.size
        if not derived.any():
            return self.events.named(rows)
        names = self.events.named(np.where(derived, -1, rows)).to_pylist()
        places = np.flatnonzero(derived)
        for place, name in zip(places, self._names(rows[places]), strict=True):
            names[place] = name
        return pa.array(names, pa.string())

    def _names(self, rows: Any) -> list[str]:
        own = rows - self.size
        causes = self.events.named(self._cause[own]).to_pylist()
        return [
            f"{self._prefixes[prefix]}@{cause}{'+' * int(plus)}"
            for prefix, cause, plus in zip(self._prefix[own], causes, self._plus[own], strict=True)
        ]

    def orders(self, rows: Any) -> list[tuple[Any, ...]]:
        """What decides between some rows that share an instant: rank, source and id."""
        derived = rows >= self.size
        found: list[Any] = [None] * len(rows)
        places = np.flatnonzero(~derived)
        for place, order in zip(places, self.events.orders(rows[places]), strict=True):
            found[place] = order
        places = np.flatnonzero(derived)
        for place, name in zip(places, self._names(rows[places]), strict=True):
            found[place] = (int(self._rank[rows[place] - self.size]), "", name)
        return found


def _derived(found: Stays, row: Any, classes: dict[str, int], roots: int) -> list[Any]:
    """The entries that stays are, and the exits that end those before them."""
    life = found.life
    names = [one.name for one in life.stages]
    timed = found.plus > 0
    before = found.before
    left = np.flatnonzero(before >= 0)
    cause = row[found.cause]
    # What time itself brought has a root of its own, which entry and exit share.
    root = np.where(timed, -1 - roots - np.arange(len(timed)), cause)
    parts = []
    for what, mark, some, of in (
        ("entered", "", np.arange(len(timed)), np.arange(len(timed))),
        ("left", "-", left, before[left]),
    ):
        kinds = np.array(
            [classes.get(f"{RESERVED}{what}:{life.id}:{name}", -1) for name in names], np.int64
        )
        here = found.stage[of]
        prefixes = [f"{life.id}:{mark}{name}" for name in names]
        parts.append(
            (
                found.customer[some],
                found.first[some],
                kinds[here],
                row[found.opener[of]],
                root[some],
                np.where(timed[some], FIRST, DERIVED),
                cause[some],
                found.plus[some],
                here,
                prefixes,
            )
        )
    return parts


def _joined(parts: list[Any]) -> tuple[Any, ...]:
    """The columns of all parts, with the prefixes of their names listed together."""
    prefixes: list[str] = []
    columns: list[list[Any]] = [[] for _ in range(9)]
    for part in parts:
        *own, names = part
        own[8] = own[8] + len(prefixes)
        prefixes += names
        for column, values in zip(columns, own, strict=True):
            column.append(values)
    joined = [np.concatenate(column) for column in columns]
    return (*joined, prefixes)
