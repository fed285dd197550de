"""One obligation: reach, pauses, payment, release, end ("Who acts on whom", "Obligations")."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs
from tests.oracle.conditions import matches
from tests.oracle.happenings import Happening, Q
from tests.oracle.points import Pauses, Terms

from retention_rules.conditions import Pattern
from retention_rules.events import canonical
from retention_rules.findings import escaped
from retention_rules.rules import Key, Pause

if TYPE_CHECKING:
    from tests.oracle.world import World

FOREVER = 10**18
Group = tuple[str, ...]


# groups


def group_of(e: Happening, keys: tuple[Key, ...], part: int) -> Group | None:
    """The correlation values of an event: as trigger (part 0) or as anything else (part 1)."""
    found = []
    for key in keys:
        name = key[part] if isinstance(key, tuple) else key
        value = e.data.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int):
            return None
        found.append(str(value))
    return tuple(found)


def correlation(keys: tuple[Key, ...], group: Group) -> tuple[tuple[str, str], ...]:
    """The pairs that a finding shows."""
    names = [key[0] if isinstance(key, tuple) else key for key in keys]
    return tuple(zip(names, group, strict=True))


def key_of(rule: str, customer: str, group: Group, trigger: str, part: str | None) -> str:
    """The key of an obligation or violation."""
    parts = [*(escaped(one) for one in (rule, customer, *group)), trigger]
    return "/".join(parts if part is None else [*parts, part])


def counts(truth: bool | None, maybe: bool) -> bool:
    """Whether something counts in the run: in hi, doubtful things do."""
    return truth is True or (maybe and truth is None)


# reach


def reach(
    e: Happening, trigger: Happening, *, whole_day: bool, is_trigger: bool, maybe: bool
) -> int | None:
    """The instant from which an event acts on the obligation of a trigger."""
    if e.lineage == trigger.lineage:
        return None
    in_order = not is_trigger or e.order > trigger.order
    if not e.dated and not trigger.dated:
        later = e.first > trigger.first
        return e.first if later or (e.first == trigger.first and in_order) else None
    if whole_day:
        later = e.day > trigger.day
        acts = later or (e.day == trigger.day and in_order)
        return max(e.first, trigger.first) if acts else None
    if maybe:
        possible = e.last >= trigger.first and (not is_trigger or e.order > trigger.order)
        return max(e.first, trigger.first) if possible else None
    certain = e.first >= trigger.last and (e.first > trigger.last or in_order)
    return e.last if certain else None


# pauses


def pauses(world: World, pause: Pause | None, group: Group, keys: Any, maybe: bool) -> Pauses:
    """The union of the pauses of a group; an open one has no end."""
    if pause is None:
        return ()
    pairs: dict[Any, list[tuple[int, int]]] = {}
    for e in world.events:
        if group_of(e, keys, 1) != group or any(name not in e.data for name in pause.paired_on):
            continue
        pair = tuple(canonical(e.data[name]) for name in pause.paired_on)
        if counts(matches(world, pause.begin, e), maybe):
            pairs.setdefault(pair, []).append((e.first, 0))
        if matches(world, pause.end, e) is True:
            pairs.setdefault(pair, []).append((e.first, 1))
    found = [one for marks in pairs.values() for one in _paused(pause, sorted(marks))]
    return _union(found)


def _paused(pause: Pause, marks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pauses of one pair; a begin at the instant of an end comes first."""
    found: list[tuple[int, int]] = []
    for at, what in marks:
        running = bool(found) and at < found[-1][1]
        if what == 0 and not running:
            limit = FOREVER if pause.at_most is None else at + pause.at_most.microseconds
            found.append((at, limit))
        elif what == 1 and running:
            found[-1] = (found[-1][0], at)
    return found


def _union(spans: Iterable[tuple[int, int]]) -> Pauses:
    merged: list[tuple[int, int]] = []
    for p, r in sorted(span for span in spans if span[0] < span[1]):
        if merged and p <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], r))
        else:
            merged.append((p, r))
    return tuple((p, None if r == FOREVER else r) for p, r in merged)


# payment, release, end

Act = tuple[int, Happening]  # at what instant, by what


@attrs.frozen(eq=False)
class Outcome:
    """What becomes of one obligation in one run, if nothing more happens."""

    key: str
    rule: str
    correlation: tuple[tuple[str, str], ...]
    trigger: Happening
    part: str | None
    terms: Terms
    birth: int
    anchor: int  # its own: where it counts from
    paid: Act | None
    freed: Act | None
    skipped: bool = False  # freed by its own `released_by`
    policy: Any = None  # for `ignore` and `queue`: where to look for doubtful things
    bears: tuple[str, ...] = ()  # the keys of its chain that come next

    @property
    def end(self) -> int:
        """When it ends: paid, freed, or just after it expired."""
        for act in (self.paid, self.freed):
            if act is not None:
                return act[0]
        expires = self.terms.expires_at(FOREVER)
        return FOREVER if expires is None else expires + Q


def earliest(acts: Iterable[Act]) -> Act | None:
    """The first, and of those of one instant the first in order."""
    return min(acts, key=lambda act: (act[0], act[1].order), default=None)


def pay_instant(e: Happening, reached: int | None, opens: int) -> int | None:
    """p(e, τ): when an event that reaches an obligation pays it."""
    if reached is None or max(reached, opens) > e.last:
        return None
    return max(reached, opens)


def had_paid(before: Iterable[Act], e: Happening, p: int) -> bool:
    """Whether an event that would pay a step at p has paid one that it counts from by then."""
    return any(by is e and paid <= p for paid, by in before)


def payable(terms: Terms, p: int, freed: Act | None) -> bool:
    """Whether a payment at p is neither too late nor after a release."""
    expires = terms.expires_at(p)
    return (expires is None or p <= expires) and (freed is None or not freed[0] < p)


def first_payment(terms: Terms, acts: Iterable[Act], freed: Act | None) -> Act | None:
    """The least payment."""
    return earliest(act for act in acts if payable(terms, act[0], freed))


def freed_in_time(terms: Terms, freed: Act | None) -> Act | None:
    """A release, if it came before the end."""
    if freed is None:
        return None
    expires = terms.expires_at(freed[0])
    return freed if expires is None or freed[0] <= expires else None


def handed_on(outcome: Outcome, *, procedure: bool) -> tuple[int, int] | None:
    """When a step hands on, and the anchor that it hands on; None if it never does."""
    if outcome.paid is not None:
        p = outcome.paid[0]
        due = outcome.terms.due_at(p)
        instant, anchor = p, p
        if due is not None:
            instant, anchor = min(p, outcome.terms.passed(due)), min(p, due)
    elif outcome.freed is not None:
        f = outcome.freed[0]
        due = outcome.terms.due_at(f)
        if due is not None and f > outcome.terms.passed(due):
            instant, anchor = outcome.terms.passed(due), due
        elif procedure and outcome.skipped:
            instant, anchor = f, f if due is None else min(f, due)
        else:
            return None
    else:
        due = outcome.terms.due_at(FOREVER)
        if due is None:
            return None
        instant, anchor = outcome.terms.passed(due), due
    return max(instant, outcome.birth), max(anchor, outcome.anchor)


def acts_of(
    world: World,
    pattern: Pattern | None,
    group: Group,
    keys: Any,
    maybe: bool,
) -> list[Happening]:
    """The events of a group that match a pattern, in the sense of the run."""
    if pattern is None:
        return []
    return [
        e
        for e in world.events
        if e.kind in pattern.kinds
        and group_of(e, keys, 1) == group
        and counts(matches(world, pattern, e), maybe)
    ]
