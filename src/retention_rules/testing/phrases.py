"""The phrases that drawn rulebooks are made of: one small vocabulary, so that rules meet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from retention_rules.conditions import Condition, customer, event, field, prior, touch
from retention_rules.rules import Pause, Timeout
from retention_rules.windows import (
    Offset,
    Window,
    business_days,
    days,
    due,
    earliest,
    hours,
    months,
    never,
    seconds,
    until,
    weeks,
    working_hours,
    working_minutes,
)

DEAL, TOUCH = event("deal.closed"), touch()
TRIGGERS = (
    DEAL,
    TOUCH,
    DEAL | TOUCH,
    touch("visit"),
    event("promise.made"),
    event("case.opened"),
    DEAL | event("gift.given"),
)
PAYERS = (
    TOUCH,
    TOUCH,
    touch("call", "visit"),
    touch("letter", handwritten=True),
    DEAL | TOUCH,
    event("promise.kept") | touch("visit"),
)
RELEASES = (
    None,
    None,
    event("order.cancelled"),
    event("order.cancelled") | touch("visit"),
    DEAL,
    event("case.closed"),
)
CONDITIONS: tuple[Condition, ...] = (
    field("amount") >= 10,
    ~(field("amount") >= 10),
    (field("amount") < 10) | (field("vip") == True),  # noqa: E712
    field("amount").is_known() & (field("amount") != 5),
    field("channel").in_("call", "visit"),
    field("actor") == field("owner"),
    customer("kind") == "government",
    ~(customer("kind") == "person"),
    customer("vip").is_known(),
    field("amount") > customer("limit"),
    prior("deal.closed").count() == 0,
    prior("deal.closed", same="case").count() <= 1,
    ~(field("amount") <= prior("deal.closed").max("amount") * Decimal("0.5")),
    prior(touch(), since=days(1)).count() >= 1,
    prior("deal.closed", since=hours(24)).sum("amount") >= 15,
    ~(prior(touch("call", "visit")).last("channel") == "call"),
    prior(event("deal.closed", vip=True)).min("amount") < field("amount"),
    prior(DEAL.where(prior("touch.made").count() >= 1)).count() >= 1,
    prior("touch.made", same=("case", "contact"), since=hours(12)).last("handwritten").is_known(),
)
STAGES = ("one", "two", "three")
PAUSES = (
    Pause(begin=event("wait"), end=event("back")),
    Pause(begin=event("wait"), end=event("back"), paired_on="case"),
    Pause(begin=event("wait"), end=event("back"), at_most=hours(24)),
    Pause(begin=event("wait").where(field("amount") >= 10), end=event("back"), paired_on="case"),
    Pause(begin=event("wait") | event("case.opened"), end=event("case.closed"), at_most=hours(12)),
)
KEYS: tuple[Any, ...] = (
    (),
    (),
    ("case",),
    ("case",),
    (("order", "case"),),
    ("case", ("owner", "actor")),
)
UNITS: tuple[tuple[Offset, ...], ...] = (
    tuple(days(n) for n in range(4)),
    (seconds(0), seconds(30), hours(3), hours(9), hours(12), hours(24), hours(48)),
    (business_days(0), business_days(1), business_days(1).closing(), business_days(2)),
    (working_minutes(0), working_hours(3), working_hours(8), working_hours(11)),
)
SPECIAL = (
    Window(due=days(1).at("12:00")),
    Window(due=days(2), opens=days(1).at("09:00"), expires=due + days(1)),
    Window(due=business_days(1).at("12:00"), opens=business_days(1)),
    Window(due=business_days(0).closing(), expires=due + business_days(1)),
    Window(due=business_days(1), opens=hours(3), expires=due + hours(9)),
    Window(due=working_hours(3), opens=days(1), expires=never),
    Window(due=hours(24), opens=days(1), expires=days(4), target=hours(12)),
    Window(due=months(1), opens=weeks(1), target=days(2)),
    Window(due=days(2).at("02:30"), expires=due + working_hours(3)),
    Window(due=days(1).at("24:00"), target=until("when")),
    Window(due=earliest(hours(24), days(1))),
    Window(due=earliest(business_days(1), days(1).at("09:00")), expires=due + days(0)),
)
FIELDS = (
    Window(due=until("when")),
    Window(due=until("when", default=days(1))),
    Window(due=until("when") - days(1), opens=days(0)),
    Window(due=until("when") + hours(3), opens=until("when") - hours(12)),
    Window(due=until("when") - business_days(1), expires=until("when")),
    Window(due=until("when") - working_hours(3), expires=never),
    Window(due=until("when").__add__(days(0).at("12:00")), opens=until("when")),
    Window(due=earliest(business_days(1), until("when") - days(1))),
    Window(due=earliest(until("when", default=hours(12)), days(2)), opens=until("when")),
    Window(due=days(2), opens=until("when", default=days(0))),
)
TIMEOUTS: tuple[tuple[Timeout, ...], ...] = (
    (),
    (Timeout(source="one", after=days(1), to="two"),),
    (
        Timeout(source="one", after=hours(24), to="two"),
        Timeout(source="two", after=hours(0), to="three"),
    ),
    (
        Timeout(source="one", after=until("when", default=hours(12)), to="three"),
        Timeout(source="two", after=business_days(1), to="one"),
        Timeout(source="three", after=days(2), to="two"),
    ),
    (Timeout(source="two", after=earliest(working_hours(3), days(0)), to="two"),),
)
