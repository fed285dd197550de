"""Events with what derives from them: stages entered and left, conclusions drawn and withdrawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from retention_rules.evaluation.batch.columns import sorting
from retention_rules.evaluation.batch.columns.events import Events
from retention_rules.evaluation.batch.columns.fields import Field
from retention_rules.evaluation.batch.columns.known import order_ties
from retention_rules.evaluation.batch.columns.sorting import CHUNKS
from retention_rules.evaluation.batch.shapes.stages import Stays
from retention_rules.evaluation.batch.units.histories import Ordered
from retention_rules.evaluation.happenings import DERIVED, DRAWN, FIRST, Happening
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
        self,
        events: Events,
        ordered: Ordered,
        stays: list[Stays],
        moments: list[tuple[int, Happening]],
        of: Any,
        classes: dict[str, int],
    ) -> None:
        self.events = events
        self.size = events.size
        parts: list[Any] = []
        for found in stays:
            parts += _derived(found, ordered.row, classes, 2 * sum(len(part[0]) for part in parts))
        roots = 2 * sum(len(part[0]) for part in parts)
        customer, at, cls, opener, root, rank, cause, plus, prefix, prefixes = _joined(parts)
        heard = cls >= 0
        self._opener = opener[heard]
        self._rank = rank[heard]
        self._cause, self._plus = cause[heard], plus[heard]
        self._prefix, self._prefixes = prefix[heard], prefixes
        self._drawn = [one for one in moments if one[1].kind in classes]
        mine = _columns(self._drawn, classes, roots, of.dtype)
        given = (events.customer, events.at, of, np.arange(events.size))
        moved = (
            customer[heard].astype(np.int32),
            at[heard],
            cls[heard].astype(of.dtype),
            root[heard],
        )
        self.customer, self.at, self.cls, self.root = (
            np.concatenate(three) for three in zip(given, moved, mine, strict=True)
        )
        self.late: Any = None
        if events.late is not None:
            last = np.where(plus[heard] > 0, at[heard], events.late[cause[heard]])
            self.late = np.concatenate([events.late, last, mine[1]])
        self.fields: dict[str, Any] = dict(events.fields)
        if self._drawn:
            first = events.size + len(self._opener)
            told = [one.data for _, one in self._drawn]
            self.fields = {
                name: Beside(field, first, [one.get(name) for one in told])
                for name, field in events.fields.items()
            }

    def ordered(self, kept: Any, customers: int) -> Ordered:
        """Some events, and all that derives, in the order of their customers."""
        kept = np.concatenate([kept, np.ones(len(self.at) - self.size, bool)])
        start, row, at = sorting.parted(self.customer, kept, self.at, customers)
        if sorting.sort_each(start, at, row, CHUNKS).sum():
            order_ties(self, start, at, row)
        return Ordered(start, row, at)

    def data_rows(self, rows: Any) -> Any:
        """The rows whose fields some rows carry: of a stage, those of what opened the run."""
        derived = (rows >= self.size) & (rows < self.size + len(self._opener))
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
        stages = own < len(self._opener)
        mine = own[stages]
        causes = self.events.named(self._cause[mine]).to_pylist()
        found = np.empty(len(rows), object)
        found[stages] = [
            f"{self._prefixes[prefix]}@{cause}{'+' * int(plus)}"
            for prefix, cause, plus in zip(
                self._prefix[mine], causes, self._plus[mine], strict=True
            )
        ]
        drawn = own[~stages] - len(self._opener)
        found[~stages] = [self._drawn[place][1].name for place in drawn]
        names: list[str] = found.tolist()
        return names

    def orders(self, rows: Any) -> list[tuple[Any, ...]]:
        """What decides between some rows that share an instant: rank, source and id."""
        derived = rows >= self.size
        found: list[Any] = [None] * len(rows)
        places = np.flatnonzero(~derived)
        for place, order in zip(places, self.events.orders(rows[places]), strict=True):
            found[place] = order
        places = np.flatnonzero(derived)
        for place, name in zip(places, self._names(rows[places]), strict=True):
            own = rows[place] - self.size
            rank = int(self._rank[own]) if own < len(self._opener) else DRAWN
            found[place] = (rank, "", name)
        return found


class Beside(Field):
    """A field of events that conclusions, as rows after theirs, bear too."""

    def __init__(self, field: Field, first: int, values: list[str | None]) -> None:
        self.field = field
        self.name = field.name
        self.first = first
        self.own = np.array([*values, None], object)

    @property
    def named(self) -> bool:
        """Never: two columns are to be looked into."""
        return False

    @property
    def numeric(self) -> bool:
        """Never: the values of cases are text."""
        return False

    def coded(self, rows: Any) -> tuple[Any, list[Any]]:
        """For some rows a code each, -1 for null, and what the codes stand for."""
        drawn = rows >= self.first
        codes = np.full(len(rows), -1, np.int32)
        codes[~drawn], options = self.field.coded(rows[~drawn])
        values = self.own[rows[drawn] - self.first].tolist()
        given = dict.fromkeys(value for value in values if value is not None)
        known = {value: len(options) + place for place, value in enumerate(given)}
        codes[drawn] = [-1 if value is None else known[value] for value in values]
        return codes, [*options, *known]

    def values(self, rows: Any) -> list[Any]:
        """The values of some rows, None where there is none."""
        codes, options = self.coded(rows)
        options = [*options, None]
        return [options[code] for code in codes]


def _columns(
    moments: list[tuple[int, Happening]], classes: dict[str, int], roots: int, kind: Any
) -> tuple[Any, ...]:
    """Customer, instant, class and root of some moments; what time brought has roots of its own."""
    customer = np.array([who for who, _ in moments], np.int32)
    at = np.array([one.first for _, one in moments], np.int64)
    cls = np.array([classes[one.kind] for _, one in moments], kind)
    of: dict[Any, int] = {}
    root: list[int] = []
    for who, one in moments:
        brought: Any = one.root  # the row of a record, or the name of what time itself brought
        if isinstance(brought, str):
            brought = of.setdefault((who, brought), -1 - roots - len(of))
        root.append(brought)
    return customer, at, cls, np.array(root, np.int64)


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
    columns: list[list[Any]] = [[np.empty(0, np.int64)] for _ in range(9)]
    for part in parts:
        *own, names = part
        own[8] = own[8] + len(prefixes)
        prefixes += names
        for column, values in zip(columns, own, strict=True):
            column.append(values)
    joined = [np.concatenate(column) for column in columns]
    return (*joined, prefixes)
