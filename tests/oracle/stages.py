"""Stages ("Violations, stages"): where a customer is, by records and by time passing.

The state before the moves of an instant is defined by the state after the moves of the instant
before it, so conditions that ask for a stage never go round in a circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from tests.oracle.happenings import Happening, Q
from tests.oracle.points import timeout_instant

from retention_rules.events import Data
from retention_rules.rules import Lifecycle, Move

if TYPE_CHECKING:
    from tests.oracle.world import World


@attrs.frozen(eq=False)
class Entry:
    """A stay in a stage; `left` and `left_by` once it is over."""

    stage: str
    cause: str
    first: int
    last: int
    dated: bool
    day: int
    data: Data
    left: int | None = None
    left_by: str | None = None
    doubtful: bool = False  # a doubtful move may have ended it


@attrs.frozen(eq=False)
class State:
    """The entries of one lifecycle so far, the last the present one, and the events they are."""

    entries: tuple[Entry, ...] = ()
    derived: tuple[Happening, ...] = ()
    unknown: bool = False  # since a doubtful move


def before_moves(world: World, life: Lifecycle, t: int) -> State:
    """After the timeouts up to t, before the moves that records of t cause."""
    key = ("before", life.id, t)
    if key not in world.memo:
        earlier = [one.first for one in world.records if one.first < t]
        state = after_moves(world, life, max(earlier)) if earlier else State()
        world.memo[key] = _timed_out(world, life, state, t)
    known: State = world.memo[key]
    return known


def after_moves(world: World, life: Lifecycle, t: int) -> State:
    """After all that happened up to t, t included."""
    key = ("after", life.id, t)
    if key not in world.memo:
        state = before_moves(world, life, t)
        records = [one for one in world.records if one.first == t]
        used: set[Happening] = set()
        for move in life.moves:
            for record in records:
                if record not in used:
                    moved = _moved(world, life, state, move, record)
                    if moved is not None:
                        state = moved
                        used.add(record)
        world.memo[key] = state
    known: State = world.memo[key]
    return known


def final(world: World, life: Lifecycle, now: int) -> State:
    """After all records (none of them later than now) and the timeouts up to now."""
    if not world.records:
        return State()
    return _timed_out(world, life, after_moves(world, life, world.records[-1].first), now)


def _moved(
    world: World, life: Lifecycle, state: State, move: Move, record: Happening
) -> State | None:
    from tests.oracle.conditions import matches

    present = state.entries[-1] if state.entries else None
    stage = present.stage if present is not None else None
    if move.source is not None and move.source != stage:
        return None
    truth = matches(world, move.on, record)
    if truth is False or not world.in_force(life, record):
        return None
    if truth is None:
        return _perhaps_moved(life, state, move, record)
    if move.source is not None and state.unknown:
        return None
    opens_run = move.source is None or present is None
    entry = Entry(
        move.to,
        record.name,
        record.first,
        record.last,
        record.dated,
        record.day,
        record.data if opens_run else present.data,  # type: ignore[union-attr]
    )
    exits = () if present is None or state.unknown else (present,)
    return _entered(life, state, entry, exits, rank=2, lineage=record.lineage)


def _perhaps_moved(life: Lifecycle, state: State, move: Move, record: Happening) -> State:
    present = state.entries[-1] if state.entries else None
    data = record.data if move.source is None or present is None else present.data
    at = (record.first, record.last, record.dated, record.day)
    derived = [_happening(life, "entered", move.to, record.name, at, data, 2, record.lineage, True)]
    entries = state.entries
    if present is not None:
        derived.append(
            _happening(
                life, "left", present.stage, record.name, at, present.data, 2, record.lineage, True
            )
        )
        entries = (*entries[:-1], attrs.evolve(present, doubtful=True))
    return State(entries, (*state.derived, *derived), True)


def _entered(
    life: Lifecycle,
    state: State,
    entry: Entry,
    exits: tuple[Entry, ...],
    *,
    rank: int,
    lineage: object,
) -> State:
    at = (entry.first, entry.last, entry.dated, entry.day)
    derived = [
        *(
            _happening(life, "left", one.stage, entry.cause, at, one.data, rank, lineage)
            for one in exits
        ),
        _happening(life, "entered", entry.stage, entry.cause, at, entry.data, rank, lineage),
    ]
    over = tuple(attrs.evolve(one, left=entry.first, left_by=entry.cause) for one in exits)
    kept = state.entries[: len(state.entries) - len(exits)]
    return State((*kept, *over, entry), (*state.derived, *derived))


def _happening(
    life: Lifecycle,
    what: str,
    stage: str,
    cause: str,
    at: tuple[int, int, bool, int],
    data: Data,
    rank: int,
    lineage: object,
    doubt: bool = False,
) -> Happening:
    first, last, dated, day = at
    name = f"{life.id}:{'-' if what == 'left' else ''}{stage}@{cause}"
    kind = f"stage.{what}:{life.id}:{stage}"
    order = (first, rank, "", name)
    return Happening(kind, data, dated, first, last, day, order, name, lineage, doubt)


def _timed_out(world: World, life: Lifecycle, state: State, t: int) -> State:
    while True:
        at = timeout(world, life, state)
        if at is None or at[0] > t:
            return state
        instant, to = at
        key = ("timed out", state)
        if key not in world.memo:
            present = state.entries[-1]
            cause = f"{present.cause}+"
            day = world.table.day(instant)
            entry = Entry(to, cause, instant, instant, False, day, present.data)
            world.memo[key] = _entered(
                life, state, entry, (present,), rank=0, lineage=(life.id, cause)
            )
        state = world.memo[key]


def timeout(world: World, life: Lifecycle, state: State) -> tuple[int, str] | None:
    """When the present stage ends by itself, and in which stage."""
    key = ("timeout", state)
    if key not in world.memo:
        world.memo[key] = _timeout(world, life, state)
    known: tuple[int, str] | None = world.memo[key]
    return known


def _timeout(world: World, life: Lifecycle, state: State) -> tuple[int, str] | None:
    if not state.entries or state.unknown:
        return None
    present = state.entries[-1]
    for one in life.timeouts:
        if one.source == present.stage:
            due = timeout_instant(world.table, one.after, present)
            return None if due is None else (max(due, present.first) + Q, one.to)
    return None


# what conditions ask


def is_in(world: World, life_id: str, stage: str, e: Happening) -> bool | None:
    """Whether the customer is in a stage at an event."""
    life = next((one for one in world.lives() if one.id == life_id), None)
    if life is None:
        return None
    after_all = e.order[1] >= 2  # what a record caused, and conclusions
    state = (after_moves if after_all else before_moves)(world, life, e.first)
    if state.unknown:
        return None
    return bool(state.entries) and state.entries[-1].stage == stage


def before(world: World, e: Happening) -> list[Happening]:
    """All events strictly before one, in order."""
    key = ("prior", e)
    if key not in world.memo:
        state = after_moves if e.order[1] >= 2 else before_moves
        derived = [one for life in world.lives() for one in state(world, life, e.first).derived]
        everything = sorted((*world.records, *derived, *world.concluded), key=lambda one: one.order)
        world.memo[key] = [one for one in everything if one.order < e.order]
    known: list[Happening] = world.memo[key]
    return known
