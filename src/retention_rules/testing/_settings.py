"""What a file of timelines sets: rules, zone, calendar and customer."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from retention_rules.calendars import Calendar
from retention_rules.customers import Customer
from retention_rules.errors import RetentionRulesError, near
from retention_rules.interop import read_rulebook
from retention_rules.practices import handbook, practices
from retention_rules.practices.variants import Practice
from retention_rules.rulebook import Rulebook
from retention_rules.testing._clocks import Clock
from retention_rules.testing._nodes import BadTimeline, Node
from retention_rules.testing._stories import field

SETTING = (
    "practice",
    "zone",
    "customer",
    "calendar",
    "handbook",
    "rulebook",
    "complete",
    "history_from",
)
"""The keys that a file and each of its timelines may have; a timeline's own come first."""

CUSTOMER = ("id", "zone", "history_from", "contacts")
_ANYONE = "customer"


def practice_of(node: Node, book: Rulebook) -> str:
    """The rule that is named."""
    id, ids = node.text("practice"), [one.id for one in book]
    if id not in ids:
        raise node.wrong(f"the rulebook has no practice `{id}`: {near(id, ids)}")
    return id


def rulebook_of(given: Mapping[str, Node], path: str, rulebook: Rulebook | None) -> Rulebook:
    """The rules that are asked for; `rulebook`, or the whole handbook, if none are."""
    if "handbook" in given and "rulebook" in given:
        raise given["rulebook"].wrong("a `rulebook` beside a `handbook`: keep one of the two")
    if "handbook" in given:
        node = given["handbook"]
        choices = node.closed("the handbook", inspect.signature(handbook).parameters)
        chosen = _choices()
        for name, one in choices.items():
            chosen[name] = None if one.given == "none" else one.plain()
        try:
            return handbook(**chosen)
        except RetentionRulesError as problem:
            raise node.wrong(str(problem)) from None
        except (TypeError, ValueError, AttributeError):
            raise node.wrong(
                "this chooses nothing: write `{cadence: both, variants: {ID: READING}}`, say"
            ) from None
    if "rulebook" in given:
        node = given["rulebook"]
        return _loaded(node, Path(path).parent / node.text("name of a file"))
    return whole_handbook() if rulebook is None else rulebook


def whole_handbook() -> Rulebook:
    """All built-in practices: both cadences, the examples, and what is optional."""
    return handbook(**_choices())


def _choices() -> dict[str, Any]:
    found = practices().values()
    optional = [one.id for one in found if isinstance(one, Practice) and one.optional]
    return {"cadence": "both", "examples": True, "also": optional}


def _loaded(node: Node, file: Path) -> Rulebook:
    try:
        return read_rulebook(file)
    except OSError as problem:
        raise node.wrong(f"`{file}`: {(problem.strerror or str(problem)).lower()}") from None
    except RetentionRulesError as problem:
        raise node.wrong(str(problem)) from None


def calendar_of(node: Node) -> Calendar:
    """The calendar that is described."""
    data = {name: value.plain() for name, _, value in node.pairs("a calendar")}
    try:
        return Calendar.from_dict(data)
    except RetentionRulesError as problem:
        raise node.wrong(str(problem)) from None
    except (TypeError, ValueError, AttributeError):
        raise node.wrong("this is no calendar: write `hours: {mon-fri: 09:00-18:00}`") from None


def zone_of(given: Mapping[str, Node], timeline: Node) -> tuple[Node, str]:
    """The zone, and where it is named."""
    customer = given.get("customer")
    if customer is not None:
        for name, _, value in customer.pairs("the customer"):
            if name == "zone":
                return value, value.text("zone")
    if "zone" not in given:
        raise timeline.wrong("in which zone? Write `zone: Asia/Shanghai`, say, at the top")
    return given["zone"], given["zone"].text("zone")


def customer_of(
    given: Mapping[str, Node], zone: str, clock: Clock, facts: frozenset[str]
) -> Customer:
    """The customer that is described."""
    node = given.get("customer")
    own = {} if node is None else node.closed("the customer", (*CUSTOMER, *sorted(facts)))
    since = own.get("history_from") or given.get("history_from")
    try:
        return Customer(
            own["id"].text("name") if "id" in own else _ANYONE,
            zone=zone,
            history_from=None if since is None else day_of(since, clock),
            contacts=own["contacts"].plain() if "contacts" in own else None,
            facts={
                name: field(name, one, clock) for name, one in own.items() if name not in CUSTOMER
            },
        )
    except BadTimeline:
        raise
    except RetentionRulesError as problem:
        assert node is not None
        raise node.wrong(str(problem)) from None


def day_of(node: Node, clock: Clock) -> date:
    """A day, and no time."""
    found = clock.moment(node, node.text("day"))
    if isinstance(found, datetime):
        raise node.wrong(f"{node.shown()} is a time: write the day alone")
    return found


def instant_of(given: Mapping[str, Node], name: str, clock: Clock) -> datetime | None:
    """The instant under a key, if it is there."""
    return clock.instant(given[name], given[name].text("time")) if name in given else None
