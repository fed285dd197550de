"""Tallies: how many obligations there are of each kind, counted without building one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from retention_rules import findings
from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.shapes.owed import ALL_STATUSES, Owed
from retention_rules.findings import Finding, Tally

_DENSE = 1 << 22


def tally(
    owed: Iterable[Owed], apart: Iterable[Finding], columns: Sequence[str]
) -> Iterator[Tally]:
    """Count obligations by columns and status; a group may come more than once.

    Args:
        owed: What the kernel found.
        apart: What the pure evaluator found.
        columns: As for `retention_rules.findings.tally`.
    """
    for one in owed:
        if one.nature == "obligation" and one.size:
            yield from _counted(one, columns)
    yield from findings.tally(apart, columns)


def _counted(one: Owed, columns: Sequence[str]) -> Iterator[Tally]:
    """Codes of all columns make one number; the numbers are counted, and taken apart again."""
    coded = [_codes(one, name) for name in columns]
    joint, size = one.status.astype(np.int64), len(ALL_STATUSES)
    for codes, options in coded:
        joint, size = joint * len(options) + codes, size * len(options)
    if size <= _DENSE:
        counts = np.bincount(joint, minlength=1)
        numbers = np.flatnonzero(counts)
        counts = counts[numbers]
    else:
        numbers, counts = np.unique(joint, return_counts=True)
    parts: list[list[Any]] = []
    for _, options in reversed(coded):
        numbers, codes = np.divmod(numbers, len(options))
        parts.append([options[code] for code in codes.tolist()])
    groups = zip(*reversed(parts), strict=True) if parts else ((),) * len(numbers)
    for group, status, count in zip(groups, numbers.tolist(), counts.tolist(), strict=True):
        yield tuple(group), ALL_STATUSES[status], count


def _codes(one: Owed, name: str) -> tuple[Any, list[Any]]:
    """A code for each obligation, and what codes stand for."""
    if name == "rule":
        return one.race, one.rules
    if name == "due_on":
        return _dates(one)
    column = one.column(name)
    if not isinstance(column, pa.DictionaryArray):
        column = column.dictionary_encode()
    return column.indices.to_numpy(), column.dictionary.to_pylist()


def _dates(one: Owed) -> tuple[Any, list[Any]]:
    """Few instants are due, at most a few a day: each is placed in its zone once."""
    tables = one.people.tables
    encoded = pa.array(one.due).dictionary_encode()
    instants = encoded.dictionary.to_numpy()
    zone = one.people.table[one.customer].astype(np.int64)
    pair = zone * len(instants) + encoded.indices.to_numpy()
    pairs = pa.array(pair).dictionary_encode()
    options: dict[date | None, int] = {}
    lut = np.empty(len(pairs.dictionary), np.int64)
    for place, number in enumerate(pairs.dictionary.to_pylist()):
        table, instant = tables[number // len(instants)], int(instants[number % len(instants)])
        on = None if instant == NONE else date.fromordinal(table.day(instant))
        lut[place] = options.setdefault(on, len(options))
    return lut[pairs.indices.to_numpy()], list(options)
