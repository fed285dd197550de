"""The shapes in which people write rules. Start here.

A `FollowUp` is owed after a trigger; a `Procedure` is a case worked step by step; a `Recurring`
duty comes back; a `Lifecycle` says which stage a customer is in; a `Prohibition` must not happen;
a `Derivation` concludes from what the others found. All are data: frozen, hashable, printable.

>>> FollowUp(
...     id="acme.welcome-call",
...     title="Call a new customer",
...     trigger=event("deal.closed"),
...     fulfilled_by=touch("call"),
...     window=Window(due=days(3)),
... ).on_retrigger
'separate'
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal, TypeAlias

import attrs

from retention_rules.conditions import (
    Condition,
    CustomerField,
    Pattern,
    Term,
    event,
    touch,
    walk,
)
from retention_rules.errors import DefinitionError, near, shown
from retention_rules.premises import Found, Happened
from retention_rules.texts import Citation, Text, text
from retention_rules.validation import (
    Key,
    citations_of,
    each_one,
    field_name,
    identifier,
    is_a,
    keys_of,
    local_day,
    many,
    names_of,
    one_of,
)
from retention_rules.windows import (
    OFFSETS,
    BusinessDays,
    CalendarDays,
    Due,
    Earliest,
    Elapsed,
    Field,
    Offset,
    Point,
    Trigger,
    Window,
    days,
    never,
    point,
)

__all__ = [
    "Citation",
    "Contacts",
    "Derivation",
    "FollowUp",
    "Holidays",
    "Item",
    "Lifecycle",
    "Move",
    "Pause",
    "Procedure",
    "Prohibition",
    "RRule",
    "Recurring",
    "Rule",
    "Shape",
    "Stage",
    "Step",
    "Text",
    "Timeout",
    "Window",
    "contacts",
    "days",
    "event",
    "touch",
]

Strength = Literal["must", "should", "example"]
Retrigger = Literal["separate", "ignore", "restart", "queue"]


def _items(value: Iterable[Item] | Item) -> tuple[Item, ...]:
    found = each_one(value, Item)
    ids = [one.id for one in found]
    for id in ids:
        if ids.count(id) > 1:
            raise DefinitionError(f"a checklist has two items named `{id}`: rename one")
    return found


def _steps(value: Iterable[Step]) -> tuple[Step, ...]:
    return each_one(value, Step)


def _premises(value: Iterable[Found | Happened] | Found | Happened) -> tuple[Found | Happened, ...]:
    found = many(value, Found | Happened)
    for one in found:
        if not isinstance(one, Found | Happened):
            raise DefinitionError(
                f"{shown(one)} is no premise: write found('promise.kept', 'missed') or "
                "happened(event('deal.closed'))"
            )
    return found


def _stages(value: Iterable[Stage]) -> tuple[Stage, ...]:
    return each_one(value, Stage)


def _moves(value: Iterable[Move]) -> tuple[Move, ...]:
    return each_one(value, Move)


def _timeouts(value: Iterable[Timeout]) -> tuple[Timeout, ...]:
    return each_one(value, Timeout)


@attrs.frozen
class Period:
    """The days on which a version of a rule is in force: from `start_on` up to before `end_on`."""

    start_on: date | None = attrs.field(default=None, converter=local_day)
    end_on: date | None = attrs.field(default=None, converter=local_day)

    def __attrs_post_init__(self) -> None:
        if self.start_on is not None and self.end_on is not None and self.start_on >= self.end_on:
            raise DefinitionError(
                f"in force from `{self.start_on}` until `{self.end_on}`: on no day; swap them, or "
                "let it end later"
            )

    def overlaps(self, other: Period) -> bool:
        """Whether some day is in both."""
        starts = max(self.start_on or date.min, other.start_on or date.min)
        return starts < min(self.end_on or date.max, other.end_on or date.max)


ALWAYS = Period()


@attrs.frozen
class Item:
    """One thing to tick off: to ask, to write, to bring. No verdict depends on it.

    Attributes:
        id: Unique in its checklist; the name of a field, where an event may say the same.
        text: What it is.
    """

    id: str = attrs.field(validator=identifier)
    text: Text = attrs.field(converter=text)


@attrs.frozen(kw_only=True)
class Rule:
    """What every rule says about itself.

    Attributes:
        id: Stable and dotted; part of the key of every finding.
        title: What to do, in a few words.
        advice: How to do it well.
        checklist: What to ask, write or bring, one by one, for the task that it becomes.
        citations: Which sentence of which document.
        reading: How we read it, so that a reviewer can argue with the reading.
        adapted: What has been changed since it was cited, such as ``due``: in this the documents
            are no longer followed. `Rulebook.adapt` keeps it.
        strength: What the document makes of it.
        strategy: What it serves, such as ``trust``.
        in_force: The days on which a trigger starts it. Two versions of a rule share an id and
            never a day; an obligation keeps the version of its trigger's day.
    """

    id: str = attrs.field(validator=identifier)
    title: Text = attrs.field(default=Text(), converter=text)
    advice: Text = attrs.field(default=Text(), converter=text)
    checklist: tuple[Item, ...] = attrs.field(default=(), converter=_items)
    citations: tuple[Citation, ...] = attrs.field(default=(), converter=citations_of)
    reading: Text = attrs.field(default=Text(), converter=text)
    adapted: tuple[str, ...] = attrs.field(default=(), converter=names_of)
    strength: Strength = attrs.field(
        default="should", validator=one_of("must", "should", "example")
    )
    strategy: str = attrs.field(default="", validator=is_a(str))
    in_force: Period = attrs.field(default=ALWAYS, validator=is_a(Period))


@attrs.frozen(kw_only=True)
class Pause:
    """Time that does not count: from `begin` up to before `end`, paired by equal fields.

    Several pairs may be open at once (two complaints); the clock runs again when all are closed.

    Attributes:
        paired_on: Fields that tie an end to its begin; default: any end closes.
        at_most: After this long it ends by itself.
    """

    begin: Pattern = attrs.field(validator=is_a(Pattern))
    end: Pattern = attrs.field(validator=is_a(Pattern))
    paired_on: tuple[str, ...] = attrs.field(default=(), converter=names_of)
    at_most: Elapsed | None = attrs.field(default=None, validator=is_a(Elapsed, optional=True))


@attrs.frozen
class Contacts:
    """The contacts of the account, as known at the trigger, that satisfy `where`."""

    where: Condition | None = attrs.field(default=None, validator=is_a(Condition, optional=True))


def contacts(where: Condition | None = None) -> Contacts:
    """One obligation per contact; see `FollowUp.for_each`."""
    return Contacts(where)


@attrs.frozen(kw_only=True)
class FollowUp(Rule):
    """When `trigger` happens, `fulfilled_by` is owed within `window`, unless `released_by`.

    Attributes:
        correlate_on: Fields that tie the events of one case; default: the whole customer.
        differs_on: A field in which the fulfilment must differ from the trigger.
        same_on: A field in which the fulfilment must equal the trigger, such as which promise
            was kept; missing on either side, it pays perhaps.
        on_retrigger: What a new trigger does while one is open: opens another (``separate``),
            nothing (``ignore``), replaces it (``restart``), or opens another where each touch
            pays the oldest only (``queue``).
        paused_by: When the clock stands still.
        for_each: One obligation per contact known at the trigger; paid by a touch whose
            ``contact`` is that one.
        unless_forbidden: The id of a prohibition in whose context nothing is owed.
    """

    trigger: Pattern = attrs.field(validator=is_a(Pattern))
    fulfilled_by: Pattern = attrs.field(validator=is_a(Pattern))
    window: Window = attrs.field(validator=is_a(Window))
    released_by: Pattern | None = attrs.field(default=None, validator=is_a(Pattern, optional=True))
    correlate_on: tuple[Key, ...] = attrs.field(default=(), converter=keys_of)
    differs_on: str | None = attrs.field(default=None, validator=field_name)
    same_on: str | None = attrs.field(default=None, validator=field_name)
    on_retrigger: Retrigger = attrs.field(
        default="separate", validator=one_of("separate", "ignore", "restart", "queue")
    )
    paused_by: Pause | None = attrs.field(default=None, validator=is_a(Pause, optional=True))
    for_each: Contacts | None = attrs.field(default=None, validator=is_a(Contacts, optional=True))
    unless_forbidden: str | None = attrs.field(default=None, validator=is_a(str, optional=True))

    def __attrs_post_init__(self) -> None:
        _no_pause_on_field(self.id, self.paused_by, self.window)


def _no_pause_on_field(name: str, pause: Pause | None, window: Window) -> None:
    if pause and any(isinstance(part.anchor, Field) for part in window.due.parts()):
        raise DefinitionError(
            f"`{name}` is paused, but a pause cannot move a date in the data: count `due` from "
            "the trigger, or leave `paused_by` out"
        )


@attrs.frozen(kw_only=True)
class Step:
    """One step of a procedure.

    Attributes:
        name: Unique in the procedure.
        window: Counted from the case's opening, or with ``step("earlier")`` from where an
            earlier step ended. A touch before that still pays.
        released_by: What excuses this step alone, such as a reasoned skip.
        same_on: A field in which the touch must equal the event that the step is owed for;
            missing on either side, it pays perhaps.
        each: Owed once for each such event of the case instead of once per case.
        optional: Its absence at closing is no violation, nor is it missed by later steps.
        survives_closing: Still owed after the case is closed.
    """

    name: str = attrs.field(validator=identifier)
    fulfilled_by: Pattern = attrs.field(validator=is_a(Pattern))
    window: Window = attrs.field(validator=is_a(Window))
    title: Text = attrs.field(default=Text(), converter=text)
    advice: Text = attrs.field(default=Text(), converter=text)
    released_by: Pattern | None = attrs.field(default=None, validator=is_a(Pattern, optional=True))
    same_on: str | None = attrs.field(default=None, validator=field_name)
    each: Pattern | None = attrs.field(default=None, validator=is_a(Pattern, optional=True))
    optional: bool = attrs.field(default=False, validator=is_a(bool))
    survives_closing: bool = attrs.field(default=False, validator=is_a(bool))


@attrs.frozen(kw_only=True)
class Procedure(Rule):
    """Named steps in one case, each with its own deadline.

    A step done before an earlier one is a violation (if `ordered`), and so is closing the case
    without a step that is not optional.

    Attributes:
        opened_by: The event that opens the case.
        closed_by: The event that closes it.
        correlate_on: The fields that make a case, such as ``case``.
    """

    opened_by: Pattern = attrs.field(validator=is_a(Pattern))
    steps: tuple[Step, ...] = attrs.field(converter=_steps)
    closed_by: Pattern | None = attrs.field(default=None, validator=is_a(Pattern, optional=True))
    correlate_on: tuple[Key, ...] = attrs.field(default=(), converter=keys_of)
    ordered: bool = attrs.field(default=True, validator=is_a(bool))
    paused_by: Pause | None = attrs.field(default=None, validator=is_a(Pause, optional=True))

    def __attrs_post_init__(self) -> None:
        seen: dict[str, None] = {}
        for one in self.steps:
            if one.name in seen:
                raise DefinitionError(f"`{self.id}` has two steps named `{one.name}`: rename one")
            for name in sorted(one.window.steps() - seen.keys()):
                raise DefinitionError(
                    f"step `{one.name}` of `{self.id}` counts from `{name}`: name an earlier "
                    f"step ({', '.join(f'`{before}`' for before in seen) or 'there is none'})"
                )
            if one.each is not None and one.window.steps():
                raise DefinitionError(f"`{one.name}` is owed for each event: it counts from that")
            seen[one.name] = None
            _no_pause_on_field(f"{self.id}/{one.name}", self.paused_by, one.window)
        if not self.steps:
            raise DefinitionError(f"`{self.id}` has no steps: give one or more")


@attrs.frozen
class RRule:
    """Dates by an RFC 5545 recurrence rule, counted from the local date of the start."""

    text: str = attrs.field()

    @text.validator
    def _readable(self, _: object, value: str) -> None:
        from dateutil.rrule import rrulestr  # here, since few rules need it

        try:
            rrulestr(value, dtstart=datetime(2000, 1, 1))  # noqa: DTZ001 - local dates
        except (ValueError, TypeError, AttributeError, KeyError):
            raise DefinitionError(
                f"{shown(value)} is no recurrence rule: write something like FREQ=MONTHLY"
            ) from None
        parts = value.upper()
        if "DTSTART" in parts or any(
            f"FREQ={unit}LY" in parts for unit in ("HOUR", "MINUTE", "SECOND")
        ):
            raise DefinitionError(f"`{value}`: give a daily or longer rule, without DTSTART")


@attrs.frozen
class Holidays:
    """The holidays of the customer's calendar; `names` picks some of them."""

    names: tuple[str, ...] = attrs.field(default=(), converter=names_of)


def _is_dates(offset: Offset | None) -> bool:
    """Whether an offset, if there is one, ends with a local date."""
    if isinstance(offset, BusinessDays):
        return offset.clock is None and not offset.to_closing
    return offset is None or (isinstance(offset, CalendarDays) and offset.clock is None)


@attrs.frozen(kw_only=True)
class Recurring(Rule):
    """A touch every so often, from `starts` until `stops`; a lapse never silences it.

    Attributes:
        every: Owed that long after the last touch (or the start). It never expires.
        on: Owed on dates instead: a recurrence rule, or the customer's holidays, after the start.
        opens: From when a touch counts: after the last touch, or around the date (``days(-7)``).
        due: For `on`: until when, around the date.
        expires: For `on`: how long after due it is still worth doing. Default: 1 day.
    """

    starts: Pattern = attrs.field(validator=is_a(Pattern))
    fulfilled_by: Pattern = attrs.field(validator=is_a(Pattern))
    stops: Pattern | None = attrs.field(default=None, validator=is_a(Pattern, optional=True))
    every: Offset | None = attrs.field(default=None, validator=is_a(*OFFSETS, optional=True))
    on: RRule | Holidays | None = attrs.field(
        default=None, validator=is_a(RRule, Holidays, optional=True)
    )
    opens: Offset | None = attrs.field(default=None, validator=is_a(*OFFSETS, optional=True))
    due: CalendarDays = attrs.field(default=CalendarDays(), validator=is_a(CalendarDays))
    expires: CalendarDays = attrs.field(default=days(1), validator=is_a(CalendarDays))
    correlate_on: tuple[Key, ...] = attrs.field(default=(), converter=keys_of)

    def __attrs_post_init__(self) -> None:
        if (self.every is None) == (self.on is None):
            raise DefinitionError(
                f"`{self.id}` recurs either `every` so often or `on` dates: give one of the two"
            )
        if self.every is not None and _least(self.every) <= 0:
            raise DefinitionError(
                f"`{self.id}` recurs every `{self.every!r}`: give a positive length"
            )
        if self.every is not None and not (_is_dates(self.every) and _is_dates(self.opens)):
            raise DefinitionError(
                f"`{self.id}` recurs in whole local dates: give days, months or business days"
            )
        if self.on is not None and not isinstance(self.opens, CalendarDays | None):
            raise DefinitionError(f"`{self.id}` opens around a date: give days, such as days(-7)")
        self.window()

    def window(self) -> Window:
        """The window of one occurrence, counted from the last touch or from the date itself."""
        if self.every is not None:
            return Window(opens=self.opens, due=self.every, expires=never)
        expires = Point(Due(), self.expires)
        return Window(opens=self.opens or days(0), due=self.due, expires=expires)


@attrs.frozen(kw_only=True)
class Stage:
    """One stage of a lifecycle."""

    name: str = attrs.field(validator=identifier)
    title: Text = attrs.field(default=Text(), converter=text)
    advice: Text = attrs.field(default=Text(), converter=text)


@attrs.frozen(kw_only=True)
class Move:
    """An event that leads to stage `to`, from stage `source` or (None) from anywhere.

    A move from anywhere opens a new run: later entries carry the data of its event.
    """

    on: Pattern = attrs.field(validator=is_a(Pattern))
    to: str = attrs.field(validator=is_a(str))
    source: str | None = attrs.field(default=None, validator=is_a(str, optional=True))


@attrs.frozen(kw_only=True)
class Timeout:
    """After `after` in stage `source`, the customer moves to stage `to` (a microsecond later)."""

    source: str = attrs.field(validator=is_a(str))
    after: Point | Earliest = attrs.field(converter=point)
    to: str = attrs.field(validator=is_a(str))

    @after.validator
    def _placeable(self, _: object, after: Point | Earliest) -> None:
        for part in after.parts():
            if isinstance(part.anchor, Field) and part.anchor.default is None:
                raise DefinitionError(
                    f"the timeout of `{self.source}` reads `{part.anchor.name}`: give a `default=`"
                )
            if not isinstance(part.anchor, Field | Trigger):
                raise DefinitionError(
                    f"the timeout of `{self.source}` counts from its entry only: write `days(30)`"
                )


@attrs.frozen(kw_only=True)
class Lifecycle(Rule):
    """Which stage a customer is in, by events and by time passing."""

    stages: tuple[Stage, ...] = attrs.field(converter=_stages)
    moves: tuple[Move, ...] = attrs.field(converter=_moves)
    timeouts: tuple[Timeout, ...] = attrs.field(default=(), converter=_timeouts)

    def __attrs_post_init__(self) -> None:
        names = [stage.name for stage in self.stages]
        if len(set(names)) < len(names) or not names:
            listed = ", ".join(names) or "none"
            raise DefinitionError(f"the stages of `{self.id}` are `{listed}`: name each once")
        used = [name for one in self.timeouts for name in (one.source, one.to)]
        used += [name for one in self.moves for name in (one.source, one.to) if name is not None]
        for name in used:
            if name not in names:
                raise DefinitionError(f"`{self.id}` has no stage `{name}`: {near(name, names)}")
        sources = [one.source for one in self.timeouts]
        for name in sources:
            if sources.count(name) > 1:
                raise DefinitionError(
                    f"`{self.id}` has two timeouts for stage `{name}`: keep one, or join them with "
                    "`earliest(...)`"
                )
        _no_instant_cycle(self)


def _no_instant_cycle(life: Lifecycle) -> None:
    """Timeouts that may pass in no time, and lead round, would never end."""
    instant = {one.source: one.to for one in life.timeouts if _may_be_instant(one.after)}
    for start in instant:
        at, steps = start, 0
        while at in instant and steps <= len(instant):
            at, steps = instant[at], steps + 1
        if steps > len(instant):
            raise DefinitionError(
                f"the timeouts of `{life.id}` lead from `{start}` round in no time: "
                "give one of them a positive length"
            )


def _may_be_instant(after: Point | Earliest) -> bool:
    return any(
        isinstance(part.anchor, Field)
        or part.offset is None
        or (not isinstance(part.offset, CalendarDays) and part.offset == type(part.offset)(0))
        or _not_positive(part.offset)
        for part in after.parts()
    )


def _least(offset: Offset) -> int:
    """The least length of an offset: in days, or in units of its own."""
    if isinstance(offset, CalendarDays):
        return offset.months * (28 if offset.months > 0 else 31) + offset.days
    return offset.count if isinstance(offset, BusinessDays) else offset.microseconds


def _not_positive(offset: Offset) -> bool:
    if isinstance(offset, CalendarDays):
        return offset.months * 28 + offset.days < 0 or offset.clock is not None
    return getattr(offset, "microseconds", getattr(offset, "count", 0)) <= 0


@attrs.frozen(kw_only=True)
class Prohibition(Rule):
    """This must not happen.

    Attributes:
        forbids: The events that are wrong.
        context: What must hold of the customer for them to be wrong, such as being a government
            body; unknown is indeterminate, never allowed.
        unless_prior: What, at or before the event, makes it right: a clearance.
        correlate_on: Fields that tie a clearance to the event.
        instead: What to do instead.
    """

    forbids: Pattern = attrs.field(validator=is_a(Pattern))
    context: Condition | None = attrs.field(default=None, validator=is_a(Condition, optional=True))
    unless_prior: Pattern | None = attrs.field(default=None, validator=is_a(Pattern, optional=True))
    correlate_on: tuple[Key, ...] = attrs.field(default=(), converter=keys_of)
    instead: Text = attrs.field(default=Text(), converter=text)


@attrs.frozen(kw_only=True)
class Derivation(Rule):
    """A conclusion: it holds while all that is `given` is found, `unless` any of the rest is.

    It is drawn from findings and events as they stand, at each moment at which one of them changes.
    It asks for nothing by itself: a `FollowUp` triggered by `concluded(id)` does.

    Attributes:
        given: What must be found; of each its own number.
        unless: What must not.
        where: What must hold of the customer: tests of `customer(...)` and `in_stage(...)`.
        correlate_on: Fields that tie the premises of one case; default: the whole customer. Each
            case has a conclusion of its own.
    """

    given: tuple[Found | Happened, ...] = attrs.field(converter=_premises)
    unless: tuple[Found | Happened, ...] = attrs.field(default=(), converter=_premises)
    where: Condition | None = attrs.field(default=None, validator=is_a(Condition, optional=True))
    correlate_on: tuple[str, ...] = attrs.field(default=(), converter=names_of)

    def __attrs_post_init__(self) -> None:
        if self.in_force != ALWAYS:
            raise DefinitionError(
                f"`{self.id}` has no trigger whose day could decide: leave `in_force` out"
            )
        if all(one.customer_wide for one in self.given) and self.correlate_on:
            raise DefinitionError(
                f"nothing that is given says which `{self.correlate_on[0]}` `{self.id}` is about: "
                "leave `correlate_on` out, or `customer_wide` in one premise"
            )
        if not self.given:
            raise DefinitionError(f"`{self.id}` is drawn from nothing: give one premise or more")
        for node in walk(self.where):
            if isinstance(node, Term) and not isinstance(node, CustomerField):
                raise DefinitionError(
                    f"`{self.id}` asks for {node!r}, but a conclusion has no event of its own: "
                    "use `customer(...)`, or a condition in `happened(...)`"
                )


Shape: TypeAlias = FollowUp | Procedure | Recurring | Lifecycle | Prohibition | Derivation
