"""Tables of frozen rows, and shares with the interval that they leave open."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from typing import Any, TypeVar

import attrs

_R = TypeVar("_R", bound=attrs.AttrsInstance)
_Z = 1.959963984540054
"""The 97.5th percentile of the normal distribution: two sides of it hold 95 %."""


class Table(tuple[_R, ...]):
    """Rows of one kind; ``pandas.DataFrame(table.to_dicts())`` is a frame of them.

    >>> @attrs.frozen
    ... class Row:
    ...     practice: str
    ...     n: int
    >>> Table([Row("thanks.ever", 3)]).to_dicts()
    [{'practice': 'thanks.ever', 'n': 3}]
    """

    __slots__ = ()

    def __new__(cls, rows: Iterable[_R] = ()) -> Table[_R]:
        """A table of these rows."""
        return super().__new__(cls, tuple(rows))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Each row as a dictionary of plain values, all with the same keys in the same order."""
        return [attrs.asdict(row, recurse=False) for row in self]


@attrs.frozen
class Share:
    """A part of a whole.

    Attributes:
        value: The part over the whole; None where the whole is nothing.
        low: The lower end of its 95 % Wilson interval; None likewise.
        high: The upper end.
    """

    value: float | None
    low: float | None
    high: float | None


def share(part: int, whole: int) -> Share:
    """A part of a whole that is counted, with its 95 % Wilson interval.

    Of few it says little: three out of four may be anything from a third to nearly all. Of none it
    says nothing at all, which is not the same as 0 %.

    >>> found = share(3, 4)
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (0.75, 0.3, 0.95)
    >>> share(0, 0).value is None
    True
    """
    if not whole:
        return Share(None, None, None)
    centre = part + _Z * _Z / 2
    spread = _Z * sqrt(part * (whole - part) / whole + _Z * _Z / 4)
    low, high = ((centre + side) / (whole + _Z * _Z) for side in (-spread, spread))
    return Share(part / whole, max(0.0, low), min(1.0, high))
