"""Evidence: the facts behind a finding, as data; enough of them to find it again."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs

from retention_rules.conditions import Pattern
from retention_rules.evaluation.checks import Check
from retention_rules.findings import Finding
from retention_rules.rules import Rule
from retention_rules.windows import (
    Point,
)


@attrs.frozen
class Cited:
    """An event that the evidence names.

    Attributes:
        name: Its source and id.
        amended_by: The corrections that gave it its content.
        dated: Whether only its day is known.
    """

    name: str
    kind: str
    first: int
    dated: bool
    amended_by: tuple[str, ...] = ()


@attrs.frozen
class Reckoned:
    """One end of a window and how it came about.

    Attributes:
        end: ``opens``, ``due``, ``expires`` or ``target``.
        point: The point that decided, of those that people wrote; None where a default serves.
        skipped: The days that did not count between its anchor and its end, and why.
        pauses: The pauses that moved it, as begin and end (None: it lasts).
    """

    end: str
    instant: int | None
    point: Point | None
    skipped: tuple[tuple[date, str], ...] = ()
    pauses: tuple[tuple[int, int | None], ...] = ()


@attrs.frozen
class Miss:
    """An event that nearly paid, or that leaves something in doubt.

    Attributes:
        event: The event.
        why: ``test``, ``early``, ``late``, ``before``, ``other-case``, ``contact``, ``same``
            (a field that must differ), ``differs`` (one that must not), ``used``, ``dated``.
        failed: The tests that it failed, or that could not be decided.
        by: How far it missed the window, in microseconds.
        field: The field that tells them apart, what the event has there, and what was needed.
    """

    event: Cited
    why: str
    failed: tuple[Check, ...] = ()
    by: int | None = None
    field: tuple[str, Any, Any] | None = None


@attrs.frozen
class Reason:
    """Something that a conclusion is drawn from.

    Attributes:
        name: The key of a finding, or the name of an event.
        finding: The finding as it is now; None for an event.
        event: The event itself, or the one behind the finding; None if it was let go of.
    """

    name: str
    finding: Finding | None
    event: Cited | None


@attrs.frozen
class Evidence:
    """Why a finding is as it is.

    Attributes:
        rule: The rule, in the version that decided.
        trigger: What it is owed for; of a violation the event, of a stage what led to it.
        reckoned: The ends of the window.
        decided_by: What paid, freed or left it.
        conditions: The tests that the trigger, or what is forbidden, passed.
        context: The test of a prohibition's context.
        doubtful: The events in doubt.
        miss: The event that came nearest to paying, if none did.
        wanted: What would pay; of a prohibition, what would have cleared it.
        missing: The steps that were missing, in a procedure's violation.
        reasons: What a conclusion is drawn from.
        complete: Up to when the sources are complete; None: everything is in.
        cited: The names of events that suffice to find it again; `sufficient` says that this was
            tried.
    """

    finding: Finding
    rule: Rule
    zone: str
    trigger: Cited
    reckoned: tuple[Reckoned, ...] = ()
    decided_by: Cited | None = None
    conditions: tuple[Check, ...] = ()
    context: tuple[Check, ...] = ()
    doubtful: tuple[Miss, ...] = ()
    miss: Miss | None = None
    wanted: Pattern | None = None
    missing: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    complete: int | None = None
    cited: tuple[str, ...] = ()
    sufficient: bool = False
