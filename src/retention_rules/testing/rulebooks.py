"""A strategy for rulebooks: small, valid, of every shape, over one small vocabulary."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeVar

import attrs
from hypothesis import strategies as st

from retention_rules.conditions import (
    Condition,
    Pattern,
    concluded,
    contact,
    customer,
    entered,
    event,
    field,
    in_stage,
    left,
    prior,
    touch,
    withdrawn,
)
from retention_rules.premises import Premise, found, happened
from retention_rules.rulebook import Rulebook
from retention_rules.rules import (
    Derivation,
    FollowUp,
    Holidays,
    Lifecycle,
    Move,
    Pause,
    Period,
    Procedure,
    Prohibition,
    Recurring,
    RRule,
    Shape,
    Stage,
    Step,
    contacts,
)
from retention_rules.testing import phrases
from retention_rules.testing.draws import below, pick, rarely
from retention_rules.testing.phrases import DEAL, TOUCH
from retention_rules.testing.places import SHANGHAI
from retention_rules.windows import (
    Field,
    Offset,
    Point,
    Window,
    business_days,
    days,
    due,
    earliest,
    months,
    never,
    step,
)

_T = TypeVar("_T")


@st.composite
def rulebooks(
    draw: st.DrawFn,
    *,
    around: date = SHANGHAI.first,
    max_rules: int = 3,
    concluding: bool = False,
) -> Rulebook:
    """Rulebooks of one to `max_rules` rules, and what they need, of every shape.

    Args:
        draw: Given by Hypothesis.
        around: A date near which versions of rules change.
        max_rules: How many rules at most, beside a lifecycle and a prohibition they may refer to,
            and what is concluded from them.
        concluding: Whether something is always concluded, and heard of.
    """
    built = _Builder(draw, around)
    if rarely(draw, 3):
        built.lifecycle()
    if rarely(draw, 4):
        built.prohibition()
    for _ in range(pick(draw, (1, *range(1, max_rules + 1)))):
        built.any_shape()
    if concluding or rarely(draw, 3):
        built.conclusions(concluding)
    rules = built.rules
    return Rulebook(rules[::-1] if len(rules) > 1 and rarely(draw, 2) else rules)


class _Builder:
    """Draws one rule after another; later ones may refer to earlier ones."""

    def __init__(self, draw: st.DrawFn, around: date) -> None:
        self.draw = draw
        self.around = around
        self.rules: list[Shape] = []
        self.stages = False
        self.forbidding: list[str] = []

    def any_shape(self) -> None:
        shape = self.upto(12)
        if shape <= 6:
            self.follow_up()
        elif shape <= 9:
            self.procedure()
        elif shape <= 11:
            self.recurring()
        else:
            self.prohibition()

    def id(self, letter: str) -> str:
        return f"{letter}{len(self.rules)}"

    def upto(self, most: int, least: int = 0) -> int:
        return below(self.draw, most + 1, least)

    def rarely(self, of: int = 4) -> bool:
        return rarely(self.draw, of)

    def pick(self, *choices: _T) -> _T:
        return choices[self.upto(len(choices) - 1)]

    def condition(self) -> Condition:
        if self.stages and self.rarely(3):
            found: Condition = in_stage("life", self.pick(*phrases.STAGES))
        elif self.rarely(12):
            found = field("when") <= self.around + timedelta(days=2)
        elif self.stages and self.rarely(10):
            found = prior(entered("life", self.pick(*phrases.STAGES)), since=days(1)).count() >= 1
        else:
            found = self.pick(*phrases.CONDITIONS)
        return ~found if self.rarely(6) else found

    def where(self, pattern: Pattern, of: int = 3) -> Pattern:
        if not self.rarely(of):
            return pattern
        found = self.condition()
        if self.rarely(6):
            found = found & self.condition() if self.rarely(2) else found | self.condition()
        return pattern.where(found)

    def trigger(self) -> Pattern:
        if self.stages and self.rarely(2):
            stage = self.pick(*phrases.STAGES)
            found: Pattern = self.pick(
                entered("life", stage), left("life", stage), DEAL | entered("life", stage)
            )
            return self.where(found, 5)
        return self.where(self.pick(*phrases.TRIGGERS))

    def payer(self) -> Pattern:
        found = self.where(self.pick(*phrases.PAYERS), 5)
        if self.stages and self.rarely(6):
            return found | entered("life", self.pick(*phrases.STAGES))
        return found

    def release(self) -> Pattern | None:
        if self.stages and self.rarely(3):
            return left("life", self.pick(*phrases.STAGES))
        found = self.pick(*phrases.RELEASES)
        return None if found is None else self.where(found, 6)

    def offset(self, unit: int, least: int = 0) -> tuple[Offset, int]:
        of = phrases.UNITS[unit]
        at = self.upto(len(of) - 1, least)
        return of[at], at

    def window(self, *, fields: bool = True) -> Window:
        kind = self.upto(9)
        if kind >= 8 and fields:
            return self.pick(*phrases.FIELDS)
        if kind >= 6:
            return self.pick(*phrases.SPECIAL)
        unit = self.pick(0, 0, 1, 1, 2, 3)
        opens, least = self.offset(unit) if self.rarely(3) else (None, 0)
        ends, _ = self.offset(unit, least)
        return Window(opens=opens, due=ends, expires=self.expires(unit))

    def expires(self, unit: int) -> Any:
        kind = self.upto(4)
        if kind <= 2:
            return None
        return never if kind == 3 else due + self.offset(self.pick(unit, 0, 1))[0]

    def follow_up(self) -> None:
        window = self.window()
        rule = FollowUp(
            id=self.id("f"),
            trigger=self.trigger(),
            fulfilled_by=self.payer(),
            window=window,
            released_by=self.release(),
            correlate_on=self.pick(*phrases.KEYS),
            differs_on=self.pick(None, None, None, None, "contact", "channel"),
            on_retrigger=self.pick("separate", "ignore", "restart", "queue"),
            paused_by=self.pause(window),
            for_each=self.for_each(),
            unless_forbidden=self.pick(None, *self.forbidding),
        )
        change = self.upto(6)
        if change == 5:
            self.versions(rule)
        else:
            self.rules.append(rule)
            if change == 6 and rule.on_retrigger != "queue":
                self.chain(rule)

    def pause(self, *windows: Window) -> Pause | None:
        parts = [part for window in windows for part in window.due.parts()]
        if any(isinstance(part.anchor, Field) for part in parts) or not self.rarely(2):
            return None
        if self.stages and self.rarely(4):
            stage = self.pick(*phrases.STAGES)
            return Pause(begin=entered("life", stage), end=left("life", stage))
        found: Pause = self.pick(*phrases.PAUSES)
        return found

    def for_each(self) -> Any:
        if not self.rarely(6):
            return None
        buyer = contact("role") == "buyer"
        return contacts(self.pick(None, buyer, ~buyer, buyer | (contact("age") >= 40)))

    def versions(self, rule: FollowUp) -> None:
        """The same rule with another window from some day on."""
        changes_on = self.around + timedelta(days=self.pick(1, 2, 3))
        window = self.window(fields=rule.paused_by is None)
        changed = attrs.evolve(rule, window=window, released_by=self.release())
        self.rules.append(attrs.evolve(rule, in_force=Period(None, changes_on)))
        ends = self.pick(None, changes_on + timedelta(days=1))
        self.rules.append(attrs.evolve(changed, in_force=Period(changes_on, ends)))

    def chain(self, rule: FollowUp) -> None:
        """One or two further rules, each counted from where the one before ended."""
        for _ in range(self.pick(1, 2)):
            before = self.pick(self.rules[-1].id, self.rules[-1].id, rule.id)
            self.rules.append(
                attrs.evolve(
                    rule,
                    id=self.id("f"),
                    window=self.after(before),
                    fulfilled_by=self.payer(),
                    released_by=self.release(),
                )
            )

    def after(self, before: str) -> Window:
        unit = self.pick(0, 0, 1, 2, 3)
        anchor: Point = step(before)
        opens, least = self.offset(unit) if self.rarely(2) else (None, 0)
        ends, _ = self.offset(unit, least)
        return Window(
            opens=None if opens is None else anchor + opens,
            due=earliest(anchor + ends, days(2)) if self.rarely(8) else anchor + ends,
            expires=self.expires(unit),
        )

    def procedure(self) -> None:
        steps: list[Any] = []
        names = ("a", "b", "c")[: self.pick(2, 1, 3, 2)]
        for name in names:
            each = self.pick(None, None, None, event("promise.made"), event("case.opened"))
            earlier = [one.name for one in steps if one.each is None]
            chained = bool(earlier) and each is None and self.rarely(2)
            steps.append(
                Step(
                    name=name,
                    fulfilled_by=self.pick(
                        event("step.recorded", step=name),
                        event("step.recorded", step=name),
                        event("step.recorded", step=name),
                        event("step.recorded"),
                        TOUCH,
                    ),
                    window=self.after(self.pick(*earlier)) if chained else self.window(),
                    released_by=self.pick(None, None, event("step.skipped", step=name)),
                    each=each,
                    optional=self.rarely(4),
                    survives_closing=self.rarely(4),
                )
            )
        self.rules.append(
            Procedure(
                id=self.id("p"),
                opened_by=self.where(event("case.opened"), 6),
                steps=steps,
                closed_by=self.pick(event("case.closed"), event("case.closed"), None),
                correlate_on=self.pick(("case",), ("case",), ()),
                ordered=not self.rarely(4),
                paused_by=self.pause(*(one.window for one in steps)),
            )
        )

    def recurring(self) -> None:
        starts, stops = self.pick(DEAL, DEAL, event("case.opened")), self.release()
        if self.stages and self.rarely(2):
            stage = self.pick(*phrases.STAGES)
            starts, stops = entered("life", stage), left("life", stage)
        touches = self.pick(TOUCH, TOUCH, touch("visit"), TOUCH | DEAL)
        if stops is not None and stops.kinds & (starts.kinds | touches.kinds):
            stops = None
        common: dict[str, Any] = {
            "id": self.id("r"),
            "starts": self.where(starts, 6),
            "fulfilled_by": touches,
            "stops": stops,
            "correlate_on": self.pick((), (), ("case",)),
        }
        if self.rarely(2):
            on: Any = self.pick(
                Holidays(),
                RRule("FREQ=DAILY"),
                RRule("FREQ=DAILY;INTERVAL=2;COUNT=2"),
                RRule("FREQ=WEEKLY;BYDAY=SU,MO"),
                Holidays(("Spring",)),
                RRule("FREQ=MONTHLY;BYMONTHDAY=1"),
            )
            self.rules.append(
                Recurring(
                    **common,
                    on=on,
                    opens=self.pick(None, days(-1), days(-2)),
                    due=days(self.pick(0, 0, 1)),
                    expires=days(self.pick(1, 0)),
                )
            )
            return
        unit: Any = self.pick(days, days, business_days)
        least = self.upto(2)
        opens = unit(least) if self.rarely(3) else None
        every = unit(max(1, least) + self.upto(2))
        every = months(1) if unit is days and self.rarely(6) else every
        self.rules.append(Recurring(**common, every=every, opens=opens))

    def prohibition(self) -> None:
        context = self.condition() if self.rarely(2) else None
        clearance = self.pick(event("cleared"), event("cleared"), None, touch("call"))
        if self.stages and self.rarely(6):
            clearance = entered("life", self.pick(*phrases.STAGES))
        rule = Prohibition(
            id=self.id("x"),
            forbids=self.where(self.pick(event("gift.given"), event("gift.given"), DEAL), 5),
            context=context,
            unless_prior=None if clearance is None else self.where(clearance, 5),
            correlate_on=self.pick(*phrases.KEYS[1:5]),
        )
        self.rules.append(rule)
        if context is not None:
            self.forbidding.append(rule.id)

    def lifecycle(self) -> None:
        second = self.pick(touch("visit"), TOUCH, event("promise.made"))
        moves: Any = [
            Move(on=self.where(DEAL, 5), to="one"),
            Move(source="one", on=second, to="two"),
            Move(source=self.pick("two", None, "one"), on=event("order.cancelled"), to="three"),
        ]
        if self.rarely(3):
            moves.append(Move(source="three", on=self.where(TOUCH, 2), to="three"))
        if self.rarely(3):
            moves.append(Move(source="two", on=second | DEAL, to="three"))
        stages: Any = [Stage(name=name) for name in phrases.STAGES]
        timeouts: Any = self.pick(*phrases.TIMEOUTS)
        self.rules.append(
            Lifecycle(
                id="life",
                stages=stages,
                moves=moves[1:] + moves[:1] if self.rarely(3) else moves,
                timeouts=timeouts,
            )
        )
        self.stages = True

    # ---- conclusions ---------------------------------------------------------------------

    def conclusions(self, heard: bool) -> None:
        """A conclusion or two, and what is owed after them; that may be a premise again."""
        self.derivation()
        if heard:
            self.after_conclusion(self.rules[-1].id)
        for _ in range(self.pick(1, 0, 2, 3)):
            if self.rarely(3):
                self.derivation()
            else:
                self.after_conclusion(self.pick(*self.concluding()))

    def concluding(self) -> list[str]:
        return [rule.id for rule in self.rules if isinstance(rule, Derivation)]

    def derivation(self) -> None:
        keys = self.pick(*((),) * 5, ("case",), ("case",), ("contact",), ("case", "owner"))
        given = [self.premise()]
        if self.rarely(4):
            given.append(self.premise(wide=bool(keys) and self.rarely(3)))
        unless = [self.premise(wide=self.rarely(3))] if self.rarely(3) else []
        where = None
        if self.rarely(5):
            where = self.pick(
                customer("kind") == "government",
                ~(customer("kind") == "person"),
                customer("vip").is_known(),
            )
            if self.stages and self.rarely(2):
                where = in_stage("life", self.pick(*phrases.STAGES))
        self.rules.append(
            Derivation(id=self.id("d"), given=given, unless=unless, where=where, correlate_on=keys)
        )

    def premise(self, *, wide: bool = False) -> Premise:
        counted: dict[str, Any] = {
            "at_least": self.pick(1, 1, 1, 1, 1, 1, 2, 2, 3),
            "distinct": self.pick(*(None,) * 8, "case", "contact", "channel"),
            "customer_wide": wide,
        }
        if self.rarely(2):
            return happened(self.seen(), **counted)
        rule = self.pick(*self.rules[-3:], *self.rules)
        part = None
        if isinstance(rule, Derivation):
            statuses: tuple[str, ...] = ("holds",)
        elif isinstance(rule, Prohibition):
            statuses = ("violated",)
        elif isinstance(rule, Lifecycle):
            statuses = self.pick(("current",), ("left",), ("current", "left"))
            part = self.pick(None, *phrases.STAGES)
        else:
            statuses = self.pick(
                ("missed",),
                ("missed", "open", "upcoming"),
                ("missed", "open", "upcoming"),
                ("open",),
                ("open", "upcoming"),
                ("fulfilled",),
                ("fulfilled", "repaired"),
                ("breached", "fulfilled", "released"),
                ("released", "lapsed"),
            )
            if isinstance(rule, Procedure):
                statuses = self.pick(statuses, statuses, ("violated",))
                part = self.pick(None, None, rule.steps[0].name)
        return found(rule.id, *statuses, part=part, **counted)

    def seen(self) -> Pattern:
        """What happened: an event, a stage move, or another conclusion."""
        below = self.concluding()
        if below and self.rarely(4):
            id = self.pick(*below)
            return self.pick(concluded(id), concluded(id), withdrawn(id))
        if self.stages and self.rarely(4):
            return entered("life", self.pick(*phrases.STAGES))
        return self.where(self.pick(*phrases.TRIGGERS, event("order.cancelled")), 5)

    def after_conclusion(self, id: str) -> None:
        """What is owed after a conclusion, until it is withdrawn."""
        keys = self.pick((), ("case",))
        if self.rarely(6):
            self.rules.append(
                Recurring(
                    id=self.id("r"),
                    starts=concluded(id),
                    fulfilled_by=self.pick(TOUCH, touch("visit")),
                    stops=self.pick(withdrawn(id), None, event("order.cancelled")),
                    every=days(self.pick(1, 2)),
                    correlate_on=keys,
                )
            )
            return
        window = self.window(fields=self.rarely(4))
        trigger = self.pick(concluded(id), concluded(id), withdrawn(id), concluded(id) | DEAL)
        self.rules.append(
            FollowUp(
                id=self.id("f"),
                trigger=self.where(trigger, 8),
                fulfilled_by=self.payer(),
                window=window,
                released_by=self.pick(
                    None if withdrawn(id).kinds <= trigger.kinds else withdrawn(id),
                    self.release(),
                ),
                correlate_on=keys,
                on_retrigger=self.pick("separate", "ignore", "restart", "queue"),
                paused_by=self.pause(window),
            )
        )
