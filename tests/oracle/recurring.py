"""Touches owed every so often, or on dates ("Recurring")."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from dateutil.rrule import rrulestr
from tests.oracle.conditions import matches
from tests.oracle.happenings import Happening
from tests.oracle.obligations import (
    FOREVER,
    Act,
    Group,
    Outcome,
    acts_of,
    correlation,
    counts,
    first_payment,
    freed_in_time,
    group_of,
    key_of,
    pay_instant,
    reach,
)
from tests.oracle.points import Anchors, Terms, terms
from tests.oracle.verdicts import Obligation, paired

from retention_rules.rules import Holidays, Recurring, RRule

if TYPE_CHECKING:
    from tests.oracle.world import World

Span = tuple[Happening, Act | None]  # a start that counts, and the stop that ended its run


def recurred(world: World, rule: Recurring) -> list[Obligation]:
    """The obligations of a recurring duty."""
    groups: dict[Group, None] = {}
    for e in world.events:
        if e.kind in rule.starts.kinds and matches(world, rule.starts, e) is not False:
            group = group_of(e, rule.correlate_on, 0)
            if group is not None:
                groups[group] = None
    runs: list[list[Outcome]] = [[], []]
    for maybe in (False, True):
        for group in groups:
            used: set[Happening] = set()
            for span in spans(world, rule, group, maybe):
                if rule.every is not None:
                    runs[maybe] += _every(world, rule, group, span, maybe, used)
                else:
                    runs[maybe] += _on(world, rule, group, span, maybe)
    return paired(world, *runs) if groups else []


def spans(world: World, rule: Recurring, group: Group, maybe: bool) -> list[Span]:
    """idle - starts -> running - stops -> idle; at one instant, starts come before stops."""
    starts = [
        e
        for e in world.events
        if group_of(e, rule.correlate_on, 0) == group
        and world.in_force(rule, e)
        and counts(matches(world, rule.starts, e), maybe)
    ]
    stops = acts_of(world, rule.stops, group, rule.correlate_on, maybe)
    found: list[Span] = []
    for start in starts:
        if found and (found[-1][1] is None or start.first <= found[-1][1][0]):
            continue
        over = [e for e in stops if e.first >= start.first and e.lineage != start.lineage]
        found.append((start, (over[0].first, over[0]) if over else None))
    return found


def _bare(world: World, rule: Recurring, group: Group, e: Happening, part: str | None) -> str:
    return key_of(rule.id, world.customer.id, group, e.name, part)


# every


def _every(
    world: World, rule: Recurring, group: Group, span: Span, maybe: bool, used: set[Happening]
) -> list[Outcome]:
    """The start opens an obligation, each touch while running pays it and opens the next.

    What opened one was `used`: it opens no other if the duty stops and starts again that day.
    """
    start, stop = span
    used.add(start)
    until = FOREVER if stop is None else stop[0]
    touches = [
        e
        for e in acts_of(world, rule.fulfilled_by, group, rule.correlate_on, maybe)
        if reach(e, start, whole_day=True, is_trigger=False, maybe=maybe) is not None
    ]
    found: list[Outcome] = []
    trigger, birth = start, start.first
    while True:
        window = _window(world, rule, trigger, (trigger.first, trigger.last))
        acts = []
        for e in touches:
            if e in used or e.lineage == start.lineage:
                continue
            reached = reach(
                e,
                trigger,
                whole_day=window.whole_day,
                is_trigger=trigger is not start,
                maybe=maybe,
            )
            p = pay_instant(e, reached, max(window.opens, birth))
            if p is not None:
                acts.append((p, 0, e.order, e))
            elif reached is not None:
                acts.append((max(reached, birth), 1, e.order, e))  # too early: replaced
        act = min(acts, key=lambda one: one[:3], default=None)
        if act is not None and act[0] > until:
            act = None
        key = _bare(world, rule, group, trigger, None)
        paid = (act[0], act[3]) if act is not None and act[1] == 0 else None
        freed = (act[0], act[3]) if act is not None and act[1] == 1 else None
        bears = () if act is None else (_bare(world, rule, group, act[3], None),)
        pairs = correlation(rule.correlate_on, group)
        found.append(
            Outcome(
                key,
                rule.id,
                pairs,
                trigger,
                None,
                window,
                birth,
                trigger.first,
                paid,
                stop if act is None else freed,
                bears=bears,
            )
        )
        if act is None:
            return found
        trigger, birth = act[3], act[0]
        used.add(trigger)


def _window(world: World, rule: Recurring, trigger: Happening, anchor: tuple[int, int]) -> Terms:
    anchors = Anchors(world.table, anchor, trigger.data, {})
    return terms(
        anchors,
        rule.window(),
        pauses=(),
        default_opens=trigger.first,
        not_before=trigger.first,
        first=trigger.first,
    )


# on dates


def _on(world: World, rule: Recurring, group: Group, span: Span, maybe: bool) -> list[Outcome]:
    """The first occurrence is there from the start, each further one once the last one opens."""
    start, stop = span
    birth = start.first
    touches = acts_of(world, rule.fulfilled_by, group, rule.correlate_on, maybe)
    found: list[Outcome] = []
    dates = dates_after(world, rule, world.table.to_date(start.day))
    day = next(dates, None)
    while day is not None and (stop is None or birth < stop[0]):
        ordinal = world.table.roll(day.toordinal())
        window = _occurrence(world, rule, start, ordinal)
        acts = []
        for e in touches:
            reached = reach(e, start, whole_day=window.whole_day, is_trigger=False, maybe=maybe)
            p = pay_instant(e, reached, window.opens)
            if p is not None:
                acts.append((p, e))
        paid = first_payment(window, acts, stop)
        freed = None if paid is not None else freed_in_time(window, stop)
        following = next(dates, None)
        part = day.isoformat()
        bears = (
            () if following is None else (_bare(world, rule, group, start, following.isoformat()),)
        )
        found.append(
            Outcome(
                _bare(world, rule, group, start, part),
                rule.id,
                correlation(rule.correlate_on, group),
                start,
                part,
                window,
                birth,
                start.first,
                paid,
                freed,
                bears=bears,
            )
        )
        if birth > world.now:
            break
        day, birth = following, window.opens
    return found


def _occurrence(world: World, rule: Recurring, start: Happening, ordinal: int) -> Terms:
    """The window around a date; nothing is due before the start."""
    table = world.table
    return _window(world, rule, start, (table.start(ordinal), table.end(ordinal)))


def dates_after(world: World, rule: Recurring, day: date) -> Iterator[date]:
    """The dates of the occurrences, strictly after a date."""
    if isinstance(rule.on, RRule):
        begin = datetime(day.year, day.month, day.day)
        for one in rrulestr(rule.on.text, dtstart=begin):
            if one.date() > day:
                yield one.date()
    elif isinstance(rule.on, Holidays):
        for on, name in world.table.calendar.holidays:
            if on > day and (not rule.on.names or name in rule.on.names):
                yield on
