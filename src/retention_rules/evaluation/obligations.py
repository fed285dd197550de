"""Obligations as races keep them, and the placing of their windows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

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
from retention_rules.evaluation.program import ByDay, Race


class Act:
    """One event's parts in a group.

    Attributes:
        roles: Race, part played, and whether for certain.
        contacts: For each race that fans out, the contacts it triggers for, and how surely.
        doubt: Whether it may count only perhaps.
    """

    __slots__ = ("contacts", "doubt", "happening", "roles")

    def __init__(
        self,
        happening: Happening,
        roles: list[tuple[int, int, bool]],
        contacts: dict[int, list[tuple[str, bool]]] | None = None,
    ) -> None:
        self.happening = happening
        self.roles = roles
        self.contacts = contacts
        self.doubt = True

    def plays(self, index: int, role: int, maybe: bool) -> bool:
        """Whether it plays this part in this race, in the run asked about."""
        for race, part, sure in self.roles:
            if race == index and part == role and (sure or maybe):
                return True
        return False


class Obligation:
    """One race from its trigger to its end.

    Attributes:
        seq: Its place among the obligations of its group, in trigger order.
        case: The steps that share its trigger, where it is one of several.
        day: The local date, of an occurrence on dates.
        born: From when there is a finding; None while it waits for a step before it.
        anchor: The instant handed on to it.
        fine: Whether its window ends at instants rather than with local dates.
        paused: Since when its clock stands still, if it does.
        reason: Why its window lies nowhere.
        paid: When and by what, as `freed`; `skipped` if that hands the anchor on.
        handed: When it handed on its anchor, and the anchor.
        key: The key of its finding, with the `name` of its trigger and its `part`, once asked for.
        doubtful: Whether a touch within the day of a dated closing may have come before it.
    """

    case: Case | None = None
    day: int | None = None
    born: int | None = None
    due: int | None = None
    expires: int | None = None
    target: int | None = None
    paused: int | None = None
    fine = False
    reason: str | None = None
    paid: tuple[int, Happening] | None = None
    freed: tuple[int, Happening] | None = None
    skipped = False
    handed: tuple[int, int] | None = None
    doubtful = False
    key: str | None = None
    name = ""
    part: str | None = None

    def __init__(self, race: Race, trigger: Happening, seq: int, contact: str | None) -> None:
        self.race = race
        self.trigger = trigger
        self.seq = seq
        self.contact = contact
        self.anchor = self.opens = trigger.first

    def copy(self) -> Obligation:
        """The same, to go another way."""
        twin = object.__new__(Obligation)
        twin.__dict__.update(self.__dict__)
        return twin

    @property
    def end(self) -> int | None:
        """When it was paid or freed; None while neither."""
        if self.paid is not None:
            return self.paid[0]
        return self.freed[0] if self.freed is not None else None

    def ended(self, at: int) -> bool:
        """Whether it was paid, freed, or expired before an instant."""
        if self.paid is not None or self.freed is not None:
            return True
        return self.expires is not None and self.expires < at


class Case:
    """The steps that share a trigger, and what closed them; `fresh` when it opens."""

    __slots__ = ("closed", "fresh", "steps", "trigger")

    def __init__(self, trigger: Happening, steps: list[Obligation | None]) -> None:
        self.trigger = trigger
        self.steps = steps
        self.closed: tuple[int, Happening] | None = None
        self.fresh = True


def early_opens(one: Obligation, table: DayTable) -> int:
    """From when a step may be paid that is not born yet, and does not open after another."""
    first, opens = one.trigger.first, one.race.window.opens
    if opens is None or one.race.follows:
        return first
    found = place(opens, Setting(table, first, one.trigger.last, one.trigger.data, {}))
    return first if isinstance(found, str) else max(first, found.low)


def place_window(one: Obligation, table: DayTable, pauses: Sequence[Interval]) -> None:
    """Place a window whose anchors are known: opens, due, expires, or the reason why not."""
    race, trigger = one.race, one.trigger
    if race.by_day is not None and not pauses and trigger.first == trigger.last:
        if one.day is None and _place_by_day(one, table, race.by_day):
            return
    setting = setting_of(one, table)
    due = place(race.window.due, setting, pauses)
    opens = place(race.window.opens, setting) if race.window.opens is not None else None
    least = trigger.first
    if race.follows:
        least = max(least, one.anchor + 1)
    reason = due if isinstance(due, str) else opens if isinstance(opens, str) else None
    if reason is None:
        assert isinstance(due, Place)
        one.opens = max(opens.low, least) if isinstance(opens, Place) else least
        one.fine = not due.whole_day or (isinstance(opens, Place) and not opens.whole_day)
        # Pauses neither spoil a window nor mend it.
        running = place(race.window.due, setting) if pauses else due
        assert isinstance(running, Place)
        if running.high < trigger.first:
            reason = TOO_EARLY
        elif one.opens > running.high:
            reason = IMPOSSIBLE
    if reason is not None:
        one.reason, one.opens = reason, least
        one.fine = one.fine or isinstance(due, str) or isinstance(opens, str)
        one.due = one.expires = None
    if race.needs:  # it is acted on before its window is known
        one.fine = race.may_be_fine
    if reason is not None:
        return
    assert isinstance(due, Place)
    _place_due(one, due, setting, pauses)


def _place_by_day(one: Obligation, table: DayTable, by_day: ByDay) -> bool:
    """Place a window that follows from the local dates of its anchors, as it was placed before.

    Most windows are so: a thousand deals of a day in one zone share theirs.
    """
    race, first = one.race, one.trigger.first
    key: list[Any] = [table]
    if by_day.trigger:
        key.append(table.day_zero(first) if by_day.business else 0)
        key.append(table.day(first))
    if race.needs:
        assert one.case is not None
        for index, _ in race.needs:
            handed = one.case.steps[index].handed[1]  # type: ignore[union-attr, index]
            key += (table.day_zero(handed) if by_day.business else 0, table.day(handed))
    for name in by_day.fields:
        value = one.trigger.data.get(name)
        if not (value is None or type(value) is date or (type(value) is str and len(value) == 10)):
            return False  # an instant, which hardly comes twice
        key.append(value)
    known = by_day.known.get(tuple(key))
    if known is None:
        setting = setting_of(one, table)
        window = race.window
        due = place(window.due, setting)
        opens = place(window.opens, setting) if window.opens and by_day.opens else None
        target = place(window.target, setting) if window.target else None
        if isinstance(due, str) or isinstance(opens, str):
            return False
        if isinstance(target, str):
            target = None
        known = (
            None if opens is None else opens.low,
            due.high,
            expiry(window, due, setting, ()),
            None if target is None else target.high,
            not due.whole_day or (opens is not None and not opens.whole_day),
        )
        by_day.known[tuple(key)] = known
    low, due_at, expires, wanted, fine = known
    least = max(first, one.anchor + 1) if race.follows else first
    opens_at = least if low is None or low < least else low
    if due_at < first or opens_at > due_at:
        return False
    one.opens, one.due, one.expires, one.target = opens_at, due_at, expires, wanted
    one.fine = race.may_be_fine if race.needs else fine
    return True


def replace_due(one: Obligation, table: DayTable, pauses: Sequence[Interval]) -> None:
    """Bring due and expires up to the pauses that are known now."""
    if one.reason is not None:
        return
    setting = setting_of(one, table)
    due = place(one.race.window.due, setting, pauses)
    assert isinstance(due, Place)
    _place_due(one, due, setting, pauses)


def _place_due(one: Obligation, due: Place, setting: Setting, pauses: Sequence[Interval]) -> None:
    wanted = one.race.window.target
    if wanted is not None:
        target = place(wanted, setting, [pause for pause in pauses if pause[0] < due.high])
        one.target = None if isinstance(target, str) or due.paused else target.high
    if due.paused:
        one.due = one.expires = None
        one.paused = pauses[-1][0]
    else:
        one.due, one.paused = due.high, None
        one.expires = expiry(one.race.window, due, setting, pauses)


def setting_of(one: Obligation, table: DayTable) -> Setting:
    """What the points of an obligation are counted from."""
    trigger = one.trigger
    if one.day is not None:
        return Setting(table, table.start(one.day), table.end(one.day), trigger.data, {})
    steps: dict[str, int] = {}
    for index, name in one.race.needs:
        assert one.case is not None
        need = one.case.steps[index]
        assert need is not None and need.handed is not None
        steps[name] = need.handed[1]
    return Setting(table, trigger.first, trigger.last, trigger.data, steps)
