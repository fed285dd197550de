"""Windows as whole numbers: what our calendars reckon before the engine compares.

An obligation's ends may move while its clock stands still. They are told as `Terms`: from one
instant up to before another, this is when it is due, and when it expires.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from retention_rules.calendars import DayTable
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.points import (
    IMPOSSIBLE,
    TOO_EARLY,
    Interval,
    Place,
    Setting,
    expiry,
    place,
)
from retention_rules.evaluation.program import Race
from retention_rules.evaluation.rete.adapter import FOREVER

Act = tuple[int, Happening]
"""At what instant, and by what."""


@attrs.frozen
class Terms:
    """What is known of the ends of a window from `since` up to before `until`.

    Attributes:
        due: The last instant in time; None while paused, or where the window lies nowhere.
        paused: Since when its clock stands still.
        passed: From when it is known that due has passed.
    """

    since: int
    until: int
    due: int | None = None
    expires: int | None = None
    target: int | None = None
    paused: int | None = None
    passed: int = FOREVER


@attrs.define(eq=False)
class Owed:
    """An obligation in one run: what the engine is told of it, and what it found.

    Attributes:
        code: The number by which the engine knows it.
        case: The event that opened its case or series: its trigger, but for steps owed for each.
        born: From when there is a finding; `anchor` where it counts from.
        fine: Whether its window ends at instants rather than with local dates.
        unborn: Whether it waits for a step that will never hand on.
        tainted: Whether two runs are not all there is to consider.
    """

    code: int
    race: Race
    values: tuple[str, ...]
    trigger: Happening
    case: Happening
    contact: str | None
    born: int
    anchor: int
    day: int | None = None
    opens: int = 0
    fine: bool = False
    unborn: bool = False
    reason: str | None = None
    terms: list[Terms] = attrs.Factory(list)
    paid: Act | None = None
    freed: Act | None = None
    skipped: bool = False
    tainted: bool = False
    setting: Any = None

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes it the same obligation in both runs."""
        return self.race.index, self.values, self.trigger.order, self.contact, self.day

    def at(self, k: int) -> Terms:
        """What is known of its ends at an instant."""
        return next(one for one in self.terms if one.since <= k < one.until)

    @property
    def end(self) -> int:
        """When it ends, if nothing more happens; `FOREVER` for never."""
        for act in (self.paid, self.freed):
            if act is not None:
                return act[0]
        expires = self.at(FOREVER - 1).expires
        return FOREVER if expires is None else expires + 1


def place_opening(one: Owed, table: DayTable, steps: Mapping[str, int]) -> Place | None:
    """Place where a window opens, and its due instant before pauses; None if it lies nowhere."""
    race, trigger = one.race, one.trigger
    first, last = trigger.first, trigger.last
    if one.day is not None:
        first, last = table.start(one.day), table.end(one.day)
    one.setting = setting = Setting(table, first, last, trigger.data, steps)
    due = place(race.window.due, setting)
    opens = None if race.window.opens is None else place(race.window.opens, setting)
    least = max(trigger.first, one.anchor + 1) if race.follows else trigger.first
    reason = due if isinstance(due, str) else opens if isinstance(opens, str) else None
    one.opens = least
    one.fine = isinstance(due, str) or isinstance(opens, str)
    if reason is None:
        assert isinstance(due, Place)
        if isinstance(opens, Place):
            one.opens = max(opens.low, least)
        one.fine = not due.whole_day or (isinstance(opens, Place) and not opens.whole_day)
        if due.high < trigger.first:
            reason = TOO_EARLY
        elif one.opens > due.high:
            reason = IMPOSSIBLE
    if race.needs:  # it is acted on before its window is known
        one.fine = race.may_be_fine
    if reason is not None:
        one.reason, one.opens = reason, least
        return None
    return due if isinstance(due, Place) else None


def place_sketch(one: Owed, table: DayTable) -> None:
    """Place a step that never will be born: only where a touch before that begins to count."""
    trigger, opens = one.trigger, one.race.window.opens
    one.fine, one.unborn, one.opens = one.race.may_be_fine, True, trigger.first
    if opens is not None and not one.race.follows:
        setting = Setting(table, trigger.first, trigger.last, trigger.data, {})
        found = place(opens, setting)
        one.opens = trigger.first if isinstance(found, str) else max(trigger.first, found.low)
    one.terms.append(NOWHERE)


NOWHERE = Terms(-FOREVER, FOREVER)


def due_after(one: Owed, pauses: Sequence[Interval]) -> Place:
    """The upper end of a window after these pauses, which are over."""
    due = place(one.race.window.due, one.setting, pauses)
    assert isinstance(due, Place)
    return due


def terms_after(
    one: Owed, due: Place, over: Sequence[Interval], every: Sequence[Interval], span: Interval
) -> Terms:
    """The ends of a window after the pauses that are over, known within a span.

    `every` holds all pauses, also those to come.
    """
    window, setting = one.race.window, one.setting
    target = None
    if window.target is not None:
        found = place(window.target, setting, [pause for pause in over if pause[0] < due.high])
        target = None if isinstance(found, str) else found.high
    passed = due.high + 1
    for begin, end in every:
        if end is not None and begin < due.high:
            passed = max(passed, end)
    since, until = span
    assert until is not None
    expires = expiry(window, due, setting, over)
    return Terms(since, until, due.high, expires, target, None, passed)


def handed_on(one: Owed, *, skips: bool) -> tuple[int, int] | None:
    """When a step hands on, and the anchor that it hands on; None if it never does."""
    if one.paid is not None or one.freed is not None:
        end = one.end
        terms = one.at(end)
        if one.freed is not None and not (terms.due is not None and end > terms.passed):
            if not (skips and one.skipped):
                return None
            instant, anchor = end, end if terms.due is None else min(end, terms.due)
        elif one.freed is not None:
            assert terms.due is not None
            instant, anchor = terms.passed, terms.due
        else:
            instant, anchor = end, end
            if terms.due is not None:
                instant, anchor = min(end, terms.passed), min(end, terms.due)
    else:
        terms = one.at(FOREVER - 1)
        if terms.due is None:
            return None
        instant, anchor = terms.passed, terms.due
    return max(instant, one.born), max(anchor, one.anchor)
