"""The whole rulebook on durable-rules, a Rete engine: another way to the same findings.

Conditions on events are bits that are known beforehand, and calendars turn every window into whole
numbers before the engine sees it: it never reckons time. What is left is matching, and that the
engine does. Strata follow one another: stages, then for each group of races pauses, cases, what is
owed, who may act on it, which act is the first, what it ends, and what is handed on; prohibitions
at last. Within a stratum rules chain forward: an action reckons the next window from what
matched, and tells it as a new fact. A minimum (the first payment, the first release, the next
stage) is a fact without another one before it. Chains, and triggers that are ignored while
something is owed, take turns: a stratum is signalled once for each. What doubt there is makes a
second run, in which everything doubtful counts. Conclusions are drawn from what is found below, at
each instant at which that changes, and are events to what is found above.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from retention_rules.calendars import Calendar, instant
from retention_rules.customers import Customer, Customers, local_date
from retention_rules.customers import customers as by_id
from retention_rules.evaluation.arguments import (
    at_home,
    checked_calendar,
    checked_records,
    checked_rulebook,
    completeness,
)
from retention_rules.evaluation.found import Viewpoint
from retention_rules.evaluation.happenings import placed
from retention_rules.evaluation.lowering import compiled
from retention_rules.evaluation.monitor import shared_cases
from retention_rules.evaluation.origin import Origin
from retention_rules.evaluation.rete.adapter import native
from retention_rules.evaluation.rete.world import World, world_of
from retention_rules.events import Event, Record, aware
from retention_rules.findings import Finding, Findings
from retention_rules.knowledge import resolve
from retention_rules.rulebook import Rulebook


def evaluate(
    rulebook: Rulebook,
    records: Iterable[Record],
    *,
    as_of: datetime | str,
    customers: Iterable[Customer] | Customers = (),
    zone: str | None = None,
    calendar: Calendar | None = None,
    known_at: datetime | str | None = None,
    complete: Mapping[str, datetime | str] | None = None,
    history_from: date | None = None,
) -> Findings:
    """The findings of `retention_rules.evaluate`, decided by durable-rules.

    Raises:
        MissingExtra: durable-rules is not installed.
    """
    native()
    now = aware(as_of)
    program = compiled(checked_rulebook(rulebook))
    known, place = by_id(customers), checked_calendar(calendar)
    since, until = local_date(history_from), completeness(complete)
    given = list(checked_records(records))
    resolution = resolve(given, known_at)
    mine: dict[str, list[Event]] = {}
    for event in resolution.events:
        if event.kind in program.relevant:
            mine.setdefault(event.customer, []).append(event)
    asking = {
        "as_of": as_of,
        "customers": known,
        "zone": zone,
        "calendar": calendar,
        "known_at": known_at,
        "complete": complete,
        "history_from": history_from,
    }
    origin = _Elsewhere(program, resolution.chains, until, (rulebook, given, asking))
    at = instant(now)
    worlds: dict[str, World] = {}
    for name in sorted(mine):
        customer, table = at_home(name, known, place, zone)
        happened = sorted((placed(one, table) for one in mine[name]), key=lambda one: one.order)
        visible = [one for one in happened if one.first <= at]
        worlds[name] = world_of(program, customer, table, since, until, visible, at)
    found: list[Finding] = []
    for name, world in worlds.items():
        view = Viewpoint(name, world.table.zone, until, origin)
        found += [one for one, _ in world.told(view)]
    notes = [*resolution.notes]
    for world in worlds.values():
        notes += world.sweep.notes()
    notes += shared_cases({name: world.sweep.groups for name, world in worlds.items()})
    return Findings(found, as_of=now, notes=notes)


class _Elsewhere(Origin):
    """Leaves explanations to the default evaluator, whose findings have the same keys."""

    def __init__(self, program: Any, chains: Any, complete: int | None, asked: Any) -> None:
        super().__init__({}, program, chains, complete)
        self._asked = asked
        self._findings: Findings | None = None

    def evidence(self, finding: Finding) -> Any:
        """The facts behind a finding."""
        if self._findings is None:
            from retention_rules.evaluation.at_once import evaluate as by_default

            rulebook, records, asking = self._asked
            self._findings = by_default(rulebook, records, **asking, engine="python")
        return self._findings.get(finding.key).evidence()
