"""Whom do we owe what, by when, and why: rules evaluated against customer event streams.

A rulebook is data; `evaluate(rulebook, events, as_of=t)` is a pure function from it, a set of
customer events and one instant to findings. This module is the menu: it only hands names on, and
loads the evaluator when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

from retention_rules.calendars import Calendar
from retention_rules.conditions import (
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
from retention_rules.customers import Customer
from retention_rules.errors import (
    AmendmentCycle,
    ConflictingEvents,
    DecodingError,
    DefinitionError,
    InvalidEvent,
    MissingExtra,
    NotExplainable,
    OutOfRange,
    RetentionRulesError,
    TooLate,
    UnknownTarget,
    UnknownZone,
)
from retention_rules.events import Event, Retraction
from retention_rules.findings import Change, Finding, Findings, Note
from retention_rules.premises import found, happened
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
    Stage,
    Step,
    Timeout,
    contacts,
)
from retention_rules.texts import Citation, Text
from retention_rules.windows import (
    Window,
    business_days,
    days,
    due,
    earliest,
    hours,
    minutes,
    months,
    never,
    seconds,
    step,
    trigger,
    until,
    weeks,
    working_hours,
    working_minutes,
    years,
)

if TYPE_CHECKING:
    from retention_rules.evaluation import Monitor, evaluate

__all__ = [
    "AmendmentCycle",
    "Calendar",
    "Change",
    "Citation",
    "ConflictingEvents",
    "Customer",
    "DecodingError",
    "DefinitionError",
    "Derivation",
    "Event",
    "Finding",
    "Findings",
    "FollowUp",
    "Holidays",
    "InvalidEvent",
    "Lifecycle",
    "Monitor",
    "Move",
    "MissingExtra",
    "NotExplainable",
    "Note",
    "OutOfRange",
    "Pattern",
    "Pause",
    "Period",
    "Procedure",
    "Prohibition",
    "RRule",
    "Recurring",
    "RetentionRulesError",
    "Retraction",
    "Rulebook",
    "Stage",
    "Step",
    "Text",
    "Timeout",
    "TooLate",
    "UnknownTarget",
    "UnknownZone",
    "Window",
    "business_days",
    "concluded",
    "contact",
    "contacts",
    "customer",
    "days",
    "due",
    "earliest",
    "entered",
    "evaluate",
    "event",
    "field",
    "found",
    "happened",
    "hours",
    "in_stage",
    "left",
    "minutes",
    "months",
    "never",
    "prior",
    "seconds",
    "step",
    "touch",
    "trigger",
    "until",
    "weeks",
    "withdrawn",
    "working_hours",
    "working_minutes",
    "years",
]


def __getattr__(name: str) -> Any:
    if name not in ("Monitor", "evaluate"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from retention_rules import evaluation

    return getattr(evaluation, name)
