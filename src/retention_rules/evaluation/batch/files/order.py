"""The order of findings in a file: by the hash of the customer, then what tells them apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retention_rules.evaluation.batch.answer import FrameFindings
from retention_rules.evaluation.batch.columns.hashing import hashes
from retention_rules.evaluation.batch.columns.times import NONE

_TIED = ("trigger", "correlation", "part", "status", "ended_by")
_ROWS = 1 << 17


def in_order(found: FrameFindings, columns: Sequence[str]) -> Iterator[Any]:
    """All findings, some at a time, as Arrow tables.

    They are ordered by the hash of the customer, the customer, the rule and when they open; then
    by trigger, correlation and part.
    """
    table = found.table(*dict.fromkeys((*columns, *_TIED)))
    who, rule, opens = _keys(found)
    order = np.lexsort((opens, rule, who))
    same = np.zeros(len(order) + 1, bool)
    same[1:-1] = True
    for key in (who, rule, opens):
        same[1:-1] &= key[order[1:]] == key[order[:-1]]
    _settle(table, order, same)
    table = table.select(list(columns))
    for first in range(0, len(order), _ROWS):
        yield table.take(pa.array(order[first : first + _ROWS]))


def _keys(found: FrameFindings) -> tuple[Any, Any, Any]:
    """For each finding the rank of its customer, that of its rule, and when it opens."""
    alone = found.alone
    names = pa.array([one.customer for one in alone], pa.string())
    if found.parts:
        names = pa.concat_arrays([found.parts[0].people.names.cast(pa.string()), names])
    coded = names.dictionary_encode()
    rank = _ranks(coded.dictionary)[coded.indices.to_numpy()]
    known = len(names) - len(alone)
    rules = sorted({id for one in found.parts for id in one.rules} | {one.rule for one in alone})
    number = {id: place for place, id in enumerate(rules)}
    parts = [
        (
            rank[one.customer],
            np.array([number[id] for id in one.rules], np.int64)[one.race],
            one.opens,
        )
        for one in found.parts
        if one.size
    ]
    own = [NONE if one.opens is None else one.opens for one in alone]
    mine = np.array([number[one.rule] for one in alone], np.int64)
    parts.append((rank[known:], mine, np.array(own, np.int64)))
    who, rule, opens = (np.concatenate(column) for column in zip(*parts, strict=True))
    return who, rule, opens


def _ranks(names: Any) -> Any:
    """The rank of each of some names."""
    table = pa.table({"hash": hashes(names), "name": names})
    order = pc.sort_indices(table, [("hash", "ascending"), ("name", "ascending")]).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _settle(table: Any, order: Any, same: Any) -> None:
    """Bring findings of one customer and rule that open at once into their order, in place.

    Args:
        table: All findings.
        order: Their order so far.
        same: By place, whether it ties with the place before; one longer.
    """
    tied = np.flatnonzero(same[:-1] | same[1:])
    if not len(tied):
        return
    group = np.cumsum(~same[:-1])[tied]
    some = table.select(list(_TIED)).take(pa.array(order[tied])).to_pydict()
    told = [[value or "" for value in some[name]] for name in _TIED]
    keys = list(zip(group.tolist(), *told, strict=True))
    order[tied] = order[tied][sorted(range(len(keys)), key=keys.__getitem__)]
