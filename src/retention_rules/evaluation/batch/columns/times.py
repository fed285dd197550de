"""Columns of times: instants in microseconds, days, and text of either.

Finer units than microseconds are cut off, as the library knows none. Times without a zone are
wall-clock times in the zone given for all, if one is: in a gap forward by its length, in a fold the
first, as everywhere.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retention_rules.calendars import Calendar, day_table, instant
from retention_rules.errors import InvalidEvent, RetentionRulesError
from retention_rules.evaluation.batch.columns.frames import is_text, refuse
from retention_rules.events import _moment

NONE = -(2**63)
"""Stands for no instant, and no day."""
_PER_UNIT = {"s": 1_000_000, "ms": 1_000, "us": 1}
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def instants(column: Any, name: str, zone: str | None) -> Any:
    """A column of instants as microseconds since 1970; `NONE` where it is null.

    Raises:
        InvalidEvent: it holds no times, or naive ones although no zone is given.
    """
    kind = column.type
    if pa.types.is_null(kind):
        return np.full(len(column), NONE, np.int64)
    if is_text(kind):
        return spelled(column, name)[0]
    if not pa.types.is_timestamp(kind):
        raise InvalidEvent(
            f"the column `{name}` holds `{kind}`: give instants with a zone, or ISO text"
        )
    if kind.tz is None:
        return _walls(column, name, zone)
    return _micros(column)


def _micros(column: Any) -> Any:
    """Whole microseconds, of whatever unit."""
    ticks = _numbers(column, pa.int64())
    unit = column.type.unit
    known = ticks != NONE
    if unit == "ns":
        return np.where(known, ticks // 1_000, NONE)
    factor = _PER_UNIT[unit]
    return ticks if factor == 1 else np.where(known, ticks * factor, NONE)


def _numbers(column: Any, kind: Any) -> Any:
    whole = column.cast(kind) if column.type != kind else column
    if whole.null_count:
        whole = pc.fill_null(whole, NONE if kind == pa.int64() else -1)
    return whole.to_numpy() if isinstance(whole, pa.ChunkedArray) else whole.to_numpy(False)


def _walls(column: Any, name: str, zone: str | None) -> Any:
    """Wall-clock times in a zone."""
    if zone is None:
        bad = pc.is_valid(column)
        refuse(name, bad, column, "holds times without a zone", "localise them, or give `zone=`")
        return np.full(len(column), NONE, np.int64)
    labels = _micros(column)
    table = day_table(zone, Calendar())
    plain = pa.array(labels, pa.int64(), mask=labels == NONE).cast(pa.timestamp("us"))
    placed = pc.assume_timezone(plain, zone, ambiguous="earliest", nonexistent="earliest")
    found = _micros(placed).copy()
    again = _numbers(pc.local_timestamp(placed).cast(pa.int64()), pa.int64())
    for row in np.flatnonzero(again != labels):
        day, clock = divmod(int(labels[row]), 86_400_000_000)
        found[row] = table.wall(day + _EPOCH_DAY, clock)
    return found


def days(column: Any, name: str) -> Any:
    """A column of days as ordinals of dates; `NONE` where it is null.

    Raises:
        InvalidEvent: it holds no dates.
    """
    kind = column.type
    if pa.types.is_null(kind):
        return np.full(len(column), NONE, np.int64)
    if is_text(kind):
        at, day = spelled(column, name)
        bad = pa.array(at != NONE)
        refuse(name, bad, column, "holds instants", "give dates, or use `occurred_at`")
        return day
    if not pa.types.is_date(kind):
        raise InvalidEvent(f"the column `{name}` holds `{kind}`: give dates")
    ordinals = _numbers(column.cast(pa.date32()).cast(pa.int32()).cast(pa.int64()), pa.int64())
    return np.where(ordinals == NONE, NONE, ordinals + _EPOCH_DAY)


def spelled(column: Any, name: str) -> tuple[Any, Any]:
    """Instants and days that ISO text spells, each `NONE` where it is the other or null."""
    coded = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = coded if pa.types.is_dictionary(coded.type) else coded.dictionary_encode()
    values = coded.dictionary.to_pylist()
    at = np.full(len(values) + 1, NONE, np.int64)
    day = at.copy()
    for place, value in enumerate(values):
        try:
            moment = _moment(value)
            if isinstance(moment, datetime):
                at[place] = instant(moment)
            else:
                day[place] = moment.toordinal()
        except RetentionRulesError as problem:
            bad = pc.equal(coded.indices, pa.scalar(place, coded.indices.type))
            refuse(name, bad, column, "cannot be read", str(problem))
    codes = _numbers(coded.indices.cast(pa.int32()), pa.int32())
    return at[codes], day[codes]
