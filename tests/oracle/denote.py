"""What a rulebook means for a set of records at an instant, one customer and rule at a time."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import attrs
from tests.oracle import conclusions, stages
from tests.oracle.casework import worked
from tests.oracle.happenings import effective, placed
from tests.oracle.recurring import recurred
from tests.oracle.verdicts import followed_up
from tests.oracle.violations import prohibited
from tests.oracle.world import World

from retention_rules.calendars import Calendar, day_table, instant
from retention_rules.conditions import Alternative, InStage
from retention_rules.customers import Customer
from retention_rules.customers import customers as by_id
from retention_rules.errors import UnknownZone
from retention_rules.events import RESERVED, Record, aware
from retention_rules.findings import Finding, escaped
from retention_rules.rulebook import Rulebook
from retention_rules.rules import FollowUp, Lifecycle, Procedure, Prohibition, Recurring

_MOST_TIMEOUTS = 40


def denote(
    rulebook: Rulebook,
    records: Iterable[Record],
    *,
    as_of: datetime | str,
    customers: Iterable[Customer] | Mapping[str, Customer] = (),
    zone: str | None = None,
    calendar: Calendar | None = None,
    known_at: datetime | str | None = None,
    complete: Mapping[str, datetime | str] | None = None,
    history_from: date | None = None,
) -> list[Finding]:
    """All findings at `as_of`, sorted by key."""
    t = instant(aware(as_of))
    cut = None if known_at is None else instant(aware(known_at))
    sure = [instant(aware(one)) for one in (complete or {}).values()]
    table_of = calendar if calendar is not None else Calendar()
    known = by_id(customers)
    mine: dict[str, list[Any]] = {}
    for event in effective(list(records), cut):
        mine.setdefault(event.customer, []).append(event)
    found: list[Finding] = []
    for name, events in mine.items():
        customer = known.get(name, Customer(name))
        where = customer.zone or table_of.zone or zone
        if where is None:
            raise UnknownZone(f"`{name}` has no zone")
        table = day_table(where, table_of)
        happened = [one for one in (placed(event, table) for event in events) if one.first <= t]
        start = customer.history_from or history_from
        world = World(
            rulebook,
            customer,
            table,
            tuple(sorted(happened, key=lambda one: one.order)),
            None if start is None else table.start(start.toordinal()),
            min(sure, default=None),
            t,
        )
        drawn = conclusions.stories(world)
        moments = tuple(one for story in drawn for one in story.moments)
        world = attrs.evolve(world, concluded=moments, memo={})
        found += _found(world, t)
        found += [one for story in drawn for one in story.findings(world)]
    return sorted(found, key=lambda one: one.key)


def _found(world: World, t: int) -> Iterator[Finding]:
    for id in dict.fromkeys(rule.id for rule in world.rulebook):
        for key, case in cases(world, id).items():
            finding = case.finding(t)
            if finding is not None:
                change = _next_change(world, t, id, key, case, finding)
                yield attrs.evolve(finding, next_change=change)


def cases(world: World, id: str) -> dict[str, Any]:
    """All that may be found of a rule, by key: in both runs, at any instant."""
    memo = ("cases", id, len(world.events), world.now)
    if memo not in world.memo:
        found: list[Any] = []
        done = False
        for rule in world.rulebook:
            if rule.id != id:
                continue
            if isinstance(rule, Prohibition):
                found += prohibited(world, rule)
            elif isinstance(rule, Lifecycle):
                found += _stays(world, rule)
            elif isinstance(rule, FollowUp) and not done:
                found += followed_up(world, rule)
                done = True
            elif isinstance(rule, Procedure):
                found += worked(world, rule)
            elif isinstance(rule, Recurring):
                found += recurred(world, rule)
        world.memo[memo] = {_key(one): one for one in found}
    known: dict[str, Any] = world.memo[memo]
    return known


def _key(case: Any) -> str:
    return str(case.key if hasattr(case, "key") else (case.lo or case.hi).key)


# stages


@attrs.frozen(eq=False)
class Stay:
    """A stay of the customer in a stage."""

    world: World
    life: Lifecycle
    entry: stages.Entry
    due: int | None  # when it ends by itself
    bears: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return "/".join(
            (
                escaped(self.life.id),
                escaped(self.world.customer.id),
                f"{self.entry.stage}@{self.entry.cause}",
            )
        )

    def finding(self, t: int) -> Finding | None:
        """What is found at t, but for `next_change`."""
        entry = self.entry
        if entry.first > t:
            return None
        gone = entry.left is not None and entry.left <= t
        status: Any = "indeterminate" if entry.doubtful else "left" if gone else "current"
        return Finding(
            key=self.key,
            rule=self.life.id,
            nature="stage",
            customer=self.world.customer.id,
            status=status,
            trigger=entry.cause,
            zone=self.world.table.zone,
            part=entry.stage,
            opens=entry.first,
            ended=entry.left if status == "left" else None,
            ended_by=entry.left_by if status == "left" else None,
            reason="doubtful" if entry.doubtful else None,
        )

    def candidates(self, t: int) -> Iterator[int]:
        """The instants at which it may change."""
        if self.due is not None:
            yield self.due


def _stays(world: World, life: Lifecycle) -> list[Stay]:
    state = stages.final(world, life, world.now)
    next_timeout = stages.timeout(world, life, state)
    due = None if next_timeout is None else next_timeout[0]
    return [Stay(world, life, one, due) for one in state.entries]


# next_change


def _next_change(
    world: World, t: int, id: str, key: str, case: Any, finding: Finding
) -> int | None:
    """The least instant after t at which the finding differs or its chain bears another one."""
    heirs = [(other, heir) for heir in case.bears for other in _rules_of(world, heir)]
    born = [
        (other, heir)
        for other, heir in heirs
        if heir in cases(world, other) and cases(world, other)[heir].finding(t) is None
    ]
    instants: set[int] = set(case.candidates(t))
    for other, heir in born:
        instants.update(cases(world, other)[heir].candidates(t))
    waiting: set[int] = {one for one in instants if one > t}
    timeouts = _timeouts(world, t, max(waiting, default=t))
    waiting |= set(timeouts)
    there = {heir for other, heir in heirs if _at(world, t, other, heir, timeouts) is not None}
    done: set[int] = set()
    while waiting - done:
        c: int = min(waiting - done)
        done.add(c)
        if _at(world, c, id, key, timeouts) != finding:
            return c
        if any(
            heir not in there and _at(world, c, other, heir, timeouts) is not None
            for other, heir in heirs
        ):
            return c
        if c in timeouts:  # new things may happen from here on
            now = _world_at(world, c, timeouts)
            for other, heir in ((id, key), *heirs):
                one = cases(now, other).get(heir)
                if one is not None:
                    waiting |= {later for later in one.candidates(c) if later > c}
    return None


def _rules_of(world: World, key: str) -> list[str]:
    first = key.split("/")[0]
    return [id for id in dict.fromkeys(rule.id for rule in world.rulebook) if escaped(id) == first]


def _at(world: World, c: int, id: str, key: str, timeouts: list[int]) -> Finding | None:
    if not _reads_stages(world, id):
        timeouts = []
    case = cases(_world_at(world, c, timeouts), id).get(key)
    return None if case is None else case.finding(c)


def _reads_stages(world: World, id: str) -> bool:
    """Whether time passing in a lifecycle may matter to a rule (or to a rule it refers to)."""
    memo = ("reads stages", id)
    if memo not in world.memo:
        world.memo[memo] = any(
            _asks_for_stages(rule)
            for rule in world.rulebook
            if rule.id == id or isinstance(rule, FollowUp | Prohibition)
        )
    return bool(world.memo[memo])


@functools.lru_cache(maxsize=4096)
def _asks_for_stages(rule: Any) -> bool:
    return isinstance(rule, Lifecycle) or _mentions_stages(rule)


def _mentions_stages(part: Any) -> bool:
    if isinstance(part, tuple):
        return any(_mentions_stages(one) for one in part)
    if isinstance(part, InStage):
        return True
    if isinstance(part, Alternative) and part.kind.startswith(RESERVED):
        return True
    if not attrs.has(type(part)):
        return False
    return any(_mentions_stages(getattr(part, one.name)) for one in attrs.fields(type(part)))


def _world_at(world: World, c: int, timeouts: list[int]) -> World:
    """The same records at c, when further stages may have timed out."""
    passed = [one for one in timeouts if one <= c]
    if not passed:
        return world
    memo = ("world", passed[-1])
    if memo not in world.memo:
        world.memo[memo] = world.later(passed[-1])
    then: World = world.memo[memo]
    return then


def _timeouts(world: World, t: int, until: int) -> list[int]:
    """The timeouts after t: all that may matter for what is awaited, and once round the stages."""
    found: set[int] = set()
    for life in world.lives():
        state = stages.final(world, life, t)
        for n in range(_MOST_TIMEOUTS):
            at = stages.timeout(world, life, state)
            if at is None or (n > 2 * len(life.stages) and at[0] > until):
                break
            found.add(at[0])
            state = stages.final(world, life, at[0])
    return sorted(found)
