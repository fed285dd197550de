"""A number for each text, the same in every process: what rows are parted and ordered by."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retention_rules.evaluation.batch.kernels.jit import compiled

_BASIS, _PRIME = 0xCBF29CE484222325, 0x100000001B3
_MIX = 0xFF51AFD7ED558CCD
_STEP = np.uint64(0x9E3779B97F4A7C15)


def hashes(column: Any) -> Any:
    """64 bits for each value of a column of names (FNV-1a, mixed); those of null are 0.

    Whole numbers count as the text of them, and dictionaries as what they stand for.
    """
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_dictionary(whole.type):
        own = np.append(hashes(whole.dictionary), np.uint64(0))
        codes = whole.indices.cast(pa.int64()).fill_null(-1)
        return own[codes.to_numpy(zero_copy_only=False)]
    texts = whole.cast(pa.large_binary() if _is_text(whole.type) else pa.string()).cast(
        pa.large_binary()
    )
    _, offsets, letters = texts.buffers()
    if not len(texts):
        return np.empty(0, np.uint64)
    place = np.frombuffer(offsets, np.int64, len(texts) + 1, 8 * texts.offset)
    found = _hashed(place, np.frombuffer(letters or b"", np.uint8))
    if texts.null_count:
        found[texts.is_null().to_numpy(zero_copy_only=False)] = 0
    return found


def identities(ids: Any, sources: Any) -> Any:
    """A hash for each row of its source, if it has one, and its id."""
    own = hashes(ids)
    if sources is None:
        return own
    named = sources.cast(pa.string())
    return own ^ (hashes(pc.if_else(pc.equal(named, ""), None, named)) * _STEP)


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


@compiled
def _hashed(place: Any, letters: Any) -> Any:
    found = np.empty(len(place) - 1, np.uint64)
    for one in range(len(found)):
        value = np.uint64(_BASIS)
        for at in range(place[one], place[one + 1]):
            value = (value ^ np.uint64(letters[at])) * np.uint64(_PRIME)
        value = (value ^ (value >> np.uint64(33))) * np.uint64(_MIX)
        found[one] = value ^ (value >> np.uint64(33))
    return found
