"""What acts on an obligation: payments, releases and time, and the status that they leave it in."""

from __future__ import annotations

from typing import Any

from retention_rules.evaluation.batch.kernels.jit import compiled

UPCOMING, OPEN, FULFILLED, BREACHED, REPAIRED, LAPSED, RELEASED, VIOLATED = range(8)


STATUSES = (
    "upcoming",
    "open",
    "fulfilled",
    "breached",
    "repaired",
    "lapsed",
    "released",
    "violated",
)


ABSENT = -1


"""In place of a status: there is no finding, as its trigger was not accepted."""


NONE = -(2**63)


SEPARATE, RESTART, IGNORE = 0, 1, 2


DOUBTFUL = 5


"""The number of that reason among those of `placing`."""


@compiled
def has(table: Any, kind: int, race: int) -> bool:
    """Whether a class of events plays a part in a race."""
    found: bool = table[race, kind]
    return found


@compiled
def beginning(at: Any, i: int, begin: int) -> int:
    """The first event of the instant of another one."""
    while i > begin and at[i - 1] == at[i]:
        i -= 1
    return i


@compiled
def acts_before(
    at: Any,
    late: Any,
    day: Any,
    kind: Any,
    root: Any,
    i: int,
    race: int,
    acts: Any,
    triggers: Any,
    tie: Any,
    same: bool,
    maybe: bool,
) -> int:
    """The first event that acts on what `i` triggered although it stands before it; -1 for none.

    It is known by its day only, which is that of the trigger, and triggers nothing itself.
    """
    if len(day) == 0:
        return -1
    p = day[i]
    while p < i and at[p] == at[day[i]]:
        if late[p] > at[p] and has(acts, kind[p], race) and not has(triggers, kind[p], race):
            if not related(root, p, i) and fits(tie, i, p, same, maybe):
                return int(p)
        p += 1
    return -1


@compiled
def related(root: Any, p: int, i: int) -> bool:
    """Whether two events are one, or come of one record; without roots all are records."""
    return p == i or (len(root) > 0 and root[p] == root[i])


@compiled
def find_payment(
    at: Any,
    kind: Any,
    root: Any,
    i: int,
    end: int,
    race: int,
    opens: int,
    p: int,
    pays: Any,
    triggers: Any,
    tie: Any,
    same: bool,
    maybe: bool,
) -> int:
    """The first event from `p` on that pays what `i` triggered; `end` if there is none.

    What shares the instant of the trigger pays it too, unless it triggers the same rule and comes
    before it.
    """
    while p < end:
        if at[p] >= opens and has(pays, kind[p], race) and not related(root, p, i):
            if (p > i or not has(triggers, kind[p], race)) and fits(tie, i, p, same, maybe):
                return p
        p += 1
    return end


@compiled
def fits(tie: Any, i: int, p: int, same: bool, maybe: bool) -> bool:
    """Whether a touch has the field of its trigger, or another one; `maybe` where one lacks it."""
    if len(tie) == 0:
        return True
    if tie[i] < 0 or tie[p] < 0:
        return maybe
    return bool((tie[i] == tie[p]) == same)


@compiled
def find_release(
    at: Any,
    kind: Any,
    root: Any,
    i: int,
    end: int,
    race: int,
    p: int,
    frees: Any,
    triggers: Any,
    restarts: bool,
    since: int,
    until: int,
) -> int:
    """The first event from `p` on that frees what `i` triggered; `end` if there is none."""
    while p < end:
        if not related(root, p, i):
            if p > i and restarts and since <= at[p] < until and has(triggers, kind[p], race):
                return p
            if has(frees, kind[p], race) and (p > i or not has(triggers, kind[p], race)):
                return p
        p += 1
    return end


@compiled
def judged(
    paid: int, freed: int, opens: int, due: int, expires: int, as_of: int
) -> tuple[int, bool, bool]:
    """The status, and whether it was paid or freed; `NONE` for what never came."""
    forever = expires == NONE
    counts = paid != NONE and (forever or paid <= expires)
    if counts and (freed == NONE or freed >= paid):
        return (FULFILLED if paid <= due else REPAIRED), True, False
    if freed != NONE and (forever or freed <= expires):
        return (RELEASED if freed <= due else LAPSED), False, True
    if not forever and as_of > expires:
        return LAPSED, False, False
    if as_of > due:
        return BREACHED, False, False
    return (UPCOMING if as_of < opens else OPEN), False, False


@compiled
def outcome(
    at: Any,
    kind: Any,
    root: Any,
    start: int,
    end: int,
    i: int,
    race: int,
    opens: int,
    restarts: bool,
    since: int,
    until: int,
    pays: Any,
    frees: Any,
    triggers: Any,
    tie: Any,
    same: bool,
    maybe: bool,
    marks: Any,
    late: Any,
    day: Any,
) -> tuple[int, int]:
    """What would pay and what would free the obligation of `i`, `end` for nothing.

    `marks` holds, by race, where the searches for payments and releases go on, and from when the
    last payment was looked for: they never go back, unless windows open in another order. What is
    known by its day only acts on all of that day: see `days.day_before`.
    """
    p, f = marks[race, 0], marks[race, 2]
    if opens < marks[race, 1]:
        p = beginning(at, i, start)
    if len(tie) > 0:  # what does not fit one trigger may fit another
        p = beginning(at, i, start)
    if len(root) > 0:  # what is related to one trigger may act on another of its instant
        p = f = beginning(at, i, start)
    p = find_payment(at, kind, root, i, end, race, opens, p, pays, triggers, tie, same, maybe)
    marks[race, 0], marks[race, 1] = p, opens
    while f < i and at[f] < at[i]:
        f += 1
    f = find_release(at, kind, root, i, end, race, f, frees, triggers, restarts, since, until)
    marks[race, 2] = f
    if len(day) > 0 and day[i] < i:
        if opens <= at[i]:
            q = acts_before(
                at, late, day, kind, root, i, race, pays, triggers, tie, same, maybe
            )  # fmt: skip
            p = q if q >= 0 else p
        q = acts_before(
            at, late, day, kind, root, i, race, frees, triggers, tie[:0], same, maybe
        )  # fmt: skip
        f = q if q >= 0 else f
    return p, f


@compiled
def over(ended: int, expires: int) -> int:
    """When an obligation ended (`NONE` if it did not), or is over."""
    if ended != NONE:
        return ended
    return int(expires + 1) if expires != NONE else 2**62


@compiled
def next_change(status: int, opens: int, due: int, expires: int) -> int:
    """When the status changes if nothing more happens; `NONE` for never."""
    if status == UPCOMING:
        return opens
    if status == OPEN:
        return due + 1
    if status == BREACHED and expires != NONE:
        return expires + 1
    return NONE
