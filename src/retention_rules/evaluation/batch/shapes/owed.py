"""Obligations as the kernel leaves them, and the columns of findings that are made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retention_rules.evaluation.batch.columns.events import Events, escaped_texts
from retention_rules.evaluation.batch.columns.people import People
from retention_rules.evaluation.batch.columns.sorting import CHUNKS, picked
from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.kernels.acts import (
    BREACHED,
    DOUBTFUL,
    OPEN,
    STATUSES,
    UPCOMING,
    VIOLATED,
)
from retention_rules.evaluation.batch.shapes.placing import REASONS
from retention_rules.findings import Nature, escaped

INDETERMINATE = len(STATUSES)
ALL_STATUSES = (*STATUSES, "indeterminate", "current", "left")


@attrs.define(eq=False)
class Owed:
    """Obligations, column by column; rows are those of the events, codes those of customers.

    Attributes:
        row: The rows of the events in the order of the kernel, `at` their instants; `place` that of
            each trigger there, `ended_place` that of what ended each, -1 for none.
        change: When each changes next; empty where that follows from its status.
        parts: By rule, the part that its findings are of.
        keys: The fields that tie a case; `values` the text of each for every code in `case`.
        leaning: The status that the kernel found; a bad window makes the status indeterminate.
        when: When each ended, where that need not be the instant of what ended it, as its day only
            is known; empty if all have an instant.
    """

    events: Events
    people: People
    rules: list[str]
    race: Any
    customer: Any
    row: Any
    at: Any
    place: Any
    leaning: Any
    opens: Any
    due: Any
    expires: Any
    target: Any
    reason: Any
    ended_place: Any
    change: Any
    nature: Nature = "obligation"
    keys: tuple[str, ...] = ()
    values: Sequence[tuple[str, ...]] = ()
    case: Any = None
    parts: list[str | None] = attrs.Factory(list)
    when: Any = attrs.Factory(lambda: np.empty(0, np.int64))

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.race)

    @property
    def trigger(self) -> Any:
        """The row of the event behind each."""
        return picked(self.row, self.place, -1, CHUNKS)

    @property
    def ended_row(self) -> Any:
        """The row of the event that ended each; -1 for none."""
        return picked(self.row, self.ended_place, -1, CHUNKS)

    @property
    def status(self) -> Any:
        """The status of each, as a number among `ALL_STATUSES`."""
        if not self.reason.any():
            return self.leaning
        return np.where(self.reason != 0, np.int8(INDETERMINATE), self.leaning)

    def where(self, mask: Any) -> Owed:
        """Some of them."""
        return self.those(np.flatnonzero(mask))

    def those(self, some: Any) -> Owed:
        """Those with some numbers, in that order."""
        cut = {
            name: getattr(self, name).take(some)
            for name in (
                "race",
                "customer",
                "place",
                "leaning",
                "opens",
                "due",
                "expires",
                "target",
                "reason",
                "ended_place",
            )
        }
        if len(self.change):
            cut["change"] = self.change.take(some)
        if len(self.when):
            cut["when"] = self.when.take(some)
        return attrs.evolve(self, case=None if self.case is None else self.case.take(some), **cut)

    # ---- columns -----------------------------------------------------------------------------

    def column(self, name: str) -> Any:
        """A column of findings, as an Arrow array."""
        return getattr(self, f"_{name}")()

    def _rule(self) -> Any:
        return _chosen(self.race, self.rules)

    def _nature(self) -> Any:
        return _chosen(np.zeros(self.size, np.int32), [self.nature])

    def _customer(self) -> Any:
        return pa.DictionaryArray.from_arrays(pa.array(self.customer), self.people.names)

    def _status(self) -> Any:
        return _chosen(self.status, ALL_STATUSES)

    def _leaning(self) -> Any:
        leans = (self.reason != 0) & (self.leaning != VIOLATED)
        return _chosen(np.where(leans, self.leaning, -1), ALL_STATUSES)

    def _reason(self) -> Any:
        return _chosen(np.where(self.reason != 0, self.reason, -1), [r or "" for r in REASONS])

    def _reasons(self) -> Any:
        return pa.nulls(self.size, pa.string())  # only conclusions have some

    def _zone(self) -> Any:
        return _chosen(self.people.table[self.customer], [one.zone for one in self.people.tables])

    def _trigger(self) -> Any:
        return self.events.named(self.trigger)

    def _ended_by(self) -> Any:
        return self.events.named(np.where(self.reason != 0, -1, self.ended_row))

    def _opens_at(self) -> Any:
        return instants(self.opens)

    def _due_at(self) -> Any:
        return instants(self.due)

    def _expires_at(self) -> Any:
        return instants(self.expires)

    def _target_at(self) -> Any:
        return instants(self.target)

    def _ended_at(self) -> Any:
        return instants(self.ended)

    @property
    def ended(self) -> Any:
        """When each ended; `NONE` if it did not, or nobody can tell."""
        found = picked(self.at, self.ended_place, NONE, CHUNKS)
        if len(self.when):
            found = np.where(self.ended_place < 0, NONE, self.when)
        return np.where(self.reason == 0, found, NONE) if self.reason.any() else found

    @property
    def next_change(self) -> Any:
        """When each changes if nothing more happens."""
        later = self.change
        if not len(later):
            later = np.where(self.leaning == UPCOMING, self.opens, NONE)
            later = np.where(self.leaning == OPEN, self.due + 1, later)
            expiring = (self.leaning == BREACHED) & (self.expires != NONE)
            later = np.where(expiring, self.expires + 1, later)
        return np.where((self.reason != 0) & (self.reason != DOUBTFUL), NONE, later)

    def _next_change_at(self) -> Any:
        return instants(self.next_change)

    def _paused_since_at(self) -> Any:
        return pa.nulls(self.size, pa.timestamp("us", "UTC"))

    def _part(self) -> Any:
        if not any(self.parts):
            return pa.nulls(self.size, pa.string())
        return pa.array(self.parts, pa.string()).take(pa.array(self.race))

    def _correlation(self) -> Any:
        if self.case is None:
            return pa.nulls(self.size, pa.string())
        return _chosen(self.case, ["/".join(map(escaped, one)) for one in self.values])

    def _key(self) -> Any:
        rules = _chosen(self.race, [escaped(rule) for rule in self.rules])
        parts = [rules.cast(pa.string()), escaped_texts(self._customer().cast(pa.string()))]
        if self.case is not None:
            parts.append(self._correlation().cast(pa.string()))
        key = pc.binary_join_element_wise(*parts, self._trigger(), "/")
        if not any(self.parts):
            return key
        part = self._part()
        if self.nature == "violation":
            part = escaped_texts(part)
        with_part = pc.binary_join_element_wise(key, part, "/")
        return pc.if_else(pc.is_null(part), key, with_part)


def instants(values: Any) -> Any:
    """Microseconds as Arrow's instants, null for `NONE`."""
    return pa.array(values, mask=values == NONE).cast(pa.timestamp("us", "UTC"))


def _chosen(codes: Any, options: Any) -> Any:
    """Codes as text, null for -1."""
    codes = np.asarray(codes, np.int32)
    given = pa.array(codes, mask=codes < 0)
    return pa.DictionaryArray.from_arrays(given, pa.array(options, pa.string()))
