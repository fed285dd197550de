"""The built-in practices: what five documents ask for, as rules with their sources.

>>> from retention_rules.practices import handbook
>>> handbook()["thanks.handwritten"].strength
'must'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from retention_rules.practices.variants import Guidance, Practice
    from retention_rules.rulebook import Rulebook
    from retention_rules.texts import Text

__all__ = ["handbook", "practices", "readings"]


def handbook(
    *,
    cadence: Literal["1-3-7", "0-3-10-20", "both"] | None = "1-3-7",
    reading: str = "from-sale",
    window: str | None = None,
    variants: Mapping[str, str] | None = None,
    examples: bool = False,
    also: Iterable[str] = (),
) -> Rulebook:
    """The built-in practices as a rulebook; equal arguments give the same one.

    It holds what the sources demand or recommend, and with `examples` also what they only tell of.

    Args:
        cadence: Which cadence follows a sale; None for neither. What is concluded from a cadence
            that is not chosen is left out.
        reading: How the days of 1-3-7 are read, such as ``chained``.
        window: How the cadences read early and late: ``by-day``, ``exact-day`` or ``about``.
            Default: ``about`` for the reading ``stated-figures``, else ``by-day``.
        variants: Other readings of single practices, by their ids; see `readings`.
        examples: Whether to take in what a source tells as an example only.
        also: Practices to take in that are left out otherwise, by their ids; see `practices`.

    Raises:
        DefinitionError: there is no such choice, and the message lists those there are; or one
            is concluded from what is not chosen.

    >>> days = handbook(reading="chained", variants={"thanks.after-deal": "next-day"})
    >>> days["thanks.after-deal"].window.due.offset.days
    1
    """
    from retention_rules.practices.catalogue import built

    named = {"cadence.1-3-7": reading, **(variants or {})}
    return built(cadence, window, named, examples, also)


def practices() -> Mapping[str, Practice | Guidance]:
    """Every practice that was read out of the documents, by its id, in the order of the list.

    A `Practice` holds the rule that is evaluated; `Guidance` is shown only: advice, numbers that
    are quoted, what is to be measured.

    >>> practices()["thanks.handwritten"].rule.title.en
    'Post a thank-you letter or card written by hand'
    """
    from retention_rules.practices.catalogue import PRACTICES

    return PRACTICES


def readings() -> Mapping[str, Mapping[str, Text]]:
    """The named readings of each practice whose source allows several; the first is the default.

    >>> list(readings()["thanks.after-deal"])
    ['two-days', 'next-day', '48-hours', 'with-the-letter']
    """
    from retention_rules.practices.catalogue import READINGS

    return READINGS
