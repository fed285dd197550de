"""Cases: what ties events to each other within a customer, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from retention_rules.evaluation.batch.columns.fields import Singles


def cases(events: Any, keys: tuple[str, ...], rows: Any) -> tuple[Any, Sequence[tuple[str, ...]]]:
    """A code for the correlation values of each row, -1 where one is missing, and their text."""
    code = np.zeros(len(rows), np.int64)
    values: list[tuple[str, ...]] = [()]
    for name in keys:
        field = events.fields.get(name)
        if field is None:
            return np.full(len(rows), -1, np.int64), []
        if len(keys) == 1 and field.named:
            found: tuple[Any, Singles] = field.texts(events.data_rows(rows))
            return found
        own, options = field.coded(events.data_rows(rows))
        texts: dict[str, int] = {}
        lut = np.full(len(options) + 1, -1, np.int64)
        for place, option in enumerate(options):
            if isinstance(option, str):
                lut[place] = texts.setdefault(option, len(texts))
            elif isinstance(option, int) and not isinstance(option, bool):
                lut[place] = texts.setdefault(str(option), len(texts))
        own = lut[own]
        width = max(1, len(texts))
        code = np.where((own < 0) | (code < 0), -1, code * width + own)
        if len(keys) == 1:
            return code, [(text,) for text in texts]
        kept = np.unique(code[code >= 0])
        known = list(texts)
        values = [(*values[one // width], known[one % width]) for one in kept]
        code = np.where(code < 0, -1, np.searchsorted(kept, code))
    return code, values
