"""What the cadences share: their figures, and how they read early and late."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from retention_rules.conditions import Pattern
from retention_rules.practices.variants import joined
from retention_rules.rules import FollowUp
from retention_rules.texts import Text
from retention_rules.windows import Point, Window, days, step, trigger


@attrs.frozen
class Figures:
    """One reading of the figures of a cadence.

    Attributes:
        words: What it takes the passage to say.
        days: The day of each touch, counted in local dates.
        chained: Whether each is counted from the touch before instead of from the sale.
        window: How it reads early and late, unless another is asked for; see `WINDOWS`.
        triggers: What a touch is counted from, where not from the sale, by its position.
    """

    words: Text
    days: tuple[int, ...]
    chained: bool = False
    window: str = "by-day"
    triggers: Mapping[int, Pattern] = MappingProxyType({})


WINDOWS: Mapping[str, Text] = MappingProxyType(
    {
        "by-day": Text(
            "A touch counts from the day after the touch before was due (for the first one, the "
            "sale) to the end of the day named; one counted from another event, from that event "
            "on.",
            "自上一次接触应做之日（首次则为成交之日）的次日起，到所定之日终了为止，其间都算；"
            "自其他事件起算的，从该事件起。",
        ),
        "exact-day": Text(
            "Only the day named counts: earlier does not.", "只有所定当日才算，提前不算。"
        ),
        "about": Text(
            "From the second touch on, one day earlier or later is in time; the first one is on "
            "its day.",
            "自第二次接触起，前后相差一天都算按时；首次须在当日。",
        ),
    }
)
"""How the cadences read early and late."""

ANY_PURPOSE = Text(
    "Whatever the touch is for, it counts, unless it is recorded as thanks, a greeting, an "
    "apology, an invoice or advertising alone; a cancelled deal or a lost customer releases (both "
    "ours).",
    "接触不论为何都算，只有记明仅为致谢、问候、道歉、账单或广告的除外；"
    "交易取消或客户流失即免除（都是我们所加）。",
)


def cadence(
    rules: tuple[FollowUp, ...], figures: Figures, window: str | None = None
) -> list[FollowUp]:
    """The touches of a cadence, under a reading of its days, and of early and late."""
    how = window or figures.window
    return [
        attrs.evolve(
            rule,
            trigger=figures.triggers.get(place, rule.trigger),
            window=_window(rules, figures, place, how),
            reading=joined(figures.words, WINDOWS[how], rule.reading),
        )
        for place, rule in enumerate(rules)
    ]


def _window(rules: tuple[FollowUp, ...], figures: Figures, place: int, how: str) -> Window:
    chained = figures.chained and place > 0
    anchor = step(rules[place - 1].id) if chained else trigger
    if place in figures.triggers and how == "by-day":
        return Window(due=days(figures.days[place]))
    before = 0 if place == 0 or chained else figures.days[place - 1]
    exactly = how == "about" and place == 0
    return day_window(anchor, figures.days[place], "exact-day" if exactly else how, before)


def day_window(anchor: Point, day: int, how: str, before: int = 0) -> Window:
    """The window of a touch on the `day`-th date after `anchor`.

    Args:
        anchor: What it counts from.
        day: How many dates after it.
        how: How early and late are read; see `WINDOWS`.
        before: For ``by-day``: the day on which the touch before it was due.
    """
    either_side = int(how == "about")
    first = min(before + 1, day) if how == "by-day" else day - either_side
    return Window(opens=anchor + days(first), due=anchor + days(day + either_side))
