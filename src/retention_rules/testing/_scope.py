"""Which rulebooks and questions a law speaks of, and questions made from questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs

from retention_rules.conditions import Comparison, History, In, Pattern, walk
from retention_rules.events import CUSTOMER_CHANGED, RESERVED, Data, Event, Record, Ref
from retention_rules.findings import Finding
from retention_rules.rulebook import Rulebook
from retention_rules.rules import (
    ALWAYS,
    Derivation,
    FollowUp,
    Holidays,
    Lifecycle,
    Procedure,
    Prohibition,
    Recurring,
    RRule,
    Shape,
)
from retention_rules.testing.evaluations import Evaluation
from retention_rules.testing.roles import conditions, patterns, points, references
from retention_rules.windows import CalendarDays

_DAY = 86_400_000_000


def mentioned(rulebook: Rulebook) -> frozenset[str]:
    """The kinds of events that some rule, or a fact, may read."""
    found = {CUSTOMER_CHANGED}
    for rule in rulebook:
        for pattern in patterns(rule):
            found |= pattern.kinds
        for node in conditions(rule):
            if isinstance(node, History):
                found |= node.of.pattern.kinds
    return frozenset(found)


def parts(rulebook: Rulebook) -> list[Rulebook]:
    """The rulebook, split into rules that refer to each other."""
    leader = {rule.id: rule.id for rule in rulebook}

    def find(id: str) -> str:
        while leader[id] != id:
            id = leader[id]
        return id

    for rule in rulebook:
        for id in references(rule):
            if id in leader:
                leader[find(rule.id)] = find(id)
    found: dict[str, list[Shape]] = {}
    for rule in rulebook:
        found.setdefault(find(rule.id), []).append(rule)
    return [Rulebook(rules) for rules in found.values()]


def concluding(rulebook: Rulebook) -> frozenset[str]:
    """Conclusions, and the rules that hear of them, however indirectly."""
    found = {rule.id for rule in rulebook if isinstance(rule, Derivation)}
    while True:
        more = {rule.id for rule in rulebook if references(rule) & found} | found
        if more == found:
            return frozenset(found)
        found = more


# --- moved in time ----------------------------------------------------------------------------


def timeless(rulebook: Rulebook) -> bool:
    """Whether no rule depends on the month or on a date of its own."""
    for rule in rulebook:
        if rule.in_force != ALWAYS:
            return False
        if isinstance(rule, Recurring) and isinstance(rule.on, RRule | Holidays):
            return False
        offsets: list[Any] = [point.offset for point in points(rule)]
        for node in conditions(rule):
            offsets += [node.of.since] if isinstance(node, History) else []
            operands: tuple[Any, ...] = (node.right,) if isinstance(node, Comparison) else ()
            operands += node.values if isinstance(node, In) else ()
            if any(isinstance(one, date) for one in operands):
                return False
        if any(isinstance(one, CalendarDays) and one.months for one in offsets):
            return False
    return True


def steady(asked: Evaluation, weeks: int) -> bool:
    """Whether all days are of equal length wherever the question may look, moved or not."""
    names = {record.customer for record in asked.records}
    for table in {asked.table(name) for name in names}:
        day = table.day(asked.now)
        span = range(day - 60, day + 60)
        if any(table.start(at + 1) - table.start(at) != _DAY for at in span):
            return False
        if any(table.start(at + 7 * weeks) - table.start(at) != 7 * weeks * _DAY for at in span):
            return False
    return True


def moved(asked: Evaluation, by: timedelta) -> Evaluation:
    """The same question with every date and instant moved, those in the data too."""
    return asked.but(
        records=[_moved(record, by) for record in asked.records],
        as_of=_later(asked.as_of, by),
        customers=[
            attrs.evolve(one, history_from=_later(one.history_from, by)) for one in asked.customers
        ],
        known_at=_later(asked.known_at, by),
        complete=asked.complete
        and {source: _later(until, by) for source, until in asked.complete.items()},
        history_from=_later(asked.history_from, by),
    )


def _moved(record: Record, by: timedelta) -> Record:
    changes: dict[str, Any] = {"recorded_at": _later(record.recorded_at, by)}
    if isinstance(record, Event):
        changes["occurred_at"] = _later(record.occurred_at, by)
        changes["data"] = {name: _later(value, by) for name, value in record.data.items()}
    return attrs.evolve(record, **changes)


def _later(value: Any, by: timedelta) -> Any:
    if isinstance(value, datetime):
        return (value.astimezone(UTC) + by).astimezone(value.tzinfo)
    if isinstance(value, date):
        return value + by
    if isinstance(value, str):
        return _spelled(value, by)
    if isinstance(value, tuple):
        return tuple(_later(one, by) for one in value)
    if isinstance(value, Data):
        return {name: _later(one, by) for name, one in value.items()}
    return value


def _spelled(text: str, by: timedelta) -> str:
    """Text that spells a date or instant, moved; other text as it is."""
    try:
        if len(text) == 10:
            return str(date.fromisoformat(text) + by)
        return str(_later(datetime.fromisoformat(text), by).isoformat())
    except (ValueError, TypeError):
        return text


# --- whose order matters ------------------------------------------------------------------------


def ties(asked: Evaluation) -> bool:
    """Whether two events of one customer share an instant, and names may have to decide."""
    kinds = _ordered(asked.rulebook)
    seen: set[tuple[str, int]] = set()
    for event in asked.records:
        if isinstance(event, Event) and event.kind in kinds:
            at = (event.customer, asked.first(event))
            if at in seen:
                return True
            seen.add(at)
    return False


def _ordered(rulebook: Rulebook) -> frozenset[str]:
    """Kinds of which the order among themselves matters."""
    if any(isinstance(rule, Derivation) for rule in rulebook):
        return mentioned(rulebook)
    found = {CUSTOMER_CHANGED}
    for rule in rulebook:
        for pattern in _ordered_patterns(rule):
            found |= pattern.kinds
        for pattern in patterns(rule):
            for one in pattern.alternatives:
                if any(isinstance(node, History) for node in walk(one.condition)):
                    found.add(one.kind)
        for node in conditions(rule):
            if isinstance(node, History):
                found |= node.of.pattern.kinds
    return frozenset(found)


def _ordered_patterns(rule: Shape) -> Iterable[Pattern]:
    if isinstance(rule, FollowUp):
        yield rule.trigger
        if rule.on_retrigger == "queue":
            yield rule.fulfilled_by
    elif isinstance(rule, Lifecycle):
        yield from (move.on for move in rule.moves)
    elif isinstance(rule, Procedure | Recurring):
        yield from patterns(rule)
    elif isinstance(rule, Prohibition):
        yield rule.forbids


def happened(asked: Evaluation, found: Iterable[Finding]) -> dict[tuple[str, int], set[str]]:
    """The kinds of what began at an instant for a customer: events, stage entries and exits."""
    kinds: dict[tuple[str, int], set[str]] = {}
    for record in asked.records:
        if isinstance(record, Event):
            kinds.setdefault((record.customer, asked.first(record)), set()).add(record.kind)
    for one in found:
        if one.nature == "stage":
            for what, at in (("entered", one.opens), ("left", one.ended)):
                if at is not None:
                    name = f"{RESERVED}{what}:{one.rule}:{one.part}"
                    kinds.setdefault((one.customer, at), set()).add(name)
    return kinds


def undying(rulebook: Rulebook) -> dict[str, frozenset[str] | None]:
    """Duties that come back, with the kinds that stop them; None where a touch owes a touch."""
    found: dict[str, frozenset[str] | None] = {}
    heard = concluding(rulebook)  # no finding tells when a conclusion was withdrawn
    for rule in rulebook:
        if rule.id in heard:
            continue
        if isinstance(rule, Recurring):
            on = rule.on
            ends = isinstance(on, RRule) and ("COUNT" in on.text or "UNTIL" in on.text)
            if not ends and not isinstance(on, Holidays):
                found[rule.id] = frozenset() if rule.stops is None else rule.stops.kinds
        elif (
            isinstance(rule, FollowUp)
            and rule.in_force == ALWAYS
            and rule.for_each is None
            and rule.unless_forbidden is None
            and not rule.window.steps()
            and not any(isinstance(key, tuple) and key[0] != key[1] for key in rule.correlate_on)
            and set(rule.trigger.alternatives) == set(rule.fulfilled_by.alternatives)
        ):
            found[rule.id] = None
    return found


def settled(records: Iterable[Record]) -> list[Record]:
    """Records without those amendments whose target has not come."""
    given = list(records)
    while True:
        there: set[Ref] = {record.ref for record in given}
        kept = [record for record in given if record.amends is None or record.amends in there]
        if len(kept) == len(given):
            return kept
        given = kept


def kind_of(text: str | None, kinds: Mapping[str, str]) -> str | None:
    """The kind of the event that a finding names: a record's, or a stage's entry or exit."""
    if text is None or "@" not in text:
        return kinds.get(text or "")
    lifecycle, stage = text.partition("@")[0].split(":", 1)
    what = "left" if stage.startswith("-") else "entered"
    return f"{RESERVED}{what}:{lifecycle}:{stage.removeprefix('-')}"
