"""The built-in practices: what five documents ask for, as rules with their sources.

>>> from retention_rules.practices import handbook
>>> handbook()["thanks.handwritten"].strength
'must'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from retention_rules.rulebook import Rulebook
    from retention_rules.texts import Text

__all__ = ["handbook", "readings"]


def handbook(
    *,
    cadence: Literal["1-3-7", "0-3-10-20", "both"] | None = "1-3-7",
    reading: str = "from-sale",
    window: str | None = None,
    variants: Mapping[str, str] | None = None,
) -> Rulebook:
    """The built-in practices as a rulebook; equal arguments give the same one.

    Args:
        cadence: Which cadence follows a sale; None for neither.
        reading: How the days of 1-3-7 are read, such as ``chained``.
        window: How the cadences read early and late: ``by-day``, ``exact-day`` or ``about``.
            Default: ``about`` for the reading ``stated-figures``, else ``by-day``.
        variants: Other readings of single practices, by their ids; see `readings`.

    Raises:
        DefinitionError: there is no such choice; the message lists those there are.

    >>> days = handbook(reading="chained", variants={"thanks.after-deal": "next-day"})
    >>> days["thanks.after-deal"].window.due.offset.days
    1
    """
    from retention_rules.practices.catalogue import built

    return built(cadence, window, {"cadence.1-3-7": reading, **(variants or {})})


def readings() -> Mapping[str, Mapping[str, Text]]:
    """The named readings of each practice whose source allows several; the first is the default.

    >>> list(readings()["thanks.after-deal"])
    ['two-days', 'next-day', '48-hours']
    """
    from retention_rules.practices.catalogue import READINGS

    return READINGS
